/** What a replay works with: limits, prices, people, the lag; of the guard, or of nothing but the words typed. */
import type { Settings } from '../../provision/guard.ts'
import { type Instant, instant, type PeriodKind, type Zoning } from '../../runtime/domain/base/calendar.ts'
import { type Limit, limitId, parsePot, type Wishes } from '../../runtime/domain/judging/limit.ts'
import { type Belongings, noBelongings } from '../../runtime/domain/metering/belonging.ts'
import { parseUsd } from '../../runtime/domain/money/money.ts'
import { makeBook, noKeptPrices, type PriceBook } from '../../runtime/domain/money/price-book.ts'
import { planLimits } from '../../runtime/usecases/set-limits.ts'
import type { Door } from '../_compose.ts'
import { lookUpAll, type WantedLimit } from '../_limits.ts'
import { peopleBook, rateBook, statusRoom, wishRoom } from '../_rooms.ts'
import { lookUpIn } from '../_targets.ts'
import type { SimulationShown } from '../_view/simulation.ts'
import { badWish, type SimulateWish } from './wish.ts'

/** Where nothing was ever measured: about what others measured from the call to the deny, with the minute's check in between. */
const LAG_SECONDS = 60

/** What a replay works with, wherever it comes from. */
export interface Stage {
  readonly settings: Pick<Settings, 'sessionRoles' | 'labels' | 'unknownPrice' | 'protectedPrincipals'>
  readonly zoning: Zoning
  readonly account: string
  readonly book: PriceBook
  readonly belongings: Belongings
  readonly excluded: Wishes['excluded']
  /** Undefined: there is no guard to compare with. */
  readonly today: readonly Limit[] | undefined
  readonly proposed: readonly Limit[] | undefined
  readonly lag: { readonly seconds: number; readonly from: SimulationShown['lagFrom'] }
}

export function offlineStage(wish: SimulateWish): Stage {
  return {
    settings: {
      sessionRoles: ['AWSReservedSSO_*'],
      labels: [],
      unknownPrice: 'warn',
      protectedPrincipals: [],
    },
    zoning: [{ from: '0000-00', zone: wish.zone }],
    account: '',
    book: makeBook({ kept: noKeptPrices, profiles: new Map(), assumedCacheTtl: '5m' }),
    belongings: noBelongings,
    excluded: [],
    today: undefined,
    proposed: wish.limits.map((wanted) => typedLimit(wanted, wish)),
    lag: { seconds: wish.lagSeconds ?? LAG_SECONDS, from: wish.lagSeconds === undefined ? 'assumed' : 'given' },
  }
}

/** A limit as it stands, without asking anybody who is meant: a bare name is a user. */
function typedLimit(wanted: WantedLimit, wish: SimulateWish): Limit {
  const pot = parsePot(wanted.target, '') ?? parsePot(`user/${wanted.target}`, '')
  if (pot === undefined)
    throw badWish(`"${wanted.target}" is no principal`, 'user/NAME, role/NAME, session/ROLE/NAME, * or account')
  const of = pot.kind === 'everyone' ? { ...pot, includeRoles: wish['include-roles'] === true } : pot
  const per = wish.per as PeriodKind
  return {
    ...{ id: limitId(of, per), of, per },
    amount: wanted.amount ?? parseUsd('0'),
    action: wanted.action ?? (pot.kind === 'account' ? 'notify' : 'block'),
    warnAt: wanted.warnAt ?? [80],
    from: instant(0),
    version: 1,
  }
}

export async function guardStage(door: Door, wish: SimulateWish): Promise<Stage> {
  const [room, rates, people] = await Promise.all([statusRoom(door), rateBook(door), peopleBook(door)])
  const { settings } = room
  const [wishes, kept, profiles, belongings, health] = await Promise.all([
    room.limits.wishes(),
    rates.kept(),
    rates.profiles(),
    people.belongings(),
    room.health.read(),
  ])
  const today = standing(wishes.limits, door.clock.now())
  const given = wish.limits.length === 0 ? undefined : await plannedLimits(door, wish)
  const ids = new Set(given?.map(({ id }) => id))
  const measured = [health.logSeconds, health.deliverySeconds, health.enforceSeconds]
  const known = measured.some((seconds) => seconds !== undefined)
  const seconds =
    wish.lagSeconds ?? (known ? measured.reduce<number>((sum, part) => sum + (part ?? 0), 0) : LAG_SECONDS)
  return {
    settings,
    zoning: settings.zoning,
    account: door.account,
    book: makeBook({ kept, profiles, assumedCacheTtl: settings.assumedCacheTtl }),
    belongings,
    excluded: wishes.excluded,
    today: wish.alone ? undefined : today,
    proposed: given && [...(wish.alone ? [] : today.filter(({ id }) => !ids.has(id))), ...given],
    lag: { seconds, from: wish.lagSeconds !== undefined ? 'given' : known ? 'measured' : 'assumed' },
  }
}

/** Those that hold now: one for a time stands in the place of the lasting one. */
function standing(limits: readonly Limit[], now: Instant): readonly Limit[] {
  const active = limits.filter(({ until }) => until === undefined || now < until)
  const forATime = new Set(active.flatMap(({ id, until }) => (until === undefined ? [] : [id.replace(/~$/, '')])))
  return active.filter(({ id, until }) => until !== undefined || !forATime.has(id))
}

async function plannedLimits(door: Door, wish: SimulateWish): Promise<readonly Limit[]> {
  const room = await wishRoom(door)
  const changes = await lookUpAll(wish.limits, lookUpIn(room, door, wish.force), {
    per: wish.per,
    'include-roles': wish['include-roles'],
    now: door.clock.now(),
    zoning: room.settings.zoning,
  })
  return (await planLimits(room, changes)).limits.flatMap(({ next }) => next ?? [])
}
