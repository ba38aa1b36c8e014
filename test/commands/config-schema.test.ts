/** The schema that editors use and the checks that init makes say the same of a cost-guard.yaml. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { settingsFiles } from '../../scripts/settings.ts'
import { OTHER_KEYS, readConfigFile } from '../../src/commands/_config/file.ts'
import { configSchema } from '../../src/commands/_config/schema.ts'
import { defaultSettings, mergeSettings, rawSettings, settingsTable } from '../../src/provision/settings.ts'
import { instant } from '../../src/runtime/domain/base/calendar.ts'
import { GuardError } from '../../src/runtime/domain/base/guard-error.ts'
import { root } from '../support/cli.ts'
import { fits } from '../support/json-schema.ts'

const folder = mkdtempSync(join(tmpdir(), 'cost-guard-schema-'))
afterAll(() => rmSync(folder, { recursive: true }))
const schema = configSchema() as { properties: Record<string, Record<string, unknown>> }

/** Whether init takes this file. */
async function isTaken(text: string): Promise<boolean> {
  const file = join(folder, 'cost-guard.yaml')
  writeFileSync(file, text)
  try {
    await readConfigFile(file)
    return true
  } catch (error) {
    if (!(error instanceof GuardError)) throw error
    return false
  }
}

/** A document that both read: schema and checks must say the same. */
async function bothSay(document: object | string): Promise<boolean> {
  const text = typeof document === 'string' ? document : JSON.stringify(document)
  const [schemaSays, checksSay] = [fits(schema, parse(text)), await isTaken(text)]
  expect({ text, taken: checksSay }).toEqual({ text, taken: schemaSays })
  return checksSay
}

