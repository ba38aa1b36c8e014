/** people list and teams list: members, what each pot has spent this month, and who is in nobody's. Reads only. */
import { monthOf, monthPeriod } from '../../runtime/domain/base/calendar.ts'
import { type Belongings, membershipOf } from '../../runtime/domain/metering/belonging.ts'
import type { PrincipalKey } from '../../runtime/domain/metering/principal.ts'
import { type PicoUsd, sum, toDecimal } from '../../runtime/domain/money/money.ts'
import { collect } from '../../runtime/usecases/books.ts'
import { stopped } from '../_ask/ask.ts'
import type { Door } from '../_compose.ts'
import { statusRoom } from '../_rooms.ts'
import { nearest } from '../_suggest.ts'
import { potsText } from '../_view/pots.ts'
import { doorOf, type PotKind } from './members.ts'

export interface Spender {
  readonly principal: PrincipalKey
  readonly spend: PicoUsd
}

export interface ListedPot {
  readonly name: string
  readonly members: readonly string[]
  /** Of teams. */
  readonly from: 'list' | 'tags' | undefined
  readonly spend: PicoUsd
  /** Who of the members has spent, the most first. */
  readonly principals: readonly Spender[]
}

export async function listPots(
  door: Door,
  kind: PotKind,
  wish: { readonly names: readonly string[]; readonly screen: number },
): Promise<{ text: string; json: object }> {
  const room = await statusRoom(door)
  const month = monthOf(door.clock.now(), room.settings.zoning)
  const [belongings, balances] = await Promise.all([room.people.belongings(), collect(room.ledger.balances(month))])
  const { pots, nobodys } = potsOf(kind, belongings, balances)
  const shown = wish.names.length === 0 ? pots : wish.names.map((name) => potCalled(door, kind, name, pots))
  const period = { key: month, timezone: monthPeriod(month, room.settings.zoning).zone }
  const all = wish.names.length === 0
  return {
    text: potsText({
      kind,
      pots: shown,
      nobodys: all ? nobodys : undefined,
      period,
      screen: wish.screen,
      command: door.command,
    }),
    json: {
      guard: door.guard,
      period,
      [doorOf(kind)]: shown.map(({ name, members, from, spend, principals }) => ({
        name,
        members,
        ...(kind === 'team' ? { from } : {}),
        usd: toDecimal(spend),
        principals: principals.map(spenderJson),
      })),
      nobodys: nobodys.map(spenderJson),
    },
  }
}

const spenderJson = ({ principal, spend }: Spender) => ({ principal, usd: toDecimal(spend) })

/** A pot's spend is that of its members now. A team counts a principal once, however often it names it. */
export function potsOf(
  kind: PotKind,
  belongings: Belongings,
  balances: readonly Spender[],
): { readonly pots: readonly ListedPot[]; readonly nobodys: readonly Spender[] } {
  const membership = membershipOf(belongings)
  const byPot = new Map<string, Spender[]>()
  const nobodys: Spender[] = []
  for (const { principal, spend } of balances.toSorted((a, b) =>
    a.spend < b.spend ? 1 : a.spend > b.spend ? -1 : 0,
  )) {
    const person = membership.personOf(principal)
    const names = kind === 'team' ? membership.teamsOf(principal) : person === undefined ? [] : [person]
    for (const name of names) byPot.set(name, [...(byPot.get(name) ?? []), { principal, spend }])
    if (names.length === 0) nobodys.push({ principal, spend })
  }
  const from = new Map(belongings.teams.map((team) => [team.name, team.from]))
  const pots = (kind === 'person' ? belongings.people : belongings.teams).map(({ name, members }): ListedPot => {
    const principals = byPot.get(name) ?? []
    return {
      ...{ name, members, principals, spend: sum(principals.map((one) => one.spend)) },
      from: kind === 'team' ? from.get(name) : undefined,
    }
  })
  return { pots: pots.toSorted((a, b) => a.name.localeCompare(b.name, 'en')), nobodys }
}

function potCalled(door: Door, kind: PotKind, typed: string, pots: readonly ListedPot[]): ListedPot {
  const name = typed.replace(`${kind}/`, '').toLowerCase()
  const found = pots.find((one) => one.name.toLowerCase() === name)
  if (found !== undefined) return found
  const near = nearest(
    name,
    pots.map((one) => one.name),
  )
  throw stopped('unknown-principal', `there is no ${kind} "${typed}"`, [...near, door.command(`${doorOf(kind)} list`)])
}
