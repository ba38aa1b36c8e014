/**
 * The past under other limits: who would have been warned and stopped when, and what would have gone over. One pass over
 * the charges in the order of their times; what would have been stopped is not spent, so it reaches no further limit.
 * A test holds it against the judge itself. Pure.
 */
import { type Instant, instant, type Period, type PeriodKind, periodOf } from '../base/calendar.ts'
import { type GroupKey, isGroup, namedMembersOf } from '../metering/belonging.ts'
import { type PrincipalKey, roleKeyOf } from '../metering/principal.ts'
import { subtract, zero } from '../money/money.ts'
import { cannotBlockWhy } from './enforcement.ts'
import { isExcluded } from './judge.ts'
import { type Limit, potKey } from './limit.ts'
import { type Places, readPlaces } from './pots.ts'
import {
  type Account,
  begin,
  byPeriod,
  NEVER,
  openAccount,
  type Place,
  type Simulated,
  type SimulatedOver,
  type SimulatedStop,
  type SimulatedWarning,
  type SimulateInput,
} from './simulated.ts'
import { Meter, type Spent } from './spending.ts'
import type { CannotBlock } from './verdict.ts'

export type * from './simulated.ts'

export function simulate(input: SimulateInput): Simulated {
  return new Simulation(input).run()
}

class Simulation {
  private readonly input: SimulateInput
  private readonly where: Places
  /** People and teams that a limit speaks of. */
  private readonly limited: ReadonlySet<GroupKey>
  private readonly shares: boolean
  private readonly stopsAll: boolean
  private readonly accounts = new Map<string, Account>()
  private readonly knownFrom = new Map<PrincipalKey, number>()
  private readonly heard = new Set<PrincipalKey>()
  private readonly places: (Place | undefined)[] = []
  private readonly warnings: SimulatedWarning[] = []
  private readonly stops: SimulatedStop[] = []
  private readonly over: SimulatedOver[] = []
  private readonly real = new Meter()
  private readonly saved = new Meter()
  private stoppedRequests = 0
  private readonly periods = new Map<PeriodKind, Period>()
  private from: Instant | undefined
  private to: Instant | undefined

  constructor(input: SimulateInput) {
    this.input = input
    const { limits, belongings } = input
    this.where = readPlaces(limits, belongings)
    const pots = limits.map(({ of }) => potKey(of))
    this.limited = new Set(pots.filter(isGroup))
    this.shares = pots.includes('*')
    this.stopsAll = limits.some(({ of, action }) => of.kind === 'account' && action === 'block')
    // Whom a limit names, itself or as a member, need not be heard of first.
    for (const pot of pots) if (!isGroup(pot)) this.knownFrom.set(pot as PrincipalKey, Number.NEGATIVE_INFINITY)
    for (const group of this.limited) this.knowMembers(group, Number.NEGATIVE_INFINITY)
  }

  run(): Simulated {
    const { spending } = this.input
    spending.inOrder((spent) => this.take(spent))
    for (const account of this.accounts.values()) this.close(account)
    const spent = this.real.value
    const saved = this.saved.value
    return {
      requests: spending.count,
      spent,
      wouldSpend: subtract(spent, saved),
      saved,
      stoppedRequests: this.stoppedRequests,
      from: this.from,
      to: this.to,
      warnings: this.warnings.sort((a, b) => a.at - b.at),
      stops: this.stops.sort((a, b) => a.stoppedAt - b.stoppedAt || (a.principal < b.principal ? -1 : 1)),
      over: this.over.sort(byPeriod),
    }
  }

  private take(spent: Spent): void {
    this.from ??= spent.at
    this.to = spent.at
    this.real.add(spent.dollars, spent.rest)
    const place = this.placeOf(spent)
    for (const account of place.counts) this.turn(account, spent.at)
    for (const account of place.ofRole) this.turn(account, spent.at)
    const stop = this.stopAt(place, spent.at)
    if (stop !== undefined) {
      this.stoppedRequests += 1
      this.saved.add(spent.dollars, spent.rest)
      const mine = stop.stopped.get(spent.who) ?? { requests: 0, money: new Meter() }
      stop.stopped.set(spent.who, mine)
      mine.requests += 1
      mine.money.add(spent.dollars, spent.rest)
      return
    }
    for (const account of place.counts) this.count(account, spent)
    this.know(place, spent.at)
  }

  private stopAt({ principal, role, own, ofRole }: Place, at: Instant): Account | undefined {
    const knows = (who: PrincipalKey | undefined) => who !== undefined && at > (this.knownFrom.get(who) ?? NEVER)
    const stopping = (accounts: readonly Account[]) => accounts.find((account) => at > account.stopsAt)
    return (knows(principal) ? stopping(own) : undefined) ?? (knows(role) ? stopping(ofRole) : undefined)
  }

  /** Nobody is stopped of whom the guard has never heard: not before the first call has come through the log. */
  private know({ principal, role }: Place, at: Instant): void {
    if (this.heard.has(principal)) return
    this.heard.add(principal)
    const from = at + this.input.lagMs
    const know = (who: PrincipalKey) => {
      if (!this.knownFrom.has(who)) this.knownFrom.set(who, from)
    }
    know(principal)
    // As the judge: a role is looked at for its sessions' sake where everybody may be stopped, or where it is a member.
    const persons = this.shares ? this.where.groupsOf(principal).filter((group) => group.startsWith('person/')) : []
    for (const person of persons) this.knowMembers(person, from)
    if (role === undefined) return
    const concerned = (group: GroupKey) => this.limited.has(group) || persons.includes(group)
    if (this.stopsAll || this.where.groupsOf(role).some(concerned)) know(role)
  }

