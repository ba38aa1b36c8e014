import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { dayOf, instant, monthOf, previousMonth, toIso, type Zoning } from '../../src/runtime/domain/base/calendar.ts'
import { decide } from '../../src/runtime/domain/judging/enforcement.ts'
import { judgeAll } from '../../src/runtime/domain/judging/judge.ts'
import type { Limit } from '../../src/runtime/domain/judging/limit.ts'
import { type SimulateInput, simulate } from '../../src/runtime/domain/judging/simulate.ts'
import { Spending } from '../../src/runtime/domain/judging/spending.ts'
import { noBelongings, type Subject } from '../../src/runtime/domain/metering/belonging.ts'
import { type PrincipalKey, roleKeyOf } from '../../src/runtime/domain/metering/principal.ts'
import { type PicoUsd, parseUsd, toDecimal } from '../../src/runtime/domain/money/money.ts'
import { account, at, balance, key, limit, tokyo } from './judging.ts'

interface Call {
  readonly at: string
  readonly who: string
  readonly usd: string
  readonly assumed?: boolean
}

function spendingOf(calls: readonly Call[]): Spending {
  const spending = new Spending()
  for (const call of calls) {
    spending.add({
      at: at(call.at),
      principal: key(call.who),
      cost: parseUsd(call.usd),
      assumed: call.assumed === true,
    })
  }
  return spending
}

const under = (limits: readonly string[], calls: readonly Call[], more: Partial<SimulateInput> = {}) =>
  simulate({
    spending: spendingOf(calls),
    limits: limits.map(limit),
    excluded: [],
    belongings: noBelongings,
    zoning: tokyo,
    lagMs: 60_000,
    unknownPrice: 'warn',
    isProtected: () => false,
    ...more,
  })

/** One call of so many dollars each hour of the 18th, from 00:00 UTC. */
const hourly = (who: string, usd: string, hours: number): Call[] =>
  Array.from({ length: hours }, (_, hour) => ({ at: `2026-11-18T${String(hour).padStart(2, '0')}:00:00Z`, who, usd }))

const shown = (result: ReturnType<typeof simulate>) => ({
  spent: toDecimal(result.spent),
  would: toDecimal(result.wouldSpend),
  warned: result.warnings.map(({ pot, threshold, at: when }) => `${pot} ${threshold} ${toIso(when)}`),
  stopped: result.stops.map(
    ({ principal, limit: id, stoppedAt, saved, requests, cannot }) =>
      `${principal} ${id} ${toIso(stoppedAt)} ${toDecimal(saved)}/${requests}${cannot === undefined ? '' : ` ${cannot}`}`,
  ),
  over: result.over.map(({ limit: id, pot, over }) => `${id} ${pot} ${toDecimal(over)}`),
})

