/** The small books: prices, health, poison, sessions, history and the log group. Each promise on the fake and on the emulator. */
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  PutLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs'
import { type AttributeValue, PutItemCommand } from '@aws-sdk/client-dynamodb'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { DynamoBadRecords } from '../../src/runtime/aws/dynamo-bad-records.ts'
import { DynamoHealth } from '../../src/runtime/aws/dynamo-health.ts'
import { DynamoHistory } from '../../src/runtime/aws/dynamo-history.ts'
import { DynamoRates } from '../../src/runtime/aws/dynamo-rates.ts'
import { DynamoSessions } from '../../src/runtime/aws/dynamo-sessions.ts'
import { CloudWatchLogReader } from '../../src/runtime/aws/log-reader.ts'
import { type Instant, instant, type Month, monthOf } from '../../src/runtime/domain/base/calendar.ts'
import type {
  BadRecord,
  BadRecords,
  HealthBook,
  History,
  LogReader,
  RateBook,
  SessionBook,
} from '../../src/runtime/ports.ts'
import {
  MemoryBadRecords,
  MemoryHealth,
  MemoryHistory,
  MemoryLogs,
  MemoryRates,
  MemorySessions,
} from '../fakes/memory-books.ts'
import { all, at, TOKYO } from '../support/charges.ts'
import { type LedgerTable, ledgerTable, patience } from '../support/ledger-table.ts'
import { type Moto, startMoto } from '../support/moto.ts'

const NOVEMBER = '2026-11' as Month

interface Books {
  readonly rates: RateBook
  readonly health: HealthBook
  readonly bad: BadRecords
  readonly history: History
  /** Two of one book: two functions that know nothing of each other. */
  readonly sessions: readonly [SessionBook, SessionBook]
}

