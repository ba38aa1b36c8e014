/** Whatever happens on the way, the same records give the same books: those of the reference. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Month } from '../../src/runtime/domain/base/calendar.ts'
import { correctAssumed } from '../../src/runtime/usecases/correct-assumed.ts'
import { factsFrom } from '../../src/runtime/usecases/facts.ts'
import { ingest } from '../../src/runtime/usecases/ingest.ts'
import type { LogLine } from '../../src/runtime/usecases/sort-lines.ts'
import { type Blow, INJECTED, underFire } from '../fakes/faults.ts'
import { all, at } from '../support/charges.ts'
import { book, type Rules, sums } from './reader.ts'
import { ACCOUNT, KNOWN_PROFILE, record, seed } from './records.ts'
import { detailSums, MONTHS, productRoom } from './room.ts'

const rules: Rules = {
  account: ACCOUNT,
  zone: 'Asia/Tokyo',
  unknownWrites: 'five',
  peopleBehind: ['AWSReservedSSO_', 'Dev-'],
  labels: ['claude-code'],
  profiles: { [KNOWN_PROFILE]: { model: 'anthropic.claude-opus-5-5', global: true } },
}
const linesOf = (messages: readonly string[]): readonly LogLine[] =>
  messages.map((message, index) => ({ id: `event-${index}`, at: undefined, message }))

type World = Awaited<ReturnType<typeof productRoom>>

/** A function that has just started: it remembers nothing, and every call of its ports meets a blow. */
function process({ room, people }: World, blow: () => Promise<Blow>) {
  let die: (why: Error) => void = () => {}
  const death = new Promise<never>((_, reject) => {
    die = reject
  })
  death.catch(() => {})
  const port = <Port extends object>(each: Port): Port => underFire(each, blow, die)
  const { ledger, bad, health, rates, sessions, logs, trigger } = room
  const ports = {
    ledger: port(ledger),
    bad: port(bad),
    health: port(health),
    rates: port(rates),
    sessions: port(sessions),
    logs: port(logs),
    trigger: port(trigger),
  }
  const facts = factsFrom({
    ...ports,
    people: port(people),
    clock: room.clock,
    assumedCacheTtl: room.config.assumedCacheTtl,
  })
  return { room: { ...room, ...ports, facts }, death }
}

/** As Lambda does it: three attempts, each by a process of its own that may be the last one's or a new one. */
async function deliver(world: World, batch: readonly LogLine[], blow: () => Promise<Blow>): Promise<void> {
  for (let attempt = 0; attempt < 3; attempt++) {
    const { room, death } = process(world, blow)
    try {
      await Promise.race([ingest(room, batch, 'subscription'), death])
      return
    } catch (error) {
      if (!(error instanceof Error) || !error.message.includes(INJECTED)) throw error
    }
  }
}

const ALWAYS = { from: at('2026-01-01T00:00:00Z'), to: at('2027-06-01T00:00:00Z') }

/** All there is to know of the books: sums, journal and poison, in an order of its own. */
async function booksOf({ ledger, bad }: World) {
  const details = (await Promise.all(MONTHS.map((month) => all(ledger.detail(month as Month))))).flat()
  const entries = (await all(ledger.journal(ALWAYS))).map((entry) =>
    JSON.stringify(entry, (_, value) => (typeof value === 'bigint' ? String(value) : value)),
  )
  return {
    sums: detailSums(details, ({ principal, day, model, label }) => `${principal} ${day} ${model} ${label}`),
    journal: entries.sort(),
    poison: [...bad.kept.keys()].sort(),
  }
}

const calm = async (): Promise<Blow> => 'fine'

async function calmBooks(lines: readonly LogLine[]) {
  const world = await productRoom(rules)
  await ingest(world.room, lines, 'subscription')
  return await booksOf(world)
}

/** Blows and waiting times in the order in which calls happen; then all is well. */
const weather = fc.array(
  fc.tuple(
    fc.constantFrom<Blow>('fine', 'fine', 'fine', 'fine', 'refused', 'unheard', 'killed', 'killed-late'),
    fc.nat(6),
  ),
  { minLength: 10, maxLength: 60 },
)

function blowsOf(list: readonly (readonly [Blow, number])[]): () => Promise<Blow> {
  let next = 0
  return async () => {
    const [blow, turns] = list[next++] ?? ['fine', 0]
    // Everybody else goes first, so many times.
    for (let turn = 0; turn < turns; turn++) await null
    return blow
  }
}

function cut(lines: readonly LogLine[], sizes: readonly number[]): (readonly LogLine[])[] {
  const batches: (readonly LogLine[])[] = []
  for (let start = 0, piece = 0; start < lines.length; piece++) {
    const size = sizes[piece % sizes.length] ?? 1
    batches.push(lines.slice(start, start + size))
    start += size
  }
  return batches
}

