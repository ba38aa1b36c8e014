import { readFileSync } from 'node:fs'
import { assert, bigInt, integer, property, record } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { toIso } from '../../src/runtime/domain/base/calendar.ts'
import { judgeAll } from '../../src/runtime/domain/judging/judge.ts'
import type { Wishes } from '../../src/runtime/domain/judging/limit.ts'
import type { Judgement } from '../../src/runtime/domain/judging/verdict.ts'
import { needsPrevious, waiverUntil } from '../../src/runtime/domain/judging/waiver.ts'
import { parseUsd, pico, toDecimal } from '../../src/runtime/domain/money/money.ts'
import { account, at, balance, key, limit, tokyo, waiver } from './judging.ts'

interface Case {
  readonly name: string
  readonly unknownPrice?: 'warn' | 'block'
  readonly limits: readonly string[]
  readonly spend: Readonly<Record<string, Readonly<Record<string, string>>>>
  readonly assumed?: Readonly<Record<string, string>>
  readonly excluded?: readonly string[]
  readonly blocks?: readonly { readonly principal: string; readonly until: string }[]
  readonly waivers?: readonly {
    readonly principal: string
    readonly until: string
    readonly at: string
    readonly limit?: string
    readonly grant?: string
    readonly spentAtGrant?: string
  }[]
  readonly expect: Readonly<Record<string, unknown>>
}

const file = new URL('../cases/verdicts.json', import.meta.url)
const { cases } = JSON.parse(readFileSync(file, 'utf8')) as { readonly cases: readonly Case[] }
const now = at('2026-11-20T03:00:00Z')

function wishesOf(given: Case): Wishes {
  return {
    limits: given.limits.map(limit),
    excluded: (given.excluded ?? []).map(key),
    blocks: (given.blocks ?? []).map(({ principal, until }) => ({
      principal: key(principal),
      until: until === 'no-end' ? until : at(until),
      by: 'admin',
      at: now,
      reason: undefined,
    })),
    waivers: (given.waivers ?? []).map((wish) =>
      waiver(wish.principal, wish.until, {
        limit: wish.limit,
        at: at(wish.at),
        grant: wish.grant === undefined ? undefined : parseUsd(wish.grant),
        spentAtGrant: parseUsd(wish.spentAtGrant ?? '0'),
      }),
    ),
  }
}

/** A judgement as the case file writes it. */
function readable({ verdict, decidedBy }: Judgement) {
  const { kind } = verdict
  return {
    verdict: kind,
    ...(kind === 'warn' ? { threshold: verdict.threshold, percent: verdict.percent } : {}),
    ...(kind === 'blocked' ? { until: verdict.until === 'no-end' ? 'no-end' : toIso(verdict.until) } : {}),
    ...(kind === 'blocked' || kind === 'over' ? { over: toDecimal(verdict.over) } : {}),
    decidedBy: decidedBy ?? null,
  }
}

const nothing: Wishes = { limits: [], waivers: [], blocks: [], excluded: [] }

describe('what each principal is judged', () => {
  it.each(cases)('$name', (given) => {
    const judgements = judgeAll({
      wishes: wishesOf(given),
      balances: Object.entries(given.spend).map(([principal, days]) =>
        balance(principal, days, { assumed: parseUsd(given.assumed?.[principal] ?? '0') }),
      ),
      previous: [],
      zoning: tokyo,
      now,
      unknownPrice: given.unknownPrice ?? 'warn',
      account,
    })
    expect(Object.fromEntries(judgements.map((judgement) => [judgement.principal, readable(judgement)]))).toEqual(
      given.expect,
    )
  })
})

describe('weeks and grants that cross a month end', () => {
  // 2026-11-30 is a Monday: its week ends with Sunday, December 6.
  const december = at('2026-12-01T03:00:00Z')
  const november = [balance('user/tanaka', { '2026-11-29': '100', '2026-11-30': '6' })]

  it('a week that began in the old month counts its days there, and nothing earlier', () => {
    const wishes = { ...nothing, limits: [limit('user/tanaka=10 week')] }
    const judge = (today: string) =>
      judgeAll({
        wishes,
        balances: [balance('user/tanaka', { '2026-12-01': today })],
        previous: november,
        zoning: tokyo,
        now: december,
        unknownPrice: 'warn',
        account,
      }).map(readable)
    expect(judge('3.99')).toEqual([{ verdict: 'warn', threshold: 95, percent: 99, decidedBy: 'user/tanaka@week' }])
    expect(judge('4')).toEqual([
      { verdict: 'blocked', until: '2026-12-06T15:00:00Z', over: '0', decidedBy: 'user/tanaka@week' },
    ])
  })

  it('who spent only before the month end stays blocked until the week ends', () => {
    const judgements = judgeAll({
      wishes: { ...nothing, limits: [limit('*=5 week')] },
      balances: [],
      previous: november,
      zoning: tokyo,
      now: december,
      unknownPrice: 'warn',
      account,
    })
    expect(judgements.map(readable)).toEqual([
      { verdict: 'blocked', until: '2026-12-06T15:00:00Z', over: '1', decidedBy: '*@week' },
    ])
  })

  it('a grant given in the old month goes on being used up in the new one', () => {
    const judge = (today: string) =>
      judgeAll({
        wishes: {
          ...nothing,
          limits: [limit('user/tanaka=1 week')],
          waivers: [
            waiver('user/tanaka', '2026-12-06T15:00:00Z', {
              at: at('2026-11-30T03:00:00Z'),
              grant: parseUsd('5'),
              spentAtGrant: parseUsd('104'),
            }),
          ],
        },
        balances: [balance('user/tanaka', { '2026-12-01': today })],
        previous: november,
        zoning: tokyo,
        now: december,
        unknownPrice: 'warn',
        account,
      })[0]?.verdict.kind
    expect(judge('2.99')).toBe('waived')
    expect(judge('3')).toBe('blocked')
  })

  it('asks for the old month only when a week or a grant reaches into it', () => {
    const week = { ...nothing, limits: [limit('*=5 week')] }
    expect(needsPrevious(week, tokyo, december)).toBe(true)
    expect(needsPrevious(week, tokyo, now)).toBe(false)
    expect(needsPrevious({ ...nothing, limits: [limit('*=5')] }, tokyo, december)).toBe(false)
    const grant = waiver('user/a', '2026-12-06T15:00:00Z', { grant: parseUsd('5') })
    expect(needsPrevious({ ...nothing, waivers: [grant] }, tokyo, december)).toBe(true)
    expect(needsPrevious({ ...nothing, waivers: [{ ...grant, grant: undefined }] }, tokyo, december)).toBe(false)
  })
})

