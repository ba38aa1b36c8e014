/**
 * Answers of the page's function as the browser gets them, made by the real use cases over the memory ledger: a small team,
 * nobody at all, five hundred, and names that somebody chose to do harm with. The same at every call.
 */
import { dayOf, type Instant, monthOf, type Zoning } from '../../src/runtime/domain/base/calendar.ts'
import { type Limit, limitId, parsePot } from '../../src/runtime/domain/judging/limit.ts'
import type { BlockedRecord } from '../../src/runtime/domain/judging/verdict.ts'
import { membershipOf, type Subject } from '../../src/runtime/domain/metering/belonging.ts'
import { belonging, type Charge } from '../../src/runtime/domain/metering/charge.ts'
import type { PrincipalKey } from '../../src/runtime/domain/metering/principal.ts'
import { parseUsd, pico, zero } from '../../src/runtime/domain/money/money.ts'
import type { PageEverybody, PageModels, PageShows, PageSpend } from '../../src/runtime/page-protocol.ts'
import type { PageUser } from '../../src/runtime/ports.ts'
import { pageEverybody, pageModels } from '../../src/runtime/usecases/page-everybody.ts'
import type { PageAnswer, PageRoom } from '../../src/runtime/usecases/page-room.ts'
import { pageSpend } from '../../src/runtime/usecases/page-spend.ts'
import { at, TestClock } from '../contract/world.ts'
import { MemoryBlocks } from '../fakes/memory-blocks.ts'
import { MemoryHealth, MemoryPeople } from '../fakes/memory-books.ts'
import { MemoryLedger } from '../fakes/memory-ledger.ts'
import { MemoryLimits } from '../fakes/memory-limits.ts'
import { MemoryPast } from '../fakes/memory-past.ts'

export const PAGE_NOW = '2026-11-20T09:00:00Z'
export const PAGE_MODELS = [
  'anthropic.claude-opus-4-7',
  'anthropic.claude-sonnet-4-5',
  'anthropic.claude-haiku-4-5',
] as const
const zoning: Zoning = [{ from: '0000-00', zone: 'Asia/Tokyo' }]
const account = '123456789012'

export interface Spent {
  readonly iso?: string
  readonly model?: string
  readonly label?: string
  readonly assumed?: boolean
}

/** A guard's books in memory, and the page's answers from them. */
export class PageWorld {
  readonly clock = new TestClock(PAGE_NOW)
  readonly ledger = new MemoryLedger()
  readonly limits = new MemoryLimits()
  readonly people = new MemoryPeople()
  readonly blocks = new MemoryBlocks()
  readonly health = new MemoryHealth()
  readonly past = new MemoryPast(this.ledger)
  #requests = 0

  room(shows: PageShows = 'own', more: Partial<PageRoom['config']> = {}): PageRoom {
    const { clock, ledger, limits, people, blocks, health, past } = this
    const config: PageRoom['config'] = {
      guard: 'cost-guard',
      account,
      zoning,
      unknownPrice: 'warn',
      mode: 'enforce',
      language: 'en',
      currency: { code: 'JPY', rate: '150' },
      sessionRoles: ['AWSReservedSSO_*', 'builders'],
      ...more,
    }
    return { config, shows, clock, ledger, past, limits, people, blocks, health }
  }

  async person(name: string, ...members: readonly string[]): Promise<void> {
    await this.people.putPerson({ name, members })
  }
  async team(name: string, ...members: readonly string[]): Promise<void> {
    await this.people.putTeam({ name, members, from: 'list' })
  }

  /** `user/tanaka=50`, of the month; with ` notify`, ` day` or ` week` behind it. */
  async limit(text: string): Promise<void> {
    const [, target = '', amount = '', more = ''] = /^(.+)=([\d.]+)((?: \w+)*)$/.exec(text) ?? []
    const words = more.split(' ')
    const of = parsePot(target, account) ?? { kind: 'user', key: target as PrincipalKey }
    const per = words.includes('day') ? 'day' : words.includes('week') ? 'week' : 'month'
    const limit: Limit = {
      id: limitId(of, per),
      of,
      per,
      amount: parseUsd(amount),
      action: words.includes('notify') ? 'notify' : 'block',
      warnAt: [80, 95],
      from: at('2026-01-01T00:00:00Z'),
      version: 1,
    }
    await this.limits.put(limit)
  }

