/** The sums of an analysis: who, which model, which day and which source spent what. */
import type { Month } from '../domain/base/calendar.ts'
import { Meter } from '../domain/judging/spending.ts'
import type { Charge } from '../domain/metering/charge.ts'
import { keyOf, othersOf, type PrincipalKey, roleKeyOf } from '../domain/metering/principal.ts'
import type { TokenCounts } from '../domain/metering/usage.ts'
import { PrincipalTally, Tally } from './analysis-result.ts'

/** As in the ledger: of one role and month so many sessions are principals, the rest share one. */
const MAX_SESSIONS = 200
/** Distinct models shown; a record may name any. */
const MAX_MODELS = 1000
const OTHER_MODELS = '(others)'

/** Where a charge is added: the same for all of one caller, model, label and month that are priced (or are not). */
export interface Places {
  readonly principal: PrincipalKey
  readonly mine: PrincipalTally
  readonly source: Meter
  readonly model: Tally
  readonly label: Tally
  /** The name of the model, where its price is assumed. */
  readonly unpriced: string | undefined
}

/** Memory grows with principals, models and days. */
export class Sums {
  readonly principals = new Map<PrincipalKey, PrincipalTally>()
  readonly models = new Map<string, Tally>()
  readonly labels = new Map<string, Tally>()
  readonly days = new Map<string, Tally>()
  readonly unpriced = new Map<string, number>()
  readonly total = new Meter()
  readonly assumed = new Meter()
  private readonly sessions = new Map<string, Set<PrincipalKey>>()

  /** To be asked for what is then added, in the order of the records: who comes first has a row of his own. */
  placesOf(charge: Charge): Places {
    const principal = this.sharedBeyondLimit(charge)
    const mine = this.principals.get(principal) ?? new PrincipalTally()
    if (mine.requests === 0) this.principals.set(principal, mine)
    const source = mine.sources.get(charge.label) ?? new Meter()
    mine.sources.set(charge.label, source)
    const model = this.models.has(charge.model) || this.models.size < MAX_MODELS ? charge.model : OTHER_MODELS
    return {
      principal,
      mine,
      source,
      model: tallyOf(this.models, model),
      label: tallyOf(this.labels, charge.label),
      unpriced: charge.rateId.startsWith('assumed/') ? model : undefined,
    }
  }

  dayOf(day: string): Tally {
    return tallyOf(this.days, day)
  }

  /** @param rest below a dollar, in pico-dollars */
  add(places: Places, day: Tally, dollars: number, rest: number, tokens: TokenCounts): void {
    const { mine, model, label } = places
    mine.input += tokens.input
    mine.output += tokens.output
    mine.cacheRead += tokens.cacheRead
    mine.cacheWrite5m += tokens.cacheWrite5m + tokens.cacheWriteUnknown
    mine.cacheWrite1h += tokens.cacheWrite1h
    places.source.add(dollars, rest)
    this.total.add(dollars, rest)
    addTo(mine, dollars, rest)
    addTo(model, dollars, rest)
    addTo(label, dollars, rest)
    addTo(day, dollars, rest)
    if (places.unpriced === undefined) return
    this.assumed.add(dollars, rest)
    this.unpriced.set(places.unpriced, (this.unpriced.get(places.unpriced) ?? 0) + 1)
  }

  private sharedBeyondLimit(charge: Charge): PrincipalKey {
    const role = roleKeyOf(charge.principal)
    if (role === undefined || charge.caller.base.kind !== 'role') return charge.principal
    const known = this.sessionsOf(role, charge.month)
    if (known.has(charge.principal)) return charge.principal
    if (known.size >= MAX_SESSIONS) return keyOf(othersOf(charge.caller.base.name, charge.caller.base.account))
    known.add(charge.principal)
    return charge.principal
  }

  private sessionsOf(role: PrincipalKey, month: Month): Set<PrincipalKey> {
    const pot = `${role} ${month}`
    const known = this.sessions.get(pot) ?? new Set<PrincipalKey>()
    if (known.size === 0) this.sessions.set(pot, known)
    return known
  }
}

function addTo(tally: Tally, dollars: number, rest: number): void {
  tally.requests += 1
  tally.money.add(dollars, rest)
}

function tallyOf(tallies: Map<string, Tally>, key: string): Tally {
  let tally = tallies.get(key)
  if (tally === undefined) {
    tally = new Tally()
    tallies.set(key, tally)
  }
  return tally
}
