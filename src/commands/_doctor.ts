/** doctor: every link of the chain, each asked for itself, so that one that cannot be asked hides no other. */
import { changesAnything, refusalsOf } from '../provision/engine/plan.ts'
import { isOfPage } from '../provision/page.ts'
import { compareVersions } from '../provision/versions.ts'
import { isAccessDenied } from '../runtime/aws/aws-errors.ts'
import { monthOf } from '../runtime/domain/base/calendar.ts'
import { cannotBlockWhy } from '../runtime/domain/judging/enforcement.ts'
import { potKey } from '../runtime/domain/judging/limit.ts'
import { type PrincipalKey, parseKey } from '../runtime/domain/metering/principal.ts'
import { collect, protectedBy } from '../runtime/usecases/books.ts'
import { mustConfirm } from './_ask/ask.ts'
import type { Door } from './_compose.ts'
import { coverageNow } from './_doctor/coverage.ts'
import { type Finding, found } from './_doctor/finding.ts'
import { driftFindings, healthFindings } from './_doctor/health.ts'
import { heartbeat } from './_doctor/heartbeat.ts'
import { alarmsNow, deadLetters, functionErrors, silence } from './_doctor/links.ts'
import { mailFindings } from './_doctor/mail.ts'
import { modelAccess } from './_doctor/models.ts'
import { pageFindings } from './_doctor/page.ts'
import { slotFindings, standingFindings, unreachable } from './_doctor/people.ts'
import { EXIT } from './_errors.ts'
import { allDone, applyShown, outcomeJson, reconcilerFor } from './_provisioning.ts'
import { directoryOf, statusRoom, wishRoom } from './_rooms.ts'
import { doctorText } from './_view/doctor.ts'
import { planText } from './_view/plan.ts'
import { messageOf, outcomeText } from './_view/progress.ts'

interface Flags {
  readonly heartbeat: boolean
  readonly wait: number
  readonly fix: boolean
  readonly yes: boolean
}
interface Ways {
  readonly json: boolean
  readonly screen: number
  readonly say: (text: string) => void
  readonly interruptible: () => AbortSignal
}

export async function examine(door: Door, flags: Flags, ways: Ways): Promise<{ exit: number; document: object }> {
  // Everything below needs them; without a guard there is nothing to examine.
  await door.settings()
  const fixed = flags.fix ? await mend(door, flags, ways) : undefined
  const looked = fixed?.changed ? door.reopened() : door
  if (flags.heartbeat) door.note('sending a heartbeat through the pipe ...')
  const findings = await findAll(looked, flags)
  const protects = !findings.some(({ state }) => state === 'fail')
  ways.say(doctorText(findings, { guard: door.guard, protects, screen: ways.screen }))
  const done = fixed?.outcome ?? null
  return {
    exit: protects ? EXIT.done : EXIT.failed,
    document: { guard: door.guard, protects, checks: findings, fixed: done },
  }
}

async function findAll(door: Door, flags: Flags): Promise<readonly Finding[]> {
  const asked: readonly (readonly [string, () => Promise<readonly Finding[]>])[] = [
    ['version', () => version(door)],
    ['resources', () => drift(door)],
    ['checks', () => ownHealth(door)],
    ['heartbeat', async () => (flags.heartbeat ? [await heartbeat(door, flags.wait)] : [])],
    ['dead-letters', () => deadLetters(door)],
    ['functions', () => functionErrors(door)],
    ['alarms', () => alarmsNow(door)],
    ['coverage', () => coverageNow(door)],
    ['mail', () => mailFindings(door)],
    ['page', () => pageFindings(door)],
    ['blocks', () => standing(door)],
    ['people', () => people(door)],
  ]
  const answers = await Promise.all(asked.map(([check, ask]) => orUnknown(check, ask)))
  return answers.flat()
}

async function orUnknown(check: string, ask: () => Promise<readonly Finding[]>): Promise<readonly Finding[]> {
  try {
    return await ask()
  } catch (error) {
    const policy = check === 'page' ? 'iam-policy --for dashboard' : 'iam-policy'
    const fix = isAccessDenied(error) ? `attach the policy that \`cost-guard ${policy}\` prints` : null
    return [found(check, 'unknown', `could not be found out: ${messageOf(error)}`, fix)]
  }
}