  /** A deny that hangs, as enforce wrote it down. */
  async blocked(principal: string, decidedBy: string, until: Instant | 'no-end' = at('2026-11-30T15:00:00Z')) {
    const record: BlockedRecord = {
      principal: principal as PrincipalKey,
      state: 'attached',
      why: undefined,
      policy: 'arn:aws:iam::123456789012:policy/cost-guard-limit-reached-until-2026-12-01',
      by: 'managed',
      until,
      episode: `${principal} 1`,
      decidedBy,
      since: at('2026-11-18T02:00:00Z'),
      comparedAt: at(PAGE_NOW),
    }
    await this.blocks.put(record)
  }

  async byHand(principal: string, reason?: string): Promise<void> {
    await this.limits.block({
      principal: principal as Subject,
      until: 'no-end',
      by: `arn:aws:iam::${account}:user/admin`,
      at: at('2026-11-19T00:00:00Z'),
      reason,
    })
  }

  /** One request of so many dollars; whatever a principal may be called. */
  async spend(principal: string, usd: string, how: Spent = {}): Promise<void> {
    const membership = membershipOf(await this.people.belongings())
    const charge = this.#charge(principal as PrincipalKey, parseUsd(usd), how)
    await this.ledger.record([{ ...charge, ...belonging(charge.principal, membership) }])
  }

  #charge(principal: PrincipalKey, cost: ReturnType<typeof parseUsd>, how: Spent): Charge {
    const when = at(how.iso ?? PAGE_NOW)
    this.#requests += 1
    const model = how.model ?? PAGE_MODELS[1]
    const tokens = {
      input: 1000,
      output: 200,
      cacheRead: 3000,
      cacheWrite5m: 500,
      cacheWrite1h: 0,
      cacheWriteUnknown: 0,
    }
    return {
      requestId: `request-${this.#requests}`,
      at: when,
      month: monthOf(when, zoning),
      day: dayOf(when, zoning),
      principal,
      caller: { arn: undefined, base: { kind: 'user', account, name: principal }, session: undefined },
      region: 'us-east-1',
      operation: 'Converse',
      model,
      scope: 'global',
      rateId: how.assumed ? `assumed/${model}` : `${model}/global/standard/default/2025-09-29`,
      label: how.label ?? 'claude-code',
      tokens,
      cost,
      assumed: how.assumed ? cost : zero,
    }
  }

  /** Every principal on every day of the running month so far and of the month before, with three models. */
  async fill(principals: readonly string[], days = 31): Promise<void> {
    const membership = membershipOf(await this.people.belongings())
    const charges: Charge[] = []
    const first = Date.parse(PAGE_NOW) - (days - 1) * 86_400_000
    for (const [who, principal] of principals.entries()) {
      for (let day = 0; day < days; day++) {
        for (const [which, model] of PAGE_MODELS.entries()) {
          // Hardly two alike, none round: up to 2.5 dollars.
          const mixed = BigInt.asUintN(32, BigInt(who * 7919 + day * 104_729 + which * 1_299_709) * 2_654_435_761n)
          const cost = pico(mixed * 580n + 1n)
          const iso = new Date(first + day * 86_400_000).toISOString()
          const label = which === 2 ? 'claude-desktop' : 'claude-code'
          const charge = this.#charge(principal as PrincipalKey, cost, { iso, model, label })
          charges.push({ ...charge, ...belonging(charge.principal, membership) })
        }
      }
    }
    await this.ledger.record(charges)
  }

  async working(): Promise<void> {
    await this.health.noteIngest({
      lastRecordAt: at('2026-11-20T08:58:10Z'),
      lastIngestAt: at('2026-11-20T08:58:31Z'),
      logSeconds: 14.2,
      deliverySeconds: 6.6,
    })
    await this.health.noteEnforce({ lastEnforceAt: at('2026-11-20T08:59:30Z'), problems: [] })
  }
}

