/** What the original's function and table say, read without guessing. */
import { describe, expect, test } from 'vitest'
import { looksOriginal, readSettings } from '../../src/provision/original/environment.ts'
import { exactly, type OriginalRow, readMonth } from '../../src/provision/original/rows.ts'
import { toDecimal } from '../../src/runtime/domain/money/money.ts'

const VARIABLES = {
  TABLE_NAME: 'claude-cost-CostTable-1ABC',
  SNS_TOPIC_ARN: 'arn:aws:sns:ap-northeast-1:123456789012:claude-cost-alerts',
  DENY_POLICY_ARN: 'arn:aws:iam::123456789012:policy/claude-cost-deny',
  COST_LIMITS: 'tanaka:50, sato:0,team-a:200.5',
  EXCLUDE_USERS: 'suzuki,ci-runner',
  JPY_RATE: '155.5',
  WARNING_THRESHOLD_PERCENT: '82.5',
  MODEL_PRICING: '{"opus":{"input":5,"output":25},"sonnet":{"input":3,"output":15,"cache_read":0.3}}',
  TARGET_SOURCES: 'claude-code,claude-desktop',
}

const money = (usd: bigint | undefined) => (usd === undefined ? 'none' : toDecimal(usd as never))
const limitsOf = (text: string) =>
  readSettings({ ...VARIABLES, COST_LIMITS: text }).limits.map(({ name, amount }) => `${name}=${money(amount)}`)

describe('the settings of the original', () => {
  test('make its function known, under one spelling or another; those of another function do not', () => {
    expect(looksOriginal(VARIABLES)).toBe(true)
    expect(looksOriginal({ ExcludeUsers: '', JpyRate: '160', WarningThresholdPercent: '80' })).toBe(true)
    expect(looksOriginal({ TABLE_NAME: 'orders', RATE_LIMITS: '5', JPY_RATE: '160' })).toBe(false)
    expect(looksOriginal({})).toBe(false)
  })

  test('are read with what hangs on them', () => {
    const settings = readSettings(VARIABLES)
    expect(settings).toMatchObject({
      excluded: ['suzuki', 'ci-runner'],
      jpyRate: '155.5',
      warnAt: '82',
      sources: ['claude-code', 'claude-desktop'],
      table: 'claude-cost-CostTable-1ABC',
      topicArn: VARIABLES.SNS_TOPIC_ARN,
      denyPolicyArn: VARIABLES.DENY_POLICY_ARN,
    })
    expect(settings.prices).toContainEqual({ family: 'opus', perMillion: { input: '5', output: '25' } })
    expect(settings.unreadable).toEqual([expect.stringContaining('82.5: whole percents only, 82 is taken')])
  })

  test('hold limits by bare name; 0 is no limit, for one or for all', () => {
    expect(limitsOf('tanaka:50, sato:0,team-a:200.5')).toEqual(['tanaka=50', 'sato=none', 'team-a=200.5'])
    expect(limitsOf('0')).toEqual([])
    expect(limitsOf('')).toEqual([])
    expect(limitsOf('someone@example.com:7')).toEqual(['someone@example.com=7'])
  })

  test('that cannot be read are said one by one, and the others are taken', () => {
    const { limits, unreadable } = readSettings({
      ...VARIABLES,
      COST_LIMITS: 'tanaka,sato:-5,mori:nan,abe:10',
      WARNING_THRESHOLD_PERCENT: 'often',
      JPY_RATE: '0',
      MODEL_PRICING: '{"opus":',
    })
    expect(limits.map(({ name }) => name)).toEqual(['abe'])
    expect(unreadable).toHaveLength(6)
    expect(unreadable.join('\n')).toMatch(/"tanaka".*\n.*"sato:-5".*\n.*"mori:nan"/)
  })
})

const row = (keys: readonly string[], totalUsd: string, kind?: string): OriginalRow => ({ keys, totalUsd, kind })
const totals = (rows: readonly OriginalRow[]) =>
  readMonth(rows, '2026-11').totals.map(({ kind, name, usd }) => `${kind ?? '?'} ${name} ${money(usd)}`)

describe('the rows of the original', () => {
  test('that hold a month of a user or role are its total, whichever way the key is cut', () => {
    expect(totals([row(['user:tanaka', '2026-11'], '12.5'), row(['role:team-a#2026-11'], '3')])).toEqual([
      'user tanaka 12.5',
      'role team-a 3',
    ])
    expect(totals([row(['tanaka', '2026-11'], '12.5', 'user')])).toEqual(['user tanaka 12.5'])
  })

  test('of other months, of days and of models do not count beside it', () => {
    const rows = [
      row(['user:tanaka', '2026-11'], '12.5'),
      row(['user:tanaka', '2026-10'], '99'),
      row(['ud:tanaka', '2026-11-03'], '12.5'),
      row(['um:tanaka', '2026-11#sonnet'], '12.5'),
      row(['daily:2026-11-03', 'x'], '12.5'),
      row(['model:sonnet', '2026-11'], '12.5'),
    ]
    expect(totals(rows)).toEqual(['user tanaka 12.5'])
    expect(readMonth(rows, '2026-11')).toMatchObject({ firstDay: '2026-11-03', models: ['sonnet'], unreadable: [] })
  })

  test('by day add up where there is none of the month, and say nothing of whether it is a user or a role', () => {
    expect(
      totals([
        row(['ud:sato', '2026-11-03'], '1.25'),
        row(['ud:sato', '2026-11-04'], '2'),
        row(['ud:sato', '2026-10-31'], '7'),
      ]),
    ).toEqual(['? sato 3.25'])
  })

  test('that say the same money twice count once', () => {
    const twice = [row(['user:sato', '2026-11'], '5', 'user'), row(['um:sato', '2026-11'], '5', 'user')]
    expect(totals([...twice, row(['month:sato', '2026-11'], '5', 'user')])).toEqual(['user sato 5'])
    const both = [
      row(['user:ops', '2026-11'], '1'),
      row(['role:ops', '2026-11'], '2'),
      row(['ud:ops', '2026-11-02'], '3'),
    ]
    expect(totals(both)).toEqual(['user ops 1', 'role ops 2'])
  })

  test('of identities that it could never block are said, with their money', () => {
    const { totals, unreadable } = readMonth([row(['unknown:root', '2026-11'], '4.2')], '2026-11')
    expect(totals).toEqual([])
    expect(unreadable).toEqual(['unknown:root: 4.20 dollars this month of nobody it could block'])
  })

  test('hold binary floats: they are taken exactly, rounded up to the pico-dollar, never below zero', () => {
    expect(money(exactly('8.200000000000001'))).toBe('8.200000000001')
    expect(money(exactly('1.5E-7'))).toBe('0.00000015')
    expect(money(exactly('12'))).toBe('12')
    expect(['-1', '', 'NaN', '.'].map(exactly)).toEqual([undefined, undefined, undefined, undefined])
  })
})
