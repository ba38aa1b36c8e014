/** Fakes of the small books: prices, health, poison, sessions, history, log group, trigger. They keep what they are told. */

import { discountKey, listedKey } from '../../src/runtime/aws/keys.ts'
import type { Instant, Month } from '../../src/runtime/domain/base/calendar.ts'
import type { Belongings, Person, Team } from '../../src/runtime/domain/metering/belonging.ts'
import type { Discount, KeptPrices, ListedRate, RateOverride } from '../../src/runtime/domain/money/price-book.ts'
import type {
  BadRecord,
  BadRecords,
  EnforceTrigger,
  Health,
  HealthBook,
  History,
  HistoryEvent,
  LogEvent,
  LogReader,
  PeopleBook,
  RateBook,
  SessionBook,
} from '../../src/runtime/ports.ts'
import { Faults } from './faults.ts'

type Held = { model: string; scope: 'global' | 'regional' }

const overrideId = ({ stem, scope, validFrom }: Pick<RateOverride, 'stem' | 'scope' | 'validFrom'>): string =>
  `${stem} ${scope} ${validFrom}`

export class MemoryPeople extends Faults implements PeopleBook {
  readonly #people = new Map<string, Person>()
  readonly #teams = new Map<string, Team>()

  async belongings(): Promise<Belongings> {
    this.strike('belongings')
    return { people: [...this.#people.values()], teams: [...this.#teams.values()] }
  }
  async putPerson(person: Person): Promise<void> {
    this.#people.set(person.name, person)
  }
  async removePerson(name: string): Promise<void> {
    this.#people.delete(name)
  }
  async putTeam(team: Team): Promise<void> {
    this.#teams.set(team.name, team)
  }
  async removeTeam(name: string): Promise<void> {
    this.#teams.delete(name)
  }
}

export class MemoryRates extends Faults implements RateBook {
  readonly #overrides = new Map<string, RateOverride>()
  readonly #listed = new Map<string, ListedRate>()
  readonly #discounts = new Map<string, Discount>()
  readonly #profiles = new Map<string, Held>()

  async kept(): Promise<KeptPrices> {
    this.strike('kept')
    return {
      overrides: [...this.#overrides.values()],
      listed: [...this.#listed.values()],
      discounts: [...this.#discounts.values()],
    }
  }
  async putOverride(override: RateOverride): Promise<void> {
    this.#overrides.set(overrideId(override), override)
  }
  async removeOverride(override: Pick<RateOverride, 'stem' | 'scope' | 'validFrom'>): Promise<void> {
    this.#overrides.delete(overrideId(override))
  }
  async putListed(rates: readonly ListedRate[]): Promise<void> {
    for (const rate of rates) this.#listed.set(listedKey(rate).sk, rate)
  }
  async removeListed(rates: readonly ListedRate[]): Promise<void> {
    for (const rate of rates) this.#listed.delete(listedKey(rate).sk)
  }
  async putDiscount(discount: Discount): Promise<void> {
    this.#discounts.set(discountKey(discount).sk, discount)
  }
  async removeDiscount(discount: Pick<Discount, 'of' | 'validFrom'>): Promise<void> {
    this.#discounts.delete(discountKey(discount).sk)
  }
  async profiles(): Promise<ReadonlyMap<string, Held>> {
    this.strike('profiles')
    return new Map(this.#profiles)
  }
  async putProfile(arn: string, resolved: Held): Promise<void> {
    this.#profiles.set(arn, resolved)
  }
}

const unknown: Health = {
  lastRecordAt: undefined,
  logSeconds: undefined,
  deliverySeconds: undefined,
  enforceSeconds: undefined,
  lastEnforceAt: undefined,
  watermark: undefined,
  catchUpFrom: undefined,
  caughtUp: undefined,
  lastIngestAt: undefined,
  comparedAt: undefined,
  balancesSeen: undefined,
  hold: false,
  closing: false,
  countFrom: undefined,
  problems: [],
}
const given = <Facts extends object>(facts: Facts): Partial<Facts> =>
  Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined)) as Partial<Facts>

export class MemoryHealth extends Faults implements HealthBook {
  #health: Health = unknown

  async read(): Promise<Health> {
    this.strike('read')
    return { ...this.#health }
  }
  async noteIngest(facts: Parameters<HealthBook['noteIngest']>[0]): Promise<void> {
    this.strike('noteIngest')
    const { lastRecordAt, logSeconds, deliverySeconds, watermark, ...always } = facts
    const newer = lastRecordAt === undefined || lastRecordAt > (this.#health.lastRecordAt ?? Number.NEGATIVE_INFINITY)
    this.#health = {
      ...this.#health,
      ...given(always),
      ...(newer ? given({ lastRecordAt, logSeconds, deliverySeconds }) : {}),
    }
    if (watermark !== undefined && watermark > (this.#health.watermark ?? Number.NEGATIVE_INFINITY)) {
      this.#health = { ...this.#health, watermark }
    }
  }
  async noteEnforce(facts: Parameters<HealthBook['noteEnforce']>[0]): Promise<void> {
    this.strike('noteEnforce')
    this.#health = { ...this.#health, ...given(facts) }
  }
  async setControl(control: Parameters<HealthBook['setControl']>[0]): Promise<void> {
    this.#health = { ...this.#health, ...given(control) }
  }
}

export class MemoryBadRecords extends Faults implements BadRecords {
  readonly kept = new Map<string, BadRecord>()

  async keep(records: readonly BadRecord[]): Promise<void> {
    this.strike('keep')
    for (const record of records) this.kept.set(record.id, record)
  }
  async count(day: string, atMost = Number.POSITIVE_INFINITY): Promise<number> {
    const all = [...this.kept.values()].filter(({ at }) => new Date(at).toISOString().startsWith(day)).length
    return Math.min(all, atMost)
  }
}

export class MemorySessions extends Faults implements SessionBook {
  readonly #admitted = new Map<string, Set<string>>()
  readonly #atMost: number

  constructor(atMost = 200) {
    super()
    this.#atMost = atMost
  }

  async admit(role: string, month: Month, names: readonly string[]): Promise<ReadonlySet<string>> {
    this.strike('admit')
    const known = this.#admitted.get(`${month} ${role}`) ?? new Set<string>()
    this.#admitted.set(`${month} ${role}`, known)
    for (const name of names) if (known.size < this.#atMost) known.add(name)
    return new Set(names.filter((name) => known.has(name)))
  }
}

export class MemoryHistory implements History {
  readonly events: HistoryEvent[] = []
  readonly #monthOf: (at: Instant) => Month

  constructor(monthOf: (at: Instant) => Month) {
    this.#monthOf = monthOf
  }
  async append(event: HistoryEvent): Promise<void> {
    const text = JSON.stringify(event)
    if (!this.events.some((known) => JSON.stringify(known) === text)) this.events.push(event)
  }
  async *read(month: Month): AsyncGenerator<HistoryEvent> {
    yield* this.events.filter(({ at }) => this.#monthOf(at) === month).sort((a, b) => a.at - b.at)
  }
}

/** A log group with one stream; pages of a fixed size, so that every reader must page. */
export class MemoryLogs extends Faults implements LogReader {
  readonly #events: LogEvent[] = []
  readonly #pageSize: number

  constructor(pageSize = 3) {
    super()
    this.#pageSize = pageSize
  }
  put(...events: readonly LogEvent[]): void {
    this.#events.push(...events)
  }
  async read(
    range: { from: Instant; to: Instant },
    cursor?: string,
  ): Promise<{ events: readonly LogEvent[]; cursor: string | undefined }> {
    this.strike('read')
    const found = this.#events.filter(({ at }) => at >= range.from && at < range.to).sort((a, b) => a.at - b.at)
    const start = Number(cursor ?? 0)
    const end = start + this.#pageSize
    return { events: found.slice(start, end), cursor: end < found.length ? String(end) : undefined }
  }
}

export class CountingTrigger extends Faults implements EnforceTrigger {
  pokes = 0

  async poke(): Promise<void> {
    this.strike('poke')
    this.pokes += 1
  }
}
