/** The ledger on the emulator while AWS refuses, collides and breaks off. */
import type { TransactWriteItem } from '@aws-sdk/client-dynamodb'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { DynamoLedger } from '../../src/runtime/aws/dynamo-ledger.ts'
import { itemBytes } from '../../src/runtime/aws/item-size.ts'
import { instant, type Month } from '../../src/runtime/domain/base/calendar.ts'
import type { Balance } from '../../src/runtime/domain/metering/balance.ts'
import type { Charge } from '../../src/runtime/domain/metering/charge.ts'
import type { PrincipalKey } from '../../src/runtime/domain/metering/principal.ts'
import { all, charge, HAIKU, TOKYO, userArn } from '../support/charges.ts'
import {
  awsFault,
  type Call,
  cancelled,
  type Door,
  type LedgerTable,
  ledgerTable,
  patience,
} from '../support/ledger-table.ts'
import { type Moto, startMoto } from '../support/moto.ts'

const NOVEMBER = '2026-11' as Month
const PEOPLE = ['aoki', 'baba', 'chiba', 'doi', 'endo']

/** Where many really wait for each other. */
const realTime = {
  clock: { now: () => instant(Date.now()) },
  sleeper: { sleep: (milliseconds: number) => new Promise<void>((wake) => setTimeout(wake, milliseconds)) },
}

const ledgerOf = (
  table: LedgerTable,
  door: Door = table,
  time: Pick<ReturnType<typeof patience>, 'clock' | 'sleeper'> = patience(),
  deadline?: () => number,
) =>
  new DynamoLedger({
    client: door.client,
    table: table.table,
    zoning: TOKYO,
    journalDays: 400,
    clock: time.clock,
    sleeper: time.sleeper,
    random: Math.random,
    ...(deadline ? { deadline } : {}),
  })

const spends = (balances: readonly Balance[]): Record<string, string> =>
  Object.fromEntries(balances.map(({ principal, spend, requests }) => [principal, `${spend} in ${requests}`]))

function expected(charges: Iterable<Charge>): Record<string, string> {
  const sums = new Map<PrincipalKey, { spend: bigint; requests: number }>()
  for (const { principal, cost } of charges) {
    const sum = sums.get(principal) ?? { spend: 0n, requests: 0 }
    sums.set(principal, { spend: sum.spend + cost, requests: sum.requests + 1 })
  }
  return Object.fromEntries([...sums].map(([principal, { spend, requests }]) => [principal, `${spend} in ${requests}`]))
}

const actionsOf = (call: Call): readonly TransactWriteItem[] =>
  (call.input as { TransactItems?: TransactWriteItem[] }).TransactItems ?? []
const transactions = (door: Door): readonly Call[] => door.calls.filter(({ name }) => name === 'TransactWriteItems')
const principalsIn = (call: Call): ReadonlySet<string> =>
  new Set(
    actionsOf(call).flatMap(({ Update }) => (Update?.Key?.['sk']?.S?.startsWith('B#') ? [Update.Key['sk'].S] : [])),
  )

