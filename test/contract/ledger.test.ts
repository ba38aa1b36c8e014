import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DynamoLedger } from '../../src/runtime/aws/dynamo-ledger.ts'
import type { Day, Month } from '../../src/runtime/domain/base/calendar.ts'
import type { Balance, Entry } from '../../src/runtime/domain/metering/balance.ts'
import { membershipOf } from '../../src/runtime/domain/metering/belonging.ts'
import { lastEntries, standingOf } from '../../src/runtime/domain/metering/bookkeeping.ts'
import type { PrincipalKey } from '../../src/runtime/domain/metering/principal.ts'
import { pico, toDecimal } from '../../src/runtime/domain/money/money.ts'
import type { Ledger } from '../../src/runtime/ports.ts'
import { MemoryLedger } from '../fakes/memory-ledger.ts'
import { ACCOUNT, all, at, charge, HAIKU, sessionArn, TOKYO, userArn } from '../support/charges.ts'
import { type LedgerTable, ledgerTable, patience } from '../support/ledger-table.ts'
import { type Moto, startMoto } from '../support/moto.ts'

const NOVEMBER = '2026-11' as Month
const TANAKA = 'user/tanaka' as PrincipalKey
const idOf = (entry: Entry) => standingOf(entry).charge.requestId
const membership = membershipOf({
  people: [{ name: '田中 一郎', members: ['user/tanaka'] }],
  teams: [
    { name: 'growth', members: ['person/田中 一郎', 'user/ito'], from: 'list' },
    { name: 'R+D', members: ['user/tanaka'], from: 'tags' },
  ],
})

