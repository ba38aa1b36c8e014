/** Invented answers to `/api/spend`, to look at the viewer's own page in each of its states. Nothing ships this. */
import { parseUsd, sum, toDecimal } from '../src/runtime/domain/money/money.ts'
import type {
  PageDay,
  PageHead,
  PageLimit,
  PageLine,
  PagePot,
  PageReason,
  PageSpend,
  PageTokens,
} from '../src/runtime/page-protocol.ts'

export const sampleStates = [
  'ok',
  'warned',
  'over',
  'blocked',
  'manual',
  'paused',
  'waived',
  'excluded',
  'observed',
  'unlimited',
  'cannot-block',
  'several',
  'shared',
  'nobody',
  'empty',
  'many-models',
  'hostile',
] as const
export type SampleState = (typeof sampleStates)[number]

export interface SampleWish {
  readonly state: SampleState
  readonly language: 'en' | 'ja'
  readonly sees: 'own' | 'team' | 'all'
  readonly month: string
  /** The guard itself has a problem, which admins read. Default: yes. */
  readonly troubled?: boolean
}

const MODELS = [
  'anthropic.claude-opus-4-7',
  'anthropic.claude-sonnet-4-5',
  'anthropic.claude-haiku-4-5',
  'amazon.nova-pro-v1',
]
const MORE = Array.from({ length: 8 }, (_, index) => `mistral.large-2${index}07-v1:0`)
const HOSTILE = '<img src=x onerror=alert(1)>"\'&lt;/script>\u202e{{7*7}}=cmd|calc'
const NOW = '2026-11-20T00:04:00Z'

const cents = (count: number): string => toDecimal(parseUsd((count / 100).toFixed(2)))
const total = (amounts: readonly string[]): string => toDecimal(sum(amounts.map(parseUsd)))
/** The same number at every start. */
const wave = (seed: number, most: number): number =>
  Math.floor((Math.abs(Math.sin(seed * 12.9898) * 43758.5453) % 1) * most)

const tokens = (size: number): PageTokens => ({
  input: 1200 * size,
  output: 410 * size,
  cacheRead: 9300 * size,
  cacheWrite5m: 800 * size,
  cacheWrite1h: 40 * size,
  cacheWriteUnknown: 0,
  cacheHitPercent: size === 0 ? null : 82,
})

export function sampleHead({ language, sees, month, state, troubled = true }: SampleWish): PageHead {
  return {
    guard: 'cost-guard',
    account: '123456789012',
    mode: state === 'observed' ? 'observe' : 'enforce',
    language,
    currency: { code: 'JPY', rate: '160.5' },
    viewer: { name: state === 'hostile' ? HOSTILE : 'tanaka', admin: sees === 'all' },
    sees,
    now: NOW,
    period: {
      month,
      timezone: 'Asia/Tokyo',
      days: Array.from({ length: 30 }, (_, index) => `${month}-${String(index + 1).padStart(2, '0')}`),
      resetsAt: '2026-11-30T15:00:00Z',
      isCurrent: month === '2026-11',
    },
    months: ['2026-11', '2026-10', '2026-09', '2026-08'],
    health: {
      lastRecordAt: state === 'empty' ? null : '2026-11-19T23:58:12Z',
      lagSeconds: 190,
      problems: sees === 'all' && troubled ? ['the last check of IAM is 3 hours old'] : [],
    },
  }
}

function daysOf(month: string, models: readonly string[], seed: number): readonly PageDay[] {
  return Array.from({ length: month === '2026-11' ? 20 : 30 }, (_, index) => index + 1)
    .filter((day) => wave(day + seed, 10) > 1)
    .map((day) => {
      const spent = Object.fromEntries(
        models.map((model, at) => [model, cents(wave(day * 7 + at + seed, Math.ceil(420 / (at + 1))) + 1)] as const),
      )
      return { day: `${month}-${String(day).padStart(2, '0')}`, usd: total(Object.values(spent)), models: spent }
    })
}

const linesOf = (days: readonly PageDay[]): readonly PageLine[] => {
  const names = new Set(days.flatMap(({ models }) => Object.keys(models)))
  return [...names]
    .map((name) => ({
      name,
      usd: total(days.map(({ models }) => models[name] ?? '0')),
      assumedUsd: '0',
      requests: days.length * 31,
      tokens: tokens(days.length * 9),
    }))
    .toSorted((a, b) => Number(b.usd) - Number(a.usd))
}

