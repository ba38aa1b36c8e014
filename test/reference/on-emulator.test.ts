/** The storm again, smaller, with the real ledger on the emulator's DynamoDB: every request to it may fail or go unheard. */
import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { DynamoLedger } from '../../src/runtime/aws/dynamo-ledger.ts'
import type { Month, Zoning } from '../../src/runtime/domain/base/calendar.ts'
import type { Balance } from '../../src/runtime/domain/metering/balance.ts'
import type { Ledger } from '../../src/runtime/ports.ts'
import { ingest } from '../../src/runtime/usecases/ingest.ts'
import { all } from '../support/charges.ts'
import { awsFault, type LedgerTable, ledgerTable, patience } from '../support/ledger-table.ts'
import { type Moto, startMoto } from '../support/moto.ts'
import { book, type Rules, sums } from './reader.ts'
import { ACCOUNT, KNOWN_PROFILE, record, seed } from './records.ts'
import { detailSums, MONTHS, productRoom } from './room.ts'

const rules: Rules = {
  account: ACCOUNT,
  zone: 'America/New_York',
  unknownWrites: 'five',
  peopleBehind: ['AWSReservedSSO_', 'Dev-'],
  labels: ['claude-code'],
  profiles: { [KNOWN_PROFILE]: { model: 'anthropic.claude-opus-5-5', global: true } },
}

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

/** A ledger of its own client, whose requests fail as the list says: before they are sent, after, or not. */
function ledgerUnder(faults: readonly ('fine' | 'refused' | 'unheard')[], zoning: Zoning): Ledger {
  const door = table.another()
  let next = 0
  door.meddle = () => {
    const fate = faults[next++] ?? 'fine'
    return fate === 'fine' ? undefined : { error: awsFault('AccessDeniedException'), after: fate === 'unheard' }
  }
  const parts = { client: door.client, table: table.table, zoning, journalDays: 400 }
  return new DynamoLedger({ ...parts, ...patience(), random: Math.random })
}

test('two ingests at once whose requests to DynamoDB fail or go unheard end in the reference’s books', async () => {
  const fate = fc.constantFrom<'fine' | 'refused' | 'unheard'>('fine', 'fine', 'refused', 'unheard')
  const faults = fc.array(fate, { minLength: 8, maxLength: 8 })
  const story = fc.tuple(fc.array(record, { minLength: 60, maxLength: 60 }), faults, faults)
  const [[messages, mine, others] = [[], [], []]] = fc.sample(story, { seed, numRuns: 1 })
  expect(new Set([...mine, ...others])).toEqual(new Set(['fine', 'refused', 'unheard']))
  const lines = messages.map((message, index) => ({ id: `event-${index}`, at: undefined, message }))
  const world = await productRoom(rules)
  const worker = async (ledger: Ledger, batches: readonly (readonly (typeof lines)[number][])[]) => {
    for (const batch of batches) {
      for (let attempt = 0; attempt < 3; attempt++) {
        try {
          await ingest({ ...world.room, ledger }, batch, 'subscription')
          break
        } catch (error) {
          // The one promise of an incomplete batch: bringing it again is safe.
          expect(error).toMatchObject({ code: 'ingest-incomplete' })
        }
      }
    }
  }
  // They overlap: what one brings, the other brings too, in other pieces and another order.
  await Promise.all([
    worker(ledgerUnder(mine, world.room.config.zoning), [lines.slice(0, 25), lines.slice(15, 40)]),
    worker(ledgerUnder(others, world.room.config.zoning), [lines.slice(30, 60).reverse(), lines.slice(0, 20)]),
  ])
  const ledger = ledgerUnder([], world.room.config.zoning)
  await ingest({ ...world.room, ledger }, lines, 'catch-up')

  const booked = book(messages, rules)
  const details = (await Promise.all(MONTHS.map((month) => all(ledger.detail(month as Month))))).flat()
  expect(detailSums(details, ({ principal, day, model, label }) => `${principal} ${day} ${model} ${label}`)).toEqual(
    sums(booked, ({ who, day, model, label }) => `${who} ${day} ${model} ${label}`),
  )
  for (const month of MONTHS) {
    const balances = await all(ledger.balances(month as Month))
    const told = (all: readonly Balance[]) =>
      Object.fromEntries(
        all.map(({ principal, spend, assumed, requests, tokens, days, labels }) => [
          principal,
          { spend, assumed, requests, tokens, days, labels },
        ]),
      )
    expect(told(await ledger.rebuilt(month as Month))).toEqual(told(balances))
    const shown = balances.map(({ principal, spend, requests }) => [principal, `${spend} in ${requests}`])
    const mineOnly = booked.filter(({ day }) => day.startsWith(month))
    expect(Object.fromEntries(shown)).toEqual(sums(mineOnly, ({ who }) => who))
  }
}, 120_000)