function promises(books: () => Books): void {
  it('keeps prices by model, scope and first day; the same again replaces', async () => {
    const { rates } = books()
    const override = {
      stem: 'acme.giant-1',
      scope: 'both' as const,
      perMillion: { input: '2', output: '10.5', cacheRead: '0.2', cacheWrite5m: '2.5', cacheWrite1h: '4' },
      validFrom: '2026-11-01',
      setAt: '2026-11-18T02:12:00Z',
      setBy: 'arn:aws:iam::123456789012:user/admin',
    }
    const later = { ...override, validFrom: '2026-12-01', perMillion: { ...override.perMillion, input: '1' } }
    const replaced = { ...override, setAt: '2026-11-19T00:00:00Z' }
    expect((await rates.kept()).overrides).toEqual([])
    for (const each of [override, later, replaced]) await rates.putOverride(each)
    const byDay = (a: { validFrom: string }, b: { validFrom: string }) => (a.validFrom < b.validFrom ? -1 : 1)
    expect([...(await rates.kept()).overrides].sort(byDay)).toEqual([replaced, later])
  })

  it('keeps what a profile holds', async () => {
    const { rates } = books()
    const arn = 'arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abcdefghijkl'
    await rates.putProfile(arn, { model: 'anthropic.claude-opus-4-7', scope: 'global' })
    expect([...(await rates.profiles())]).toEqual([[arn, { model: 'anthropic.claude-opus-4-7', scope: 'global' }]])
  })

  it('knows nothing of its health before anything happened', async () => {
    expect(await books().health.read()).toEqual({
      lastRecordAt: undefined,
      logSeconds: undefined,
      deliverySeconds: undefined,
      enforceSeconds: undefined,
      lastEnforceAt: undefined,
      watermark: undefined,
      catchUpFrom: undefined,
      caughtUp: undefined,
      lastIngestAt: undefined,
      comparedAt: undefined,
      balancesSeen: undefined,
      hold: false,
      closing: false,
      countFrom: undefined,
      problems: [],
    })
  })

  it('never lets the last record or the watermark go back', async () => {
    const { health } = books()
    await health.noteIngest({
      lastRecordAt: instant(2000),
      deliverySeconds: 4,
      lastIngestAt: instant(10),
      watermark: instant(50),
    })
    await health.noteIngest({
      lastRecordAt: instant(1000),
      deliverySeconds: 99,
      lastIngestAt: instant(20),
      watermark: instant(40),
    })
    expect(await health.read()).toMatchObject({
      lastRecordAt: 2000,
      deliverySeconds: 4,
      lastIngestAt: 20,
      watermark: 50,
    })
    await health.noteIngest({
      lastRecordAt: instant(3000),
      watermark: instant(60),
      logSeconds: 8,
      catchUpFrom: instant(5),
    })
    await health.noteIngest({ caughtUp: { count: 3, at: instant(70) } })
    expect(await health.read()).toMatchObject({
      lastRecordAt: 3000,
      deliverySeconds: 4,
      logSeconds: 8,
      watermark: 60,
      catchUpFrom: 5,
      caughtUp: { count: 3, at: 70 },
    })
  })

  it('keeps what enforce and the admin say beside each other', async () => {
    const { health } = books()
    await health.noteEnforce({
      lastEnforceAt: instant(100),
      enforceSeconds: 0.4,
      comparedAt: instant(90),
      balancesSeen: { month: NOVEMBER, count: 7 },
      problems: ['a notice could not be sent'],
    })
    await health.setControl({ hold: true })
    await health.setControl({ closing: true })
    await health.setControl({ countFrom: instant(80) })
    await health.noteIngest({ lastRecordAt: instant(1) })
    expect(await health.read()).toMatchObject({
      lastEnforceAt: 100,
      enforceSeconds: 0.4,
      comparedAt: 90,
      balancesSeen: { month: NOVEMBER, count: 7 },
      problems: ['a notice could not be sent'],
      hold: true,
      closing: true,
      countFrom: 80,
      lastRecordAt: 1,
    })
    await health.setControl({ hold: false })
    await health.noteEnforce({ lastEnforceAt: instant(200), problems: [] })
    expect(await health.read()).toMatchObject({
      hold: false,
      closing: true,
      lastEnforceAt: 200,
      problems: [],
      comparedAt: 90,
    })
  })

  it('keeps poison by its event: the same twice is one, any number at once', async () => {
    const { bad } = books()
    const poison = (id: string, day = 18): BadRecord => ({
      id,
      why: 'not JSON',
      requestId: undefined,
      excerpt: 'x'.repeat(4096),
      at: instant(Date.UTC(2026, 10, day, 5)),
    })
    const many = Array.from({ length: 30 }, (_, index) => poison(`e${index}`))
    await bad.keep([...many, poison('e3'), poison('other', 19)])
    await bad.keep([{ ...poison('e4'), requestId: 'r' }])
    await bad.keep([])
    expect(await bad.count('2026-11-18')).toBe(30)
    expect(await bad.count('2026-11-18', 12)).toBe(12)
    expect(await bad.count('2026-11-19')).toBe(1)
    expect(await bad.count('2026-11-20')).toBe(0)
  })

  it('admits two hundred sessions of a role and month, for good, and no more', async () => {
    const [one, two] = books().sessions
    const names = Array.from({ length: 150 }, (_, index) => `person-${index}`)
    expect((await one.admit('Dev', NOVEMBER, names)).size).toBe(150)
    const more = Array.from({ length: 60 }, (_, index) => `late-${index}`)
    expect((await two.admit('Dev', NOVEMBER, [...names.slice(0, 5), ...more])).size).toBe(55)
    expect([...(await one.admit('Dev', NOVEMBER, ['person-7', 'nobody-yet']))]).toEqual(['person-7'])
    expect((await two.admit('Dev', '2026-12' as Month, ['nobody-yet'])).size).toBe(1)
    expect((await two.admit('Ops', NOVEMBER, ['nobody-yet'])).size).toBe(1)
    expect((await one.admit('Ops', NOVEMBER, [])).size).toBe(0)
  })

  it('appends history, reads it in order, and takes the same event twice for one', async () => {
    const { history } = books()
    const event = { at: at('2026-11-18T00:00:00Z'), by: 'arn:aws:iam::123456789012:user/admin', what: 'limit-set' }
    const full = {
      ...event,
      at: at('2026-11-17T00:00:00Z'),
      principal: 'user/tanaka',
      reason: 'asked',
      details: { from: '5', to: '8' },
    }
    const nextMonth = { ...event, at: at('2026-11-30T15:00:00Z') }
    for (const each of [event, full, nextMonth, event]) await history.append(each)
    expect(await all(history.read(NOVEMBER))).toEqual([full, event])
    expect(await all(history.read('2026-12' as Month))).toEqual([nextMonth])
  })
}

describe('the books in memory', () => {
  promises(() => {
    const sessions = new MemorySessions()
    return {
      rates: new MemoryRates(),
      health: new MemoryHealth(),
      bad: new MemoryBadRecords(),
      history: new MemoryHistory((when) => monthOf(when, TOKYO)),
      sessions: [sessions, sessions],
    }
  })
})

