import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { findEmulator } from '../../src/sandbox/emulator/find.ts'
import { MOTO_VERSION, requirements } from '../../src/sandbox/emulator/requirements.ts'
import { startSandbox } from '../../src/sandbox/index.ts'

let folder = ''
const program = (path: string, text: string): string => {
  mkdirSync(join(path, '..'), { recursive: true })
  writeFileSync(path, text)
  chmodSync(path, 0o755)
  return path
}
/** A moto_server whose python says this version. */
const moto = (version: string): string => {
  const python = program(join(folder, 'lib', 'python3'), `#!/bin/sh\necho ${version}\n`)
  return program(join(folder, 'bin', 'moto_server'), `#!${python}\n`)
}
const find = (more: Record<string, string> = {}) => {
  const lines: string[] = []
  const environment = { PATH: join(folder, 'bin'), XDG_CACHE_HOME: join(folder, 'cache'), HOME: folder, ...more }
  return findEmulator({ environment, log: (line) => lines.push(line) }).then((found) => ({ found, lines }))
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'find-emulator-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

describe('the emulator', () => {
  test('that is named is taken, whatever else is there', async () => {
    moto(MOTO_VERSION)
    expect(await find({ MOTO_SERVER: '/opt/moto_server' })).toEqual({ found: '/opt/moto_server', lines: [] })
  })

  test('on PATH is taken in the right version only', async () => {
    const there = moto(MOTO_VERSION)
    expect((await find()).found).toBe(there)
    moto('4.0.0')
    await expect(find()).rejects.toMatchObject({ code: 'no-emulator' })
  })

  test('is installed once into the cache folder, its size and place said', async () => {
    const venv = join(folder, 'cache', 'cost-guard', `moto-${MOTO_VERSION}`)
    // A python3 that makes the environment with a pip that takes everything.
    const pip = `#!/bin/sh\\necho "$@" > ${folder}/pip.txt`
    program(
      join(folder, 'bin', 'python3'),
      `#!/bin/sh\n/bin/mkdir -p $3/bin\nprintf '${pip}' > $3/bin/python\n/bin/chmod +x $3/bin/python\n`,
    )
    const first = await find()
    expect(first.found).toBe(join(venv, 'bin', 'moto_server'))
    expect(first.lines[0]).toBe(`installing the AWS emulator once: moto ${MOTO_VERSION}, about 115 MB, into ${venv}`)
    expect((await find()).lines).toEqual([])
  })

  test('that cannot be had is an error with the line to run', async () => {
    program(join(folder, 'bin', 'python3'), '#!/bin/sh\necho "no module named venv" >&2\nexit 1\n')
    await expect(find()).rejects.toMatchObject({
      code: 'no-emulator',
      message: expect.stringMatching(/no module named venv$/),
      suggestions: [
        expect.stringMatching(/^install it by hand: python3 -m venv .*pip install --no-deps moto==5\.2\.1 /),
        expect.stringContaining('MOTO_SERVER'),
      ],
    })
  })

  test('is pinned in every package', () => {
    expect(requirements.filter((one) => !/^[A-Za-z0-9-]+==[\d.post]+$/.test(one))).toEqual([])
  })

  test('that is given and does not answer is said so, and nothing is left running', async () => {
    await expect(startSandbox({ emulator: 'http://127.0.0.1:9' })).rejects.toMatchObject({
      code: 'emulator-does-not-answer',
      message: expect.stringContaining('http://127.0.0.1:9'),
    })
  })
})
