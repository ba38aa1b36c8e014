/** One execution environment: a child process that is kept warm and does one event at a time. */
import { type ChildProcess, spawn } from 'node:child_process'

export interface FunctionError {
  readonly errorType: string
  readonly errorMessage: string
  readonly trace?: readonly string[]
}
export type Outcome =
  | { readonly result: string; readonly output: string }
  | { readonly error: FunctionError; readonly output: string }

export interface ChildSetup {
  readonly folder: string
  readonly handler: string
  readonly bootstrap: string
  readonly shiftModule: string
  readonly environment: Readonly<Record<string, string>>
}

interface Message {
  readonly ready?: true
  readonly id?: string
  readonly result?: string
  readonly error?: FunctionError
}

export class ExecutionEnvironment {
  readonly #child: ChildProcess
  readonly #ready: Promise<void>
  readonly #gone: Promise<void>
  #output = ''
  #marks = 0
  #ended: string | undefined
  #onChange: () => void = () => undefined
  #answer: Message | undefined
  busy = false

  constructor(setup: ChildSetup) {
    const { folder, handler, bootstrap, shiftModule, environment } = setup
    // An absolute path, or a bare node of the same version: never what PATH says in the user's shell.
    this.#child = spawn(process.execPath, ['--import', shiftModule, '--no-warnings', bootstrap, folder, handler], {
      cwd: folder,
      env: environment,
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    })
    let announce: () => void
    this.#ready = new Promise((resolve) => {
      announce = resolve
    })
    this.#gone = new Promise((resolve) => {
      this.#child.on('exit', (code, signal) => {
        this.#ended = signal ? `signal: ${signal}` : `exit status ${code}`
        announce()
        this.#onChange()
        resolve()
      })
    })
    this.#child.on('error', (error) => {
      this.#ended = error.message
      announce()
      this.#onChange()
    })
    this.#child.on('message', (message: Message) => {
      if (message.ready) return announce()
      this.#answer = message
      this.#onChange()
    })
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => this.#hear(text))
    }
  }
  get alive(): boolean {
    return this.#ended === undefined
  }
  #hear(text: string): void {
    // The end marks are not output. A mark is far shorter than a pipe's atomic write, so it never comes in two pieces.
    const marks = text.split('\u0000').length - 1
    this.#marks += marks
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the mark is a control character so that no output is mistaken for it
    this.#output += marks > 0 ? text.replace(/\u0000[^\n]*\n/g, '') : text
    this.#onChange()
  }
  async run(id: string, event: unknown, context: object, timeoutMs: number): Promise<Outcome> {
    await this.#ready
    this.#output = ''
    this.#marks = 0
    this.#answer = undefined
    let timer: NodeJS.Timeout | undefined
    const settled = new Promise<'answered' | 'ended' | 'timeout'>((resolve) => {
      this.#onChange = () => {
        if (this.#answer?.id === id && this.#marks >= 2) resolve('answered')
        else if (this.#ended !== undefined) resolve('ended')
      }
      timer = setTimeout(() => resolve('timeout'), timeoutMs)
    })
    if (this.alive) this.#child.send({ id, event, context, deadline: timeoutMs })
    this.#onChange()
    const how = await settled
    clearTimeout(timer)
    const output = this.#output
    const answer = this.#answer as Message | undefined
    if (how === 'answered' && answer?.result !== undefined) return { result: answer.result, output }
    if (how === 'answered' && answer?.error) return { error: answer.error, output }
    await this.stop()
    if (how === 'timeout') {
      const errorMessage = `Task timed out after ${(timeoutMs / 1000).toFixed(2)} seconds`
      return {
        error: { errorType: 'Sandbox.Timedout', errorMessage: `RequestId: ${id} Error: ${errorMessage}` },
        output: `${output}${id} ${errorMessage}\n`,
      }
    }
    const errorMessage = `RequestId: ${id} Error: Runtime exited with error: ${this.#ended}`
    return { error: { errorType: 'Runtime.ExitError', errorMessage }, output }
  }
  async stop(): Promise<void> {
    if (this.alive) this.#child.kill('SIGKILL')
    await this.#gone
  }
}
