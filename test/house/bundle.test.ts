import { beforeAll, describe, expect, test } from 'vitest'
import type { Built } from '../../scripts/build.ts'
import { built } from '../support/cli.ts'

let bundle: Built
beforeAll(async () => {
  bundle = await built()
})

/** Everything that is read the moment this output is loaded, as source paths. */
function loadedBy(output: string): readonly string[] {
  const seen = new Set<string>()
  const waiting = [output]
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (seen.has(next)) continue
    seen.add(next)
    waiting.push(...(bundle.outputs.get(next)?.loads ?? []))
  }
  return [...seen].flatMap((name) => bundle.outputs.get(name)?.sources ?? [])
}

const heavy = /node_modules\/(?:@aws-sdk|@smithy|inquirer|@inquirer|cli-table3)\//

describe('the bundled CLI', () => {
  test('shows help without loading the SDK, the prompts or the tables', () => {
    expect(loadedBy('main.js').filter((source) => heavy.test(source))).toEqual([])
  })

  test('loads no heavy package with any command before it runs', () => {
    const commands = [...bundle.outputs.keys()].filter((name) => name.startsWith('commands/'))
    expect(commands.length).toBeGreaterThan(15)
    const guilty = commands.filter((name) => loadedBy(name).some((source) => heavy.test(source)))
    expect(guilty).toEqual([])
  })

  test('holds one copy of every module', () => {
    const sources = [...bundle.outputs.values()].flatMap((output) => output.sources)
    expect(sources.filter((source, index) => sources.indexOf(source) !== index)).toEqual([])
  })

  test('stays small', () => {
    expect(bundle.bytes).toBeLessThan(4_000_000)
  })
})
