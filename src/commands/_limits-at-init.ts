/** The limits that init was given: looked up before anything is changed, so that a name that means nobody or two stops it in time. */
import type { Plan } from '../provision/engine/plan.ts'
import type { Settings } from '../provision/guard.ts'
import { toIso } from '../runtime/domain/base/calendar.ts'
import { type Limit, potKey } from '../runtime/domain/judging/limit.ts'
import type { GroupKey } from '../runtime/domain/metering/belonging.ts'
import type { PrincipalKey } from '../runtime/domain/metering/principal.ts'
import { type PicoUsd, toCents } from '../runtime/domain/money/money.ts'
import type { Directory } from '../runtime/ports.ts'
import { type LimitChange, type LimitsPlan, planLimits } from '../runtime/usecases/set-limits.ts'
import type { Door } from './_compose.ts'
import { lookUpAll, type WantedLimit } from './_limits.ts'
import { wishRoom } from './_rooms.ts'
import { endedText, type LookUp, lookUpIn, stillToCome } from './_targets.ts'
import { changeText, previewText } from './_view/limits.ts'

export interface InitialLimits {
  /** With the key each name means instead of the name; only those that are not so already. */
  readonly limits: readonly WantedLimit[]
  /** `user/tanaka a month: none → 50.00` */
  readonly lines: readonly string[]
}

export interface Looking {
  readonly installed: boolean
  readonly plan: Plan
  /** As they will be: a day ends in their time zone. */
  readonly settings: Settings
  /** People and teams that this very run makes. */
  readonly pots?: readonly GroupKey[]
}

/** Where names are looked up: in IAM, and in the ledger where there is one. */
export async function lookingAt(door: Door, { installed, pots = [] }: Pick<Looking, 'installed' | 'pots'>) {
  const room = installed ? await wishRoom(door) : undefined
  const looking = room ? lookUpIn(room, door, true) : await beforeTheFirst(door)
  const all = async () => [...new Set([...((await looking.pots?.()) ?? []), ...pots])]
  return { room, looking: { ...looking, pots: all } }
}

/** @throws GuardError `ambiguous-principal`, `cannot-carry-limit`; unknown names are taken (people may come later) and said. */
export async function lookUpInitial(door: Door, typed: readonly WantedLimit[], how: Looking): Promise<InitialLimits> {
  // A plan that is refused, perhaps because the caller may ask IAM nothing, is told first.
  if (how.plan.steps.some((step) => step.do === 'refuse')) return { limits: typed, lines: [] }
  const kept = how.installed ? [] : await keptLimits(door, how.plan)
  const { zoning } = how.settings
  const { current, ended: past } = stillToCome(typed, { now: door.clock.now(), zoning })
  const ended = past.map(endedText)
  if (current.length === 0) return { limits: [], lines: [...kept.map(keptText), ...ended] }
  const { room, looking } = await lookingAt(door, how)
  const changes = await lookUpAll(current, looking, {
    ...{ per: 'month', 'include-roles': undefined, now: door.clock.now() },
    zoning,
  })
  const limits = changes.map(
    ({ of, per, includeRoles, amount, action, warnAt, until }): WantedLimit => ({
      ...{ target: potKey(of), per, includeRoles, amount, action, warnAt },
      until: until === undefined ? undefined : toIso(until),
    }),
  )
  const unknown = await unknownOf(changes, looking.directory)
  if (room) {
    // New limits take the thresholds that this very run sets, not those in force until then.
    const asItWillBe = { ...room, config: { ...room.config, warnAt: how.settings.warnAt } }
    const plan = await planLimits(asItWillBe, changes)
    const strangers = unknown.map(strangerText)
    const wanted = limits.filter((_, index) => plan.limits[index]?.same === false)
    return {
      limits: wanted,
      lines: [
        ...plan.limits.map((one) => changeText(one, room.settings.zoning)),
        ...previewLines(plan),
        ...strangers,
        ...ended,
      ],
    }
  }
  const said = changes.map((change) => newLimit(change, kept))
  const others = kept.filter(({ of, per }) => !changes.some((one) => potKey(one.of) === potKey(of) && one.per === per))
  return { limits, lines: [...said, ...others.map(keptText), ...unknown.map(strangerText), ...ended] }
}

/** A ledger that an earlier guard left holds its limits, and they act again: nobody may be stopped by what was not shown. */
async function keptLimits(door: Door, plan: Plan): Promise<readonly Limit[]> {
  const step = plan.steps.find(({ id }) => id.startsWith('table/'))
  if (step === undefined || !['keep', 'update', 'adopt'].includes(step.do)) return []
  const table = step.name
  const [{ DynamoLimits }, client] = await Promise.all([
    import('../runtime/aws/dynamo-limits.ts'),
    door.clients.dynamo(),
  ])
  return (await new DynamoLimits({ client, table }).wishes()).limits
}

const keptText = ({ of, per, amount, action }: Limit): string =>
  `${potKey(of)} a ${per}: ${toCents(amount)}, ${action === 'block' ? 'blocks' : 'notifies'}; kept in the ledger of the guard before, acts again`

/** Without a ledger IAM alone knows who there is. */
export async function beforeTheFirst(door: Door): Promise<LookUp> {
  const [{ IamDirectory }, iam] = await Promise.all([import('../runtime/aws/iam-directory.ts'), door.clients.iam()])
  const ledger = { balances: async function* () {} }
  const zoning = [{ from: '0000-00', zone: 'UTC' }]
  const directory = new IamDirectory({ iam, ledger, account: door.account, zoning, clock: door.clock })
  return { directory, account: door.account, force: true, seen: async () => [] }
}

async function unknownOf(changes: readonly LimitChange[], directory: Directory): Promise<readonly PrincipalKey[]> {
  const named = changes.flatMap(({ of }) =>
    of.kind === 'user' || of.kind === 'role' || of.kind === 'session' ? [of.key] : [],
  )
  const known = await Promise.all(named.map((key) => directory.known(key)))
  return named.filter((_, index) => known[index] === undefined)
}

const strangerText = (key: PrincipalKey): string => `${key} is known neither to IAM nor to the ledger yet`

function previewLines(plan: LimitsPlan): readonly string[] {
  const preview = previewText(plan)
  return preview === '' ? [] : preview.split('\n')
}

function newLimit({ of, per, amount }: LimitChange, kept: readonly Limit[]): string {
  const before = kept.find((one) => potKey(one.of) === potKey(of) && one.per === per)
  const text = (usd: PicoUsd | undefined) => (usd === undefined ? 'none' : toCents(usd))
  return `${potKey(of)} a ${per}: ${text(before?.amount)} → ${text(amount)}`
}