describe('the past under other limits', () => {
  it('says who would have been warned and stopped when, and what that would have saved', () => {
    expect(shown(under(['user/tanaka=5 warn 50,80'], hourly('user/tanaka', '1', 9)))).toEqual({
      spent: '9',
      would: '5',
      warned: ['user/tanaka 50 2026-11-18T02:00:00Z', 'user/tanaka 80 2026-11-18T03:00:00Z'],
      stopped: ['user/tanaka user/tanaka@month 2026-11-18T04:01:00Z 4/4'],
      over: [],
    })
  })

  it('counts what goes over the limit before the deny holds', () => {
    const slow = under(['user/tanaka=5'], hourly('user/tanaka', '1', 9), { lagMs: 2 * 3_600_000 })
    expect(shown(slow)).toMatchObject({ would: '7', over: ['user/tanaka@month user/tanaka 2'] })
  })

  it('warns of the highest threshold that a call reaches, and not of one that the limit itself overtakes', () => {
    const one = (usd: string, assumed = false) => ({ at: '2026-11-18T00:00:00Z', who: 'user/tanaka', usd, assumed })
    const warned = (...calls: readonly Call[]) => shown(under(['user/tanaka=10 warn 50,80'], calls)).warned
    expect(warned(one('9'))).toEqual(['user/tanaka 80 2026-11-18T00:00:00Z'])
    expect(warned(one('10'))).toEqual([])
    expect(warned(one('10', true))).toEqual(['user/tanaka 100 2026-11-18T00:00:00Z'])
    expect(warned(one('6'), one('6'))).toEqual(['user/tanaka 50 2026-11-18T00:00:00Z'])
  })

  it('begins again with every period', () => {
    const calls = [...hourly('user/tanaka', '3', 24), { at: '2026-11-30T15:00:00Z', who: 'user/tanaka', usd: '3' }]
    // The 18th of Tokyo ends at 15:00 UTC; the month at 15:00 UTC of the 30th.
    expect(shown(under(['user/tanaka=6 day'], calls))).toMatchObject({
      stopped: [
        'user/tanaka user/tanaka@day 2026-11-18T01:01:00Z 39/13',
        'user/tanaka user/tanaka@day 2026-11-18T16:01:00Z 21/7',
      ],
      would: '15',
    })
  })

  it('stops nobody whose limit only notifies, and says what went over', () => {
    const result = shown(under(['user/tanaka=5 notify'], hourly('user/tanaka', '1', 9)))
    expect(result).toMatchObject({ would: '9', stopped: [], over: ['user/tanaka@month user/tanaka 4'] })
  })

  it('takes each person for one under the limit of everyone, whatever principals they use', () => {
    const belongings = { people: [{ name: 'tanaka', members: ['user/tanaka', 'user/BedrockAPIKey-x1'] }], teams: [] }
    const calls = [...hourly('user/tanaka', '1', 3), ...hourly('user/BedrockAPIKey-x1', '1', 3)]
    expect(shown(under(['*=4'], calls, { belongings }))).toMatchObject({
      would: '4',
      stopped: [
        'user/BedrockAPIKey-x1 *@month 2026-11-18T01:01:00Z 1/1',
        'user/tanaka *@month 2026-11-18T01:01:00Z 1/1',
      ],
    })
  })

  it('counts a team with all its members, and stops them all', () => {
    const belongings = {
      people: [{ name: 'suzuki', members: ['user/suzuki'] }],
      teams: [{ name: 'growth', members: ['user/tanaka', 'person/suzuki'], from: 'list' as const }],
    }
    const calls = [...hourly('user/tanaka', '2', 3), ...hourly('user/suzuki', '1', 3), ...hourly('user/other', '9', 3)]
    const result = under(['team/growth=6'], calls, { belongings })
    expect(shown(result)).toMatchObject({
      would: '33',
      stopped: [
        'user/suzuki team/growth@month 2026-11-18T01:01:00Z 1/1',
        'user/tanaka team/growth@month 2026-11-18T01:01:00Z 2/1',
      ],
    })
  })

  it('stops the sessions of a role with the role, and says who cannot be stopped', () => {
    const sso = 'session/AWSReservedSSO_Dev_0123456789abcdef/suzuki'
    const calls = [...hourly('session/team-a/kim', '2', 4), ...hourly(sso, '2', 4)]
    expect(shown(under(['role/team-a=4', `${sso}=4`], calls))).toMatchObject({
      would: '12',
      stopped: [
        `${sso} ${sso}@month 2026-11-18T01:01:00Z 0/0 protected-role`,
        'session/team-a/kim role/team-a@month 2026-11-18T01:01:00Z 4/2',
      ],
      over: [`${sso}@month ${sso} 4`],
    })
  })

  it('never stops who is excluded; a limit of 0 stops whom it names at once, and others once they are known', () => {
    const calls = ['tanaka', 'kim', 'boss'].flatMap((name) => hourly(`user/${name}`, '2', 3))
    const result = shown(under(['*=0', 'user/kim=0'], calls, { excluded: [key('user/boss')] }))
    expect(result).toMatchObject({
      would: '8',
      stopped: ['user/kim user/kim@month 2026-10-31T15:00:00Z 6/3', 'user/tanaka *@month 2026-10-31T15:00:00Z 4/2'],
    })
  })

  it('lets assumed money warn and not stop, unless it is to', () => {
    const calls = hourly('user/tanaka', '2', 4).map((call) => ({ ...call, assumed: true }))
    expect(shown(under(['user/tanaka=4'], calls))).toMatchObject({ would: '8', stopped: [] })
    expect(shown(under(['user/tanaka=4'], calls, { unknownPrice: 'block' }))).toMatchObject({ would: '4' })
  })

  it('puts calls into the order of their times, wherever they were found', () => {
    const calls = hourly('user/tanaka', '1', 9)
    expect(shown(under(['user/tanaka=5'], [...calls].reverse()))).toEqual(shown(under(['user/tanaka=5'], calls)))
  })

  it('adds up to the pico-dollar what no double could hold', () => {
    const calls = Array.from({ length: 2000 }, (_, index) => ({
      at: toIso(instant(at('2026-11-01T00:00:00Z') + index * 1000)),
      who: 'user/tanaka',
      usd: '7654321.987654321987',
    }))
    expect(toDecimal(under([], calls).spent)).toBe('15308643975.308643974')
  })
})

type Around = 'zoning' | 'isProtected' | 'excluded' | 'belongings' | 'unknownPrice'

