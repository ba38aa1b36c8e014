/**
 * What recording costs: write units per record and requests per batch, from the requests at the emulator's door. Balances
 * are as large as at the end of a month of 31 days.
 */
import { type AttributeValue, GetItemCommand, PutItemCommand, type TransactWriteItem } from '@aws-sdk/client-dynamodb'
import { DynamoBadRecords } from '../src/runtime/aws/dynamo-bad-records.ts'
import { DynamoHealth } from '../src/runtime/aws/dynamo-health.ts'
import { DynamoLedger } from '../src/runtime/aws/dynamo-ledger.ts'
import { DynamoPeople } from '../src/runtime/aws/dynamo-people.ts'
import { DynamoRates } from '../src/runtime/aws/dynamo-rates.ts'
import { DynamoSessions } from '../src/runtime/aws/dynamo-sessions.ts'
import { itemBytes, transactedUnits } from '../src/runtime/aws/item-size.ts'
import { balanceKey } from '../src/runtime/aws/keys.ts'
import { openPayload } from '../src/runtime/aws/logs-payload.ts'
import { type Instant, instant, type Month } from '../src/runtime/domain/base/calendar.ts'
import type { PrincipalKey } from '../src/runtime/domain/metering/principal.ts'
import { factsFrom } from '../src/runtime/usecases/facts.ts'
import type { IngestRoom } from '../src/runtime/usecases/ingest.ts'
import { receive } from '../src/runtime/usecases/receive.ts'
import { CountingTrigger, MemoryLogs } from '../test/fakes/memory-books.ts'
import { ACCOUNT, charging, HAIKU, OPUS, sessionArn, TOKYO } from '../test/support/charges.ts'
import { type LedgerTable, ledgerTable } from '../test/support/ledger-table.ts'
import { startMoto } from '../test/support/moto.ts'
import { delivery, logged, record } from '../test/support/records.ts'
import type { Figure } from './analyze.ts'

const OCTOBER = '2026-10' as Month
const NOW = instant(Date.UTC(2026, 9, 30, 3))
const ROLE = 'AWSReservedSSO_PlatformEngineers_0123456789abcdef'
const people = Array.from({ length: 5 }, (_, index) => `firstname.lastname-${index}@subsidiary.example.com`)
const principalOf = (person: string): PrincipalKey => `session/${ROLE}/${person}` as PrincipalKey

export interface IngestCosts {
  /** By number of records in the batch. */
  readonly writeUnitsPerRecord: Readonly<Record<50 | 3 | 1, number>>
  /** DynamoDB requests of a first batch, reads of prices, health and sessions included; and of one that finds them in memory. */
  readonly requestsPerBatch: number
  readonly requestsPerWarmBatch: number
  readonly largestBalanceBytes: number
  readonly largestEntryBytes: number
}

const number = (value: bigint | number): AttributeValue => ({ N: value.toString() })

/** Thirty dollars a day to the last pico-dollar, every label used. */
async function fillMonth(table: LedgerTable): Promise<void> {
  const daily = 31_234_567_891_234n
  const days = Array.from({ length: 31 }, (_, day) => [
    `d${String(day + 1).padStart(2, '0')}`,
    number(daily + BigInt(day)),
  ])
  const labels = [...charging.labels, 'other', 'none'].map((label) => [`l#${label}`, number(daily * 8n + 7n)])
  const tokens = ['i', 'o', 'r', 'v', 'h', 'u'].map((name) => [name, number(1_234_567_891)])
  for (const person of people) {
    const key = balanceKey(principalOf(person), OCTOBER)
    await table.client.send(
      new PutItemCommand({
        TableName: table.table,
        Item: {
          pk: { S: key.pk },
          sk: { S: key.sk },
          p: number(daily * 31n + 3n),
          a: number(daily * 2n + 1n),
          n: number(12_345),
          f: number(Date.UTC(2026, 9, 1)),
          t: number(Date.UTC(2026, 9, 30)),
          ...Object.fromEntries([...days, ...labels, ...tokens]),
        },
      }),
    )
  }
}

function roomOn(table: LedgerTable): IngestRoom {
  const clock = { now: (): Instant => NOW }
  const parts = { client: table.client, table: table.table, clock, sleeper: { sleep: async () => {} } }
  const rates = new DynamoRates(parts)
  const health = new DynamoHealth(parts)
  const config = {
    guard: 'cost-guard',
    account: ACCOUNT,
    zoning: TOKYO,
    sessionRoles: ['AWSReservedSSO_*'],
    labels: charging.labels,
  }
  return {
    ledger: new DynamoLedger({ ...parts, zoning: TOKYO, journalDays: 400, random: () => 0.5 }),
    bad: new DynamoBadRecords(parts),
    sessions: new DynamoSessions(parts),
    health,
    rates,
    logs: new MemoryLogs(),
    trigger: new CountingTrigger(),
    clock,
    log: () => {},
    facts: factsFrom({ rates, people: new DynamoPeople(parts), health, clock, assumedCacheTtl: '5m' }),
    config: { ...config, assumedCacheTtl: '5m', journalDays: 400 },
    deadlineMs: () => NOW + 60_000,
  }
}

