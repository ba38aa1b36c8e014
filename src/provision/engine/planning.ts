/** Resources and what was read of them → Plan. One read per resource, all in parallel; nothing is changed. */
import { type Names, namesInFlags } from '../names.ts'
import { isOfPage } from '../page.ts'
import { adoptedFrom, isGuards, judge, lookAt, type Room, type Settled, toGiveBack, type Verdict } from './judging.ts'
import type { Plan, Step } from './plan.ts'
import type { Refusal, Resource } from './resource.ts'

interface Found {
  readonly resource: Resource
  readonly desired: unknown
  readonly seen: Settled
  readonly verdict: Verdict
}
interface Denied {
  readonly resource: Resource
  readonly error: unknown
}

export async function planInstall(room: Room): Promise<Plan> {
  const { found, denied } = await readAll(room)
  const steps = await Promise.all(found.map((one) => installSteps(one, room, wishIsInstalled(found))))
  return { purpose: 'install', guard: room.guard, steps: [...noRights(denied, room), ...following(steps.flat(), room)] }
}

/** What is fine as it is, and will not be once something that it follows has been made anew. */
function following(steps: readonly Step[], room: Room): readonly Step[] {
  const anew = new Set(steps.filter((step) => step.do === 'create').map((step) => step.id))
  return steps.map((step) => {
    const follows = room.resources.find((resource) => resource.id === step.id)?.follows
    if (step.do !== 'keep' || !follows?.ids.some((id) => anew.has(id))) return step
    const differences = follows.fields.map(
      (field) => ({ field, is: 'of what is gone', want: 'of what is made anew', how: 'in-place' }) as const,
    )
    return { ...step, do: 'update', differences, because: 'drift' }
  })
}

/** The settings record is as wished: whatever differs elsewhere was changed by somebody in AWS. */
const wishIsInstalled = (found: readonly Found[]): boolean =>
  found.some(({ resource, verdict }) => resource.diesLast && verdict.is === 'ours' && verdict.differences.length === 0)

/** In reverse: what hangs on others goes first, the settings record after everything but its table. */
export async function planRemoval(room: Room, options: { deleteData: boolean }): Promise<Plan> {
  const { found, denied } = await readAll(room)
  const foreign = new Set(found.filter((one) => one.verdict.is === 'foreign').map((one) => one.resource.id))
  const steps = found
    .filter((one) => !(one.resource.ownership.by === 'parent' && foreign.has(one.resource.ownership.parent)))
    .flatMap((one) => removalStep(one, room, options))
    .reverse()
  return { purpose: 'teardown', guard: room.guard, steps: [...noRights(denied, room), ...steps] }
}

async function readAll(room: Room): Promise<{ found: Found[]; denied: Denied[] }> {
  const looks = await Promise.allSettled(room.resources.map((resource) => lookAt(resource, room, { say: () => {} })))
  const found: Found[] = []
  const denied: Denied[] = []
  for (const [index, resource] of room.resources.entries()) {
    const look = looks[index]
    if (look?.status === 'fulfilled') {
      const desired = resource.desired(room.inputs)
      found.push({ resource, desired, seen: look.value, verdict: judge(resource, desired, look.value, room) })
    } else if (room.errors.isAccessDenied(look?.reason)) denied.push({ resource, error: look?.reason })
    else throw look?.reason
  }
  return { found, denied }
}

async function installSteps(one: Found, room: Room, wishInstalled: boolean): Promise<readonly Step[]> {
  const { resource, desired, verdict } = one
  const about = describe(resource)
  if (desired === undefined) return verdict.is === 'ours' ? unwanted(one, room) : []
  if (verdict.is === 'foreign') return [notOurs(one, verdict.owner)]
  const adopted = resource.ownership.by === 'adopted'
  if (adopted && verdict.is === 'absent') return [nothingToAdopt(resource)]
  const refusals = await refusalsFor(one, room)
  if (refusals.length > 0) return refusals
  if (verdict.is === 'absent') return [{ ...about, do: 'create' }]
  const note = resource.note?.(verdict.actual, room.inputs)
  const noted = note === undefined ? about : { ...about, note }
  const fresh = adopted && adoptedFrom(resource, room) === undefined
  if (verdict.differences.length === 0 && !fresh) return [{ ...noted, do: 'keep' }]
  if (verdict.differences.some((difference) => difference.how === 'impossible')) return [immutable(resource, verdict)]
  if (fresh) return [{ ...noted, do: 'adopt', differences: verdict.differences }]
  // Without a tag there is no hash of what was last applied; the settings record tells in its place.
  const untagged = resource.ownership.by === 'tag' ? undefined : wishInstalled ? 'drift' : 'wish'
  return [{ ...noted, do: 'update', differences: verdict.differences, because: untagged ?? verdict.because }]
}

function unwanted({ resource, verdict }: Found, room: Room): readonly Step[] {
  if (verdict.is !== 'ours' || !isGuards(resource, verdict.actual, room)) return []
  if (resource.ownership.by === 'adopted') return [handBack(resource, verdict.actual, room)]
  const about = { ...describe(resource), why: resource.onTeardown === 'restore' ? AS_BEFORE : 'not wanted any more' }
  const staying = resource.whenUnwanted === 'retain'
  const note = (staying ? undefined : lost(resource, verdict, room)) ?? resource.note?.(verdict.actual, room.inputs)
  const noted = note === undefined ? about : { ...about, note }
  if (staying) return [{ ...noted, do: 'retain' }]
  return [{ ...noted, do: resource.onTeardown === 'restore' ? 'restore' : 'remove' }]
}

const lost = (resource: Resource, { actual }: { readonly actual: unknown }, { inputs }: Room): string | undefined =>
  resource.losing?.(actual, inputs)