describe('the end of a waiver', () => {
  const judged = (text: string, spent: string) =>
    judgeAll({
      wishes: { ...nothing, limits: [limit(text)] },
      balances: [balance('user/tanaka', { '2026-11-20': spent })],
      previous: [],
      zoning: tokyo,
      now,
      unknownPrice: 'warn',
      account,
    })[0]

  it('is the end of the period that blocks, or earlier if so typed, never later', () => {
    const day = judged('user/tanaka=5 day', '5')
    expect(toIso(waiverUntil(day, undefined, tokyo, now))).toBe('2026-11-20T15:00:00Z')
    expect(toIso(waiverUntil(day, at('2026-11-20T10:00:00Z'), tokyo, now))).toBe('2026-11-20T10:00:00Z')
    expect(toIso(waiverUntil(day, at('2026-12-24T00:00:00Z'), tokyo, now))).toBe('2026-11-20T15:00:00Z')
  })

  it('is the end of the month for a limit of 0 and for who is not blocked', () => {
    expect(toIso(waiverUntil(judged('user/tanaka=0', '1'), undefined, tokyo, now))).toBe('2026-11-30T15:00:00Z')
    expect(toIso(waiverUntil(undefined, undefined, tokyo, now))).toBe('2026-11-30T15:00:00Z')
  })
})

describe('a wish stamped by a clock that runs ahead', () => {
  it('is in force at once up to ten minutes, and not beyond', () => {
    const judge = (from: string) =>
      judgeAll({
        wishes: { ...nothing, limits: [{ ...limit('user/tanaka=0'), from: at(from) }] },
        balances: [balance('user/tanaka', { '2026-11-20': '1' })],
        previous: [],
        zoning: tokyo,
        now,
        unknownPrice: 'warn',
        account,
      })[0]?.verdict.kind
    expect(judge('2026-11-20T03:09:00Z')).toBe('blocked')
    expect(judge('2026-11-20T03:11:00Z')).toBe('unlimited')
  })
})

describe('for all amounts', () => {
  const cents = () => bigInt({ min: 0n, max: 200n })
  const usd = (amount: bigint) => toDecimal(pico(amount * 10_000_000_000n))
  const judge = (given: { amount: bigint; spent: bigint; assumed: bigint; other: bigint }, wishes: Partial<Wishes>) =>
    judgeAll({
      wishes: {
        ...nothing,
        limits: [limit(`user/a=${usd(given.amount)}`), limit('*=1'), limit('role/r=1'), limit('account=3')],
        ...wishes,
      },
      balances: [
        balance('user/a', { '2026-11-19': usd(given.spent) }, { assumed: parseUsd(usd(given.assumed)) }),
        balance('session/r/s', { '2026-11-19': usd(given.other) }),
      ],
      previous: [],
      zoning: tokyo,
      now,
      unknownPrice: 'warn',
      account,
    })
  const blockedOf = (judgements: readonly Judgement[]) =>
    judgements.filter(({ verdict }) => verdict.kind === 'blocked').map(({ principal }) => principal)
  const amounts = record({ amount: cents(), spent: cents(), other: cents() })

  it('spending more never unblocks anybody', async () => {
    await assert(
      property(amounts, cents(), (given, more) => {
        const before = blockedOf(judge({ ...given, assumed: 0n }, {}))
        const after = blockedOf(judge({ ...given, spent: given.spent + more, assumed: 0n }, {}))
        expect(after).toEqual(expect.arrayContaining(before))
      }),
    )
  })

  it('a waiver never blocks more, and frees only whom it names', async () => {
    await assert(
      property(amounts, integer({ min: 0, max: 300 }), (given, grant) => {
        const pardon = waiver('user/a', '2026-11-30T15:00:00Z', { grant: parseUsd(usd(BigInt(grant))) })
        const before = blockedOf(judge({ ...given, assumed: 0n }, {}))
        const after = blockedOf(judge({ ...given, assumed: 0n }, { waivers: [pardon] }))
        expect(before).toEqual(expect.arrayContaining(after))
        for (const principal of before) if (!after.includes(principal)) expect(principal).toBe('user/a')
      }),
    )
  })

  it('assumed money blocks nobody who would be free without it', async () => {
    await assert(
      property(amounts, cents(), (given, assumed) => {
        const without = blockedOf(judge({ ...given, assumed: 0n }, {}))
        const withIt = blockedOf(judge({ ...given, spent: given.spent + assumed, assumed }, {}))
        expect(withIt).toEqual(without)
      }),
    )
  })

  it('the excluded are never blocked', async () => {
    await assert(
      property(amounts, (given) => {
        expect(blockedOf(judge({ ...given, assumed: 0n }, { excluded: [key('user/a')] }))).not.toContain('user/a')
      }),
    )
  })
})