describe('the ledger under fire', () => {
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

  const agree = async (charges: Iterable<Charge>) => {
    const ledger = ledgerOf(table, table.another())
    const balances = await all(ledger.balances(NOVEMBER))
    expect(spends(balances)).toEqual(expected(charges))
    expect(spends(await ledger.rebuilt(NOVEMBER))).toEqual(expected(charges))
  }

  it('keeps exact sums while twenty ingests write to the same five people, collide, repeat each other and bring poison', async () => {
    const mine = Array.from({ length: 20 }, (_, writer) =>
      PEOPLE.flatMap((person, index) => [
        charge({ arn: userArn(person), tokens: { input: 1000 + writer * 10 + index } }),
        charge({ arn: userArn(person), model: HAIKU, source: 'claude-code', tokens: { output: writer + 1 } }),
      ]),
    )
    // Every writer also brings what its neighbour brings, and one brings an entry the table cannot hold.
    const batches = mine.map((charges, writer) => [...charges, ...(mine[(writer + 1) % 20] ?? []).slice(0, 4)])
    const giant = { ...charge({ arn: userArn('aoki') }), operation: 'x'.repeat(410_000) }
    batches[7]?.push(giant)
    let injected = 0
    // The emulator takes a hundred times as long as AWS, and longer on a busy machine.
    const end = Date.now() + 170_000
    const answers = await Promise.all(
      batches.map((batch, writer) => {
        const door = table.another()
        door.meddle = (call) => {
          if (call.name !== 'TransactWriteItems' || transactions(door).length > 1 || writer % 3 !== 0) return undefined
          injected += 1
          return { error: cancelled(actionsOf(call).map((_, index) => (index === 1 ? 'TransactionConflict' : 'None'))) }
        }
        return ledgerOf(table, door, realTime, () => end).record(batch)
      }),
    )
    expect(injected).toBe(7)
    const count = (fate: string) => answers.flat().filter((answer) => answer === fate).length
    expect({
      recorded: count('recorded'),
      duplicate: count('duplicate'),
      refused: count('refused'),
      conflict: count('conflict'),
    }).toEqual({ recorded: 200, duplicate: 80, refused: 1, conflict: 0 })
    await agree(mine.flat())
  }, 200_000)

  it('is exact after a crash between any two calls and a retry, whether or not the last call had gone through', async () => {
    const charges = [
      ...PEOPLE.map((person) => charge({ arn: userArn(person) })),
      ...Array.from({ length: 84 }, () => charge({ arn: userArn('aoki'), source: 'claude-code' })),
    ]
    const counting = table.another()
    await ledgerOf(table, counting).record(charges)
    const calls = counting.calls.length
    expect(calls).toBeGreaterThan(1)
    for (let crashAt = 1; crashAt <= calls; crashAt++) {
      for (const after of [false, true]) {
        const fresh = await ledgerTable()
        const door = fresh.another()
        const dead = Object.assign(new Error('killed'), { name: 'AccessDeniedException' })
        door.meddle = () =>
          door.calls.length === crashAt
            ? { error: dead, after }
            : door.calls.length > crashAt
              ? { error: dead }
              : undefined
        await expect(ledgerOf(fresh, door).record(charges)).rejects.toMatchObject({ code: 'ledger-not-written' })
        await ledgerOf(fresh).record(charges)
        const ledger = ledgerOf(fresh)
        expect(spends(await all(ledger.balances(NOVEMBER)))).toEqual(expected(charges))
        expect(spends(await ledger.rebuilt(NOVEMBER))).toEqual(expected(charges))
        await fresh.drop()
      }
    }
  })

  it('waits with jitter while others hold the items, then goes one principal at a time before the end', async () => {
    const charges = PEOPLE.map((person) => charge({ arn: userArn(person) }))
    const time = patience()
    const end = time.clock.now() + 15_000
    table.meddle = (call) =>
      call.name === 'TransactWriteItems' && principalsIn(call).size > 1
        ? { error: cancelled(actionsOf(call).map(() => 'TransactionConflict')) }
        : undefined
    const answers = await ledgerOf(table, table, time, () => end).record(charges)
    expect(answers).toEqual(charges.map(() => 'recorded'))
    const sizes = transactions(table).map((call) => principalsIn(call).size)
    expect(sizes.slice(-5)).toEqual([1, 1, 1, 1, 1])
    expect(time.clock.now()).toBeGreaterThanOrEqual(end - 10_000)
    expect(time.slept.every((milliseconds) => milliseconds <= 2000)).toBe(true)
    table.meddle = () => undefined
    await agree(charges)
  })

  it('throws for AWS only after everybody else was written', async () => {
    const charges = PEOPLE.map((person) => charge({ arn: userArn(person) }))
    const time = patience()
    table.meddle = (call) =>
      [...principalsIn(call)].includes('B#user/chiba')
        ? { error: awsFault('ProvisionedThroughputExceededException') }
        : undefined
    const end = time.clock.now() + 20_000
    await expect(ledgerOf(table, table, time, () => end).record(charges)).rejects.toMatchObject({
      code: 'ledger-not-written',
      fault: 'aws',
      retry: 'soon',
    })
    expect(time.clock.now()).toBeLessThan(end)
    table.meddle = () => undefined
    await agree(charges.filter(({ principal }) => principal !== 'user/chiba'))
    expect(await ledgerOf(table).record(charges)).toEqual(
      PEOPLE.map((person) => (person === 'chiba' ? 'recorded' : 'duplicate')),
    )
    await agree(charges)
  })

  it('halves a transaction that is refused without a reason until the bad entry is alone', async () => {
    const charges = Array.from({ length: 40 }, (_, index) => charge({ arn: userArn(PEOPLE[index % 5] ?? '') }))
    const bad = charges[23]?.requestId ?? ''
    table.meddle = (call) =>
      JSON.stringify(call.input).includes(bad) ? { error: awsFault('ValidationException') } : undefined
    const answers = await ledgerOf(table).record(charges)
    expect(answers.map((answer, index) => (answer === 'refused' ? index : -1)).filter((index) => index >= 0)).toEqual([
      23,
    ])
    expect(transactions(table).length).toBeLessThan(16)
    table.meddle = () => undefined
    await agree(charges.filter(({ requestId }) => requestId !== bad))
  })

  it('takes a table that refuses everything for broken, not the records for poison', async () => {
    table.meddle = () => ({ error: awsFault('ValidationException') })
    await expect(ledgerOf(table).record(Array.from({ length: 6 }, () => charge()))).rejects.toMatchObject({
      code: 'ledger-refuses-everything',
    })
  })

  it('cuts a principal with many entries into transactions of at most 95 actions, each with its own share of the counters', async () => {
    const charges = [
      ...Array.from({ length: 120 }, (_, index) =>
        charge({ arn: userArn('aoki'), at: `2026-11-${String((index % 28) + 1).padStart(2, '0')}T00:00:00Z` }),
      ),
      charge({ arn: userArn('baba') }),
    ]
    await ledgerOf(table).record(charges)
    for (const call of transactions(table)) {
      expect(actionsOf(call).length).toBeLessThanOrEqual(95)
      const puts = actionsOf(call).filter(({ Put }) => Put?.Item?.['q']?.S === 'user/aoki').length
      const counted = actionsOf(call).flatMap(({ Update }) =>
        Update?.Key?.['sk']?.S === 'B#user/aoki'
          ? Object.entries(Update.ExpressionAttributeNames ?? {}).flatMap(([place, name]) =>
              name === 'n' ? [Number(Update.ExpressionAttributeValues?.[place.replace('#', ':')]?.N)] : [],
            )
          : [],
      )
      expect(counted).toEqual(puts > 0 ? [puts] : [])
    }
    await agree(charges)
  })

  it('puts nothing that all principals share into a transaction', async () => {
    await ledgerOf(table).record(PEOPLE.map((person) => charge({ arn: userArn(person) })))
    const keys = actionsOf(transactions(table)[0] ?? { name: '', input: {} }).map(({ Put, Update }) => {
      const key = Put?.Item ?? Update?.Key ?? {}
      return `${key['pk']?.S} ${key['sk']?.S}`
    })
    expect(keys).toHaveLength(15)
    expect(keys.filter((key) => PEOPLE.filter((person) => key.includes(person)).length !== 1)).toEqual([])
  })

  it('gives journal entries the life they were told, from the time they happened', async () => {
    const one = charge({ at: '2026-11-18T02:10:00Z' })
    await ledgerOf(table).record([one])
    const put = actionsOf(transactions(table)[0] ?? { name: '', input: {} }).find(({ Put }) => Put)?.Put?.Item
    expect(put?.['expiresAt']?.N).toBe(String(one.at / 1000 + 400 * 86_400))
    expect(itemBytes(put ?? {})).toBeLessThan(400)
  })
})
