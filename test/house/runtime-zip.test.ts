import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { unzipSync } from 'fflate'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))
const build = (out: string, zone: string): Buffer => {
  execFileSync(
    process.execPath,
    [join(root, 'node_modules/tsx/dist/cli.mjs'), 'scripts/build-runtime.ts', '--out', out],
    {
      cwd: root,
      env: { ...process.env, TZ: zone },
      stdio: 'pipe',
    },
  )
  return readFileSync(join(out, 'runtime.zip'))
}

describe('the runtime zip', () => {
  const folders = ['honolulu', 'kiritimati', 'unpacked'].map((name) => mkdtempSync(join(tmpdir(), `runtime-${name}-`)))
  const [here, there, unpacked] = folders as [string, string, string]
  let zip: Buffer
  let files: Record<string, Uint8Array>

  beforeAll(() => {
    zip = build(here, 'Pacific/Honolulu')
    files = unzipSync(zip)
    for (const [name, contents] of Object.entries(files)) writeFileSync(join(unpacked, name), contents)
  })
  afterAll(() => {
    for (const folder of folders) rmSync(folder, { recursive: true })
  })

  it('is the same, byte for byte, wherever it is built', () => {
    expect(build(there, 'Pacific/Kiritimati').equals(zip)).toBe(true)
    expect(readFileSync(join(there, 'runtime.json'), 'utf8')).toBe(readFileSync(join(here, 'runtime.json'), 'utf8'))
  })

  it('has at most 200 KB and says its size and hash', () => {
    const about = JSON.parse(readFileSync(join(here, 'runtime.json'), 'utf8'))
    expect(about.bytes).toBe(zip.length)
    expect(zip.length).toBeLessThanOrEqual(200 * 1024)
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