describe('the same records give the same books as the reference says', () => {
  test('in any order, any pieces, any repetition, with any failure of any call, by two at once', async () => {
    const story = fc.record({
      messages: fc.array(record, { minLength: 5, maxLength: 30 }),
      again: fc.array(fc.nat(29), { maxLength: 15 }),
      order: fc.array(fc.nat(), { minLength: 45, maxLength: 45 }),
      sizes: fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 6 }),
      weather,
    })
    await fc.assert(
      fc.asyncProperty(story, async ({ messages, again, order, sizes, weather }) => {
        const lines = linesOf(messages)
        const repeated = [...lines, ...again.flatMap((index) => lines[index] ?? [])]
        const shuffled = repeated
          .map((line, index) => ({ line, rank: order[index] ?? index }))
          .sort((a, b) => a.rank - b.rank)
          .map(({ line }) => line)
        const world = await productRoom(rules)
        const batches = cut(shuffled, sizes)
        const blow = blowsOf(weather)
        const worker = async (mine: number) => {
          for (const [index, batch] of batches.entries()) if (index % 2 === mine) await deliver(world, batch, blow)
        }
        await Promise.all([worker(0), worker(1)])
        // What three attempts could not do, catch-up does a quarter of an hour later.
        await ingest(world.room, lines, 'catch-up')
        const books = await booksOf(world)
        expect(books).toEqual(await calmBooks(lines))
        expect(books.sums).toEqual(
          sums(book(messages, rules), ({ who, day, model, label }) => `${who} ${day} ${model} ${label}`),
        )
      }),
      { seed, numRuns: 120 },
    )
  })

  test('with a failure of each kind at each single call, and one more attempt', async () => {
    const [messages = []] = fc.sample(fc.array(record, { minLength: 25, maxLength: 25 }), { seed, numRuns: 1 })
    const lines = linesOf(messages)
    const expected = await calmBooks(lines)
    let calls = 0
    await deliver(await productRoom(rules), lines, async () => {
      calls += 1
      return 'fine'
    })
    expect(calls).toBeGreaterThan(8)
    for (let at = 0; at < calls; at++) {
      for (const blow of ['refused', 'unheard', 'killed', 'killed-late'] as const) {
        const world = await productRoom(rules)
        let call = 0
        await deliver(world, lines, async () => (call++ === at ? blow : 'fine'))
        expect(await booksOf(world), `${blow} at call ${at + 1}`).toEqual(expected)
      }
    }
  })

  test('when a profile becomes known between any two records, and what was assumed is corrected twice', async () => {
    const story = fc.tuple(fc.array(record, { minLength: 10, maxLength: 40 }), fc.nat(40))
    await fc.assert(
      fc.asyncProperty(story, async ([messages, known]) => {
        // Every third call goes through the profile.
        const held = messages.map((message, index) =>
          index % 3 === 0 ? message.replace(/"modelId":"[^"]*"/, `"modelId":"${KNOWN_PROFILE}"`) : message,
        )
        const lines = linesOf(held)
        const world = await productRoom({ ...rules, profiles: {} })
        await ingest(world.room, lines.slice(0, known), 'subscription')
        await world.rates.putProfile(KNOWN_PROFILE, { model: 'anthropic.claude-opus-5-5', scope: 'global' })
        // Whoever is still warm prices by the old book for up to a minute.
        await ingest(world.room, lines.slice(known, known + 5), 'subscription')
        world.pass(60_000)
        await ingest(world.room, lines, 'catch-up')
        for (const now of ['2026-11-30T00:00:00Z', '2026-12-04T00:00:00Z', '2026-12-04T00:01:00Z']) {
          expect(await correctAssumed(world.room, { profile: KNOWN_PROFILE }, at(now))).toMatchObject({
            complete: true,
          })
        }
        expect((await booksOf(world)).sums).toEqual(
          sums(book(held, rules), ({ who, day, model, label }) => `${who} ${day} ${model} ${label}`),
        )
      }),
      { seed, numRuns: 60 },
    )
  })

  test('when every call of the ledger fails for good, and catch-up finds the log a quarter of an hour later', async () => {
    const [messages = []] = fc.sample(fc.array(record, { minLength: 25, maxLength: 25 }), {
      seed: seed + 1,
      numRuns: 1,
    })
    const lines = linesOf(messages)
    const world = await productRoom(rules)
    await deliver(world, lines, async () => 'refused')
    expect((await booksOf(world)).journal).toEqual([])
    await Promise.race([ingest(process(world, calm).room, lines, 'catch-up')])
    expect(await booksOf(world)).toEqual(await calmBooks(lines))
  })
})
