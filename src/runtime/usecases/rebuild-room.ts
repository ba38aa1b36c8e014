/** What rebuilding a month needs from the world. Only the admin's own command has it; no function of the guard does. */
import type { RuntimeConfig } from '../config.ts'
import type { Day, Instant, Month } from '../domain/base/calendar.ts'
import type { Balance, Detail, Entry } from '../domain/metering/balance.ts'
import type { Charge } from '../domain/metering/charge.ts'
import type { PrincipalKey } from '../domain/metering/principal.ts'
import type { Usage } from '../domain/metering/usage.ts'
import type { PicoUsd } from '../domain/money/money.ts'
import type { Ledger, PeopleBook, RateBook, SessionBook } from '../ports.ts'

/** The journal alone, and the counters beside it. */
export interface Recount {
  /** Everybody who has entries in the month, without sessions, whatever the counters say. */
  bases(month: Month): Promise<readonly PrincipalKey[]>
  /** All entries of a user or role, its sessions too: each charge, then its corrections. from <= at < to. */
  entries(range: { from: Instant; to: Instant }, base: PrincipalKey): AsyncIterable<Entry>
  /** Adds what the counters lack, unless any of these was moved by somebody else since they were read. */
  mend(drift: Drift): Promise<'mended' | 'busy'>
}

/** Counters of one principal that do not say what the journal says. */
export interface Drift {
  readonly principal: PrincipalKey
  readonly month: Month
  /** As it was read; undefined: there was none. */
  readonly was: Balance | undefined
  /** To be added; negative where too much is counted. Undefined: only rows of details differ. */
  readonly balance: Balance | undefined
  readonly details: readonly RowDrift[]
}

export interface RowDrift {
  /** As it was read; undefined: there was none. */
  readonly was: Detail | undefined
  /** To be added. */
  readonly lacks: Detail
}

/** Usage read from the logs, put aside by days: logs come in any order, a month of them does not fit into memory. */
export interface Shelf {
  put(day: Day, usages: readonly Usage[]): Promise<void>
  of(day: Day): AsyncIterable<readonly Usage[]>
}

export interface RebuildRoom {
  readonly ledger: Pick<Ledger, 'record' | 'correct' | 'balances' | 'balance' | 'detail'>
  readonly recount: Recount
  readonly shelf: Shelf
  readonly sessions: SessionBook
  readonly rates: RateBook
  readonly people: Pick<PeopleBook, 'belongings'>
  readonly config: Pick<RuntimeConfig, 'zoning' | 'sessionRoles' | 'labels' | 'onlySources' | 'assumedCacheTtl'>
  /** An entry that stands for what another guard had counted: in no log of ours. */
  readonly isOpening: (charge: Charge) => boolean
}

/**
 * `missing`: in the logs, not in the journal. `unlogged`: the other way round. `conflict`: one id with two contents.
 * `priced`, `placed`: today's book or settings say otherwise. `unpriced`: today's book has no price. `drifted`: counters.
 */
export type DifferenceKind = 'missing' | 'unlogged' | 'conflict' | 'priced' | 'placed' | 'unpriced' | 'drifted'

export interface Difference {
  readonly kind: DifferenceKind
  /** Whose money it is now, or will be. */
  readonly principal: PrincipalKey
  /** What setting it right adds to this principal's spend; zero where nothing is set right. */
  readonly change: PicoUsd
  /** Counted once, also where an entry moves from one principal to another. */
  readonly second?: true
}
