/** A guard over fakes: spend money, let time pass, let it check, look at who is denied and what was mailed. */
import type { RuntimeConfig } from '../../src/runtime/config.ts'
import { dayOf, type Instant, monthOf, type Zoning } from '../../src/runtime/domain/base/calendar.ts'
import type { Pot } from '../../src/runtime/domain/judging/limit.ts'
import { membershipOf } from '../../src/runtime/domain/metering/belonging.ts'
import { belonging, type Charge } from '../../src/runtime/domain/metering/charge.ts'
import { type PrincipalKey, parseKey } from '../../src/runtime/domain/metering/principal.ts'
import { type PicoUsd, parseUsd, zero } from '../../src/runtime/domain/money/money.ts'
import type { Notice, NoticeKind } from '../../src/runtime/domain/telling/notice.ts'
import { renderNotice } from '../../src/runtime/domain/telling/notice-text.ts'
import { renderReport } from '../../src/runtime/domain/telling/report.ts'
import type { CountedUsage } from '../../src/runtime/ports.ts'
import type { EnforceAnswer, EnforceEvent } from '../../src/runtime/protocol.ts'
import { correctAssumed } from '../../src/runtime/usecases/correct-assumed.ts'
import type { ReportRoom } from '../../src/runtime/usecases/daily-report.ts'
import { enforceLimits } from '../../src/runtime/usecases/enforce-limits.ts'
import type { EnforceRoom } from '../../src/runtime/usecases/enforce-room.ts'
import { type LimitChange, planLimits, setLimits, type WishRoom } from '../../src/runtime/usecases/set-limits.ts'
import { en } from '../../src/runtime/words/en.ts'
import { ja } from '../../src/runtime/words/ja.ts'
import { at, TestClock } from '../contract/world.ts'
import { MemoryBlocks } from '../fakes/memory-blocks.ts'
import { MemoryBadRecords, MemoryHealth, MemoryHistory, MemoryPeople, MemoryRates } from '../fakes/memory-books.ts'
import { MemoryEnforcer } from '../fakes/memory-enforcer.ts'
import { freeLease, MemoryLease } from '../fakes/memory-lease.ts'
import { MemoryLedger } from '../fakes/memory-ledger.ts'
import { MemoryLimits } from '../fakes/memory-limits.ts'
import { MemoryNotices, MemoryNotifier } from '../fakes/memory-notices.ts'

export const user = (name: string): PrincipalKey => `user/${name}` as PrincipalKey
export const role = (name: string): PrincipalKey => `role/${name}` as PrincipalKey
export const minute = 60_000
export const admin = 'arn:aws:iam::123456789012:user/admin'

const account = '123456789012'
const zoning: Zoning = [{ from: '0000-00', zone: 'UTC' }]
export const config: RuntimeConfig = {
  guard: 'cost-guard',
  account,
  region: 'us-east-1',
  partition: 'aws',
  table: 'cost-guard-ledger',
  logGroup: '/aws/bedrock/cost-guard',
  topicArn: `arn:aws:sns:us-east-1:${account}:cost-guard-notices`,
  enforceFunction: 'cost-guard-enforce',
  zoning,
  labels: ['claude-code'],
  sessionRoles: ['AWSReservedSSO_*'],
  protectedPrincipals: ['cost-guard-*', 'break-glass'],
  unknownPrice: 'warn',
  assumedCacheTtl: '5m',
  language: 'en',
  currency: undefined,
  journalDays: undefined,
  warnAt: [80],
}
const noTokens = { input: 0, output: 0, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0, cacheWriteUnknown: 0 }
const context = {
  guard: 'cost-guard',
  account,
  region: 'us-east-1',
  zone: 'UTC',
  currency: undefined,
}

/** One request that cost so much, priced or assumed. */
export function chargeOf(
  principal: PrincipalKey,
  usd: string,
  when: Instant,
  requestId: string,
  how: { assumed?: boolean; model?: string } = {},
): Charge {
  const base = parseKey(principal, account)
  if (base === undefined) throw new Error(`${principal} is no principal`)
  const cost = parseUsd(usd)
  return {
    requestId,
    at: when,
    month: monthOf(when, zoning),
    day: dayOf(when, zoning),
    principal,
    caller: { arn: undefined, base, session: undefined },
    region: 'us-east-1',
    operation: 'Converse',
    model: how.model ?? 'anthropic.claude-sonnet-4-5',
    ...(how.model === undefined ? {} : { loggedModel: how.model }),
    scope: 'global',
    rateId: how.assumed ? 'assumed/anthropic' : 'anthropic.claude-sonnet-4-5/global/standard/default/2025-09-29',
    label: 'none',
    tokens: { ...noTokens, input: 1000 },
    cost,
    assumed: how.assumed ? cost : zero,
  }
}