/** Five people, two models, one label each, in one minute. */
function batchOf(count: number, turn: number) {
  const lines = Array.from({ length: count }, (_, index) => {
    const at = instant(NOW - 3_600_000 + turn * 60_000 + index * 1000)
    const model = Math.floor(index / 5) % 2 === 0 ? OPUS : HAIKU
    const arn = sessionArn(ROLE, people[index % 5] ?? '')
    return logged(record({ at, model, arn, source: 'claude-code', input: 1_000 + index * 7919 }), at)
  })
  return delivery(lines)
}

/** Units of everything transacted: what was put as sent, what was updated as it is now. */
async function unitsOf(
  table: LedgerTable,
  calls: LedgerTable['calls'],
): Promise<{ units: number; entryBytes: number }> {
  let units = 0
  let entryBytes = 0
  const actions = calls.flatMap(({ input }) => (input as { TransactItems?: TransactWriteItem[] }).TransactItems ?? [])
  for (const { Put, Update } of actions) {
    if (Put) entryBytes = Math.max(entryBytes, itemBytes(Put.Item ?? {}))
    const item =
      Put?.Item ?? (await table.client.send(new GetItemCommand({ TableName: table.table, Key: Update?.Key }))).Item
    units += transactedUnits(itemBytes(item ?? {}))
  }
  return { units, entryBytes }
}

/** Needs an emulator: AWS_ENDPOINT_URL points at one. */
export async function measureIngest(): Promise<IngestCosts> {
  const table = await ledgerTable()
  await fillMonth(table)
  const room = roomOn(table)
  let turn = 0
  const run = async (count: number) => {
    turn += 1
    const before = table.calls.length
    const answer = await receive(room, batchOf(count, turn), openPayload)
    if (answer.recorded !== count) throw new Error(`${answer.recorded} of ${count} records were recorded`)
    const calls = table.calls.slice(before)
    return { requests: calls.length, ...(await unitsOf(table, calls)) }
  }
  const fifty = await run(50)
  const warm = await run(50)
  const three = await run(3)
  const one = await run(1)
  let largestBalanceBytes = 0
  for (const person of people) {
    const key = balanceKey(principalOf(person), OCTOBER)
    const { Item } = await table.client.send(
      new GetItemCommand({ TableName: table.table, Key: { pk: { S: key.pk }, sk: { S: key.sk } } }),
    )
    largestBalanceBytes = Math.max(largestBalanceBytes, itemBytes(Item ?? {}))
  }
  await table.drop()
  return {
    writeUnitsPerRecord: { 50: fifty.units / 50, 3: three.units / 3, 1: one.units },
    requestsPerBatch: fifty.requests,
    requestsPerWarmBatch: warm.requests,
    largestBalanceBytes,
    largestEntryBytes: fifty.entryBytes,
  }
}

const round = (value: number): number => Math.round(value * 100) / 100

export async function ingestFigures(): Promise<readonly Figure[]> {
  const moto = await startMoto()
  try {
    const costs = await measureIngest()
    const { 50: fifty, 3: three, 1: one } = costs.writeUnitsPerRecord
    const shown = (name: string, value: number, unit: string): Figure => ({
      name,
      value: round(value),
      unit,
      goal: 'shown',
      ok: true,
    })
    const goal = (name: string, value: number, unit: string, most: number): Figure => ({
      name,
      value: round(value),
      unit,
      goal: `<= ${most}`,
      ok: value <= most,
    })
    return [
      goal('ingest.writeUnitsPerRecord', fifty, 'write units', 2.6),
      shown('ingest.writeUnitsPerRecord.batchOf3', three, 'write units'),
      shown('ingest.writeUnitsPerRecord.batchOf1', one, 'write units'),
      goal('ingest.requestsPerBatch', costs.requestsPerBatch, 'DynamoDB requests', 6),
      shown('ingest.requestsPerBatch.warm', costs.requestsPerWarmBatch, 'DynamoDB requests'),
      goal('ingest.balanceBytes', costs.largestBalanceBytes, 'bytes', 1024),
    ]
  } finally {
    await moto.stop()
  }
}