export const pageUser = (name: string, ...sees: readonly string[]): PageUser => ({
  sub: `sub-of-${name}`,
  name,
  admin: false,
  sees: sees as readonly Subject[],
  addedAt: at('2026-11-01T00:00:00Z'),
  addedBy: `arn:aws:iam::${account}:user/admin`,
})
export const pageAdmin: PageUser = { ...pageUser('admin'), admin: true }

/** Nothing else was expected than an answer. */
export function answered<Page>(answer: PageAnswer<Page>): Page {
  if ('refused' in answer) throw new Error(`refused: ${answer.refused}`)
  return answer.page
}

export interface PageData {
  readonly spend: PageSpend
  readonly everybody: PageEverybody
  readonly models: PageModels
  readonly world: PageWorld
}

/** @param viewer whose own spend it is; the other two are what an admin gets. */
export async function tellPage(world: PageWorld, viewer: PageUser, month?: string): Promise<PageData> {
  const room = world.room()
  return {
    spend: answered(await pageSpend(room, viewer, { month })),
    everybody: answered(await pageEverybody(room, pageAdmin, { month })),
    models: answered(await pageModels(room, pageAdmin, { month })),
    world,
  }
}

/**
 * Eight people and an application in two teams: one blocked by a limit, one by hand, one warned, one pardoned, one excluded, one
 * over a limit that only notifies, one without a price, one who has spent nothing yet.
 */
export async function smallTeam(): Promise<PageWorld> {
  const world = new PageWorld()
  await world.person('tanaka', 'user/tanaka', 'session/AWSReservedSSO_*/tanaka@example.com')
  await world.team('growth', 'person/tanaka', 'user/suzuki', 'user/sato')
  await world.team('platform', 'user/watanabe', 'user/ito', 'role/nightly-batch')
  for (const text of [
    '*=20',
    'person/tanaka=50',
    'team/growth=100',
    'user/suzuki=15',
    'user/ito=5 day notify',
    'user/kato=40',
    'account=500',
  ]) {
    await world.limit(text)
  }
  const some = ['user/tanaka', 'user/suzuki', 'user/sato', 'user/watanabe', 'role/nightly-batch']
  for (const [index, principal] of some.entries()) {
    for (let day = 2; day <= 20; day += 1 + index) {
      const iso = `2026-11-${String(day).padStart(2, '0')}T03:00:00Z`
      await world.spend(principal, (((day * 37 + index * 11) % 90) / 100 + 0.25).toFixed(2), {
        iso,
        model: PAGE_MODELS[(day + index) % 3],
        label: day % 4 === 0 ? 'claude-desktop' : 'claude-code',
      })
    }
  }
  await world.spend('session/AWSReservedSSO_Developer_0123456789abcdef/tanaka@example.com', '4.125', {
    iso: '2026-11-12T05:00:00Z',
    model: PAGE_MODELS[0],
  })
  await world.spend('user/suzuki', '9.9', { iso: '2026-11-18T02:00:00Z' })
  await world.blocked('user/suzuki', 'user/suzuki@month')
  await world.spend('user/ito', '6.5', { label: 'none' })
  await world.spend('user/kato', '33.3', { iso: '2026-11-10T02:00:00Z' })
  await world.spend('user/yamada', '21', { iso: '2026-11-17T02:00:00Z' })
  await world.limits.waive({
    id: 'waiver-1',
    principal: 'user/yamada' as PrincipalKey,
    limit: undefined,
    until: at('2026-11-25T00:00:00Z'),
    grant: parseUsd('10'),
    spentAtGrant: parseUsd('21'),
    by: `arn:aws:iam::${account}:user/admin`,
    at: at('2026-11-18T00:00:00Z'),
    reason: 'release week',
  })
  await world.spend('user/sato', '0.77', { model: 'example.new-model-v1', assumed: true, iso: '2026-11-19T02:00:00Z' })
  await world.byHand('user/watanabe', 'key was found in a public repository')
  await world.blocked('user/watanabe', 'manual', 'no-end')
  await world.limits.exclude({
    principal: 'role/nightly-batch' as PrincipalKey,
    by: `arn:aws:iam::${account}:user/admin`,
    at: at('2026-11-01T00:00:00Z'),
    reason: undefined,
  })
  for (const [index, month] of ['2026-10', '2026-09', '2026-07'].entries()) {
    await world.spend('user/tanaka', `${31.5 - index * 4}`, { iso: `${month}-14T02:00:00Z` })
    await world.spend('user/suzuki', `${12.25 + index}`, { iso: `${month}-15T02:00:00Z` })
  }
  await world.working()
  return world
}