function removalStep({ resource, verdict }: Found, room: Room, options: { deleteData: boolean }): readonly Step[] {
  if (verdict.is !== 'ours' || !isGuards(resource, verdict.actual, room)) return []
  if (resource.ownership.by === 'adopted') return [handBack(resource, verdict.actual, room)]
  // Who is blocked now, which address never confirmed: worth a word before it goes.
  const note = resource.note?.(verdict.actual, room.inputs)
  const about = note === undefined ? describe(resource) : { ...describe(resource), note }
  if (resource.onTeardown === 'restore') {
    return [{ ...about, why: resource.restoring?.(verdict.actual, room.inputs) ?? AS_BEFORE, do: 'restore' }]
  }
  const stays = resource.stays?.(verdict.actual, room.inputs)
  if (stays !== undefined) return [{ ...about, why: stays, do: 'retain' }]
  if (resource.onTeardown === 'retain' && !options.deleteData) return [{ ...about, do: 'retain' }]
  const losing = lost(resource, verdict, room)
  return [{ ...about, ...(losing === undefined ? {} : { note: losing }), do: 'remove' }]
}

const AS_BEFORE = 'becomes what it was before the guard; what others changed since stays'

const handBack = (resource: Resource, actual: unknown, room: Room): Step => ({
  ...describe(resource),
  do: 'give-back',
  why: ['was there before the guard and is yours: it stays', resource.adoption?.leaves].filter(Boolean).join('; '),
  differences: toGiveBack(resource, actual, room),
})

async function refusalsFor({ resource, desired, seen }: Found, room: Room): Promise<readonly Step[]> {
  const { adoption, ownership } = resource
  const adopting = ownership.by === 'adopted' && seen.state === 'present'
  try {
    const refusals = await Promise.all([
      resource.refuse?.(desired, seen, room.inputs),
      adopting ? adoption?.fitness?.(desired, seen.actual, seen.tags, room.inputs) : undefined,
      adopting && room.tags.owner(seen.tags) === room.guard ? [alreadyOurs(resource)] : undefined,
    ])
    return refusals.flatMap((some) => some ?? []).map((refusal) => refuse(resource, refusal))
  } catch (error) {
    if (room.errors.isAccessDenied(error)) return noRights([{ resource, error }], room)
    throw error
  }
}

/** What only the copy in S3 and the key need stands in a policy of its own, and so does what only the page needs. */
export function askForRights(action: string | undefined, names: Names, id: string): string {
  const of = action ?? ''
  const besides = /^(s3|kms):|KmsKey$/.test(of)
    ? ' --for s3-logs'
    : /^(cognito-idp|apigateway):/.test(of) || isOfPage(id, names)
      ? ' --for dashboard'
      : ''
  return `attach the policy that \`cost-guard iam-policy${besides}${namesInFlags(names)}\` prints to the identity that runs this command`
}

/** One step per missing right, so that all of them are named at once. */
export function noRights(denied: readonly Denied[], room: Pick<Room, 'errors' | 'inputs'>): readonly Step[] {
  return denied.map(({ resource, error }) => {
    const action = room.errors.deniedAction(error)
    const what = action === undefined ? `the right to read this ${resource.kind}` : `the right ${action}`
    return refuse(resource, {
      why: 'no-right',
      message: `you lack ${what}: the ${resource.kind} ${resource.name} cannot be read`,
      suggestion: askForRights(action, room.inputs.names, resource.id),
    })
  })
}

const nothingToAdopt = (resource: Resource): Step =>
  refuse(resource, {
    why: 'unfit',
    message: `there is no ${resource.kind} named ${resource.name} that could be adopted`,
    suggestion: `see whether the name is right; without ${resource.adoption?.flag ?? '--adopt'} the guard makes one`,
  })

const alreadyOurs = (resource: Resource): Refusal => ({
  why: 'unfit',
  message: `the ${resource.kind} ${resource.name} was made by this guard and carries its tags: there is nothing to adopt`,
  suggestion: `leave ${resource.adoption?.flag ?? '--adopt'} out`,
})

function notOurs({ resource, seen }: Found, owner: string | undefined): Step {
  const own = seen.state === 'present' ? resource.notOurs?.(seen.actual, owner) : undefined
  if (own !== undefined) return refuse(resource, own)
  const whose = owner === undefined ? 'carries no tag of this guard' : `belongs to the guard ${owner}`
  return refuse(resource, {
    why: 'not-ours',
    message: `a ${resource.kind} named ${resource.name} exists already and ${whose}`,
    suggestion:
      resource.adoption === undefined
        ? 'choose another name with --guard, or remove or rename the existing one'
        : `choose another name, or let the guard use the existing one with ${resource.adoption.flag}: it is checked first and never deleted`,
  })
}

function immutable(resource: Resource, verdict: Extract<Verdict, { is: 'ours' }>): Step {
  const stuck = verdict.differences.filter((difference) => difference.how === 'impossible')
  const list = stuck
    .map((difference) => `${difference.field} is ${difference.is}, wanted ${difference.want}`)
    .join('; ')
  const refusal: Refusal = {
    why: 'immutable-difference',
    message: `the ${resource.kind} ${resource.name} cannot be changed in place: ${list}`,
    suggestion: 'keep the former setting, or tear the guard down and install it again',
  }
  return { ...refuse(resource, refusal), differences: stuck }
}

const refuse = (resource: Resource, refusal: Refusal): Extract<Step, { do: 'refuse' }> => ({
  ...describe(resource),
  do: 'refuse',
  why: refusal.message,
  reason: refusal.why,
  suggestion: refusal.suggestion,
  differences: [],
})

const describe = ({ id, kind, name, why }: Resource) => ({ id, kind, name, why })
