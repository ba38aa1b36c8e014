/** The guard and a reference written without it must say the same, to the pico-dollar. */
import { readdirSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Month } from '../../src/runtime/domain/base/calendar.ts'
import { makeBook, noKeptPrices } from '../../src/runtime/domain/money/price-book.ts'
import { Analysis } from '../../src/runtime/usecases/analyze.ts'
import { ingest } from '../../src/runtime/usecases/ingest.ts'
import { all } from '../support/charges.ts'
import { book, type Rules, sums } from './reader.ts'
import { ACCOUNT, KNOWN_PROFILE, record, seed, withoutBody } from './records.ts'
import { detailSums, MONTHS, productRoom } from './room.ts'

const rules: fc.Arbitrary<Rules> = fc.record({
  account: fc.constant(ACCOUNT),
  zone: fc.constantFrom('Asia/Tokyo', 'UTC', 'America/New_York', 'Europe/Berlin', 'Pacific/Kiritimati'),
  unknownWrites: fc.constantFrom('five', 'hour'),
  peopleBehind: fc.constantFrom(['AWSReservedSSO_'], ['AWSReservedSSO_', 'Dev-']),
  labels: fc.constantFrom(['claude-code', 'notebook'], []),
  profiles: fc.constant({ [KNOWN_PROFILE]: { model: 'anthropic.claude-sonnet-4-5-20250929-v1:0', global: true } }),
})

test('random records of every form cost the same by the reference, per principal, day, model and label', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(record, { minLength: 20, maxLength: 80 }), rules, async (lines, how) => {
      const { room, ledger } = await productRoom(how)
      await ingest(
        room,
        lines.map((message, index) => ({ id: `e${index}`, at: undefined, message })),
        'subscription',
      )
      const booked = book(lines, how)
      const details = (await Promise.all(MONTHS.map((month) => all(ledger.detail(month as Month))))).flat()
      expect(
        detailSums(details, ({ principal, day, model, label }) => `${principal} ${day} ${model} ${label}`),
      ).toEqual(sums(booked, ({ who, day, model, label }) => `${who} ${day} ${model} ${label}`))
      const assumed = details.filter((detail) => detail.assumed > 0n).map(({ model }) => model)
      const unlisted = booked.filter((one) => one.assumed && one.dollars.over > 0n).map(({ model }) => model)
      expect(new Set(assumed)).toEqual(new Set(unlisted))
    }),
    { seed, numRuns: 150 },
  )
})

/** Once line by line, once as the bytes of a file, in which records of a known layout are not parsed. */
const pile = fc.oneof(
  fc.record({ asBytes: fc.boolean(), lines: fc.array(record, { minLength: 20, maxLength: 80 }) }),
  fc.record({ asBytes: fc.constant(true), lines: fc.array(withoutBody, { minLength: 20, maxLength: 80 }) }),
)

test('analyze says of the same records what the reference says, by principal, model, source and day', async () => {
  let quickly = 0
  await fc.assert(
    fc.property(pile, rules, ({ lines, asBytes }, how) => {
      const analysis = new Analysis({
        account: ACCOUNT,
        book: makeBook({
          kept: noKeptPrices,
          profiles: new Map(),
          assumedCacheTtl: how.unknownWrites === 'five' ? '5m' : '1h',
        }),
        zoning: [{ from: '0000-00', zone: how.zone }],
        sessionRoles: how.peopleBehind.map((beginning) => `${beginning}*`),
        labels: how.labels,
      })
      const again = [...lines, ...lines.slice(0, 9)]
      if (asBytes) analysis.addLines(new TextEncoder().encode(again.map((line) => `${line}\n`).join('')))
      else for (const line of again) analysis.add(line)
      quickly += analysis.readQuickly
      const booked = book(lines, { ...how, profiles: {} })
      const shown = (by: Parameters<Analysis['groups']>[0]) =>
        Object.fromEntries(
          [...analysis.groups(by)]
            .sort((a, b) => (a.key < b.key ? -1 : 1))
            .map(({ key, usd, requests }) => [key, `${usd} in ${requests}`]),
        )
      expect(shown('principal')).toEqual(sums(booked, ({ who }) => who))
      expect(shown('model')).toEqual(sums(booked, ({ model }) => model))
      expect(shown('source')).toEqual(sums(booked, ({ label }) => label))
      expect(shown('day')).toEqual(sums(booked, ({ day }) => day))
    }),
    { seed, numRuns: 100 },
  )
  expect(quickly).toBeGreaterThan(1000)
})

test('the reference knows nothing of the guard', () => {
  const files = readdirSync(import.meta.dirname).filter((file) => !file.endsWith('.test.ts') && file !== 'room.ts')
  expect(files).toEqual(expect.arrayContaining(['prices.ts', 'rational.ts', 'reader.ts', 'records.ts']))
  for (const file of files) {
    const imports = [...readFileSync(`${import.meta.dirname}/${file}`, 'utf8').matchAll(/from '([^']+)'/g)]
    expect(imports.map(([, from]) => from).filter((from) => !/^(\.\/\w+\.ts|fast-check)$/.test(from ?? ''))).toEqual([])
  }
})
