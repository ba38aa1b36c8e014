import { describe, expect, it } from 'vitest'
import {
  type Day,
  dayOf,
  type Instant,
  localText,
  monthOf,
  previousMonth,
} from '../../src/runtime/domain/base/calendar.ts'
import { decide } from '../../src/runtime/domain/judging/enforcement.ts'
import { judgeAll } from '../../src/runtime/domain/judging/judge.ts'
import type { Wishes } from '../../src/runtime/domain/judging/limit.ts'
import type { BlockedRecord, Judgement } from '../../src/runtime/domain/judging/verdict.ts'
import { spentForGrant, waiverUntil } from '../../src/runtime/domain/judging/waiver.ts'
import { add, type PicoUsd, parseUsd, toDecimal, zero } from '../../src/runtime/domain/money/money.ts'
import { noticesDue } from '../../src/runtime/domain/telling/notices-due.ts'
import { account, at, balance, key, limit, tokyo, waiver } from './judging.ts'

const hour = 3_600_000
const sso = 'session/AWSReservedSSO_Dev_0a1b/suzuki'

/** A guard without AWS: a ledger by day, wishes, what is attached, and everything it did, in the order it did it. */
function world() {
  const ledger = new Map<string, Map<Day, PicoUsd>>()
  const records = new Map<string, BlockedRecord>()
  const said = new Set<string>()
  const diary: string[] = []
  let wishes: Wishes = { limits: [], waivers: [], blocks: [], excluded: [] }

  const balancesOf = (month: string) =>
    [...ledger].flatMap(([principal, days]) => {
      const inMonth = [...days].filter(([day]) => day.startsWith(month))
      if (inMonth.length === 0) return []
      return [balance(principal, Object.fromEntries(inMonth.map(([day, amount]) => [day, toDecimal(amount)])))]
    })
  const judge = (now: Instant): readonly Judgement[] => {
    const month = monthOf(now, tokyo)
    const balances = balancesOf(month)
    const previous = balancesOf(previousMonth(month))
    return judgeAll({ wishes, balances, previous, zoning: tokyo, now, unknownPrice: 'warn', account })
  }
  const say = (now: Instant, judgements: readonly Judgement[]) => {
    const month = monthOf(now, tokyo)
    const groups = noticesDue({
      judgements,
      records: [...records.values()],
      wishes,
      observe: false,
      waiversOver: new Set(),
      now,
      day: dayOf(now, tokyo),
      month,
      unpriced: [],
      caughtUp: undefined,
      badRecords: 0,
      problems: [],
    })
    for (const { kind, items } of groups) {
      for (const item of items) {
        if (said.has(item.key)) continue
        said.add(item.key)
        if (item.also !== undefined) said.add(item.also)
        const detail = kind === 'warned' ? item.threshold : item.why
        const hourNow = localText(now, 'Asia/Tokyo').slice(5, 13)
        diary.push(`${hourNow}h ${kind} ${item.principal ?? 'account'} ${detail ?? ''}`.trim())
      }
    }
  }
  return {
    diary,
    records,
    wish: (change: (before: Wishes) => Partial<Wishes>) => {
      wishes = { ...wishes, ...change(wishes) }
    },
    spend: (principal: string, usd: string, now: Instant) => {
      const days = ledger.get(principal) ?? new Map<Day, PicoUsd>()
      const day = dayOf(now, tokyo)
      ledger.set(principal, days.set(day, add(days.get(day) ?? zero, parseUsd(usd))))
    },
    judge,
    spentForGrant: (principal: string, now: Instant) => spentForGrant(key(principal), balancesOf(monthOf(now, tokyo))),
    isBlocked: (principal: string) => records.get(principal)?.state === 'attached',
    /** One check. Answers how many things it changed. */
    check: (now: Instant): number => {
      const judgements = judge(now)
      const decision = decide({ judgements, records: [...records.values()], isProtected: () => false, now })
      for (const principal of decision.release) {
        const record = records.get(principal)
        if (record) records.set(principal, { ...record, releasedAt: now })
      }
      for (const { principal, until, decidedBy, record } of [...decision.block, ...decision.cannot]) {
        const why = decision.cannot.find((cannot) => cannot.principal === principal)?.why
        records.set(principal, {
          principal,
          state: why === undefined ? 'attached' : 'cannot-block',
          why,
          policy: why === undefined ? 'p' : undefined,
          by: why === undefined ? 'managed' : undefined,
          until,
          episode: record?.episode ?? String(now),
          decidedBy,
          since: record?.since ?? now,
          comparedAt: now,
        })
      }
      say(now, judgements)
      for (const [principal, record] of records) if (record.releasedAt !== undefined) records.delete(principal)
      return decision.block.length + decision.release.length
    },
  }
}

