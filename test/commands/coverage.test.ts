import { describe, expect, test } from 'vitest'
import { readDays } from '../../src/commands/_coverage.ts'
import { coverageFinding } from '../../src/commands/_doctor/coverage.ts'
import { adviceOf, coverageText } from '../../src/commands/_view/coverage.ts'
import type { Day, Instant } from '../../src/runtime/domain/base/calendar.ts'
import { parseUsd } from '../../src/runtime/domain/money/money.ts'
import { makeBook, noKeptPrices } from '../../src/runtime/domain/money/price-book.ts'
import { coverageOf } from '../../src/runtime/domain/telling/coverage.ts'
import type { CoverageInput } from '../../src/runtime/domain/telling/coverage-tokens.ts'

const at = (iso: string): Instant => Date.parse(iso) as Instant
const region = 'us-east-1'
const command = (words: string) => `cost-guard ${words} --region ${region}`
const none = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 }
const sonnet = 'anthropic.claude-sonnet-4-5-20250929-v1:0'
const from = at('2026-11-19T00:00:00Z')
const covering = (more: Partial<CoverageInput>) =>
  coverageOf({
    ...{ from, to: at('2026-11-20T00:00:00Z'), step: 3_600_000, region, deliveries: [], onlySources: false },
    ...{ metered: [], counted: [], mantle: [] },
    book: makeBook({ kept: noKeptPrices, profiles: new Map(), assumedCacheTtl: '5m' }),
    ...more,
  })
const counted = (input: number, modelId = `global.${sonnet}`, where = region) => ({
  ...{ at: from, region: where, modelId, requests: 1, tokens: { ...none, input } },
})
const metered = (input: number) => ({
  ...{ at: from, region, model: sonnet, requests: 1, tokens: { ...none, input }, spend: parseUsd('3') },
})
const how = { guard: 'cost-guard', region, by: 'model', screen: 80, began: false, command }

describe('the screen', () => {
  const gap = covering({
    metered: [metered(1_000_000_000)],
    counted: [counted(1_000_000_001), counted(70, `eu.${sonnet}`, 'eu-central-1')],
    mantle: [counted(12_000, 'moonshotai.a-model-with-a-very-long-name-that-nobody-priced-v1')],
  })

  test('fits 80 columns but for commands, and names endpoint and region where they are not the usual ones', () => {
    const lines = coverageText(gap, how).split('\n')
    expect(lines.filter((line) => line.length > 80 && !line.includes('Try this: cost-guard'))).toEqual([])
    expect(lines.join('\n')).toContain('anthropic.claude-sonnet-4-5 (eu-central-1)')
    expect(lines.join('\n')).toContain('nobody-priced (mantle)')
    expect(lines.join('\n')).toContain('a part at an assumed price')
  })

  test('never shows a gap as none', () => {
    expect(coverageText(gap, how)).toMatch(/anthropic\.claude-sonnet-4-5 +1,000,000,001 +1,000,000,000 +0\.1 % +<0\.01/)
  })

  test('says when there is nothing to compare, and when nobody called', () => {
    expect(coverageText(covering({ to: from }), how)).toContain('Nothing to compare yet')
    expect(coverageText(covering({}), how)).toContain('Neither CloudWatch nor the ledger knows of any call')
  })
})

test('the advice for a silence names its hours and the command that counts them', () => {
  const all = covering({
    counted: [counted(1000)],
    deliveries: [{ at: from, region, succeeded: 1, failed: 0 }],
  })
  const [cause] = all.causes
  if (cause === undefined) throw new Error('no cause')
  expect(adviceOf(cause, command)).toEqual({
    why: 'Bedrock wrote records that are not in the ledger (from 2026-11-19 00:00 to 2026-11-19 01:00 UTC).',
    fix: 'Count them: cost-guard backfill --since 2026-11-19 --region us-east-1',
  })
})

describe('the days asked for', () => {
  const now = Date.parse('2026-11-20T09:00:00Z')
  test('are yesterday and today unless named, in UTC', () => {
    expect(readDays({}, now)).toEqual({ from: at('2026-11-19T00:00:00Z'), to: at('2026-11-21T00:00:00Z') })
    expect(readDays({ until: '2026-11-10' }, now)).toEqual({
      from: at('2026-11-10T00:00:00Z'),
      to: at('2026-11-11T00:00:00Z'),
    })
  })
  test.each([
    [{ since: '2026-11-09', until: '2026-11-08' }, 'bad-range'],
    [{ since: '2026-11-21' }, 'bad-range'],
    [{ since: '2026-01-01' }, 'bad-range'],
    [{ since: 'yesterday' }, 'bad-day'],
  ])('%o is refused', (flags, code) => {
    expect(() => readDays(flags, now)).toThrow(expect.objectContaining({ code }))
  })
})

test('doctor warns of what is worth a mail, notes the rest, and does not fail for what it cannot know', () => {
  const day = '2026-11-19' as Day
  const state = (more: Partial<CoverageInput>) =>
    coverageFinding({ kind: 'known', day, coverage: covering(more) }, command).state
  expect(state({})).toBe('ok')
  expect(state({ metered: [metered(1000)], counted: [counted(1000)] })).toBe('ok')
  expect(state({ metered: [metered(1000)], counted: [counted(1001)] })).toBe('note')
  expect(state({ metered: [metered(1000)], counted: [counted(2_000_000)] })).toBe('warn')
  expect(coverageFinding({ kind: 'unknown', day, why: 'AccessDenied' }, command).state).toBe('unknown')
  expect(coverageFinding({ kind: 'too-early', day }, command).state).toBe('ok')
})
