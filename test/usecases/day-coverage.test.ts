import { describe, expect, test } from 'vitest'
import type { CountedTokens, TokenSums } from '../../src/runtime/domain/telling/coverage-tokens.ts'
import { dailyReport } from '../../src/runtime/usecases/daily-report.ts'
import { at } from '../contract/world.ts'
import { Guarded, user } from './guarded.ts'

const yesterday = at('2026-11-19T00:00:00Z')
const sonnet = 'global.anthropic.claude-sonnet-4-5-20250929-v1:0'
const none: TokenSums = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 }
const counted = (input: number, modelId = sonnet): CountedTokens => ({
  ...{ at: yesterday, region: 'us-east-1', modelId, requests: 1 },
  tokens: { ...none, input },
})

/** Yesterday one request of 1,000 tokens and 3 dollars went into the ledger. */
async function guardWith(usage: Partial<ReturnType<Guarded['counted']>>): Promise<Guarded> {
  const guard = new Guarded()
  await guard.health.setControl({ countFrom: at('2026-11-01T00:00:00Z') })
  await guard.spend(user('tanaka'), '3', { iso: '2026-11-19T10:00:00Z' })
  guard.counted = () => ({ counted: [], mantle: [], deliveries: [], ...usage })
  return guard
}
const preview = async (guard: Guarded): Promise<string> => {
  const { text } = await dailyReport(guard.report, { kind: 'preview' })
  return text.replace(/\s+/g, ' ')
}

describe('the daily mail', () => {
  test('says that yesterday was counted whole', async () => {
    const guard = await guardWith({ counted: [counted(1000)] })
    expect(await preview(guard)).toContain('2026-11-19: 100 % of the tokens that CloudWatch counted are in the ledger')
  })

  test('says which share was not in the log, what it cost about, and where it likely hides', async () => {
    const guard = await guardWith({
      counted: [counted(1000)],
      mantle: [counted(40_000, 'anthropic.claude-sonnet-4-5')],
    })
    expect(await preview(guard)).toContain(
      '2026-11-19: 2.4 % of the tokens that CloudWatch counted; 97.6 % (about USD 0.13) were not in the log. Likely: calls on bedrock-mantle',
    )
  })

  test('goes out without it when CloudWatch cannot be read, and says so', async () => {
    const guard = await guardWith({})
    guard.counted = () => {
      throw new Error('not authorized to perform: cloudwatch:ListMetrics')
    }
    expect((await dailyReport(guard.report, { kind: 'daily' })).sent).toBe(true)
    expect(await preview(guard)).toContain(
      '2026-11-19: not known, CloudWatch could not be read: not authorized to perform: cloudwatch:ListMetrics',
    )
  })

  test('takes the day before where yesterday has only just ended', async () => {
    const guard = await guardWith({})
    guard.clock.set('2026-11-20T00:10:00Z')
    expect(await preview(guard)).toContain('2026-11-18: CloudWatch counted no call either')
    guard.clock.set('2026-11-20T00:20:00Z')
    expect(await preview(guard)).toContain('2026-11-19: ')
  })

  test('compares no day that was counted in part', async () => {
    const guard = await guardWith({ counted: [counted(9000)] })
    await guard.health.setControl({ countFrom: at('2026-11-19T08:00:00Z') })
    expect(await preview(guard)).toContain('coverage known after the first complete day')
  })

  test('of the first finds yesterday in the month before', async () => {
    const guard = await guardWith({})
    await guard.spend(user('tanaka'), '3', { iso: '2026-11-30T10:00:00Z' })
    guard.clock.set('2026-12-01T09:00:00Z')
    guard.counted = () => ({
      counted: [{ ...counted(1000), at: at('2026-11-30T00:00:00Z') }],
      mantle: [],
      deliveries: [],
    })
    expect(await preview(guard)).toContain('2026-11-30: 100 % of the tokens')
  })

  test('a month’s statement says nothing of it', async () => {
    const guard = await guardWith({ counted: [counted(9000)] })
    const { text } = await dailyReport(guard.report, { kind: 'preview', month: '2026-10' })
    expect(text).not.toContain('CloudWatch')
  })
})

describe('a mail of its own', () => {
  const much = { counted: [counted(1000), counted(2_000_000, `us.${sonnet.slice(7)}`)] }

  test('tells, once for each day, of use that nobody counted', async () => {
    const guard = await guardWith(much)
    await dailyReport(guard.report, { kind: 'daily' })
    await dailyReport(guard.report, { kind: 'daily' })
    const mails = guard.notifier.take()
    expect(mails.map(({ kind }) => kind)).toEqual(['report', 'uncovered'])
    expect(mails[1]?.subject).toBe('[cost-guard] 100 % of the use of 2026-11-19 was not in the log: about USD 6.60')
    expect(mails[1]?.text).toContain('cost-guard coverage --since 2026-11-19 --by hour --region us-east-1')
    expect(mails[1]?.text).toContain('bedrock:CreateModelInvocationJob')
  })

  test('goes out also where the report itself had gone out before it failed', async () => {
    const guard = await guardWith({ counted: [counted(1000)] })
    await dailyReport(guard.report, { kind: 'daily' })
    guard.notifier.take()
    guard.counted = () => ({ mantle: [], deliveries: [], ...much })
    await dailyReport(guard.report, { kind: 'daily' })
    expect(guard.notifier.take().map(({ kind }) => kind)).toEqual(['uncovered'])
  })

  test('is not written for a few cents', async () => {
    const cents = await guardWith({ counted: [counted(101_000)] })
    await dailyReport(cents.report, { kind: 'daily' })
    expect(cents.notifier.take().map(({ kind }) => kind)).toEqual(['report'])
  })

  test('is not written because the admin asks for today’s mail', async () => {
    const guard = await guardWith(much)
    await dailyReport(guard.report, { kind: 'send' })
    expect(guard.notifier.take().map(({ kind }) => kind)).toEqual(['report'])
  })
})
