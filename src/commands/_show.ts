/** show: the month of one principal, or of a person or team, its standing and its wishes. Reads only. */
import { localText, type Month, monthOf, monthPeriod, toIso } from '../runtime/domain/base/calendar.ts'
import { isExcluded } from '../runtime/domain/judging/judge.ts'
import type { Detail } from '../runtime/domain/metering/balance.ts'
import {
  type Belongings,
  groupsOfPrincipal,
  isGroup,
  membershipOf,
  noBelongings,
  type Subject,
} from '../runtime/domain/metering/belonging.ts'
import { type PrincipalKey, roleKeyOf } from '../runtime/domain/metering/principal.ts'
import { toDecimal } from '../runtime/domain/money/money.ts'
import { cacheHitPercent, type Part, principalMonth } from '../runtime/domain/telling/principal-view.ts'
import type { StatusLimit, StatusPrincipal } from '../runtime/domain/telling/status-view.ts'
import { collect } from '../runtime/usecases/books.ts'
import { readStatus } from '../runtime/usecases/status.ts'
import type { Door } from './_compose.ts'
import { directoryOf, statusRoom } from './_rooms.ts'
import { lookUpIn, targetFor } from './_targets.ts'
import { showText } from './_view/show.ts'

export async function showPrincipal(
  door: Door,
  wish: { readonly typed: string; readonly month: Month | undefined; readonly screen: number },
): Promise<{ json: object; text: string }> {
  const room = await statusRoom(door)
  const directory = await directoryOf(door)
  const { zoning } = room.settings
  const now = door.clock.now()
  const month = wish.month ?? monthOf(now, zoning)
  // Whoever has left since is still somebody in the month that is asked for.
  const seen = async () => (await collect(room.ledger.balances(month))).map((balance) => balance.principal)
  const how = { ...lookUpIn({ ...room, directory }, door, undefined), seen }
  const principal = await targetFor(wish.typed, how)
  const isMeant = meant(principal, isGroup(principal) ? await room.people.belongings() : noBelongings)
  const [view, wishes, records, failed, details] = await Promise.all([
    readStatus(room, { month }),
    room.limits.wishes(),
    room.blocks.all(),
    failedCalls(room, month, isMeant),
    detailsOf(room, month, principal, isMeant),
  ])
  const row = view.principals.find((one) => one.principal === principal)
  const members = isGroup(principal) ? view.principals.filter((one) => isMeant(one.principal as PrincipalKey)) : []
  const spent = principalMonth(details)
  // What speaks of its person or of a team speaks of it too.
  const groups: readonly Subject[] = row
    ? [
        ...(row.person === null ? [] : [`person/${row.person}` as const]),
        ...row.teams.map((name) => `team/${name}` as const),
      ]
    : []
  const subjects: readonly Subject[] = [principal, ...groups]
  const waivers = wishes.waivers.filter((one) => subjects.includes(one.principal) && one.until > now)
  const byHand = subjects
    .map((of) => wishes.blocks.find((one) => one.principal === of))
    .find((one) => one !== undefined)
  const why = records.find((one) => one.principal === principal && one.releasedAt === undefined)?.why ?? null
  const standing = {
    state: row?.state ?? null,
    decidedBy: row?.decidedBy ?? null,
    blockedUntil: row?.blockedUntil ?? null,
    cannotBlock: row?.state === 'cannot-block' ? why : null,
    limits: row?.limits ?? sharedLimits(members, principal),
  }
  const memberStates = members.map((one) => ({ principal: one.principal, state: one.state }))
  const zone = monthPeriod(month, zoning).zone
  return {
    json: {
      guard: door.guard,
      principal,
      period: view.period,
      usd: toDecimal(spent.spend),
      assumedUsd: toDecimal(spent.assumed),
      requests: spent.requests,
      failed: Object.fromEntries(failed),
      tokens: spent.tokens,
      cacheHitPercent: cacheHitPercent(spent.tokens) ?? null,
      ...standing,
      person: row?.person ?? null,
      teams: row?.teams ?? [],
      excluded: isGroup(principal)
        ? wishes.excluded.includes(principal)
        : isExcluded(principal, wishes.excluded, groups.filter(isGroup)),
      waivers: waivers.map((one) => ({
        until: toIso(one.until),
        of: one.principal,
        limit: one.limit ?? null,
        grantUsd: one.grant === undefined ? null : toDecimal(one.grant),
        by: one.by,
        at: toIso(one.at),
        reason: one.reason ?? null,
      })),
      blockedByHand:
        byHand === undefined
          ? null
          : { of: byHand.principal, by: byHand.by, at: toIso(byHand.at), reason: byHand.reason ?? null },
      days: spent.days.map((part) => partJson(part, 'day')),
      models: spent.models.map((part) => partJson(part, 'model')),
      sources: spent.sources.map((part) => partJson(part, 'source')),
      members: spent.members.map((part) => partJson(part, 'principal')),
      memberStates,
    },
    text: showText({
      guard: door.guard,
      principal,
      month,
      zone,
      groups,
      spent,
      failed,
      ...standing,
      waivers,
      byHand,
      memberStates,
      currency: room.settings.currency,
      screen: wish.screen,
      command: door.command,
      local: (iso) => localText(Date.parse(iso) as typeof now, zone),
    }),
  }
}

type Room = Awaited<ReturnType<typeof statusRoom>>

/** A role's spend is its own and that of its sessions, as its limit counts it; a person's and a team's that of whoever is a member now. */
function meant(subject: Subject, belongings: Belongings): (principal: PrincipalKey) => boolean {
  const membership = membershipOf(belongings)
  return isGroup(subject)
    ? (principal) => groupsOfPrincipal(principal, membership).includes(subject)
    : (principal) => principal === subject || roleKeyOf(principal) === subject
}

/** The limits of the pot itself, as any of its members is judged by them. */
const sharedLimits = (members: readonly StatusPrincipal[], subject: Subject): readonly StatusLimit[] => [
  ...new Map(
    members.flatMap(({ limits }) => limits.filter(({ of }) => of === subject).map((one) => [one.id, one])),
  ).values(),
]

async function detailsOf(
  room: Room,
  month: Month,
  subject: Subject,
  isMeant: (principal: PrincipalKey) => boolean,
): Promise<readonly Detail[]> {
  if (!isGroup(subject) && !subject.startsWith('role/')) return collect(room.ledger.detail(month, subject))
  return (await collect(room.ledger.detail(month))).filter(({ principal }) => isMeant(principal))
}

async function failedCalls(
  room: Room,
  month: Month,
  isMeant: (principal: PrincipalKey) => boolean,
): Promise<readonly [string, number][]> {
  const counts = new Map<string, number>()
  for await (const { principal: who, byCode } of room.ledger.failed(month)) {
    if (!isMeant(who)) continue
    for (const [code, count] of byCode) counts.set(code, (counts.get(code) ?? 0) + count)
  }
  return [...counts].sort(([a], [b]) => (a < b ? -1 : 1))
}

const partJson = (part: Part, key: string) => ({
  [key]: part.key,
  usd: toDecimal(part.spend),
  assumedUsd: toDecimal(part.assumed),
  requests: part.requests,
  tokens: part.tokens,
  cacheHitPercent: cacheHitPercent(part.tokens) ?? null,
})
