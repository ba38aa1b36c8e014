/** Everything of the original that is read and worked out before anything is asked. */
import type { Manifest } from '../../provision/manifest.ts'
import type { Original } from '../../provision/original/original.ts'
import type { MonthRead } from '../../provision/original/rows.ts'
import type { Zoning } from '../../runtime/domain/base/calendar.ts'
import { potKey } from '../../runtime/domain/judging/limit.ts'
import { keyOf } from '../../runtime/domain/metering/principal.ts'
import { type PicoUsd, toCents } from '../../runtime/domain/money/money.ts'
import type { Door } from '../_compose.ts'
import type { Ways } from '../_install/ways.ts'
import { beforeTheFirst } from '../_limits-at-init.ts'
import { findInstalled } from '../_provisioning.ts'
import { wishRoom } from '../_rooms.ts'
import { lookForOriginal, type Meant, type Proposals, proposalsOf, readAs, whoIsMeant } from './look.ts'
import { type MonthPlan, monthRead, planMonth } from './month.ts'

export interface ImportFlags extends Readonly<Record<string, unknown>> {
  readonly guard: string
  readonly function?: string | undefined
  readonly as?: string[] | undefined
  readonly 'keep-filter': boolean
  readonly 'default-limit'?: string | undefined
  readonly details: boolean
  readonly 'dry-run': boolean
  readonly yes: boolean
}

export interface Looked {
  readonly original: Original
  readonly installed: Manifest | undefined
  readonly proposals: Proposals
  /** Those of the proposals that are not set here yet. */
  readonly limits: readonly string[]
  readonly keptLimits: readonly string[]
  readonly exclusions: readonly string[]
  readonly month: MonthPlan
  readonly read: MonthRead | undefined
  readonly unreadable: readonly string[]
  readonly filterFirst: boolean
}

export async function look(door: Door, flags: ImportFlags, ways: Ways): Promise<Looked> {
  const as = readAs(flags.as ?? [], door.account)
  const [original, { installed }] = await Promise.all([lookForOriginal(door, flags.function), findInstalled(door)])
  const typedZone = flags['time-zone']
  const zoning: Zoning = installed?.settings.zoning ?? [
    { from: '0000-00', zone: typeof typedZone === 'string' ? typedZone : 'Asia/Tokyo' },
  ]
  const read = await monthRead(door, original, zoning)
  const { settings } = original
  const nameless = (read?.totals ?? []).filter(({ kind }) => kind === undefined).map(({ name }) => name)
  const { directory } = await beforeTheFirst(door)
  const asked = { directory, account: door.account, as, ask: !flags.yes && !ways.json && !flags['dry-run'] }
  const named = await whoIsMeant([...settings.limits.map(({ name }) => name), ...settings.excluded], asked)
  const month = await planMonth(door, original, {
    zoning,
    logGroup: installed ? installed.settings.logGroup : original.logGroup?.name,
    installed: installed !== undefined,
    read,
    keyFor: (name, kind) => (kind === undefined ? keyIn(named, name) : keyOf({ kind, name, account: door.account })),
  })
  // Whose money it is matters only where it is carried over by name.
  const owners =
    month.way === 'opening'
      ? await whoIsMeant(
          nameless.filter((name) => !named.has(name)),
          asked,
        )
      : new Map()
  const meant = new Map<string, Meant>([...named, ...owners])
  const proposals = proposalsOf(original, meant, installed)
  return {
    ...{ original, installed, proposals, month, read },
    ...(await newHere(door, proposals, installed !== undefined)),
    unreadable: [
      ...settings.unreadable,
      ...(read?.unreadable ?? ['its table: it was not found, so nothing is known of its totals']),
    ],
    filterFirst:
      original.filter !== undefined &&
      original.filter.slotsTaken >= 2 &&
      installed === undefined &&
      !flags['keep-filter'],
  }
}

const keyIn = (meant: ReadonlyMap<string, Meant>, name: string) => {
  const what = meant.get(name)
  return typeof what === 'string' && what !== 'none' ? what : undefined
}

/** A limit that was set here since is not set back: running this again changes nothing. */
async function newHere(door: Door, { limits, exclusions }: Proposals, installed: boolean) {
  if (!installed) return { limits, exclusions, keptLimits: [] }
  const wishes = await (await wishRoom(door)).limits.wishes()
  const set = new Map(wishes.limits.filter(({ per }) => per === 'month').map(({ of, amount }) => [potKey(of), amount]))
  const there = (limit: string): PicoUsd | undefined => set.get(limit.slice(0, limit.lastIndexOf('=')))
  return {
    limits: limits.filter((limit) => there(limit) === undefined),
    keptLimits: limits.flatMap((limit) => {
      const amount = there(limit)
      return amount === undefined ? [] : [`${limit.replace('=', ': ')}; ${toCents(amount)} is set here and stays`]
    }),
    exclusions: exclusions.filter((one) => !wishes.excluded.includes(one)),
  }
}

export function documentOf({ original, proposals, month, unreadable, limits, exclusions }: Looked): object {
  const { functionName, stack, filter, logGroup, schedules, rules, deny, emails, settings } = original
  return {
    original: {
      ...{ functionName, stack: stack ?? null, filter: filter?.name ?? null, logGroup: logGroup?.name ?? null },
      ...{ schedules, rules, emails, table: settings.table ?? null, denyPolicyArn: deny?.arn ?? null },
      blocked: (deny?.bearers ?? []).map(({ kind, name }) => `${kind}/${name}`),
      prices: settings.prices,
    },
    proposals: { ...proposals, newLimits: limits, newExclusions: exclusions },
    month: { month: month.month, way: month.way, why: month.why, openings: month.openings },
    unreadable,
    // Until something of it is.
    takenOff: null,
  }
}
