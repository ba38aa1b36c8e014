/** What was read of one resource, held against what is wanted. Pure once the read is in. */
import type { Clock, Sleeper } from '../../runtime/ports.ts'
import type { Difference, Inputs, Observed, Resource, ResourceId, Tags } from './resource.ts'
import { waitUntil } from './wait.ts'

/** What the engine needs from its surroundings; it knows nothing of AWS. */
export interface Room {
  readonly guard: string
  readonly resources: readonly Resource[]
  readonly inputs: Inputs
  readonly clock: Clock
  readonly sleeper: Sleeper
  readonly tags: TagRules
  readonly errors: ErrorRules
  remember(id: ResourceId, fact: string | undefined): Promise<void>
}
export interface TagRules {
  /** All tags a resource with this desired state carries. */
  wanted(id: ResourceId, desired: unknown): Tags
  /** Owner named by the tags; undefined: nobody's guard. */
  owner(tags: Tags | undefined): string | undefined
  differences(wanted: Tags, actual: Tags | undefined): readonly Difference[]
  /** Whether the state tag is the hash of this desired state: differences are then somebody else's doing. */
  stateIs(tags: Tags | undefined, desired: unknown): boolean
}
export interface ErrorRules {
  isNotPropagatedYet(error: unknown): boolean
  isAccessDenied(error: unknown): boolean
  /** `dynamodb:DescribeTable`, where AWS's message names it. */
  deniedAction(error: unknown): string | undefined
}

export type Settled<A = unknown> = Exclude<Observed<A>, { state: 'settling' }>

export type Verdict =
  | { readonly is: 'absent' }
  | { readonly is: 'foreign'; readonly owner: string | undefined }
  | {
      readonly is: 'ours'
      readonly actual: unknown
      readonly differences: readonly Difference[]
      readonly because: 'drift' | 'wish'
    }

/** Creating a table takes AWS about ten seconds, deleting one up to a minute. */
export const SETTLE_DEADLINE_MS = 180_000

/** Reads until AWS has made up its mind. */
export function lookAt(
  resource: Resource,
  room: Room,
  how: { readonly say: (what: string) => void; readonly stop?: AbortSignal | undefined },
): Promise<Settled> {
  return waitUntil<Settled>(
    async () => {
      const seen = await resource.read(room.inputs)
      return seen.state === 'settling' ? { done: false, for: seen.for } : { done: true, value: seen }
    },
    { sleeper: room.sleeper, deadlineMs: SETTLE_DEADLINE_MS, say: how.say, stop: how.stop },
  )
}

export function judge(resource: Resource, desired: unknown, seen: Settled, room: Room): Verdict {
  if (seen.state === 'absent') return { is: 'absent' }
  const byTag = resource.ownership.by === 'tag'
  // Whoever adopts has said so: whether it may be adopted is a matter of its fitness.
  const owner = byTag ? room.tags.owner(seen.tags) : room.guard
  if (owner !== room.guard) return { is: 'foreign', owner }
  if (desired === undefined) return { is: 'ours', actual: seen.actual, differences: [], because: 'wish' }
  const own = resource.diff(desired, seen.actual, room.inputs)
  const tags = byTag ? room.tags.differences(room.tags.wanted(resource.id, desired), seen.tags) : []
  const because = byTag && room.tags.stateIs(seen.tags, desired) ? 'drift' : 'wish'
  return { is: 'ours', actual: seen.actual, differences: [...own, ...tags], because }
}

/** What was there before the guard adopted this; undefined: it has not adopted it (yet, or any more). */
export const adoptedFrom = (resource: Resource, room: Room): string | undefined =>
  resource.ownership.by === 'adopted' ? room.inputs.remembered(resource.id) : undefined

/** What is to be put back of an adopted thing. */
export const toGiveBack = (resource: Resource, actual: unknown, room: Room): readonly Difference[] => {
  const before = adoptedFrom(resource, room)
  return before === undefined ? [] : (resource.adoption?.toGiveBack(actual, before, room.inputs) ?? [])
}

/** Whether what hangs on a parent, or is the account's setting, is the guard's doing. */
export function isGuards(resource: Resource, actual: unknown, room: Room): boolean {
  if (resource.ownership.by === 'adopted') return adoptedFrom(resource, room) !== undefined
  return resource.isOurs === undefined || resource.isOurs(actual, room.inputs)
}
