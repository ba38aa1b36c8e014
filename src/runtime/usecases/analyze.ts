import { type Instant, toIso } from '../domain/base/calendar.ts'
import { split } from '../domain/judging/spending.ts'
import { type Charge, type Charging, chargeFor } from '../domain/metering/charge.ts'
import { keyOf, othersOf, type PrincipalKey, roleKeyOf } from '../domain/metering/principal.ts'
import { NOT_JSON, type ParsedUsage, parseRecord, type Usage } from '../domain/metering/usage.ts'
import { type PicoUsd, pico, toDecimal } from '../domain/money/money.ts'
import {
  type AnalysisGroup,
  type AnalysisResult,
  addCharge,
  type ChargeLine,
  compare,
  dearestFirst,
  newTally,
  type PrincipalTally,
  shownPrincipal,
  type Tally,
  tally,
} from './analysis-result.ts'
import { textsOf } from './lines.ts'
import { Documents, unwrap } from './log-documents.ts'
import { SeenIds } from './seen-ids.ts'

export interface AnalysisOptions extends Charging {
  /** Only records of this account count, others are malformed; undefined: every account. */
  readonly account: string | undefined
}

/** One request that is counted, for whoever adds up by himself. The same object each time: take what is needed. */
export interface Paid {
  readonly at: Instant
  /** Whose pot: a session beyond the first two hundred of its role and month is in the shared one, as in the ledger. */
  readonly principal: PrincipalKey
  /** The cost: whole dollars and the pico-dollars below one, both exact. */
  readonly dollars: number
  readonly rest: number
  /** The price is assumed. */
  readonly assumed: boolean
}

/** Who hears of every request that is counted, in the order of the records. `paid` is the fast one. */
export interface Listening {
  readonly each?: ((charge: ChargeLine) => void) | undefined
  readonly paid?: ((paid: Paid) => void) | undefined
}

type NoRecord = Extract<ParsedUsage, { kind: 'ignored' | 'malformed' }>
export type GroupBy = 'principal' | 'model' | 'day' | 'source'

export type { AnalysisGroup, AnalysisPrincipal, AnalysisResult, ChargeLine } from './analysis-result.ts'

/** As in the ledger: of one role and month so many sessions are principals, the rest share one. */
const MAX_SESSIONS = 200
/** Distinct models shown; a record may name any. */
const MAX_MODELS = 1000
const OTHER_MODELS = '(others)'

/**
 * Adds up log records line by line, by the very parser, price book and attribution of the guard. Memory grows with
 * principals, models and days, and by at most 16 bytes for each distinct request id; never with the records.
 */
export class Analysis {
  private readonly options: AnalysisOptions
  private readonly seen = new SeenIds()
  private readonly documents = new Documents()
  private readonly principals = new Map<PrincipalKey, PrincipalTally>()
  private readonly models = new Map<string, Tally>()
  private readonly labels = new Map<string, Tally>()
  private readonly days = new Map<string, Tally>()
  private readonly unpriced = new Map<string, number>()
  private readonly sessions = new Map<string, Set<PrincipalKey>>()
  private readonly reasons = new Map<string, number>()
  private readonly counts = { requests: 0, failed: 0, duplicates: 0, malformed: 0, ignored: 0 }
  private total = 0n
  private assumed = 0n

  constructor(options: AnalysisOptions) {
    this.options = options
  }

  /**
   * Takes one line of a file: a record, a CloudWatch Logs envelope or export, or a line of such a document printed over
   * many lines. Empty lines are nothing.
   */
  add(line: string, each?: (charge: ChargeLine) => void): void {
    this.addLine(line, { each })
  }

  /** Takes whole lines as they lie in a file, each with its newline. */
  addLines(lines: Uint8Array, to: Listening = {}): void {
    for (const line of textsOf(lines)) this.addLine(line, to)
  }

  private addLine(line: string, to: Listening): void {
    // Whatever begins a record at the beginning of a line is one, whatever was left open above it.
    if (line.length > 2 && line.startsWith('{')) {
      this.endFile()
      this.addMessage(line, to)
    } else for (const message of this.documents.take(line)) this.addMessage(message, to)
  }

  /** The file is over: what it left open is malformed. */
  endFile(): void {
    if (this.documents.reset()) this.countMalformed('document without an end')
  }

  /** Records that were counted as something, so far. */
  get records(): number {
    const { requests, failed, duplicates, malformed, ignored } = this.counts
    return requests + failed + duplicates + malformed + ignored
  }

  /** All charges in pico-dollars, and the part that rests on assumed prices. */
  get money(): { readonly total: PicoUsd; readonly assumed: PicoUsd } {
    return { total: pico(this.total), assumed: pico(this.assumed) }
  }

