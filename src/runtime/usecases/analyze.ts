import { type Instant, toIso } from '../domain/base/calendar.ts'
import { split } from '../domain/judging/spending.ts'
import { type Charge, type Charging, chargeFor } from '../domain/metering/charge.ts'
import type { PrincipalKey } from '../domain/metering/principal.ts'
import { NOT_JSON, type ParsedUsage, parseRecord, type Usage } from '../domain/metering/usage.ts'
import { type PicoUsd, toDecimal } from '../domain/money/money.ts'
import {
  type AnalysisGroup,
  type AnalysisResult,
  byMoney,
  type ChargeLine,
  compare,
  shownPrincipal,
  type Tally,
} from './analysis-result.ts'
import { type Places, Sums } from './analysis-sums.ts'
import { textOf, textsOf, withoutMark } from './lines.ts'
import { Documents, unwrap } from './log-documents.ts'
import { type Lines, linesIn } from './quick/bytes.ts'
import { QuickCount } from './quick/quick-count.ts'
import { SeenIds } from './seen-ids.ts'

const NEWLINE = 10

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

/**
 * Adds up log records line by line, by the very parser, price book and attribution of the guard. Memory grows with
 * principals, models and days, and by at most 16 bytes for each distinct request id; never with the records.
 */
export class Analysis {
  private readonly options: AnalysisOptions
  private readonly seen = new SeenIds()
  private readonly documents = new Documents()
  private readonly sums = new Sums()
  private readonly reasons = new Map<string, number>()
  private readonly counts = { requests: 0, failed: 0, duplicates: 0, malformed: 0, ignored: 0 }
  private readonly quick: QuickCount
  /** Something of this file was read. */
  private begun = false

  constructor(options: AnalysisOptions) {
    this.options = options
    const { sums, seen, counts } = this
    this.quick = new QuickCount({ options, sums, seen, counts })
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
    const texts = this.begun ? lines : withoutMark(lines)
    this.begun = true
    if (to.each === undefined) this.addQuickly(linesIn(texts), to)
    else for (const line of textsOf(texts)) this.addLine(line, to)
  }

  private addQuickly(lines: Lines, to: Listening): void {
    const { bytes } = lines
    for (let at = 0; at < bytes.length; ) {
      const end = this.documents.open ? -1 : this.quick.take(lines, at, to.paid)
      if (end >= 0) {
        at = end
        continue
      }
      const next = bytes.indexOf(NEWLINE, at) + 1
      this.addLine(textOf(bytes.subarray(at, next - 1)), to)
      at = next
    }
  }

  private addLine(line: string, to: Listening): void {
    // Whatever begins a record at the beginning of a line is one, whatever was left open above it.
    if (line.length > 2 && line.startsWith('{')) {
      this.endDocument()
      this.addMessage(line, to)
    } else for (const message of this.documents.take(line)) this.addMessage(message, to)
  }

  /** The file is over: what it left open is malformed. */
  endFile(): void {
    this.begun = false
    this.endDocument()
  }

  private endDocument(): void {
    if (this.documents.reset()) this.countMalformed('document without an end')
  }

  /** Records that were counted as something, so far. */
  get records(): number {
    const { requests, failed, duplicates, malformed, ignored } = this.counts
    return requests + failed + duplicates + malformed + ignored
  }

  /** How many of them were read from their bytes, without the parser. */
  get readQuickly(): number {
    return this.quick.taken
  }

  /** All charges in pico-dollars, and the part that rests on assumed prices. */
  get money(): { readonly total: PicoUsd; readonly assumed: PicoUsd } {
    return { total: this.sums.total.value, assumed: this.sums.assumed.value }
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
    const places = this.sums.placesOf(charge)
    const { dollars, rest } = split(charge.cost)
    this.counts.requests += 1
    this.sums.add(places, this.sums.dayOf(charge.day), dollars, rest, charge.tokens)
    this.tell(charge, places, to)
  }

  private tell(charge: Charge, { principal, unpriced }: Places, to: Listening): void {
    const { requestId, at, model, scope, cost } = charge
    const assumed = unpriced !== undefined
    to.paid?.({ at, principal, ...split(cost), assumed })
    to.each?.({ requestId, at: toIso(at), principal, model, scope, usd: toDecimal(cost), unpriced: assumed })
  }

  /** Dearest first, then by name. */
  groups(by: GroupBy): readonly AnalysisGroup[] {
    return byMoney<Tally>(this.tallies(by)).map(([key, { requests }, usd]) => ({ key, usd, requests }))
  }

  private tallies(by: GroupBy): ReadonlyMap<string, Tally> {
    const { principals, models, days, labels } = this.sums
    if (by === 'principal') return principals
    return by === 'model' ? models : by === 'day' ? days : labels
  }

  /** The whole answer of `analyze --json`. */
  result(): AnalysisResult {
    return {
      totalUsd: toDecimal(this.sums.total.value),
      ...this.counts,
      unpriced: [...this.sums.unpriced]
        .map(([model, requests]) => ({ model, requests }))
        .sort((a, b) => b.requests - a.requests || compare(a.model, b.model)),
      principals: byMoney(this.sums.principals).map(shownPrincipal),
    }
  }
}
