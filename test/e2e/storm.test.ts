/** Twenty deliveries at once to the deployed ingest, about the same five people, while DynamoDB refuses, collides and breaks off. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda'
import { beforeAll, expect, test } from 'vitest'
import { DynamoLedger } from '../../src/runtime/aws/dynamo-ledger.ts'
import { dayOf, instant, type Month, type Zoning } from '../../src/runtime/domain/base/calendar.ts'
import type { Balance } from '../../src/runtime/domain/metering/balance.ts'
import type { LogEvent } from '../../src/runtime/ports.ts'
import { userArn } from '../support/charges.ts'
import { delivery, logged, record } from '../support/records.ts'
import { sandboxForTests } from '../support/sandbox.ts'
import { Admin } from './guarded.ts'
import { OPUS } from './team.ts'

const sandbox = sandboxForTests()
const NOW = Date.UTC(2026, 10, 18, 2, 0)
const NOVEMBER = '2026-11' as Month
const PEOPLE = ['aoki', 'baba', 'chiba', 'doi', 'endo']
const UTC: Zoning = [{ from: '0000-00', zone: 'UTC' }]
const DELIVERIES = 20
const EACH = 15
const here = () => ({ endpoint: sandbox.endpoint, region: sandbox.region, credentials: sandbox.admin })

/** The n-th record of the storm; a thousand in (4 dollars a million) and a hundred out (20): 0.006 dollars. */
const nth = (index: number): LogEvent =>
  logged(
    record({
      id: `storm-${index}`,
      at: instant(NOW - (index % 600) * 1000),
      arn: userArn(PEOPLE[index % PEOPLE.length] ?? ''),
      model: OPUS,
    }),
  )

/** Each repeats the last third of the one before it, and brings one line that is no record. */
const deliveries = Array.from({ length: DELIVERIES }, (_, which) => {
  const from = Math.max(0, which * EACH - EACH / 3)
  const lines = Array.from({ length: (which + 1) * EACH - from }, (_, index) => nth(from + index))
  return delivery([...lines, logged(`{"broken": ${which}`)])
})

async function ingest(event: object): Promise<{ recorded: number; duplicates: number; malformed: number }> {
  const client = new LambdaClient({ ...here(), maxAttempts: 1 })
  const answer = await client.send(
    new InvokeCommand({ FunctionName: 'cost-guard-ingest', Payload: JSON.stringify(event) }),
  )
  const text = new TextDecoder().decode(answer.Payload)
  if (answer.FunctionError !== undefined) throw new Error(text)
  return JSON.parse(text)
}

const ledger = () =>
  new DynamoLedger({
    client: new DynamoDBClient(here()),
    table: 'cost-guard-ledger',
    zoning: UTC,
    journalDays: 400,
    clock: { now: () => instant(sandbox.now()) },
    sleeper: { sleep: (milliseconds) => new Promise((done) => setTimeout(done, milliseconds)) },
    random: Math.random,
  })

async function balances(): Promise<readonly Balance[]> {
  const found: Balance[] = []
  for await (const balance of ledger().balances(NOVEMBER)) found.push(balance)
  return found
}
/** First and last seen are right to the day only, where records came out of order. */
const sorted = (all: readonly Balance[]) =>
  [...all]
    .sort((a, b) => (a.principal < b.principal ? -1 : 1))
    .map((one) => ({ ...one, firstAt: dayOf(one.firstAt, UTC), lastAt: dayOf(one.lastAt, UTC) }))

/** As AWS words it: one reason for each action, of which one collided. */
function collisions(times: number) {
  let actions = 0
  return sandbox.inject({
    service: 'dynamodb',
    operation: 'TransactWriteItems',
    times,
    error: {
      code: 'TransactionCanceledException',
      message: 'Transaction cancelled, please refer cancellation reasons for specific reasons [TransactionConflict]',
      get fields() {
        const none = Array.from({ length: actions - 1 }, () => ({ Code: 'None' }))
        return { CancellationReasons: [...none, { Code: 'TransactionConflict', Message: 'Transaction is ongoing' }] }
      },
    },
    matches({ input }) {
      actions = (input['TransactItems'] as readonly unknown[]).length
      return true
    },
  })
}

beforeAll(async () => {
  sandbox.setTime(NOW)
  await new Admin(sandbox).does('init', '--yes')
})

test('every record is counted once, to the last digit, whatever DynamoDB answers', async () => {
  const writes = { service: 'dynamodb', operation: 'TransactWriteItems' }
  const faults = [
    collisions(25),
    // Done, and the answer lost.
    sandbox.inject({ ...writes, error: 'cut', when: 'after', times: 4, skip: 30 }),
    sandbox.inject({
      ...writes,
      error: { code: 'ProvisionedThroughputExceededException', message: 'slow down', status: 400 },
      times: 6,
      skip: 40,
    }),
    sandbox.inject({
      ...writes,
      error: { code: 'InternalServerError', message: 'again', status: 500 },
      times: 3,
      skip: 50,
    }),
  ]
  const answers = await Promise.all(deliveries.map(ingest))
  expect(faults[0]?.left()).toBe(0)
  expect(faults[1]?.left()).toBe(0)
  for (const fault of faults) fault.remove()
  await sandbox.idle()
  const sum = (of: (answer: (typeof answers)[number]) => number) => answers.reduce((total, one) => total + of(one), 0)
  expect(sum((one) => one.malformed)).toBe(DELIVERIES)
  const { principals, totalUsd } = await new Admin(sandbox).status()
  expect(totalUsd).toBe('1.8')
  expect(principals.map(({ principal, usd, requests }) => [principal, usd, requests]).sort()).toEqual(
    PEOPLE.map((name) => [`user/${name}`, '0.36', 60]),
  )
})

test('the journal alone gives the same balances', async () => {
  const [kept, rebuilt] = [sorted(await balances()), sorted(await ledger().rebuilt(NOVEMBER))]
  expect(kept).toHaveLength(PEOPLE.length)
  expect(rebuilt).toEqual(kept)
})

test('delivered once more, and read again by the catch-up, nothing is counted twice', async () => {
  const before = await balances()
  const again = await Promise.all(deliveries.slice(0, 5).map(ingest))
  expect(again.map((one) => one.recorded)).toEqual([0, 0, 0, 0, 0])
  sandbox.advance(16 * 60_000)
  await sandbox.tick()
  expect(sorted(await balances())).toEqual(sorted(before))
})