  /** Why records were malformed, and how many: reasons are of a closed list. */
  get malformedReasons(): ReadonlyMap<string, number> {
    return this.reasons
  }

  /** Bytes that remembering the request ids takes, and how many they are. */
  get remembered(): { readonly ids: number; readonly bytes: number } {
    return { ids: this.seen.size, bytes: this.seen.bytes }
  }

  private addMessage(message: string, to: Listening, depth = 0): void {
    const parsed = parseRecord(message, this.options)
    if (parsed.kind === 'usage') this.count(parsed.usage, to)
    else if (parsed.kind === 'failed') {
      // Failed calls are told apart from charged ones, so that neither hides the other.
      if (this.seen.add(`failed ${parsed.requestId}`)) this.counts.failed += 1
      else this.counts.duplicates += 1
    } else this.addOther(parsed, message, to, depth)
  }

  /** Only what is no record is looked at twice: it may hold records, in an export in an envelope at most. */
  private addOther(parsed: NoRecord, message: string, to: Listening, depth: number) {
    const mayHold = depth < 2 && (parsed.kind === 'ignored' || parsed.why === NOT_JSON)
    const inside = mayHold ? unwrap(message) : undefined
    if (inside !== undefined) {
      for (const one of inside.messages) this.addMessage(one, to, depth + 1)
      this.counts.ignored += inside.ignored
    } else if (parsed.kind === 'ignored') this.counts.ignored += 1
    else this.countMalformed(parsed.why)
  }

  private countMalformed(why: string): void {
    this.counts.malformed += 1
    this.reasons.set(why, (this.reasons.get(why) ?? 0) + 1)
  }

  private count(usage: Usage, to: Listening): void {
    if (!this.seen.add(usage.requestId)) {
      this.counts.duplicates += 1
      return
    }
    const charge = chargeFor(usage, this.options)
    const principal = this.sharedBeyondLimit(charge)
    this.counts.requests += 1
    this.total += charge.cost
    const mine = this.principals.get(principal) ?? newTally()
    if (mine.requests === 0) this.principals.set(principal, mine)
    addCharge(mine, charge)
    const unpriced = charge.rateId.startsWith('assumed/')
    const model = this.models.has(charge.model) || this.models.size < MAX_MODELS ? charge.model : OTHER_MODELS
    tally(this.models, model, charge.cost)
    tally(this.days, charge.day, charge.cost)
    tally(this.labels, charge.label, charge.cost)
    if (unpriced) {
      this.assumed += charge.cost
      this.unpriced.set(model, (this.unpriced.get(model) ?? 0) + 1)
    }
    this.tell(charge, principal, unpriced, to)
  }

  private tell(charge: Charge, principal: PrincipalKey, unpriced: boolean, to: Listening): void {
    const { requestId, at, scope, cost } = charge
    to.paid?.({ at, principal, ...split(cost), assumed: unpriced })
    to.each?.({ requestId, at: toIso(at), principal, model: charge.model, scope, usd: toDecimal(cost), unpriced })
  }

  private sharedBeyondLimit(charge: Charge): PrincipalKey {
    const role = roleKeyOf(charge.principal)
    if (role === undefined || charge.caller.base.kind !== 'role') return charge.principal
    const pot = `${role} ${charge.month}`
    const known = this.sessions.get(pot) ?? new Set<PrincipalKey>()
    if (known.size === 0) this.sessions.set(pot, known)
    if (known.has(charge.principal)) return charge.principal
    if (known.size >= MAX_SESSIONS) return keyOf(othersOf(charge.caller.base.name, charge.caller.base.account))
    known.add(charge.principal)
    return charge.principal
  }

  /** Dearest first, then by name. */
  groups(by: GroupBy): readonly AnalysisGroup[] {
    return [...this.tallies(by)]
      .sort(dearestFirst)
      .map(([key, { usd, requests }]) => ({ key, usd: pico(usd), requests }))
  }

  private tallies(by: GroupBy): ReadonlyMap<string, Tally> {
    if (by === 'principal') return this.principals
    return by === 'model' ? this.models : by === 'day' ? this.days : this.labels
  }

  /** The whole answer of `analyze --json`. */
  result(): AnalysisResult {
    return {
      totalUsd: toDecimal(pico(this.total)),
      ...this.counts,
      unpriced: [...this.unpriced]
        .map(([model, requests]) => ({ model, requests }))
        .sort((a, b) => b.requests - a.requests || compare(a.model, b.model)),
      principals: [...this.principals].sort(dearestFirst).map(shownPrincipal),
    }
  }
}
