/** docs/from-the-original.md promises a test for each fault: the tests it names must exist. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))
const text = readFileSync(join(root, 'docs/from-the-original.md'), 'utf8')
const faults = text.split('\n').flatMap((line) => {
  const cells = line.split('|').map((cell) => cell.trim())
  const number = /^(\d+) [CHML]$/.exec(cells[1] ?? '')?.[1]
  return number === undefined ? [] : [{ number: Number(number), here: cells[3] ?? '', test: cells[4] ?? '' }]
})
const named = [...text.matchAll(/`(test\/[\w./-]+\.(?:test\.ts|json))` “([^”]+)”/g)].map(
  ([, file = '', title = '']) => ({
    file,
    title,
  }),
)

describe('what is promised to whoever comes from the original', () => {
  test('every one of its 97 faults has an answer, in order', () => {
    expect(faults.map(({ number }) => number)).toEqual(Array.from({ length: 97 }, (_, index) => index + 1))
    for (const fault of faults) expect(fault.here).not.toBe('')
  })

  test('every fault names a test', () => {
    const without = faults.filter(({ test }) => !test.includes('“'))
    expect(without.map(({ number }) => number)).toEqual([])
  })

  test('every test that is named exists under that name', () => {
    const missing = named.filter(({ file, title }) => {
      const path = join(root, file)
      return !(existsSync(path) && readFileSync(path, 'utf8').includes(title))
    })
    expect(missing).toEqual([])
  })
})
