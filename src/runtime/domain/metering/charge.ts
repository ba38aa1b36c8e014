import { type Day, dayOf, type Instant, type Month, monthOf, type Zoning } from '../base/calendar.ts'
import { hash64 } from '../base/hash.ts'
import { type PicoUsd, zero } from '../money/money.ts'
import type { PriceBook, Tier } from '../money/price-book.ts'
import { price } from '../money/pricing.ts'
import type { Membership } from './belonging.ts'
import type { ModelRef, Scope } from './model-id.ts'
import { attribute, type Caller, keyOf, type PrincipalKey } from './principal.ts'
import type { ParsedUsage, TokenCounts, Units, Usage } from './usage.ts'

/** Usage priced: complete, it could be written on paper. */
export interface Charge {
  readonly requestId: string
  readonly at: Instant
  /** Month and day in the guard's zone, from `at`. */
  readonly month: Month
  readonly day: Day
  /** Whose balance it counts in. */
  readonly principal: PrincipalKey
  readonly caller: Caller
  readonly region: string
  readonly operation: string
  /** The resolved base model, or the ARN of an unresolved profile. */
  readonly model: string
  /** What the record itself named: scope and base id, or the ARN, also of a profile that is resolved by now. */
  readonly loggedModel?: string
  readonly scope: Scope
  readonly rateId: string
  /** A configured label, `other` or `none`. */
  readonly label: string
  readonly tokens: TokenCounts
  /** As the body told it; undefined: it did not, and the default tier was charged. */
  readonly tier?: Tier
  readonly units?: Units
  /** Whose pot it was at that time, without prefixes; undefined: nobody's. */
  readonly person?: string
  readonly teams?: readonly string[]
  readonly cost: PicoUsd
  /** The part of `cost` that rests on an assumed price: all of it for an unpriced model, else zero. */
  readonly assumed: PicoUsd
}

export interface FailedCall {
  readonly requestId: string
  readonly at: Instant
  readonly month: Month
  readonly principal: PrincipalKey
  /** AWS's error class, from a closed list; anything else is `Other`. Or `OTHER_SOURCE`. */
  readonly code: string
}

/** What a charge depends on besides its usage. */
export interface Charging {
  readonly book: PriceBook
  readonly zoning: Zoning
  /** Patterns of roles whose sessions are principals. */
  readonly sessionRoles: readonly string[]
  /** Source labels kept apart. */
  readonly labels: readonly string[]
  /** Who belongs to whom now; undefined: nobody to anybody. */
  readonly membership?: Membership
}

/** A configured label, `other` for any other, `none` where none was sent. */
export function labelOf(source: string | undefined, labels: readonly string[]): string {
  if (source === undefined) return 'none'
  return labels.includes(source) ? source : 'other'
}

/** Prices the usage, names who pays, and puts it into the month and day in which it happened. */
export function chargeFor(usage: Usage, how: Charging): Charge {
  const priced = price(how.book, usage)
  const day = dayOf(usage.at, how.zoning)
  const cost = priced.kind === 'priced' ? priced.cost : priced.assumed
  const principal = keyOf(attribute(usage.caller, how.sessionRoles))
  return {
    requestId: usage.requestId,
    at: usage.at,
    month: day.slice(0, 7) as Month,
    day,
    principal,
    caller: usage.caller,
    region: usage.region,
    operation: usage.operation,
    model: priced.model,
    loggedModel: loggedModel(usage.model),
    scope: priced.scope,
    rateId: priced.rateId,
    label: labelOf(usage.source, how.labels),
    tokens: usage.tokens,
    ...(usage.tier === undefined ? {} : { tier: usage.tier }),
    ...(usage.units === undefined ? {} : { units: usage.units }),
    ...kept(belonging(principal, how.membership)),
    cost,
    assumed: priced.kind === 'priced' ? zero : cost,
  }
}

/**
 * A sort key takes 1,024 bytes, and one with these names in it must fit for whoever spends:
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html. An entry stays below one KiB with them.
 */
const TEAM_BYTES_AT_MOST = 300
const utf8 = new TextEncoder()

/** Of very many teams the first by name; a limit counts in all of them all the same. */
function kept({ teams, ...person }: ReturnType<typeof belonging>): ReturnType<typeof belonging> {
  let bytes = 0
  const fitting = teams?.filter((name) => {
    bytes += utf8.encode(name).length + 1
    return bytes <= TEAM_BYTES_AT_MOST
  })
  return fitting === undefined ? person : { ...person, teams: fitting }
}

/** Kept with the entry: a report of the past shows who belonged where then. */
export function belonging(
  principal: PrincipalKey,
  membership: Membership | undefined,
): { readonly person?: string; readonly teams?: readonly string[] } {
  const person = membership?.personOf(principal)
  const teams = membership?.teamsOf(principal) ?? []
  return { ...(person === undefined ? {} : { person }), ...(teams.length === 0 ? {} : { teams }) }
}

function loggedModel(ref: ModelRef): string {
  if (ref.kind === 'model') return ref.via ?? `${ref.scope}/${ref.model}`
  return ref.kind === 'profile' ? ref.arn : ref.id
}

/** A call that AWS refused: counted by error class, never charged. */
export function failedCallFor(
  failed: Extract<ParsedUsage, { kind: 'failed' }>,
  how: Pick<Charging, 'zoning' | 'sessionRoles'>,
): FailedCall {
  return {
    requestId: failed.requestId,
    at: failed.at,
    month: monthOf(failed.at, how.zoning),
    principal: keyOf(attribute(failed.caller, how.sessionRoles)),
    code: failed.code,
  }
}

/** The class under which calls are counted that carry no configured label where only those are charged. */
export const OTHER_SOURCE = 'other-source'

/** Of a role as a whole: whoever names sessions makes no keys here. */
export const uncountedCall = (usage: Usage, how: Pick<Charging, 'zoning'>): FailedCall => ({
  requestId: usage.requestId,
  at: usage.at,
  month: monthOf(usage.at, how.zoning),
  principal: keyOf(usage.caller.base),
  code: OTHER_SOURCE,
})

/**
 * 16 hex digits of what the record said: caller, model as logged, tokens. No setting moves it (prices, labels, zone,
 * whose sessions count), so the same record read again always has the same one, and another content another. Tier and
 * units are no part of it: versions before this one did not read them, and a record of theirs must stay the same record.
 */
export function contentHash(charge: Charge): string {
  const { tokens } = charge
  return hash64(
    [
      charge.caller.arn ?? '',
      charge.loggedModel ?? charge.model,
      tokens.input,
      tokens.output,
      tokens.cacheRead,
      tokens.cacheWrite5m,
      tokens.cacheWrite1h,
      tokens.cacheWriteUnknown,
    ].join('\n'),
  )
}