function promises(fresh: () => Promise<Ledger>): void {
  it('records a charge once, and answers duplicate when it comes again', async () => {
    const ledger = await fresh()
    const one = charge()
    expect(await ledger.record([one])).toEqual(['recorded'])
    expect(await ledger.record([one])).toEqual(['duplicate'])
    const [balance, ...others] = await all(ledger.balances(NOVEMBER))
    expect(others).toEqual([])
    expect(balance?.principal).toBe(TANAKA)
    // 1000 input at 5 USD and 100 output at 25 USD per million.
    expect(balance && toDecimal(balance.spend)).toBe('0.0075')
    expect(balance?.requests).toBe(1)
  })

  it('takes the same id with other content for a conflict and never charges it', async () => {
    const ledger = await fresh()
    const one = charge({ id: 'same-id' })
    const other = charge({ id: 'same-id', tokens: { input: 999_999 } })
    expect(await ledger.record([one])).toEqual(['recorded'])
    expect(await ledger.record([other, charge({ id: 'neighbour' })])).toEqual(['conflict', 'recorded'])
    expect((await ledger.balance(TANAKA, NOVEMBER))?.requests).toBe(2)
  })

  it('knows duplicates and conflicts inside one payload', async () => {
    const ledger = await fresh()
    const one = charge({ id: 'in-payload' })
    const other = charge({ id: 'in-payload', tokens: { output: 7 } })
    expect(await ledger.record([one, one, other, charge()])).toEqual(['recorded', 'duplicate', 'conflict', 'recorded'])
    expect((await ledger.balance(TANAKA, NOVEMBER))?.spend).toBe(one.cost * 2n)
  })

  it('keeps who, when, what and how much exactly as charged', async () => {
    const ledger = await fresh()
    const charges = [
      charge({
        source: 'claude-code',
        tokens: { cacheRead: 7, cacheWrite5m: 5, cacheWrite1h: 3, cacheWriteUnknown: 2 },
      }),
      charge({ arn: sessionArn('AWSReservedSSO_Dev_0123456789abcdef', 'sato@example.com'), model: HAIKU }),
      charge({ arn: undefined, source: 'elsewhere' }),
      charge({ model: 'anthropic.claude-unheard-of-9' }),
      charge({ model: `arn:aws:bedrock:us-east-1:${ACCOUNT}:application-inference-profile/abcdefghijkl` }),
      charge({ facts: { tier: 'priority' } }),
      charge({ model: 'amazon.nova-canvas-v1:0', facts: { tier: 'default', units: { images: 3 } } }),
      charge({ facts: { units: { seconds: 7, searches: 2 } } }),
      charge({ via: `arn:aws:bedrock:us-east-1:${ACCOUNT}:prompt-router/abcdefghijkl` }),
      charge({ how: { membership } }),
      charge({ arn: userArn('ito'), how: { membership } }),
    ]
    await ledger.record(charges)
    const entries = await all(ledger.journal({ from: at('2026-11-01T00:00:00Z'), to: at('2026-12-01T00:00:00Z') }))
    const byId = (a: { requestId: string }, b: { requestId: string }) => (a.requestId < b.requestId ? -1 : 1)
    const read = entries.flatMap((entry) => (entry.kind === 'charge' ? [entry.charge] : []))
    expect(read.sort(byId)).toEqual([...charges].sort(byId))
  })

  it('adds up days, labels and token classes per principal', async () => {
    const ledger = await fresh()
    const first = charge({ at: '2026-11-01T00:00:00Z', source: 'claude-code' })
    const second = charge({ at: '2026-11-02T14:59:59Z', source: 'claude-code', tokens: { cacheRead: 11 } })
    const third = charge({ at: '2026-11-02T15:00:00Z' })
    await ledger.record([first, second])
    await ledger.record([third])
    const balance = await ledger.balance(TANAKA, NOVEMBER)
    expect(balance).toMatchObject({
      spend: first.cost + second.cost + third.cost,
      assumed: 0n,
      requests: 3,
      tokens: { input: 3000, output: 300, cacheRead: 11, cacheWrite5m: 0, cacheWrite1h: 0, cacheWriteUnknown: 0 },
      firstAt: first.at,
      lastAt: third.at,
    })
    expect([...(balance?.days ?? [])]).toEqual([
      ['2026-11-01', first.cost],
      ['2026-11-02', second.cost],
      ['2026-11-03', third.cost],
    ])
    expect([...(balance?.labels ?? [])].sort()).toEqual([
      ['claude-code', first.cost + second.cost],
      ['none', third.cost],
    ])
  })

  it('puts a record that arrives after midnight into the month it happened in', async () => {
    const ledger = await fresh()
    await ledger.record([charge({ at: '2026-11-30T14:59:59Z' }), charge({ at: '2026-11-30T15:00:00Z' })])
    expect((await ledger.balance(TANAKA, NOVEMBER))?.requests).toBe(1)
    expect((await ledger.balance(TANAKA, '2026-12' as Month))?.requests).toBe(1)
  })

  it('shows detail by day, rate and label, for one or for everybody', async () => {
    const ledger = await fresh()
    const suzuki = userArn('suzuki')
    await ledger.record([
      charge({ source: 'claude-code' }),
      charge({ source: 'claude-code' }),
      charge({ model: HAIKU }),
      charge({ arn: suzuki, at: '2026-11-05T00:00:00Z' }),
    ])
    const mine = await all(ledger.detail(NOVEMBER, TANAKA))
    expect(mine.map(({ day, model, label, requests }) => [day, model, label, requests]).sort()).toEqual([
      ['2026-11-18', 'anthropic.claude-haiku-4-5-20251001-v1:0', 'none', 1],
      ['2026-11-18', 'anthropic.claude-opus-4-7', 'claude-code', 2],
    ])
    expect(await all(ledger.detail(NOVEMBER))).toHaveLength(3)
    expect(await all(ledger.detail('2026-10' as Month))).toEqual([])
  })

  it('keeps apart in the detail what was spent as a member and what was not, under one balance', async () => {
    const ledger = await fresh()
    const before = charge()
    const member = charge({ how: { membership } })
    const assumed = charge({ model: 'anthropic.claude-unheard-of-9', how: { membership } })
    await ledger.record([before, member])
    await ledger.record([charge({ how: { membership } }), assumed])
    await ledger.correct(
      { kind: 'charge', charge: assumed },
      { id: 'price', cost: pico(42n), rateId: member.rateId, model: member.model, reason: 'known' },
    )
    const rows = (await all(ledger.detail(NOVEMBER))).map(({ person, teams, requests, spend }) => ({
      person,
      teams,
      requests,
      spend,
    }))
    expect(rows).toEqual([
      { person: undefined, teams: undefined, requests: 1, spend: before.cost },
      { person: '田中 一郎', teams: ['R+D', 'growth'], requests: 3, spend: member.cost * 2n + 42n },
    ])
    expect((await ledger.balance(TANAKA, NOVEMBER))?.requests).toBe(4)
    expect(await ledger.rebuilt(NOVEMBER)).toEqual(await all(ledger.balances(NOVEMBER)))
  })

  it('reads the journal of a range and of one principal, ends excluded', async () => {
    const ledger = await fresh()
    const role = 'AWSReservedSSO_Dev_0123456789abcdef'
    const [sato, ito] = ['sato', 'ito'].map((name) =>
      charge({ arn: sessionArn(role, name), at: '2026-10-31T23:59:59Z' }),
    )
    const later = charge({ at: '2026-11-01T00:00:00Z' })
    const end = charge({ at: '2026-11-01T00:00:01Z' })
    if (!sato || !ito) throw new Error('two charges were made')
    await ledger.record([sato, ito, later, end])
    const range = { from: at('2026-10-31T23:59:59Z'), to: at('2026-11-01T00:00:01Z') }
    const ids = async (...whose: PrincipalKey[]) =>
      (await all(ledger.journal(range, ...whose)))
        .map((entry) => (entry.kind === 'charge' ? entry.charge.requestId : ''))
        .sort()
    expect(await ids()).toEqual([sato, ito, later].map(({ requestId }) => requestId).sort())
    expect(await ids(sato.principal)).toEqual([sato.requestId])
    expect(await ids(sato.principal, ito.principal)).toEqual([sato, ito].map(({ requestId }) => requestId).sort())
    expect(await ids(TANAKA)).toEqual([later.requestId])
    expect(await all(ledger.journal({ from: range.to, to: range.to }))).toEqual([])
  })

  it('says which charges the journal does not hold yet', async () => {
    const ledger = await fresh()
    const known = charge()
    const unknown = charge()
    await ledger.record([known])
    expect(await ledger.missing([known, unknown])).toEqual([unknown])
    expect(await ledger.missing([])).toEqual([])
  })

  it('counts failed calls by class', async () => {
    const ledger = await fresh()
    const call = { requestId: 'f', at: at('2026-11-18T00:00:00Z'), month: NOVEMBER, principal: TANAKA }
    await ledger.recordFailed([
      { ...call, code: 'ThrottlingException' },
      { ...call, code: 'Other' },
    ])
    await ledger.recordFailed([{ ...call, code: 'ThrottlingException' }])
    const [failed] = await all(ledger.failed(NOVEMBER))
    expect(failed?.principal).toBe(TANAKA)
    expect(Object.fromEntries(failed?.byCode ?? [])).toEqual({ ThrottlingException: 2, Other: 1 })
    expect(await all(ledger.balances(NOVEMBER))).toEqual([])
  })

  it('corrects an assumed price by an entry of its own, once, and moves the detail', async () => {
    const ledger = await fresh()
    const assumed = charge({ model: 'anthropic.claude-unheard-of-9', source: 'claude-code' })
    const other = charge()
    expect(assumed.assumed).toBe(assumed.cost)
    await ledger.record([assumed, other])
    const entry = { kind: 'charge', charge: assumed } as const
    const fix = {
      id: 'price',
      cost: pico(42n),
      rateId: 'real/rate',
      model: 'anthropic.claude-unheard-of-9',
      reason: 'known',
    }
    expect(await ledger.correct(entry, fix)).toBe('recorded')
    expect(await ledger.correct(entry, fix)).toBe('duplicate')
    expect(await ledger.correct(entry, { ...fix, id: 'another' })).toBe('conflict')
    const balance = await ledger.balance(TANAKA, NOVEMBER)
    expect(balance).toMatchObject({ spend: other.cost + 42n, assumed: 0n, requests: 2 })
    expect(balance?.days.get('2026-11-18' as Day)).toBe(other.cost + 42n)
    expect(balance?.labels.get('claude-code')).toBe(42n)
    const rows = (await all(ledger.detail(NOVEMBER, TANAKA))).map(({ rateId, requests, spend }) => [
      rateId,
      requests,
      spend,
    ])
    expect(rows.sort()).toEqual(
      [
        [other.rateId, 1, other.cost],
        ['real/rate', 1, 42n],
      ].sort(),
    )
    const entries = await all(ledger.journal({ from: assumed.at, to: at('2026-12-01T00:00:00Z') }, TANAKA))
    const correction = entries.find(({ kind }) => kind === 'correction')
    expect(correction).toEqual({
      ...{ kind: 'correction', ...fix, step: 1, of: assumed },
      ...{ principal: TANAKA, label: 'claude-code' },
    })
    if (correction === undefined) throw new Error('the correction was read')
    expect(await ledger.correct(correction, { ...fix, id: 'again', cost: pico(40n) })).toBe('recorded')
    expect((await ledger.balance(TANAKA, NOVEMBER))?.spend).toBe(other.cost + 40n)
    expect(await ledger.rebuilt(NOVEMBER)).toEqual(await all(ledger.balances(NOVEMBER)))
  })

  it('moves an entry to whose it is and under its label, there and back, and every sum with it', async () => {
    const ledger = await fresh()
    const role = 'role/app' as PrincipalKey
    const session = 'session/app/batch' as PrincipalKey
    const mine = charge({ arn: sessionArn('app', 'batch'), source: 'claude-code' })
    const other = charge({ arn: sessionArn('app', 'batch'), source: 'claude-code' })
    await ledger.record([mine, other])
    const range = { from: mine.at, to: at('2026-12-01T00:00:00Z') }
    const last = async (principal: PrincipalKey) =>
      lastEntries(await all(ledger.journal(range, principal))).filter((entry) => idOf(entry) === mine.requestId)
    const move = { id: 'move', cost: pico(5n), rateId: mine.rateId, model: mine.model, reason: 'settings' }
    const [booked] = await last(role)
    if (booked === undefined) throw new Error('it was booked')
    expect(await ledger.correct(booked, { ...move, principal: session, label: 'other' })).toBe('recorded')
    expect(await last(role)).toEqual([])
    const [moved] = await last(session)
    if (moved === undefined) throw new Error('it was moved')
    expect(standingOf(moved)).toMatchObject({ cost: 5n, charge: { principal: session, label: 'other' } })
    expect(await ledger.balance(session, NOVEMBER)).toMatchObject({ spend: 5n, requests: 1, tokens: mine.tokens })
    expect(await ledger.balance(role, NOVEMBER)).toMatchObject({ spend: other.cost, requests: 1, tokens: other.tokens })
    // Who only prices it anew leaves it where it is.
    expect(await ledger.correct(moved, { ...move, id: 'price', cost: pico(6n) })).toBe('recorded')
    expect((await ledger.balance(session, NOVEMBER))?.labels).toEqual(new Map([['other', 6n]]))
    const [priced] = await last(session)
    if (priced === undefined) throw new Error('it was priced')
    await ledger.correct(priced, { ...move, id: 'back', cost: mine.cost, principal: role, label: 'claude-code' })
    expect((await ledger.balance(role, NOVEMBER))?.spend).toBe(mine.cost + other.cost)
    expect(await ledger.balance(session, NOVEMBER)).toBeUndefined()
    expect((await all(ledger.balances(NOVEMBER))).map(({ principal }) => principal)).toEqual([role])
    expect(timeless(await ledger.rebuilt(NOVEMBER))).toEqual(timeless(await all(ledger.balances(NOVEMBER))))
  })

  it('sets an entry aside that the store refuses for its content; its neighbours are recorded', async () => {
    const ledger = await fresh()
    const giant = { ...charge(), operation: 'x'.repeat(410_000) }
    const answers = await ledger.record([charge(), giant, charge(), charge({ arn: userArn('suzuki') }), giant])
    expect(answers).toEqual(['recorded', 'refused', 'recorded', 'recorded', 'refused'])
    expect(await ledger.rebuilt(NOVEMBER)).toEqual(sorted(await all(ledger.balances(NOVEMBER))))
    expect((await ledger.balance(TANAKA, NOVEMBER))?.requests).toBe(2)
  })

  it('gives the same balances for any cutting, order and repetition of the same records', async () => {
    const people = ['tanaka', 'suzuki', 'yamada']
    const record = fc.record({
      person: fc.constantFrom(...people),
      second: fc.integer({ min: 0, max: 40 * 86_400 }),
      input: fc.integer({ min: 0, max: 1_000_000 }),
      model: fc.constantFrom(undefined, HAIKU, 'acme.unknown-1'),
      source: fc.constantFrom(undefined, 'claude-code', 'x'),
    })
    const batches = fc.array(record, { minLength: 1, maxLength: 12 }).chain((records) =>
      fc.record({
        records: fc.constant(records),
        deliveries: fc.array(fc.array(fc.nat(records.length - 1), { maxLength: 8 }), { maxLength: 5 }),
      }),
    )
    await fc.assert(
      fc.asyncProperty(batches, async ({ records, deliveries }) => {
        const charges = records.map(({ person, second, input, model, source }, index) =>
          charge({
            id: `r${index}`,
            arn: userArn(person),
            at: (at('2026-10-25T00:00:00Z') + second * 1000) as never,
            tokens: { input },
            ...(model === undefined ? {} : { model }),
            ...(source === undefined ? {} : { source }),
          }),
        )
        const [once, scrambled] = [await fresh(), await fresh()]
        await once.record(charges)
        for (const delivery of deliveries) await scrambled.record(delivery.flatMap((index) => charges[index] ?? []))
        await scrambled.record([...charges].reverse())
        for (const month of ['2026-10', '2026-11', '2026-12'] as Month[]) {
          const expected = timeless(await all(once.balances(month)))
          expect(timeless(await all(scrambled.balances(month)))).toEqual(expected)
          expect(timeless(await scrambled.rebuilt(month))).toEqual(expected)
        }
      }),
      { numRuns: 8 },
    )
  })
}

