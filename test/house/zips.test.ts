import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync, unzipSync } from 'fflate'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))
/** Both zips, as one command makes them, somewhere else on the globe. */
function build(zone: string): { readonly folder: string; readonly read: (name: string) => Buffer } {
  const folder = mkdtempSync(join(tmpdir(), 'zips-'))
  execFileSync(
    process.execPath,
    [join(root, 'node_modules/tsx/dist/cli.mjs'), 'scripts/build-runtime.ts', '--out', folder],
    { cwd: root, env: { ...process.env, TZ: zone }, stdio: 'pipe' },
  )
  return { folder, read: (name) => readFileSync(join(folder, name)) }
}
type Built = ReturnType<typeof build>

function unpack(zip: Uint8Array, folder: string): Record<string, Uint8Array> {
  const files = unzipSync(zip)
  for (const [name, contents] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), contents)
  }
  return files
}

let [here, there]: Built[] = []
const built = (): Built => {
  if (here === undefined) throw new Error('not built yet')
  return here
}
beforeAll(() => {
  here = build('Pacific/Honolulu')
  there = build('Pacific/Kiritimati')
})
afterAll(() => {
  for (const each of [here, there]) if (each) rmSync(each.folder, { recursive: true })
})

describe.each(['runtime', 'dashboard'])('%s.zip', (name) => {
  it.each(['zip', 'json'])('is the same, byte for byte, wherever it is built (.%s)', (ending) => {
    expect(there?.read(`${name}.${ending}`).equals(built().read(`${name}.${ending}`))).toBe(true)
  })

  it('has at most 200 KB and says its size and hash', () => {
    const zip = built().read(`${name}.zip`)
    expect(JSON.parse(built().read(`${name}.json`).toString('utf8'))).toMatchObject({
      bytes: zip.length,
      sha256: createHash('sha256').update(zip).digest('base64'),
    })
    expect(zip.length).toBeLessThanOrEqual(200 * 1024)
  })
})

describe('the runtime zip', () => {
  let unpacked: string
  let files: Record<string, Uint8Array>
  beforeAll(() => {
    unpacked = join(built().folder, 'runtime')
    files = unpack(built().read('runtime.zip'), unpacked)
  })

  it.each(['ingest', 'enforce', 'report'])('holds the handler of %s, which loads by itself', (name) => {
    const loaded = execFileSync(
      process.execPath,
      ['-e', `import(${JSON.stringify(join(unpacked, `${name}.mjs`))}).then((m) => console.log(typeof m.handler))`],
      { encoding: 'utf8' },
    )
    expect(loaded.trim()).toBe('function')
  })

  it('carries of each AWS client only what the guard calls', () => {
    const text = Object.values(files)
      .map((bytes) => Buffer.from(bytes).toString('utf8'))
      .join('')
    for (const called of ['GetInferenceProfile', 'TransactWriteItems', 'AttachUserPolicy'])
      expect(text).toContain(called)
    for (const never of ['CreateModelCustomizationJob', 'CreateEventSourceMapping', 'CreatePolicyVersion']) {
      expect(text).not.toContain(`"${never}Request"`)
    }
  })

  it('gives the parser of untrusted text no code that talks to IAM', () => {
    const reached = new Set<string>()
    const walk = (name: string): void => {
      if (reached.has(name)) return
      reached.add(name)
      const text = new TextDecoder().decode(files[name])
      for (const [, imported] of text.matchAll(/from\s*"\.\/([^"]+)"|import\s*"\.\/([^"]+)"/g))
        if (imported) walk(imported)
    }
    walk('ingest.mjs')
    const all = [...reached].map((name) => new TextDecoder().decode(files[name])).join('\n')
    expect(reached.size).toBeGreaterThan(1)
    expect(all).not.toContain('AttachUserPolicy')
  })
})

describe("the page's zip", () => {
  let unpacked: string
  let files: Record<string, Uint8Array>
  const textOf = (name: string): string => new TextDecoder().decode(files[name])
  beforeAll(() => {
    unpacked = join(built().folder, 'dashboard')
    files = unpack(built().read('dashboard.zip'), unpacked)
  })

  it('holds a page of at most 60 KB compressed', () => {
    const page = Object.entries(files).filter(([name]) => name.startsWith('page/'))
    expect(page.length).toBeGreaterThanOrEqual(3)
    expect(page.reduce((sum, [, contents]) => sum + gzipSync(contents).length, 0)).toBeLessThanOrEqual(60 * 1024)
  })

  it('names in its document only files that are there, by the hash of what is in them', () => {
    const named = [...textOf('page/index.html').matchAll(/(?:src|href)="\/([^"]+)"/g)].map(([, name]) => name ?? '')
    expect(named.length).toBeGreaterThanOrEqual(2)
    for (const name of named) {
      const contents = files[`page/${name}`]
      const hash = contents && createHash('sha256').update(contents).digest('hex')
      expect(hash?.startsWith(/-([0-9a-f]{12})\.\w+$/.exec(name)?.[1] ?? 'a name without a hash')).toBe(true)
    }
  })

  it('has a document without a script, style or handler of its own: the policy would not let them run', () => {
    expect(textOf('page/index.html')).not.toMatch(/<script(?![^>]*\ssrc=)|<style|\sstyle=|\son\w+=|javascript:/i)
  })

  it('brings of AWS only the client of the ledger', () => {
    const text = Object.entries(files)
      .filter(([name]) => name.endsWith('.mjs'))
      .map(([, contents]) => Buffer.from(contents).toString('utf8'))
      .join('')
    expect(text).toContain('DynamoDB_20120810')
    for (const other of ['AWSLambda', 'iam.amazonaws.com', 'monitoring', 'sns', 'logs'])
      expect(text).not.toContain(`"${other}"`)
    for (const never of ['AttachUserPolicy', 'GetInferenceProfile', 'PublishCommand']) expect(text).not.toContain(never)
  })

  it('serves itself: its handler answers the page and its files as API Gateway asks for them', () => {
    const environment = {
      AWS_REGION: 'eu-west-1',
      COST_GUARD_CONFIG: JSON.stringify({ guard: 'default', language: 'en', table: 'x' }),
      COST_GUARD_PAGE: JSON.stringify({
        clientId: 'c',
        url: 'https://x.example/',
        signIn: { issuer: 'https://i.example', token: 'https://t.example/oauth2/token' },
        shows: 'own',
        cidrs: [],
      }),
    }
    const script = Object.keys(files)
      .find((name) => name.endsWith('.js'))
      ?.slice('page'.length)
    const program = `
      const { handler } = await import(${JSON.stringify(join(unpacked, 'dashboard.mjs'))})
      const ask = (rawPath) => handler({ rawPath, headers: { 'accept-encoding': 'br' }, requestContext: { http: { method: 'GET', sourceIp: '192.0.2.1' } } })
      const answers = await Promise.all(['/', ${JSON.stringify(script)}, '/api/spend', '/x'].map(ask))
      console.log(JSON.stringify(answers.map(({ statusCode, headers }) => [statusCode, headers['content-type']])))`
    const output = execFileSync(process.execPath, ['--input-type=module', '-e', program], {
      encoding: 'utf8',
      env: environment,
      stdio: 'pipe',
    })
    expect(JSON.parse(output.trim().split('\n').at(-1) ?? '')).toEqual([
      [200, 'text/html; charset=utf-8'],
      [200, 'text/javascript; charset=utf-8'],
      [403, 'application/json; charset=utf-8'],
      [404, 'text/plain; charset=utf-8'],
    ])
  })
})
