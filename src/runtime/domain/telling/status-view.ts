export type StatusBy = 'principal' | 'person' | 'team' | 'model' | 'day' | 'source'

export type PrincipalState =
  | 'ok'
  | 'warned'
  /** Past a limit that only notifies, or past one whose block the next check puts in place. */
  | 'over'
  | 'blocked'
  | 'paused'
  | 'waived'
  | 'excluded'
  /** Would be blocked, were the guard not only observing or on hold; and in months that are over. */
  | 'observed'
  | 'unlimited'
  | 'cannot-block'

/** `status --json`: money as decimal strings, times UTC, unknown `null`, no key missing. */
export interface StatusView {
  readonly guard: string
  /** `observe`: nobody is blocked, whatever the limits say. */
  readonly mode: 'enforce' | 'observe'
  readonly period: {
    readonly kind: string
    readonly key: string
    readonly timezone: string
    readonly resetsAt: string
  }
  readonly totalUsd: string
  readonly assumedUsd: string
  readonly principals: readonly StatusPrincipal[]
  readonly health: {
    readonly lastRecordAt: string | null
    readonly lag: {
      readonly logSeconds: number | null
      readonly deliverySeconds: number | null
      readonly enforceSeconds: number | null
    }
    readonly unpricedModels: readonly string[]
    /** Calls of the month without a configured label, where only those are counted; else 0. */
    readonly uncountedRequests: number
    readonly problems: readonly string[]
  }
  /** Only with `--by person|team|model|day|source`. */
  readonly groups?: StatusGroups
}

export interface StatusPrincipal {
  readonly principal: string
  /** Whose it is: now, or when it last spent in a month that is over; without `person/`. */
  readonly person: string | null
  /** Without `team/`; through the person too. */
  readonly teams: readonly string[]
  readonly usd: string
  readonly assumedUsd: string
  readonly requests: number
  readonly state: PrincipalState
  /** The limit's id, or `manual`. */
  readonly decidedBy: string | null
  /** Null while blocked: without an end. */
  readonly blockedUntil: string | null
  readonly sources: Readonly<Record<string, string>>
  readonly limits: readonly StatusLimit[]
}

export interface StatusLimit {
  readonly id: string
  readonly of: string
  /** Of `*`: `person/NAME` whose members share it; null where a principal has it alone. */
  readonly sharedBy: string | null
  readonly per: string
  readonly limitUsd: string
  readonly spentUsd: string
  /** Whole percent, rounded down; null for a limit of 0. */
  readonly usedPercent: number | null
  readonly forecastUsd: string | null
  readonly resetsAt: string
  readonly action: 'block' | 'notify'
  readonly decides: boolean
}

export interface StatusGroups {
  readonly by: StatusBy
  /** By how much the rows together exceed the total, because teams overlap; `0` for every other grouping. */
  readonly overlapUsd: string
  readonly rows: readonly StatusGroup[]
}

export interface StatusGroup {
  readonly key: string
  readonly usd: string
  readonly assumedUsd: string
  readonly requests: number
  readonly sharePercent: number | null
}
