import { describe, expect, test } from 'vitest'
import { metricsIn } from '../../src/runtime/domain/metering/metrics.ts'
import { ingest } from '../../src/runtime/usecases/ingest.ts'
import { checkMetrics, recordMetrics } from '../../src/runtime/usecases/own-metrics.ts'
import { readEmf } from '../../src/sandbox/metrics/emf.ts'
import { awsError } from '../fakes/faults.ts'
import { ACCOUNT, HAIKU, OPUS } from '../support/charges.ts'
import { memoryRoom } from '../support/ingest-room.ts'
import { record } from '../support/records.ts'
import { Guarded, ofUser, user } from './guarded.ts'

const tanaka = user('tanaka')
const scheduled = { kind: 'check', from: 'schedule' } as const
const delivery = { awslogs: { data: '' } }
const answer = { recorded: 3, duplicates: 2, conflicts: 0, failed: 4, ignored: 5, malformed: 0, refused: 0 }

async function overLimit(): Promise<Guarded> {
  const guard = new Guarded()
  guard.enforcer.add(tanaka)
  await guard.limit(ofUser('tanaka'), '50')
  await guard.spend(tanaka, '50')
  return guard
}

describe('a check says that it is finished', () => {
  test('also when nothing was to be done, and says nothing of failures where there are none', async () => {
    expect(checkMetrics(scheduled, await new Guarded().check())).toEqual({ ChecksFinished: 1 })
  })

  test('not when the ledger could not be read', async () => {
    const guard = await overLimit()
    guard.ledger.inject(awsError('InternalServerError'), 1, 'balances')
    const unread = await guard.check()
    expect(unread.problems).not.toEqual([])
    expect(checkMetrics(scheduled, unread)).toBeUndefined()
    expect(checkMetrics(scheduled, await guard.check())).toEqual({ ChecksFinished: 1 })
  })

  test('not when it was left to another one, nor for a preview or the release at a teardown', async () => {
    const done = await new Guarded().check()
    expect(checkMetrics(scheduled, { ...done, ran: 'left-to-the-running-one' })).toBeUndefined()
    expect(checkMetrics({ kind: 'preview' }, done)).toBeUndefined()
    expect(checkMetrics({ kind: 'release-all' }, done)).toBeUndefined()
  })
})

describe('who should be blocked and is not is counted', () => {
  test('while the attach fails, and no longer', async () => {
    const guard = await overLimit()
    guard.enforcer.inject(awsError('ServiceFailure'), 1, 'block')
    expect(checkMetrics(scheduled, await guard.check())).toEqual({ ChecksFinished: 1, BlockFailures: 1 })
    expect(checkMetrics(scheduled, await guard.check())).toEqual({ ChecksFinished: 1 })
    expect(guard.denied(tanaka)).toBe(true)
  })

  test('as long as the principal cannot be blocked at all', async () => {
    const guard = new Guarded()
    const admin = user('break-glass')
    guard.enforcer.add(admin)
    await guard.limit(ofUser('break-glass'), '1')
    await guard.spend(admin, '2')
    for (let turn = 0; turn < 2; turn++) {
      expect(checkMetrics(scheduled, await guard.check())).toEqual({ ChecksFinished: 1, BlockFailures: 1 })
    }
  })
})

describe('the records that reached the guard are counted', () => {
  test('with duplicates and refused calls when they are delivered, without what is no invocation', () => {
    expect(recordMetrics(delivery, answer)).toEqual({ RecordsCounted: 9 })
  })

  test('with what is left uncounted on purpose, or every quiet label would look like silence', () => {
    expect(recordMetrics(delivery, answer, true)).toEqual({ RecordsCounted: 14 })
  })

  test('reading the log again, only what is new: the same old records would hide that nothing comes any more', () => {
    expect(recordMetrics({ kind: 'catch-up' }, answer)).toEqual({ RecordsCounted: 3 })
    expect(recordMetrics({ kind: 'catch-up' }, { ...answer, recorded: 0 })).toEqual({ RecordsCounted: 0 })
  })
})

test('the members put into a line are what CloudWatch reads as metrics', () => {
  const line = {
    level: 'info',
    event: 'enforced',
    ...metricsIn('cg', 1_700_000_000_000, { ChecksFinished: 1, BlockFailures: 2 }),
  }
  const common = { namespace: 'CostGuard', unit: 'Count', dimensions: { Guard: 'cg' }, at: 1_700_000_000_000 }
  expect(readEmf(JSON.stringify(line))).toEqual([
    { ...common, name: 'ChecksFinished', value: 1 },
    { ...common, name: 'BlockFailures', value: 2 },
  ])
})

describe('what was charged is one line for each principal and model', () => {
  const lines = (...records: Parameters<typeof record>[0][]) =>
    records.map((one, index) => ({ id: `${index}`, at: undefined, message: JSON.stringify(record(one)) }))
  const charged = (room: ReturnType<typeof memoryRoom>) => room.charged
  const arn = (name: string) => `arn:aws:iam::${ACCOUNT}:user/${name}`

  test('of a batch, however many requests', async () => {
    const room = memoryRoom()
    const batch = lines(
      { id: 'a', arn: arn('tanaka'), model: OPUS },
      { id: 'b', arn: arn('tanaka'), model: OPUS },
      { id: 'c', arn: arn('tanaka'), model: HAIKU },
      { id: 'd', arn: arn('sato'), model: OPUS },
    )
    await ingest(room.room, batch, 'subscription')
    expect(charged(room).map(({ principal, requests }) => [principal, requests])).toEqual([
      ['user/tanaka', 2],
      ['user/tanaka', 1],
      ['user/sato', 1],
    ])
    for (const { usd } of charged(room)) expect(JSON.stringify(usd)).toMatch(/^\d+(\.\d+)?$/)
    // A duplicate was charged once, and a backfill books the past.
    await ingest(room.room, batch, 'subscription')
    expect(charged(room)).toHaveLength(3)
    await ingest(room.room, lines({ id: 'e', arn: arn('sato'), model: OPUS }), 'backfill')
    expect(charged(room)).toHaveLength(3)
  })

  test('and a name made to look like a metric stays a name', async () => {
    const room = memoryRoom()
    const name = '"},"_aws":{"Timestamp":1,"CloudWatchMetrics":[{"Namespace":"CostGuard"}]},"x":{"y":"'
    await ingest(room.room, lines({ id: 'a', arn: arn(name), model: OPUS }), 'subscription')
    expect(charged(room)).toHaveLength(1)
    const written = JSON.stringify(charged(room)[0])
    expect(written).not.toContain('\n')
    expect(readEmf(written)).toBeUndefined()
  })
})
