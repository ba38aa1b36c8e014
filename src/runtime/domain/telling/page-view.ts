/** What the page's function answers to the page, as data: see page-protocol.ts for how it is asked. */
import type { PrincipalState } from './status-view.ts'

export type PageShows = 'own' | 'team' | 'all'

export interface PageHead {
  readonly guard: string
  readonly account: string
  /** `observe`: nobody is blocked, whatever the limits say. */
  readonly mode: 'enforce' | 'observe'
  readonly language: 'en' | 'ja'
  readonly currency: { readonly code: string; readonly rate: string } | null
  readonly viewer: { readonly name: string; readonly admin: boolean }
  /** What `/api/everybody` gives this viewer: nothing, their teams, or all. */
  readonly sees: PageShows
  /** When this was read. */
  readonly now: string
  readonly period: {
    readonly month: string
    readonly timezone: string
    /** Days of the month in the guard's zone, `YYYY-MM-DD`, all of them. */
    readonly days: readonly string[]
    readonly resetsAt: string
    readonly isCurrent: boolean
  }
  /** Months one may ask for, newest first, this one included. */
  readonly months: readonly string[]
  readonly health: {
    readonly lastRecordAt: string | null
    /** From the call to the ledger, as last measured. */
    readonly lagSeconds: number | null
    /** Admins only; else empty. */
    readonly problems: readonly string[]
  }
}

export interface PageTokens {
  readonly input: number
  readonly output: number
  readonly cacheRead: number
  readonly cacheWrite5m: number
  readonly cacheWrite1h: number
  /** Written for a time that the log does not tell. */
  readonly cacheWriteUnknown: number
  /** Share of prompt tokens that came from the cache; null where there were none. */
  readonly cacheHitPercent: number | null
}

/** One limit as it stands for one pot. */
export interface PageLimit {
  readonly id: string
  /** `user/tanaka`, `person/…`, `team/…`, `account`, `*`. */
  readonly of: string
  readonly per: 'month' | 'week' | 'day'
  readonly limitUsd: string
  /** Null: others share it, and what they spend is not this viewer's to see. */
  readonly spentUsd: string | null
  readonly restUsd: string | null
  readonly usedPercent: number | null
  readonly forecastUsd: string | null
  readonly resetsAt: string
  readonly action: 'block' | 'notify'
  /** The one that the state follows from. */
  readonly decides: boolean
}

/** Why a state is what it is; the page has a sentence for each kind. */
export type PageReason =
  | { readonly kind: 'limit'; readonly of: string; readonly per: 'month' | 'week' | 'day'; readonly limitUsd: string }
  | { readonly kind: 'manual'; readonly note: string | null }
  | { readonly kind: 'waiver'; readonly until: string | null; readonly grantUsd: string | null }

/** One principal, or a person with all theirs: what has a state of its own. A role and its sessions are one each. */
export interface PagePot {
  /** `user/tanaka`, `session/builders/suzuki`, `person/tanaka`. */
  readonly key: string
  readonly members: readonly string[]
  readonly usd: string
  readonly assumedUsd: string
  readonly requests: number
  readonly state: PrincipalState
  readonly reason: PageReason | null
  /** When it is free again; null: not blocked, or without an end. */
  readonly blockedUntil: string | null
  readonly forecastUsd: string | null
  readonly limits: readonly PageLimit[]
}

export interface PageLine {
  /** A model, or a source label. */
  readonly name: string
  readonly usd: string
  /** The part of `usd` that rests on assumed prices. */
  readonly assumedUsd: string
  readonly requests: number
  readonly tokens: PageTokens
}

/** One day, as far as there was any spend. */
export interface PageDay {
  readonly day: string
  readonly usd: string
  /** By model; sums to `usd`. */
  readonly models: Readonly<Record<string, string>>
}

/** The viewer's own. */
export interface PageSpend {
  readonly head: PageHead
  readonly totals: {
    readonly usd: string
    readonly assumedUsd: string
    readonly requests: number
    readonly forecastUsd: string | null
  }
  /** One per principal or person the admin mapped the viewer to; empty: to none. */
  readonly pots: readonly PagePot[]
  readonly days: readonly PageDay[]
  readonly models: readonly PageLine[]
  readonly sources: readonly PageLine[]
  readonly tokens: PageTokens
  /** The twelve months before this one, newest first, as far as anything was spent in them; the same whatever month is asked for. */
  readonly past: readonly { readonly month: string; readonly usd: string; readonly requests: number }[]
}

export interface PageRow extends PagePot {
  /** Without `person/`. */
  readonly person: string | null
  readonly teams: readonly string[]
  readonly excluded: boolean
  readonly usedPercent: number | null
  readonly lastAt: string | null
  readonly sources: Readonly<Record<string, string>>
  /** Aligned with `head.period.days`; `0` for a day without. */
  readonly days: readonly string[]
}

export interface PageGroup {
  /** Without `team/` or `person/`. */
  readonly name: string
  readonly members: number
  readonly usd: string
  readonly requests: number
  readonly state: PrincipalState
  readonly limits: readonly PageLimit[]
}

/** Everybody, or the viewer's teams: from balances alone. */
export interface PageEverybody {
  readonly head: PageHead
  readonly totals: {
    readonly usd: string
    readonly assumedUsd: string
    readonly requests: number
    readonly forecastUsd: string | null
    /** The account's limits; empty without any, and for who sees only a part. */
    readonly limits: readonly PageLimit[]
  }
  /** Of those who have a limit; null where nobody has. */
  readonly meanUsedPercent: number | null
  readonly counts: {
    readonly principals: number
    /** At or over their limit, blocked or not. */
    readonly atLimit: number
    readonly blocked: number
    readonly warned: number
    readonly excluded: number
  }
  /** Dearest first. */
  readonly rows: readonly PageRow[]
  readonly teams: readonly PageGroup[]
  readonly people: readonly PageGroup[]
}

/** By model, of those whom `/api/everybody` shows. */
export interface PageModels {
  readonly month: string
  readonly days: readonly PageDay[]
  readonly models: readonly PageLine[]
  readonly sources: readonly PageLine[]
  readonly tokens: PageTokens
  readonly unpricedModels: readonly string[]
  /** By principal: what went to which model, dearest first. */
  readonly principals: readonly {
    readonly key: string
    readonly models: readonly { readonly name: string; readonly usd: string; readonly requests: number }[]
  }[]
}