describe('the schema of cost-guard.yaml', () => {
  test('knows exactly the keys that init reads', () => {
    const keys = [...settingsTable.map(({ key }) => key), ...OTHER_KEYS]
    expect(Object.keys(schema.properties).toSorted()).toEqual(keys.toSorted())
  })

  test('lists the choices that the table lists', () => {
    for (const { key, choices } of settingsTable.filter(({ kind }) => kind === 'choice')) {
      expect([key, schema.properties[key]?.['enum']]).toEqual([key, choices])
    }
  })

  test('its file and docs/settings.md are what the table says', () => {
    for (const [path, text] of Object.entries(settingsFiles())) {
      expect(`${path}: ${readFileSync(join(root, path), 'utf8') === text}`).toBe(`${path}: true`)
    }
  })

  test.each([
    [{ people: { tanaka: ['user/tanaka', 'user/x'], 佐藤: 'user/sato' }, teams: { growth: ['person/tanaka'] } }, true],
    [{ teams: { growth: { from: 'tags', members: ['user/a'] }, 'Team A': ['user/b'] } }, true],
    [{ people: 'none', teams: 'none' }, true],
    [{ people: { 'a/b': ['user/a'] } }, false],
    [{ people: { tanaka: [] } }, false],
    [{ people: { tanaka: { members: ['user/a'] } } }, false],
    [{ teams: { growth: { from: 'magic', members: ['user/a'] } } }, false],
    [{ teams: { growth: { from: 'tags' } } }, false],
    [{ teams: ['growth'] }, false],
  ])('people and teams: %j', async (document, taken) => {
    expect(await bothSay(document)).toBe(taken)
  })

  test.for(settingsTable)('$key: takes its example and its default, like init', async ({ key, sample, kind }) => {
    const typed = kind === 'numbers' ? String(sample).split(',').map(Number) : sample
    expect(await bothSay({ [key]: typed })).toBe(true)
    const usual = rawSettings(defaultSettings('cost-guard'))[key]
    expect(await bothSay({ [key]: usual === '' ? 'none' : usual })).toBe(true)
  })

  test.for(settingsTable)('$key: its example is another value than the default', ({ key, sample }) => {
    const how = { guard: 'cost-guard', now: instant(Date.UTC(2026, 10, 20)) }
    const needs = {
      currency: { currencyRate: '160.5' },
      currencyRate: { currency: 'JPY' },
      s3LargeBodies: { s3Logs: true },
    }
    const copy = { s3Logs: true }
    const page = { dashboard: true }
    const alone = {
      ...{ costTagKey: { costTag: '4711' }, logBucket: copy, s3ExpireDays: copy },
      ...{ pageShows: page, dashboardMfa: page, dashboardCidrs: page, dashboardPrefix: page, dashboardUrl: page },
      ...{
        dashboardSes: page,
        dashboardFrom: { ...page, dashboardSes: 'arn:aws:ses:us-east-1:123456789012:identity/example.com' },
      },
    }
    const others = { ...needs, ...alone }[key as string] ?? {}
    const settings = mergeSettings(undefined, { ...others, [key]: sample }, how)
    expect(settings).not.toEqual(key in alone ? mergeSettings(undefined, others, how) : defaultSettings('cost-guard'))
  })

  test.for(settingsTable)('$key: nonsense is taken by neither', async ({ key, kind }) => {
    expect(await bothSay({ [key]: { a: 1 } })).toBe(false)
    expect(await bothSay({ [key]: null })).toBe(false)
    expect(await bothSay({ [key]: '\u0007 no such thing \u0007' })).toBe(false)
    if (kind !== 'list' && kind !== 'numbers') expect(await bothSay({ [key]: ['a', 'b'] })).toBe(false)
  })

  test.for([
    ['emails: boss@example.com', true],
    ['emails: [boss@example.com, boss@example.com]', false],
    ['emails: boss@example.com,cfo@example.com', false],
    ['emails: none', true],
    ['reportTime: 24:00', false],
    ['retentionDays: 17', false],
    ['checkMinutes: 61', false],
    ['checkMinutes: 1.5', false],
    ['currencyRate: 160.5', true],
    ['currencyRate: -1', false],
    ['currency: USD', false],
    ['warnAt: none', true],
    ['warnAt: [0]', false],
    ['warnAt: [50, 50]', false],
    ['warnAt: 80', true],
    ['alarms: off', true],
    ['alarms: maybe', false],
    ['labels: [other]', false],
    ['s3ExpireDays: 0', false],
    ['s3ExpireDays: none', true],
    ['kmsKey: alias/mine', false],
    ['rolePath: guards', false],
    ['logReaders: [everybody]', false],
    ['costTag: 4711', true],
    ['adopt: [bucket]', false],
    ['guard: Guard!', false],
    ['region: moon', false],
    ['frobnicate: 1', false],
    ['limits: {everyone: 20, user/tanaka: {amount: "50.5", per: week, warnAt: [50], includeRoles: no}}', true],
    ['limits: {tanaka: [5, {amount: 1, per: day}]}', true],
    ['limits: [tanaka=50, {account: 2000}]', true],
    ['limits: {tanaka: -5}', false],
    ['limits: {tanaka: {per: month}}', false],
    ['limits: {tanaka: {amount: 5, pre: month}}', false],
    ['limits: {tanaka: {amount: 5, per: year}}', false],
    ['limits: 50', false],
    ['exclude: [user/a, role/b]', true],
    ['exclude: {user: a}', false],
    ['prices: [{model: newlab.wonder-9, input: 3, output: "15"}]', true],
    ['prices: [{model: newlab.wonder-9, input: 3}]', false],
    ['prices: {model: newlab.wonder-9}', false],
    ['discounts: [{of: "*", multiplier: 0.93}, {of: anthropic, multiplier: "0.9", from: 2026-12-01}]', true],
    ['discounts: [{of: anthropic, multiplier: 0}]', false],
    ['discounts: [{of: anthropic, multiplier: "11"}]', false],
    ['discounts: [{of: anthropic}]', false],
    ['discounts: {anthropic: 0.9}', false],
  ] as const)('%s: taken by both or by neither', async ([text, taken]) => {
    expect(await bothSay(text)).toBe(taken)
  })
})
