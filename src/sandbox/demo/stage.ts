/** What the demo says and runs: narration for a terminal of 80 columns, and the real CLI as a child process. */
import { spawn } from 'node:child_process'
import { GuardError } from '../../runtime/domain/base/guard-error.ts'
import type { Sandbox } from '../types.ts'

const COLUMNS = 78
/** Progress of init and teardown: a line for every thing made or removed. */
const progress = /^ {2}(created|changed|updated|removed|put back|released|\.\.\.) /

export interface StageOptions {
  readonly sandbox: Sandbox
  say(line: string): void
  /** How the CLI is started: `['/usr/bin/node', 'bin/run.js']`. */
  readonly program: readonly string[]
  readonly path: string
  /** Every line of progress instead of a count. */
  readonly verbose: boolean
}

export const wrap = (text: string, indent = ''): string[] => {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    if (line !== '' && indent.length + line.length + 1 + word.length > COLUMNS) {
      lines.push(indent + line)
      line = word
    } else {
      line = line === '' ? word : `${line} ${word}`
    }
  }
  return [...lines, indent + line]
}

export class Stage {
  readonly #options: StageOptions
  #scene = 0

  constructor(options: StageOptions) {
    this.#options = options
  }
  get sandbox(): Sandbox {
    return this.#options.sandbox
  }
  /** As it is. */
  print(text: string): void {
    for (const line of text.split('\n')) this.#options.say(line)
  }
  /** Wrapped. */
  tell(text: string): void {
    for (const line of wrap(text)) this.#options.say(line)
  }
  scene(title: string): void {
    this.#scene += 1
    const head = `== ${this.#scene}. ${title} `
    this.#options.say('')
    this.#options.say(head + '='.repeat(Math.max(0, COLUMNS - head.length)))
  }
  quote(text: string): void {
    for (const paragraph of text.trimEnd().split('\n')) this.#options.say(`  | ${paragraph}`)
  }
  /** Runs the CLI against the sandbox, with nothing of the user's environment; throws when it fails. */
  async run(...words: readonly string[]): Promise<string> {
    const { program, path, say, verbose } = this.#options
    const [command = '', ...first] = program
    say('')
    for (const line of wrap(`$ cost-guard ${words.map((one) => (/[\s*]/.test(one) ? `'${one}'` : one)).join(' ')}`))
      say(line)
    const environment = {
      ...this.sandbox.env,
      PATH: path,
      COLUMNS: '80',
      NO_COLOR: '1',
      COST_GUARD_STARTED_AS: 'cost-guard',
    }
    const child = spawn(command, [...first, ...words], { env: environment, stdio: ['ignore', 'pipe', 'pipe'] })
    let folded = 0
    let everything = ''
    const hear = (stream: NodeJS.ReadableStream) => {
      let rest = ''
      const line = (text: string) => {
        if (!verbose && progress.test(text)) folded += 1
        else say(text)
      }
      stream.setEncoding('utf8')
      stream.on('data', (chunk: string) => {
        everything += chunk
        const lines = (rest + chunk).split('\n')
        rest = lines.pop() ?? ''
        lines.forEach(line)
      })
      stream.on('end', () => rest !== '' && line(rest))
    }
    hear(child.stdout)
    hear(child.stderr)
    const code = await new Promise<number>((resolve, reject) => {
      child.on('error', reject)
      child.on('close', (exit) => resolve(exit ?? 1))
    })
    if (folded > 0) say(`  (${folded} lines of progress not shown)`)
    if (code !== 0) throw this.broken(`cost-guard ${words.join(' ')} ended with exit code ${code}`)
    return everything
  }
  /** The story did not go as told: a bug, and said as one. */
  broken(message: string): GuardError {
    const problems = this.sandbox.problems()
    return new GuardError({
      code: 'demo-broke',
      fault: 'bug',
      message: `the demo did not go as it should: ${message}`,
      suggestions: problems.length > 0 ? problems : ['run it again with --verbose'],
    })
  }
  expect(holds: boolean, message: string): void {
    if (!holds) throw this.broken(message)
  }
}
