/** The ingest function as it is deployed, against the emulator: its environment, its handler, its real adapters. */
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  PutLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { DynamoBadRecords } from '../../src/runtime/aws/dynamo-bad-records.ts'
import { DynamoHealth } from '../../src/runtime/aws/dynamo-health.ts'
import { DynamoLedger } from '../../src/runtime/aws/dynamo-ledger.ts'
import { DynamoPeople } from '../../src/runtime/aws/dynamo-people.ts'
import { DynamoRates } from '../../src/runtime/aws/dynamo-rates.ts'
import { DynamoSessions } from '../../src/runtime/aws/dynamo-sessions.ts'
import { openPayload } from '../../src/runtime/aws/logs-payload.ts'
import { CONFIG_VARIABLE, encodeConfig } from '../../src/runtime/config.ts'
import { instant, type Month } from '../../src/runtime/domain/base/calendar.ts'
import { factsFrom } from '../../src/runtime/usecases/facts.ts'
import { receive } from '../../src/runtime/usecases/receive.ts'
import { ACCOUNT, all, sessionArn, TOKYO, userArn } from '../support/charges.ts'
import { memoryRoom } from '../support/ingest-room.ts'
import { awsFault, type Door, type LedgerTable, ledgerTable, patience } from '../support/ledger-table.ts'
import { type Moto, startMoto } from '../support/moto.ts'
import { delivery, logged, record } from '../support/records.ts'

const NOVEMBER = '2026-11' as Month

describe('ingest on the emulator', () => {
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

  const ledgerOf = (door: Door = table, name = table.table) =>
    new DynamoLedger({
      client: door.client,
      table: name,
      zoning: TOKYO,
      journalDays: 400,
      random: Math.random,
      ...patience(),
    })

  function roomOf(door: Door, name: string) {
    const { room } = memoryRoom()
    const parts = { client: door.client, table: name, ...patience() }
    const rates = new DynamoRates(parts)
    const health = new DynamoHealth(parts)
    return {
      ...room,
      rates,
      health,
      facts: factsFrom({ rates, people: new DynamoPeople(parts), health, clock: room.clock, assumedCacheTtl: '5m' }),
      ledger: ledgerOf(door, name),
      bad: new DynamoBadRecords(parts),
      sessions: new DynamoSessions(parts),
    }
  }

  it('is exact after a crash at any request of a batch and a retry, whether or not that request had gone through', async () => {
    const event = delivery([
      logged(record()),
      logged(record({ arn: userArn('suzuki'), source: 'claude-code' })),
      logged(record({ arn: sessionArn('AWSReservedSSO_Dev_0123456789abcdef', 'sato') })),
      logged('{"broken'),
    ])
    const whole = table.another()
    await receive(roomOf(whole, table.table), event, openPayload)
    const expected = await all(ledgerOf().balances(NOVEMBER))
    expect(expected).toHaveLength(3)
    const requests = whole.calls.length
    expect(requests).toBeGreaterThanOrEqual(6)
    for (let crashAt = 1; crashAt <= requests; crashAt++) {
      for (const after of [false, true]) {
        const fresh = await ledgerTable()
        const door = fresh.another()
        const dead = awsFault('AccessDeniedException')
        door.meddle = () => {
          if (door.calls.length === crashAt) return { error: dead, after }
          return door.calls.length > crashAt ? { error: dead } : undefined
        }
        await expect(receive(roomOf(door, fresh.table), event, openPayload)).rejects.toThrow()
        await receive(roomOf(fresh, fresh.table), event, openPayload)
        const ledger = ledgerOf(fresh, fresh.table)
        expect(await all(ledger.balances(NOVEMBER))).toEqual(expected)
        expect(await all(ledger.failed(NOVEMBER))).toEqual([])
        await fresh.drop()
      }
    }
  })

  it('works from its environment alone: delivery, catch-up and backfill through the one handler', async () => {
    const logs = new CloudWatchLogsClient({})
    const logGroup = `/aws/bedrock/${table.table}`
    const logStreamName = 'aws/bedrock/modelinvocations'
    await logs.send(new CreateLogGroupCommand({ logGroupName: logGroup }))
    await logs.send(new CreateLogStreamCommand({ logGroupName: logGroup, logStreamName }))
    vi.stubEnv(
      CONFIG_VARIABLE,
      encodeConfig({
        guard: 'cost-guard',
        account: ACCOUNT,
        region: 'us-east-1',
        partition: 'aws',
        table: table.table,
        logGroup,
        topicArn: `arn:aws:sns:us-east-1:${ACCOUNT}:cost-guard-notices`,
        enforceFunction: 'no-such-function',
        zoning: TOKYO,
        labels: ['claude-code'],
        sessionRoles: ['AWSReservedSSO_*'],
        protectedPrincipals: [],
        unknownPrice: 'warn',
        assumedCacheTtl: '5m',
        language: 'en',
        currency: undefined,
        journalDays: 400,
        warnAt: [80],
      }),
    )
    const written: string[] = []
    const stdout = vi.spyOn(process.stdout, 'write').mockImplementation((text) => written.push(String(text)) > 0)
    try {
      const { handler } = await import('../../src/runtime/handlers/ingest.ts')
      const context = { getRemainingTimeInMillis: () => 60_000 }
      // What catch-up reads lies within the last two hours of the machine's clock.
      const now = instant(Math.floor(Date.now() / 1000) * 1000)
      const events = [1, 2, 3].map((minutes) => {
        const at = instant(now - minutes * 60_000)
        return logged(record({ at }), at)
      })
      expect(await handler(delivery(events.slice(0, 1)), context)).toMatchObject({ recorded: 1, duplicates: 0 })
      const logEvents = [...events].reverse().map(({ at, message }) => ({ timestamp: at, message }))
      await logs.send(new PutLogEventsCommand({ logGroupName: logGroup, logStreamName, logEvents }))
      expect(await handler({ kind: 'catch-up' }, context)).toMatchObject({ recorded: 2, duplicates: 1, caughtUp: 0 })
      const range = { from: new Date(now - 3_600_000).toISOString(), to: new Date(now).toISOString() }
      expect(await handler({ kind: 'backfill', ...range }, context)).toEqual({
        ...{ recorded: 0, duplicates: 3, conflicts: 0, failed: 0, ignored: 0, malformed: 0, refused: 0 },
      })
    } finally {
      stdout.mockRestore()
      vi.unstubAllEnvs()
    }
    const lines = written.map((line) => JSON.parse(line) as { event: string })
    expect(lines.filter(({ event }) => event === 'ingested')).toHaveLength(3)
    // The emulator has no such function: said, not thrown.
    expect(lines.filter(({ event }) => event === 'poke-failed')).toHaveLength(2)
  })
})