async function version(door: Door): Promise<readonly Finding[]> {
  const installed = (await door.installed())?.version ?? '0.0.0'
  const order = compareVersions(installed, door.version)
  if (order > 0) {
    return [
      found('version', 'warn', `the guard is of version ${installed}, this is ${door.version}`, 'update cost-guard'),
    ]
  }
  if (order < 0) {
    return [
      found('version', 'note', `the guard is of version ${installed}, this is ${door.version}`, door.command('init')),
    ]
  }
  return [found('version', 'ok', `guard and command are of version ${door.version}`)]
}

const installedPlan = async (door: Door, how: 'look' | 'apply') => {
  const settings = await door.settings()
  const reconciler = await reconcilerFor(door, settings, await door.installed(), how)
  return { reconciler, plan: await reconciler.plan() }
}

async function drift(door: Door): Promise<readonly Finding[]> {
  const [{ plan }, settings] = await Promise.all([installedPlan(door, 'look'), door.settings()])
  const names = door.names(settings)
  return driftFindings(plan, door.command, (id) => isOfPage(id, names))
}

async function ownHealth(door: Door): Promise<readonly Finding[]> {
  const room = await statusRoom(door)
  const health = await room.health.read()
  const { checkMinutes } = room.settings
  const own = healthFindings(health, { now: door.clock.now(), checkMinutes, command: door.command })
  return [...own, ...(await orUnknown('records', () => silence(door, health.lastRecordAt)))]
}

async function standing(door: Door): Promise<readonly Finding[]> {
  const room = await wishRoom(door)
  return standingFindings(await room.enforce.ask({ kind: 'preview' }), room.settings.mode)
}

/** Everybody who has spent this month, the dearest first, and everybody with a limit of their own. */
async function people(door: Door): Promise<readonly Finding[]> {
  const [room, directory] = await Promise.all([statusRoom(door), directoryOf(door)])
  const month = monthOf(door.clock.now(), room.settings.zoning)
  const [wishes, balances, details] = await Promise.all([
    room.limits.wishes(),
    collect(room.ledger.balances(month)),
    collect(room.ledger.detail(month)),
  ])
  const spent = [...balances].sort((a, b) => (a.spend < b.spend ? 1 : -1)).map(({ principal }) => principal)
  const limited = wishes.limits
    .map(({ of }) => potKey(of) as PrincipalKey)
    .filter((key) => parseKey(key, door.account) !== undefined)
  const all = [...new Set([...limited, ...spent])]
  const isProtected = protectedBy(room.settings.protectedPrincipals, door.account)
  const forEveryone = wishes.limits.some(({ of, action }) => of.kind === 'everyone' && action === 'block')
  const meant = forEveryone ? all : limited
  const outOfReach = meant.flatMap((key) => {
    const why = wishes.excluded.includes(key) ? undefined : cannotBlockWhy(key, isProtected)
    // Who is protected by the admin's own wish is no surprise.
    return why === undefined || why === 'protected-principal' ? [] : [{ key, why }]
  })
  return [
    ...(await slotFindings(directory, all)),
    ...unreachable(outOfReach),
    ...(await orUnknown('models', () => modelAccess(door, details))),
  ]
}

/** What init would do with the settings that are installed: nothing else is safe to do unasked. */
async function mend(door: Door, flags: Flags, ways: Ways): Promise<{ changed: boolean; outcome: object }> {
  const { reconciler, plan } = await installedPlan(door, 'apply')
  const nothing = { changed: false, outcome: { done: [], failed: [], notAttempted: [] } }
  if (!changesAnything(plan) || refusalsOf(plan).length > 0) return nothing
  ways.say(planText(plan, { details: false }))
  await mustConfirm({
    message: 'Set this right?',
    yes: flags.yes,
    json: ways.json,
    answeredBy: door.command('doctor --fix --yes'),
  })
  const outcome = await applyShown(reconciler, plan, { stop: ways.interruptible() })
  ways.say(outcomeText(outcome))
  if (!allDone(outcome)) door.note('not everything was done; the checks below say what is missing')
  return { changed: true, outcome: outcomeJson(outcome) }
}