/** Names as somebody would choose them who wants the page to do something, or to look like something else. */
export const hostileNames = {
  principals: [
    'user/<img src=x onerror=alert(1)>',
    'user/javascript:alert(1)',
    'user/"><script>alert(1)</script>',
    'user/\'=HYPERLINK("http:evil.example")',
    'user/=1+1',
    `user/${'w'.repeat(256)}`,
    'user/\u202Enimda\u202C',
    'user/\u200Fabc\u200E',
    'user/田中太郎',
    'user/__proto__',
    'user/constructor',
    'user/{{constructor}}',
    'session/builders/a%2Fb',
  ],
  models: ['<svg onload=alert(1)>', '__proto__', 'モデル'],
  /** On one day and no other: what no day has must not be found on every object there is. */
  rareModel: 'toString',
  labels: ['<b>label</b>', 'constructor'],
  person: '田中 太郎',
  team: '開発チーム',
} as const

export async function hostileTeam(): Promise<PageWorld> {
  const world = new PageWorld()
  await world.person(hostileNames.person, 'user/田中太郎', 'user/__proto__')
  await world.team(hostileNames.team, `person/${hostileNames.person}`, 'user/<img src=x onerror=alert(1)>')
  await world.limit('*=3')
  await world.limit(`person/${hostileNames.person}=5`)
  for (const [index, principal] of hostileNames.principals.entries()) {
    for (let day = 1; day <= 20; day += 3) {
      await world.spend(principal, (0.1 + index / 10).toFixed(1), {
        iso: `2026-11-${String(day).padStart(2, '0')}T02:00:00Z`,
        model: hostileNames.models[(day + index) % 3] ?? '',
        label: hostileNames.labels[(day + index) % 2] ?? '',
      })
    }
  }
  await world.spend('user/constructor', '0.7', {
    iso: '2026-11-02T02:00:00Z',
    model: hostileNames.rareModel,
    label: '__proto__',
  })
  await world.byHand('user/=1+1', '<img src=x onerror=alert(2)> javascript:alert(3)')
  await world.blocked('user/=1+1', 'manual', 'no-end')
  await world.working()
  return world
}

/** The first day: a guard with limits, and nobody has called anything. */
export async function nobodyYet(): Promise<PageWorld> {
  const world = new PageWorld()
  await world.limit('*=20')
  await world.working()
  return world
}

/** Twenty-five teams of twenty, a limit for each, some blocked and some warned; 31 days, three models. */
export async function manyPrincipals(count = 500): Promise<PageWorld> {
  const world = new PageWorld()
  const names = Array.from({ length: count }, (_, index) => `user/member-${String(index).padStart(3, '0')}`)
  for (let team = 0; team * 20 < count; team++) {
    await world.team(`team-${String(team).padStart(2, '0')}`, ...names.slice(team * 20, team * 20 + 20))
  }
  await world.limit('*=80')
  for (const [index, name] of names.entries()) if (index % 10 === 0) await world.limit(`${name}=${60 + index / 10}`)
  await world.limit('account=100000')
  await world.fill(names)
  for (const name of names.filter((_, index) => index % 50 === 0)) await world.blocked(name, `${name}@month`)
  await world.working()
  return world
}