  private knowMembers(group: GroupKey, from: number): void {
    for (const member of namedMembersOf(group, this.input.belongings)) {
      const isIn = this.where.groupsOf(member).includes(group)
      if (isIn && !this.knownFrom.has(member)) this.knownFrom.set(member, from)
    }
  }

  private count(account: Account, spent: Spent): void {
    account.spent.add(spent.dollars, spent.rest)
    const confirmed = !spent.assumed || this.input.unknownPrice === 'block' || account.limit.action === 'notify'
    if (confirmed) account.counted.add(spent.dollars, spent.rest)
    if (account.reachedAt !== NEVER) return
    if (!account.counted.reaches(account.amount)) {
      this.warn(account, spent.at)
      return
    }
    account.reachedAt = spent.at
    // What began in the same moment was already on its way.
    if (account.limit.action === 'block') account.stopsAt = spent.at + this.input.lagMs
  }

  /** As the notices: of the highest threshold that was reached at once. */
  private warn(account: Account, at: Instant): void {
    const { thresholds, limit, pot, period } = account
    let threshold: number | undefined
    for (let next = thresholds[account.warned]; next !== undefined; next = thresholds[account.warned]) {
      if (!account.spent.reaches(next.at)) break
      account.warned += 1
      threshold = next.percent
    }
    if (threshold === undefined) return
    this.warnings.push({ limit: limit.id, pot, period: period?.key ?? '', threshold, at })
  }

  /** A new period begins: what the old one came to is written down. */
  private turn(account: Account, at: Instant): void {
    if (account.period !== undefined && at < account.period.end) return
    this.close(account)
    begin(account, this.periodAt(account.limit.per, at))
  }

  private periodAt(per: PeriodKind, at: Instant): Period {
    const known = this.periods.get(per)
    if (known !== undefined && at >= known.start && at < known.end) return known
    const period = periodOf(per, at, this.input.zoning)
    this.periods.set(per, period)
    return period
  }

  private close(account: Account): void {
    const { limit, period, pot } = account
    if (period === undefined) return
    const spent = account.spent.value
    const { amount } = limit
    if (spent > amount) {
      const over = subtract(spent, amount)
      this.over.push({ limit: limit.id, pot, period: period.key, amount, spent, over })
    }
    if (account.stopsAt === NEVER) return
    for (const who of account.members) this.stops.push(this.stopOf(account, period, who))
  }

  private stopOf(account: Account, period: Period, who: number): SimulatedStop {
    const principal = this.input.spending.principals[who] as PrincipalKey
    const mine = account.stopped.get(who)
    return {
      principal,
      limit: account.limit.id,
      period: period.key,
      reachedAt: instant(account.reachedAt),
      stoppedAt: instant(Math.max(account.stopsAt, period.start)),
      until: account.limit.amount === 0n ? 'no-end' : period.end,
      cannot: this.cannot(account, who, principal),
      saved: mine?.money.value ?? zero,
      requests: mine?.requests ?? 0,
    }
  }

  /** A session of a role that can be stopped goes down with it. */
  private cannot(account: Account, who: number, principal: PrincipalKey): CannotBlock | undefined {
    const place = this.places[who]
    if (place?.own.includes(account) || place?.ofRole.includes(account)) return undefined
    return cannotBlockWhy(principal, this.input.isProtected)
  }

  private placeOf({ who }: Spent): Place {
    const known = this.places[who]
    if (known !== undefined) return known
    const principal = this.input.spending.principals[who] as PrincipalKey
    const counts = this.accountsOf(principal, who)
    const role = roleKeyOf(principal)
    const place = {
      principal,
      role,
      counts,
      own: this.stopping(principal, counts),
      ofRole: role === undefined ? [] : this.stopping(role, this.accountsOf(role, undefined)),
    }
    this.places[who] = place
    return place
  }

  private stopping(principal: PrincipalKey, accounts: readonly Account[]): readonly Account[] {
    if (this.isExcluded(principal)) return []
    if (cannotBlockWhy(principal, this.input.isProtected) !== undefined) return []
    return accounts.filter(({ limit }) => limit.action === 'block')
  }

  private accountsOf(principal: PrincipalKey, who: number | undefined): readonly Account[] {
    return this.where.limitsOn(principal).map((limit) => {
      const pot = limit.of.kind === 'everyone' ? (this.where.sharedBy(limit, principal) ?? principal) : potKey(limit.of)
      const account = this.accountOf(limit, pot)
      if (who !== undefined && !this.isExcluded(principal)) account.members.add(who)
      return account
    })
  }

  private isExcluded(principal: PrincipalKey): boolean {
    return isExcluded(principal, this.input.excluded, this.where.groupsOf(principal))
  }

  private accountOf(limit: Limit, pot: string): Account {
    const id = `${limit.id} ${pot}`
    const known = this.accounts.get(id)
    if (known !== undefined) return known
    const account = openAccount(limit, pot)
    this.accounts.set(id, account)
    return account
  }
}