function limitOf(of: string, amount: string, spent: string | null, more: Partial<PageLimit> = {}): PageLimit {
  const rest = spent === null ? null : Number(amount) - Number(spent)
  return {
    id: `${of}@month`,
    of,
    per: 'month',
    limitUsd: amount,
    spentUsd: spent,
    restUsd: rest === null ? null : String(Number(rest.toFixed(2))),
    usedPercent: spent === null ? null : Math.floor((Number(spent) / Number(amount)) * 100),
    forecastUsd: spent === null ? null : String(Number((Number(spent) * 1.5).toFixed(2))),
    resetsAt: '2026-11-30T15:00:00Z',
    action: 'block',
    decides: false,
    ...more,
  }
}

const reasons: Partial<Record<SampleState, PageReason>> = {
  manual: { kind: 'manual', note: 'key found in a public repository' },
  waived: { kind: 'waiver', until: '2026-11-25T15:00:00Z', grantUsd: '20' },
}

function potOf(key: string, wish: SampleWish, usd: string): PagePot {
  const { state } = wish
  const share =
    { warned: 1.1, over: 0.9, blocked: 0.96, observed: 0.9, waived: 0.9, 'cannot-block': 0.8 }[state as string] ?? 2.1
  const amount = (Math.ceil(Number(usd) * share) || 50).toString()
  const limited = state !== 'unlimited'
  const decisive = limited && state !== 'excluded' && state !== 'manual'
  const stateOf = {
    manual: 'blocked',
    several: 'warned',
    shared: 'ok',
    nobody: 'ok',
    empty: 'ok',
    'many-models': 'ok',
    hostile: 'warned',
  } as const
  const own = limitOf(key, amount, usd, { decides: decisive })
  return {
    key,
    members: key.startsWith('person/') ? ['user/tanaka', 'session/builders/tanaka'] : [key],
    usd,
    assumedUsd: state === 'warned' ? '0.5' : '0',
    requests: usd === '0' ? 0 : 1243,
    state: (stateOf as Partial<Record<SampleState, PagePot['state']>>)[state] ?? (state as PagePot['state']),
    reason:
      reasons[state] ??
      (decisive && state !== 'ok' && state !== 'empty'
        ? { kind: 'limit', of: key, per: 'month', limitUsd: amount }
        : null),
    blockedUntil: state === 'blocked' ? '2026-11-30T15:00:00Z' : null,
    forecastUsd: state === 'empty' ? null : own.forecastUsd,
    limits: !limited
      ? []
      : [
          ...(state === 'shared' ? [limitOf('team/platform', '500', null, { decides: true })] : [own]),
          limitOf('*', '5', '1.25', {
            per: 'day',
            id: '*@day',
            forecastUsd: null,
            action: 'notify',
            resetsAt: '2026-11-20T15:00:00Z',
          }),
          limitOf('account', '2000', null, { id: 'account@month' }),
        ],
  }
}

export function sampleSpend(wish: SampleWish): PageSpend {
  const { state, month } = wish
  const models = state === 'many-models' ? [...MODELS, ...MORE] : state === 'hostile' ? [HOSTILE, ...MODELS] : MODELS
  const days = state === 'empty' || state === 'nobody' ? [] : daysOf(month, models, 3)
  const usd = total(days.map((day) => day.usd))
  const lines = linesOf(days)
  const keys =
    state === 'nobody'
      ? []
      : state === 'several'
        ? ['person/tanaka', 'user/tanaka-batch']
        : [state === 'hostile' ? `user/${HOSTILE}` : 'user/tanaka']
  return {
    head: sampleHead(wish),
    totals: {
      usd,
      assumedUsd: state === 'warned' ? '0.5' : '0',
      requests: days.length * 62,
      forecastUsd: days.length === 0 ? null : total([usd, usd]),
    },
    pots: keys.map((key) => potOf(key, wish, usd)),
    days,
    models: lines,
    sources:
      days.length === 0
        ? []
        : ['claude-code', 'claude-desktop', 'none', 'other'].map((name, at) => ({
            name,
            usd: cents(4200 >> (at * 2)),
            assumedUsd: '0',
            requests: 320 >> at,
            tokens: tokens(40 >> at),
          })),
    tokens: tokens(days.length * 20),
    past:
      state === 'empty' || state === 'nobody'
        ? []
        : [
            { month: '2026-10', usd: '61.38', requests: 2210 },
            { month: '2026-09', usd: '18.2', requests: 730 },
            { month: '2026-08', usd: '0.004', requests: 2 },
          ],
  }
}
