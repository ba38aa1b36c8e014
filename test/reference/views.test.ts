/** Every view of a month shows the same money: its parts make the whole, which is the reference's. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { chargebackCsv, chargebackRows } from '../../src/commands/_view/report-csv.ts'
import { statusCsv } from '../../src/commands/_view/status-csv.ts'
import type { Day, Month } from '../../src/runtime/domain/base/calendar.ts'
import { parseUsd } from '../../src/runtime/domain/money/money.ts'
import type { ReportView } from '../../src/runtime/domain/telling/report.ts'
import type { StatusBy } from '../../src/runtime/domain/telling/status.ts'
import { statusOfRange } from '../../src/runtime/domain/telling/status-range.ts'
import { dailyReport } from '../../src/runtime/usecases/daily-report.ts'
import { ingest } from '../../src/runtime/usecases/ingest.ts'
import { readStatus } from '../../src/runtime/usecases/status.ts'
import { all } from '../support/charges.ts'
import { Guarded } from '../usecases/guarded.ts'
import { inPico } from './rational.ts'
import { book, type Rules } from './reader.ts'
import { ACCOUNT, KNOWN_PROFILE, record, seed } from './records.ts'
import { productRoom } from './room.ts'

const rules: Rules = {
  account: ACCOUNT,
  zone: 'UTC',
  unknownWrites: 'hour',
  peopleBehind: ['AWSReservedSSO_', 'Dev-'],
  labels: ['claude-code'],
  profiles: { [KNOWN_PROFILE]: { model: 'anthropic.claude-opus-5-5', global: true } },
}
const MONTH = '2026-11' as Month
const total = (amounts: Iterable<bigint>): bigint => [...amounts].reduce((sum, amount) => sum + amount, 0n)
const usd = (rows: Iterable<{ readonly usd: string }>): bigint => total([...rows].map((row) => parseUsd(row.usd)))
const requests = (rows: Iterable<{ readonly requests: number }>): number =>
  [...rows].reduce((sum, row) => sum + row.requests, 0)

/** A guard with people and teams that overlap, that has read these lines; it is the fourth of December. */
async function guardWith(lines: readonly string[]) {
  const world = await productRoom(rules)
  const { people, ledger } = world
  await people.putPerson({ name: 'tanaka', members: ['user/tanaka', 'user/BedrockAPIKey-*'] })
  await people.putPerson({ name: 'sato', members: ['session/*/sato*', 'session/*/kato*'] })
  await people.putTeam({ name: 'growth', members: ['person/tanaka', 'role/team-role'], from: 'list' })
  await people.putTeam({ name: 'all-hands', members: ['person/tanaka', 'person/sato', 'user/li'], from: 'list' })
  await ingest(
    world.room,
    lines.map((message, index) => ({ id: `e${index}`, at: undefined, message })),
    'subscription',
  )
  const guard = new Guarded()
  guard.clock.set('2026-12-04T00:00:00Z')
  const room = { ...guard.room, ledger, people }
  let view: ReportView | undefined
  const render = (seen: ReportView) => {
    view = seen
    return { subject: '', text: '' }
  }
  return {
    ledger,
    status: (by: StatusBy) => readStatus(room, { month: MONTH, by }),
    report: async () => {
      await dailyReport({ ...guard.report, ledger, people, render }, { kind: 'preview', month: MONTH })
      if (view === undefined) throw new Error('nothing was rendered')
      return view
    },
  }
}

test('a month is the same sum by principal, model, day, source, person, team and range, in the report and as CSV', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(record, { minLength: 30, maxLength: 120 }),
      fc.integer({ min: 1, max: 29 }),
      async (lines, cut) => {
        const guard = await guardWith(lines)
        const booked = book(lines, rules).filter(({ day }) => day.startsWith(MONTH))
        const whole = total(booked.map(({ dollars }) => inPico(dollars)))
        const balances = await all(guard.ledger.balances(MONTH))
        const details = await all(guard.ledger.detail(MONTH))

        expect(total(balances.map(({ spend }) => spend))).toBe(whole)
        expect(requests(balances)).toBe(booked.length)
        for (const balance of balances) {
          const own = details.filter(({ principal }) => principal === balance.principal)
          expect(total(balance.days.values())).toBe(balance.spend)
          expect(total(balance.labels.values())).toBe(balance.spend)
          expect(total(own.map(({ spend }) => spend))).toBe(balance.spend)
          expect(total(own.map(({ assumed }) => assumed))).toBe(balance.assumed)
          expect(requests(own)).toBe(balance.requests)
        }

        const status = await guard.status('principal')
        expect(parseUsd(status.totalUsd)).toBe(whole)
        expect(usd(status.principals)).toBe(whole)
        for (const one of status.principals) {
          expect(total(Object.values(one.sources).map((text) => parseUsd(text)))).toBe(parseUsd(one.usd))
        }
        for (const by of ['model', 'day', 'source', 'person', 'team'] as const) {
          const { groups } = await guard.status(by)
          const overlap = parseUsd(groups?.overlapUsd ?? '')
          expect(usd(groups?.rows ?? []) - overlap, by).toBe(whole)
          if (by !== 'team') expect(overlap, by).toBe(0n)
        }
        expect(columnOf(statusCsv(status), 'usd')).toBe(whole)

        const range = (since: number, until: number) =>
          statusOfRange({
            since: `${MONTH}-${String(since).padStart(2, '0')}` as Day,
            until: `${MONTH}-${String(until).padStart(2, '0')}` as Day,
            zoning: [{ from: '0000-00', zone: 'UTC' }],
            details,
            by: 'principal',
            current: status,
          })
        const [first, rest] = [range(1, cut), range(cut + 1, 30)]
        expect(parseUsd(first.totalUsd) + parseUsd(rest.totalUsd)).toBe(whole)
        expect(usd([...first.principals, ...rest.principals])).toBe(whole)

        const csv = chargebackCsv(MONTH, chargebackRows(details), undefined)
        expect(columnOf(csv, 'usd')).toBe(whole)
        expect(columnOf(csv, 'assumedUsd')).toBe(total(balances.map(({ assumed }) => assumed)))

        const report = await guard.report()
        const rows = [...report.users, ...report.roles.filter(({ within }) => !within), ...report.others]
        expect(report.total).toBe(whole)
        expect(total(rows.map(({ spend }) => spend))).toBe(whole)
        expect(total(report.models.map(({ spend }) => spend))).toBe(whole)
        expect(requests(report.models)).toBe(booked.length)
      },
    ),
    { seed, numRuns: 40 },
  )
})

/** The sum of a column of plain CSV; no cell of these records holds a comma. */
function columnOf(csv: string, name: string): bigint {
  const [head = '', ...rows] = csv.trimEnd().split('\r\n')
  const index = head.split(',').indexOf(name)
  return total(rows.map((row) => parseUsd(row.split(',')[index] ?? '')))
}
