/** Which way imports may point (docs/architecture.md). Reads the import lines; no compiler is needed. */
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..')
const source = join(root, 'src')

interface Import {
  /** `runtime/domain/money/pricing.ts` */
  readonly from: string
  /** `node:fs`, `@aws-sdk/client-iam`, or a path below src. */
  readonly to: string
  readonly kind: 'static' | 'type' | 'dynamic'
}

const filesBelow = (directory: string): readonly string[] =>
  readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.[mc]?[tj]s$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))

function importsOf(file: string, text: string): readonly Import[] {
  const from = relative(source, file)
  const code = text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '')
  const target = (specifier: string): string =>
    specifier.startsWith('.') ? relative(source, resolve(dirname(file), specifier)) : specifier
  const found: Import[] = []
  for (const match of code.matchAll(/^\s*(?:import|export)\s+(type\s)?[^'"()]*?from\s+['"]([^'"]+)['"]/gm))
    found.push({ from, to: target(match[2] ?? ''), kind: match[1] ? 'type' : 'static' })
  for (const match of code.matchAll(/^\s*import\s+['"]([^'"]+)['"]/gm))
    found.push({ from, to: target(match[1] ?? ''), kind: 'static' })
  for (const match of code.matchAll(/\bimport\(\s*['"]([^'"]+)['"]\s*\)/g))
    found.push({ from, to: target(match[1] ?? ''), kind: 'dynamic' })
  return found
}

/** The sentence to fail with, or undefined when this import may be. */
function complaint({ from, to, kind }: Import): string | undefined {
  const must = (why: string) => `${from} must not import ${to}: ${why}`
  const isOurs = !to.startsWith('@') && /\.(?:ts|js|json)$/.test(to)
  const inside = (...places: readonly string[]) => places.some((place) => to.startsWith(place))

  if (from.startsWith('runtime/')) {
    if (isOurs && !to.startsWith('runtime/')) return must('the runtime is shipped alone and is closed over itself')
    if (/^(?:inquirer|cli-table3|@oclif)/.test(to)) return must('the runtime knows no terminal')
  }
  if (from.startsWith('runtime/domain/')) {
    if (!isOurs) return must('the domain is pure')
    if (!inside('runtime/domain/')) return must('the domain knows nothing but itself')
  }
  if (from === 'runtime/ports.ts' && !inside('runtime/domain/', 'runtime/protocol.ts'))
    return must('ports are words of the domain')
  if (from.startsWith('runtime/usecases/')) {
    if (/^@aws-sdk|^@smithy/.test(to)) return must('a use case knows ports, not AWS')
    if (inside('runtime/aws/', 'runtime/handlers/')) return must('a use case knows ports, not adapters')
    if (inside('runtime/page/')) return must('a use case does not know who asks it')
  }
  if (from.startsWith('runtime/page/')) {
    if (inside('runtime/handlers/')) return must('the doors know what is behind them, not the other way round')
    if (inside('runtime/aws/') && to !== 'runtime/aws/aws-errors.ts') return must('HTTP knows ports, not adapters')
    if (inside('runtime/usecases/') && kind !== 'type') return must('HTTP is handed what it answers with')
  }
  if (from.startsWith('runtime/aws/') && inside('runtime/handlers/')) return must('adapters do not know the doors')
  if (from.startsWith('runtime/aws/') && inside('runtime/usecases/') && kind !== 'type')
    return must('adapters do not know the use cases')

  if (from.startsWith('provision/')) {
    if (inside('commands/', 'sandbox/')) return must('provisioning does not know who asked for it')
    if (/^(?:inquirer|cli-table3|@oclif)/.test(to)) return must('provisioning never prints and never asks')
    if (inside('runtime/usecases/', 'runtime/handlers/')) return must('provisioning knows nothing of spending')
  }
  if (from.startsWith('provision/engine/') && /^@aws-sdk/.test(to))
    return must('the engine knows when, resources know how')

  if (from.startsWith('commands/')) {
    const part = /(?:^|\/)_/.test(from.slice('commands/'.length))
    if (
      /^(?:@aws-sdk|inquirer|cli-table3|esbuild)/.test(to) &&
      kind === 'static' &&
      !from.startsWith('commands/_view/')
    )
      return must('heavy packages are imported where they are used (await import), or --help gets slow')
    if (/^(?:@aws-sdk|@smithy)/.test(to) && !part) return must('only commands/_* may know the SDK')
    if (inside('commands/_view/', 'commands/_ask/', 'sandbox/', 'runtime/aws/') && kind === 'static' && !part)
      return must('a command loads what it shows and asks with only when it runs (await import)')
    if (inside('runtime/handlers/')) return must('commands and handlers are two kinds of door into the same room')
  }
  if (from.startsWith('page/')) {
    if (to === 'oauth4webapi') return undefined
    if (!isOurs) return must('the page runs in a browser and is small: nothing but oauth4webapi')
    if (inside('runtime/') && kind === 'type') return undefined
    if (!inside('page/', 'runtime/domain/')) return must('the page knows pure functions of the domain and types alone')
  }
  if (inside('page/') && !from.startsWith('page/')) return must('the page is for browsers')
  if (inside('sandbox/') && !from.startsWith('sandbox/') && !/^commands\/(?:sandbox|_sandbox)/.test(from))
    return must('the sandbox is for commands/sandbox and the tests')
  return undefined
}

const everything = filesBelow(source).flatMap((file) => importsOf(file, readFileSync(file, 'utf8')))

describe('imports', () => {
  test('point the right way everywhere in src', () => {
    expect(everything.length).toBeGreaterThan(100)
    expect(everything.map(complaint).filter((sentence) => sentence !== undefined)).toEqual([])
  })

  test('name the file with its ending, so that Node and the editor agree', () => {
    const nameless = everything.filter(
      ({ to }) => /^(?:runtime|provision|commands|sandbox)\//.test(to) && !/\.\w+$/.test(to),
    )
    expect(nameless).toEqual([])
  })

  test('are refused with a sentence that says why', () => {
    const wrong = importsOf(join(source, 'runtime/domain/money/pricing.ts'), "import { readFileSync } from 'node:fs'\n")
    expect(wrong.map(complaint)).toEqual([
      'runtime/domain/money/pricing.ts must not import node:fs: the domain is pure',
    ])
    const heavy = importsOf(join(source, 'commands/status.ts'), "import inquirer from 'inquirer'\n")
    expect(heavy.map(complaint)).toEqual([
      'commands/status.ts must not import inquirer: heavy packages are imported where they are used (await import), or --help gets slow',
    ])
  })
})

describe('the domain', () => {
  test('asks neither the clock nor chance nor the environment', () => {
    const guilty = filesBelow(join(source, 'runtime/domain')).filter((file) =>
      /\bDate\.now\(|new Date\(\)|Math\.random\(|process\.|\bperformance\.now\(/.test(
        readFileSync(file, 'utf8')
          .replace(/\/\*[\s\S]*?\*\//g, '')
          .replace(/\/\/.*$/gm, ''),
      ),
    )
    expect(guilty.map((file) => relative(root, file))).toEqual([])
  })
})

describe('the page', () => {
  const pageFiles = filesBelow(join(source, 'page'))

  test('builds what it shows of elements and text alone, and keeps nothing in the browser but a sign-in under way', () => {
    const forbidden =
      /\b(?:innerHTML|outerHTML|insertAdjacentHTML|createContextualFragment|DOMParser|srcdoc|localStorage|indexedDB|eval)\b|document\.(?:write|cookie)|new Function\b|(?:setTimeout|setInterval)\(\s*['"`]|\bstyle\s*:/
    expect(pageFiles.length).toBeGreaterThan(10)
    const guilty = pageFiles.filter((file) =>
      forbidden.test(readFileSync(file, 'utf8').replace(/\/\*[\s\S]*?\*\//g, '')),
    )
    expect(guilty.map((file) => relative(root, file))).toEqual([])
    const keeping = pageFiles.filter((file) => /\bsessionStorage\b/.test(readFileSync(file, 'utf8')))
    expect(keeping.map((file) => relative(source, file)).filter((file) => file !== 'page/sign-in.ts')).toEqual([])
  })
})

describe('tests', () => {
  test('are all run: nothing is focused or skipped', () => {
    const marks = /\b(?:test|it|describe|suite)\.(?:only|skip|todo)\b|\bx(?:it|describe)\(/
    const guilty = filesBelow(join(root, 'test')).filter(
      (file) => !file.endsWith('imports.test.ts') && marks.test(readFileSync(file, 'utf8')),
    )
    expect(guilty.map((file) => relative(root, file))).toEqual([])
  })
})

describe('AWS error names', () => {
  test('are read in one file only', () => {
    const reading = /\.name\s*===?\s*['"]\w*(?:Exception|NoSuchEntity|EntityAlreadyExists|AccessDenied|Throttling)/
    const guilty = filesBelow(source).filter(
      (file) =>
        !file.endsWith('aws-errors.ts') &&
        !relative(source, file).startsWith('sandbox') &&
        reading.test(readFileSync(file, 'utf8')),
    )
    expect(guilty.map((file) => relative(root, file))).toEqual([])
  })

  test('are never swallowed without a word', () => {
    const guilty = filesBelow(source).filter((file) =>
      /catch\s*(?:\([^)]*\))?\s*\{\s*\}/.test(readFileSync(file, 'utf8')),
    )
    expect(guilty.map((file) => relative(root, file))).toEqual([])
  })
})
