/** The manifest is the public surface: commands, flags, defaults. A change of it is a change of oclif.manifest.json, seen in review. */
import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, test } from 'vitest'
import { freshManifest, manifestPath } from '../../scripts/manifest.ts'
import { commandTable } from '../../scripts/readme.ts'
import { built } from '../support/cli.ts'

interface Flag {
  readonly summary?: string
  readonly helpValue?: string
}
interface Listed {
  readonly summary?: string
  readonly examples?: readonly unknown[]
  readonly flags: Readonly<Record<string, Flag>>
  readonly args: Readonly<Record<string, { readonly description?: string }>>
}

let fresh = ''
let commands: Readonly<Record<string, Listed>> = {}
beforeAll(async () => {
  await built()
  fresh = await freshManifest()
  commands = (JSON.parse(fresh) as { commands: typeof commands }).commands
})

describe('the manifest', () => {
  test('is the one that the built commands give: otherwise run npm run build and commit it', () => {
    expect(readFileSync(manifestPath, 'utf8')).toBe(fresh)
  })

  test('names every command of the product', () => {
    expect(Object.keys(commands)).toEqual([
      'analyze',
      'backfill',
      'block',
      'config:export',
      'config:get',
      'config:outputs',
      'config:schema',
      'config:set',
      'coverage',
      'dashboard:open',
      'dashboard:users:add',
      'dashboard:users:list',
      'dashboard:users:remove',
      'dashboard:users:resend',
      'doctor',
      'exclude:add',
      'exclude:list',
      'exclude:remove',
      'history',
      'iam-policy',
      'import-original',
      'init',
      'limits:export',
      'limits:import',
      'limits:list',
      'limits:set',
      'limits:simulate',
      'limits:unset',
      'mail:confirm',
      'mail:list',
      'mail:resend',
      'onboard',
      'people:add',
      'people:list',
      'people:remove',
      'people:set',
      'people:suggest',
      'plan',
      'prices:diff',
      'prices:discount',
      'prices:list',
      'prices:refresh',
      'prices:set',
      'prices:unset',
      'rebuild',
      'report:preview',
      'report:send',
      'reprice',
      'sandbox',
      'show',
      'status',
      'teams:add',
      'teams:list',
      'teams:remove',
      'teams:set',
      'teams:sync',
      'teardown',
      'unblock',
    ])
  })

  test('explains every command with a summary and an example, and every flag and argument with a sentence', () => {
    const mute = Object.entries(commands).flatMap(([id, command]) => [
      ...(command.summary && command.examples?.length ? [] : [id]),
      ...Object.entries(command.flags).flatMap(([name, flag]) =>
        flag.summary || name === 'json' ? [] : [`${id} --${name}`],
      ),
      ...Object.entries(command.args).flatMap(([name, arg]) => (arg.description ? [] : [`${id} ${name}`])),
    ])
    expect(mute).toEqual([])
  })

  test('sums every command up in a line of 80 columns, and repeats no dots that oclif adds', () => {
    const wide = Object.entries(commands).filter(([, { summary = '' }]) => summary.length > 80)
    expect(wide.map(([id]) => id)).toEqual([])
    const dotted = Object.entries(commands).flatMap(([id, { flags }]) =>
      Object.entries(flags).flatMap(([name, { helpValue }]) => (helpValue?.endsWith('...') ? [`${id} --${name}`] : [])),
    )
    expect(dotted).toEqual([])
  })

  test('breaks no example inside quotes, where a pasted line would be another', () => {
    const texts = Object.entries(commands).flatMap(([id, { examples = [] }]) =>
      examples.map((one) => ({ id, command: (one as { command?: string }).command ?? String(one) })),
    )
    // oclif breaks at 74 columns and joins with a backslash; what it leaves whole is what has a space to break at.
    const long = texts.flatMap(({ id, command }) =>
      command
        .replace('<%= config.bin %>', 'cost-guard')
        .split(' ')
        .filter((word) => word.length > 72)
        .map((word) => `${id}: ${word}`),
    )
    expect(long).toEqual([])
  })

  test('gives --json to every command', () => {
    expect(
      Object.entries(commands)
        .filter(([, command]) => !('json' in command.flags))
        .map(([id]) => id),
    ).toEqual([])
  })

  test('becomes the table of the README', () => {
    const table = commandTable({ commands } as Parameters<typeof commandTable>[0])
    expect(table.split('\n')).toHaveLength(Object.keys(commands).length + 2)
    expect(table).toContain('| `block PRINCIPAL` |')
  })
})