describe('on the emulator', () => {
  let moto: Moto
  let table: LedgerTable
  beforeAll(async () => {
    moto = await startMoto()
  })
  afterAll(async () => await moto.stop())
  beforeEach(async () => {
    table = await ledgerTable()
  })
  afterEach(async () => await table.drop())

  describe('the books', () => {
    promises(() => {
      const parts = { client: table.client, table: table.table, ...patience() }
      return {
        rates: new DynamoRates(parts),
        health: new DynamoHealth(parts),
        bad: new DynamoBadRecords(parts),
        history: new DynamoHistory({ ...parts, zoning: TOKYO }),
        sessions: [new DynamoSessions(parts), new DynamoSessions(parts)],
      }
    })
  })

  it('takes a figure of its health that nobody can read for unknown, and a switch that nobody can read for a fault', async () => {
    const health = new DynamoHealth({ client: table.client, table: table.table, ...patience() })
    const put = (pk: string, facts: Record<string, AttributeValue>) =>
      table.client.send(
        new PutItemCommand({ TableName: table.table, Item: { pk: { S: pk }, sk: { S: 'facts' }, ...facts } }),
      )
    const wrong = { S: 'soon' }
    await put('HEALTH#ingest', {
      logSeconds: { N: '1.5' },
      lastRecordAt: wrong,
      watermark: wrong,
      caughtUpAt: { N: '7' },
    })
    await put('HEALTH#enforce', {
      enforceSeconds: wrong,
      balancesMonth: { N: '1' },
      problems: { L: [{ N: '1' }, wrong] },
    })
    expect(await health.read()).toMatchObject({
      logSeconds: 1.5,
      lastRecordAt: undefined,
      watermark: undefined,
      caughtUp: undefined,
      enforceSeconds: undefined,
      balancesSeen: undefined,
      problems: ['soon'],
    })
    await put('CONTROL', { hold: { S: 'yes' } })
    await expect(health.read()).rejects.toMatchObject({ code: 'unreadable-item' })
  })

  it('asks the table once about sessions it has met', async () => {
    const sessions = new DynamoSessions(table)
    await sessions.admit('Dev', NOVEMBER, ['a', 'b'])
    const asked = table.calls.length
    await sessions.admit('Dev', NOVEMBER, ['b', 'a'])
    expect(table.calls.length).toBe(asked)
  })

  describe('the log group', () => {
    readsLogs(async (times, stream) => {
      const logs = new CloudWatchLogsClient({})
      const logGroup = `/aws/bedrock/${table.table}`
      await logs.send(new CreateLogGroupCommand({ logGroupName: logGroup }))
      if (stream) {
        const logStreamName = 'aws/bedrock/modelinvocations'
        for (const name of [logStreamName, 'other']) {
          await logs.send(new CreateLogStreamCommand({ logGroupName: logGroup, logStreamName: name }))
        }
        const events = times.map((timestamp) => ({ timestamp, message: `at ${timestamp}` }))
        await logs.send(new PutLogEventsCommand({ logGroupName: logGroup, logStreamName, logEvents: events }))
        await logs.send(
          new PutLogEventsCommand({
            logGroupName: logGroup,
            logStreamName: 'other',
            logEvents: [{ timestamp: times[0], message: 'not ours' }],
          }),
        )
      }
      return new CloudWatchLogReader({ client: logs, logGroup })
    })
  })
})

describe('the log group in memory', () => {
  readsLogs(async (times, stream) => {
    const logs = new MemoryLogs(2)
    if (stream)
      logs.put(...times.map((when, index) => ({ id: `e${index}`, at: when, ingestedAt: when, message: `at ${when}` })))
    return logs
  })
})

function readsLogs(fresh: (times: readonly Instant[], stream: boolean) => Promise<LogReader>): void {
  // The emulator drops what is older than two weeks by the machine's clock, as AWS does.
  const start = instant(Math.floor(Date.now() / 1000) * 1000 - 3_600_000)
  const times = Array.from({ length: 7 }, (_, index) => instant(start + index * 1000))
  const readAll = async (reader: LogReader, range: { from: Instant; to: Instant }): Promise<string[]> => {
    const messages: string[] = []
    let cursor: string | undefined
    do {
      const page = await reader.read(range, cursor)
      messages.push(...page.events.map(({ message }) => message))
      cursor = page.cursor
    } while (cursor !== undefined)
    return messages
  }

  it('reads a range page by page, oldest first, its end excluded, one stream only', async () => {
    const reader = await fresh(times, true)
    const [, second, , , , , seventh] = times
    if (second === undefined || seventh === undefined) throw new Error('seven times were made')
    expect(await readAll(reader, { from: second, to: seventh })).toEqual(times.slice(1, 6).map((when) => `at ${when}`))
    expect(await readAll(reader, { from: seventh, to: seventh })).toEqual([])
    const { events } = await reader.read({ from: second, to: instant(second + 1) })
    expect(events).toMatchObject([{ at: second, ingestedAt: expect.any(Number), id: expect.stringMatching(/.+/) }])
  })

  it('takes a stream that does not exist yet for empty', async () => {
    expect(await readAll(await fresh(times, false), { from: start, to: instant(start + 10_000) })).toEqual([])
  })
}