/** The judge and the decision of the guard itself, asked before every call: slow, and right by definition. */
function byTheJudge(calls: readonly Call[], limits: readonly Limit[], more: Pick<SimulateInput, Around>) {
  const { zoning, isProtected, excluded, belongings, unknownPrice } = more
  const ledger = new Map<string, Map<string, bigint>>()
  const assumed = new Map<string, bigint>()
  const stopped: string[] = []
  let spent = 0n
  const balancesOf = (month: string) =>
    [...ledger].flatMap(([who, days]) => {
      const inMonth = [...days].filter(([day]) => day.startsWith(month))
      if (inMonth.length === 0) return []
      const usd = Object.fromEntries(
        inMonth.map(([day, pico]) => [day, toDecimal(pico as ReturnType<typeof parseUsd>)]),
      )
      return [balance(who, usd, { assumed: (assumed.get(`${who} ${month}`) ?? 0n) as PicoUsd })]
    })
  for (const call of calls) {
    const now = at(call.at)
    const month = monthOf(now, zoning)
    const judgements = judgeAll({
      wishes: { limits, waivers: [], blocks: [], excluded },
      balances: balancesOf(month),
      previous: balancesOf(previousMonth(month)),
      ...{ zoning, now, unknownPrice, account, belongings },
    })
    const { block } = decide({ judgements, records: [], isProtected, now })
    const who = key(call.who)
    const denied = new Set<PrincipalKey>(block.map(({ principal }) => principal))
    if (denied.has(who) || denied.has(roleKeyOf(who) ?? who)) {
      stopped.push(call.at)
      continue
    }
    const day = dayOf(now, zoning)
    if (call.assumed) {
      const at = `${call.who} ${month}`
      assumed.set(at, (assumed.get(at) ?? 0n) + parseUsd(call.usd))
    }
    const days = ledger.get(call.who) ?? new Map<string, bigint>()
    ledger.set(call.who, days)
    days.set(day, (days.get(day) ?? 0n) + parseUsd(call.usd))
    spent += parseUsd(call.usd)
  }
  return { spent: toDecimal(spent as ReturnType<typeof parseUsd>), stopped: stopped.length }
}

describe('simulation and judge', () => {
  const who = fc.constantFrom(
    'user/tanaka',
    'user/suzuki',
    'role/batch',
    'session/team-a/kim',
    'session/team-a/lee',
    'session/AWSReservedSSO_Dev_0123456789abcdef/mori',
    'unattributed',
  )
  const amounts = fc.integer({ min: 1, max: 3_000 }).map((cents) => (cents / 100).toFixed(2))
  const limits = fc.subarray(
    [
      'user/tanaka=20',
      'user/tanaka=8 day',
      'user/suzuki=30 week',
      'role/team-a=25',
      'role/batch=15 notify',
      '*=22',
      '*=12 day roles',
      'account=90 block',
      'account=40 week notify',
      'person/tanaka=33',
      'team/growth=45 week',
      'team/growth=20 notify',
      'person/kim=26 day',
    ],
    { minLength: 1 },
  )

  const groups = fc.record({
    people: fc.subarray([
      { name: 'tanaka', members: ['user/tanaka', 'session/AWSReservedSSO_*/mori'] },
      { name: 'kim', members: ['session/team-a/kim', 'user/suzuki'] },
    ]),
    teams: fc.subarray([
      { name: 'growth', members: ['person/kim', 'role/team-a', 'user/tanaka'], from: 'list' as const },
      { name: 'other', members: ['role/batch', 'person/nobody'], from: 'tags' as const },
    ]),
  })

  const around = fc.record({
    belongings: groups,
    zoning: fc.constantFrom<Zoning>(tokyo, [
      { from: '0000-00', zone: 'America/New_York' },
      { from: '2026-11', zone: 'Asia/Tokyo' },
      { from: '2026-12', zone: 'Europe/Berlin' },
    ]),
    isProtected: fc.constantFrom(
      (_: PrincipalKey) => false,
      (principal: PrincipalKey) => principal === 'role/team-a' || principal === 'user/suzuki',
    ),
    excluded: fc.subarray<Subject>([key('user/tanaka'), key('role/team-*'), 'person/kim', key('session/team-a/lee')]),
    unknownPrice: fc.constantFrom<'warn' | 'block'>('warn', 'block'),
  })
  const steps = fc.array(
    fc.record({ gap: fc.integer({ min: 1, max: 30 * 3600 }), who, usd: amounts, assumed: fc.boolean() }),
    { minLength: 15, maxLength: 60 },
  )

  it('agree on every call of random months, limits, callers, exclusions, prices and zones', () => {
    fc.assert(
      fc.property(steps, limits, around, (taken, wanted, more) => {
        // Balances know the assumed part by month alone, so the judge takes it off shorter periods whole.
        const monthly = wanted.every((text) => !/ (?:day|week)/.test(text)) || more.unknownPrice === 'block'
        let now = at('2026-11-02T00:00:00Z') as number
        const calls = taken.map(({ gap, who: principal, usd, assumed }) => {
          now += gap * 1000
          return { at: toIso(instant(now)), who: principal, usd, assumed: assumed && monthly }
        })
        const chosen = wanted.map(limit)
        const result = under([], calls, { limits: chosen, lagMs: 0, ...more })
        expect({ spent: toDecimal(result.wouldSpend), stopped: result.stoppedRequests }).toEqual(
          byTheJudge(calls, chosen, more),
        )
      }),
      { numRuns: 60 },
    )
  })
})