describe('a month', () => {
  it('warns, blocks, raises, pardons, and releases everybody when the new month begins, with no code for it', () => {
    const guard = world()
    guard.wish(() => ({ limits: [limit('user/tanaka=50'), limit('*=20')] }))
    const start = at('2026-10-31T15:00:00Z')
    const end = at('2026-12-02T15:00:00Z')
    let changes = 0
    for (let now = start; now < end; now = (now + hour) as Instant) {
      const localHour = localText(now, 'Asia/Tokyo').slice(5, 13)
      const works = localHour.endsWith('10')
      // A deny stops everybody who can be stopped; nobody stops the Identity Center session.
      if (works && !guard.isBlocked('user/tanaka')) guard.spend('user/tanaka', '4', now)
      if (works && !guard.isBlocked('user/sato')) guard.spend('user/sato', '1.5', now)
      if (works) guard.spend(sso, '1.25', now)
      if (localHour === '11-15 09')
        guard.wish(({ limits }) => ({ limits: [limit('user/tanaka=60 v2'), ...limits.slice(1)] }))
      if (localHour === '11-17 09') {
        const judgement = guard.judge(now).find(({ principal }) => principal === 'user/sato')
        const until = waiverUntil(judgement, undefined, tokyo, now)
        const grant = { grant: parseUsd('3'), spentAtGrant: guard.spentForGrant('user/sato', now), at: now }
        guard.wish(() => ({ waivers: [{ ...waiver('user/sato', '2026-11-30T15:00:00Z', grant), until }] }))
      }
      changes += guard.check(now)
    }
    expect(guard.diary).toEqual([
      '11-10 10h warned user/tanaka 80',
      '11-11 10h warned user/sato 80',
      '11-12 10h warned user/tanaka 95',
      // 13 × 4 USD pass 50 at once: no warning besides.
      '11-13 10h blocked user/tanaka',
      `11-13 10h warned ${sso} 80`,
      '11-13 10h warned user/sato 95',
      '11-14 10h blocked user/sato',
      // Raised to 60: free at once, and 52 of 60 is a warning of the new limit.
      '11-15 09h warned user/tanaka 80',
      '11-15 09h released user/tanaka limit-changed',
      // The second block of the month is announced again.
      '11-16 10h blocked user/tanaka',
      `11-16 10h cannot-block ${sso} protected-role`,
      // Pardoned for 3 USD more, which the second day uses up.
      '11-17 09h released user/sato waived',
      '11-18 10h blocked user/sato',
      '12-01 00h released user/tanaka new-period',
      '12-01 00h released user/sato new-period',
    ])
    expect(changes).toBe(9)
    expect([...guard.records.values()]).toEqual([])
  })

  it('changes and says nothing when it is asked again and again', () => {
    const guard = world()
    guard.wish(() => ({ limits: [limit('user/tanaka=5'), limit('account=1 notify')] }))
    const now = at('2026-11-20T03:00:00Z')
    guard.spend('user/tanaka', '5', now)
    guard.spend('unattributed', '50', now)
    expect(guard.check(now)).toBe(1)
    const said = [...guard.diary]
    for (let minute = 1; minute <= 60; minute++) expect(guard.check((now + minute * 60_000) as Instant)).toBe(0)
    expect(guard.diary).toEqual(said)
    expect(said).toEqual(['11-20 12h blocked user/tanaka', '11-20 12h over account'])
  })
})