const sorted = (balances: readonly Balance[]): Balance[] =>
  [...balances].sort((a, b) => (a.principal < b.principal ? -1 : 1))
/** First and last seen are right to the day only, where records came out of order (see readBalance). */
const timeless = (balances: readonly Balance[]) =>
  sorted(balances).map(({ firstAt, lastAt, labels, ...exact }) => ({
    ...exact,
    labels: Object.fromEntries(labels),
    seen: [dayOf(firstAt), dayOf(lastAt)],
  }))
const dayOf = (instant: number): string => new Date(instant + 9 * 3_600_000).toISOString().slice(0, 10)

describe('the ledger in memory', () => promises(async () => new MemoryLedger()))

describe('the ledger on the emulator', () => {
  let moto: Moto
  const tables: LedgerTable[] = []
  beforeAll(async () => {
    moto = await startMoto()
  })
  afterAll(async () => await moto.stop())

  promises(async () => {
    for (const old of tables.splice(0, Math.max(0, tables.length - 1))) await old.drop()
    const table = await ledgerTable()
    tables.push(table)
    const { clock, sleeper } = patience()
    return new DynamoLedger({
      client: table.client,
      table: table.table,
      zoning: TOKYO,
      journalDays: 400,
      clock,
      sleeper,
      random: () => 0.5,
    })
  })
})