export class Guarded {
  /** Changed as `init --mode` and `--language` change it. */
  config: RuntimeConfig = config
  readonly clock = new TestClock('2026-11-20T09:00:00Z')
  readonly ledger = new MemoryLedger()
  readonly limits = new MemoryLimits()
  readonly people = new MemoryPeople()
  readonly blocks = new MemoryBlocks()
  readonly enforcer = new MemoryEnforcer({ guard: 'cost-guard', account, zoning })
  readonly notifier = new MemoryNotifier()
  readonly notices = new MemoryNotices(this.clock)
  readonly health = new MemoryHealth()
  readonly rates = new MemoryRates()
  readonly badRecords = new MemoryBadRecords()
  readonly history = new MemoryHistory((when) => monthOf(when, zoning))
  readonly profiles = new Map<string, { model: string; scope: 'global' | 'regional' }>()
  /** What AWS counted, whenever it is asked. */
  counted = (): CountedUsage => ({ counted: [], mantle: [], deliveries: [] })
  readonly #lease = freeLease()
  #requests = 0
  readonly room = this.newRoom()
  readonly wish: WishRoom = {
    clock: this.clock,
    ledger: this.ledger,
    limits: this.limits,
    people: this.people,
    history: this.history,
    config,
    enforce: { ask: (event) => enforceLimits(this.room, event) },
  }
  readonly report: ReportRoom = {
    ...this.room,
    installed: async () => ({ alias: 'acme-dev', ownCost: () => undefined }),
    render: (view) => renderReport(view, this.config.language === 'ja' ? ja : en),
    usage: { read: async () => this.counted() },
    renderUncovered: (item) => renderNotice('uncovered', [item], context, this.config.language === 'ja' ? ja : en),
  }

  /** A guard that observes, or enforces again; and the language of its mails. */
  set(change: Partial<Pick<RuntimeConfig, 'mode' | 'language'>>): void {
    this.config = { ...this.config, ...change }
    Object.assign(this.room, { config: this.config })
    Object.assign(this.wish, { config: this.config })
  }

  /** The room of one function instance; a second one shares everything but its memory and its place at the lease. */
  newRoom(): EnforceRoom {
    return {
      config,
      clock: this.clock,
      sleeper: { sleep: async (ms) => this.clock.pass(ms) },
      ledger: this.ledger,
      limits: this.limits,
      people: this.people,
      blocks: this.blocks,
      enforcer: this.enforcer,
      notifier: this.notifier,
      notices: this.notices,
      lease: new MemoryLease(this.clock, this.#lease),
      health: this.health,
      rates: this.rates,
      profiles: { resolve: async (arn) => this.profiles.get(arn) ?? 'gone' },
      history: this.history,
      badRecords: this.badRecords,
      render: (kind, items) => renderNotice(kind, items, context, this.config.language === 'ja' ? ja : en),
      correctProfile: async (profile, now) => {
        const { ledger, rates, clock } = this
        await correctAssumed({ ledger, rates, clock, config }, { profile }, now)
      },
      memory: { assumedSeen: undefined, goneProfiles: new Set() },
    }
  }

  /** A charge of so many dollars, at `iso` or now. */
  async spend(principal: PrincipalKey, usd: string, how: { iso?: string; assumed?: boolean; model?: string } = {}) {
    const when = how.iso === undefined ? this.clock.now() : at(how.iso)
    this.#requests += 1
    const charge = chargeOf(principal, usd, when, `request-${this.#requests}`, how)
    const membership = membershipOf(await this.people.belongings())
    await this.ledger.record([{ ...charge, ...belonging(principal, membership) }])
    await this.health.noteIngest({ lastIngestAt: this.clock.now(), lastRecordAt: when })
  }

  check(from: 'schedule' | 'poke' | 'command' = 'schedule'): Promise<EnforceAnswer> {
    return enforceLimits(this.room, { kind: 'check', from })
  }

  run(event: EnforceEvent): Promise<EnforceAnswer> {
    return enforceLimits(this.room, event)
  }

  /** Time goes on with a check each minute. */
  async pass(minutes: number): Promise<void> {
    for (let passed = 0; passed < minutes; passed++) {
      this.clock.pass(minute)
      await this.check()
    }
  }

  /** `limits set` as the command does it. */
  async limit(of: Pot, usd: string | undefined, more: Partial<LimitChange> = {}) {
    const amount: PicoUsd | undefined = usd === undefined ? undefined : parseUsd(usd)
    return setLimits(this.wish, await planLimits(this.wish, [{ of, per: 'month', amount, ...more }]), admin)
  }

  denied(principal: PrincipalKey, when: Instant = this.clock.now()): boolean {
    return this.enforcer.denies(principal, when).length > 0
  }

  /** The mails since the last look, as `kind principal principal`. */
  mails(): readonly string[] {
    return this.notifier.take().map((mail) => [mail.kind, ...mail.items.map((item) => item.principal)].join(' '))
  }

  mailsOf(kind: NoticeKind): readonly Notice[] {
    return this.notifier.take().filter((mail) => mail.kind === kind)
  }

  /** What history says happened, as `what principal`. */
  deeds(): readonly string[] {
    return this.history.events.map(({ what, principal }) => `${what} ${principal}`)
  }
}

export const ofUser = (name: string): Pot => ({ kind: 'user', key: user(name) })
export const ofRole = (name: string): Pot => ({ kind: 'role', key: role(name) })
export const everyone: Pot = { kind: 'everyone', includeRoles: false }
