/** Our tags, and the flattening of AWS's tag shapes. Pure. */
import { hash64 } from '../runtime/domain/base/hash.ts'
import type { Difference, ResourceId, Tags } from './engine/resource.ts'

export const TAG = {
  /** Name of the guard: whose it is. */
  guard: 'cost-guard:guard',
  /** Id in `stack.ts`: what it is. */
  resource: 'cost-guard:resource',
  managedBy: 'cost-guard:managed-by',
  /** Hash of the desired state last applied: tells drift (AWS differs) from a changed wish (the hash differs). */
  state: 'cost-guard:state',
} as const

export interface TagContext {
  readonly guard: string
  readonly costTag: { readonly key: string; readonly value: string } | undefined
}

/** Hash of all that is wished of a resource, its cost tag included: 16 hex digits. */
export const stateHash = (context: Pick<TagContext, 'costTag'>, desired: unknown): string =>
  hash64(stableJson(context.costTag ? { desired, costTag: context.costTag } : { desired }))

/** Everything a taggable resource of the guard carries. */
export function tagsFor(context: TagContext, id: ResourceId, desired: unknown): Tags {
  return {
    ...(context.costTag ? { [context.costTag.key]: context.costTag.value } : {}),
    [TAG.guard]: context.guard,
    [TAG.resource]: id,
    [TAG.managedBy]: 'cost-guard',
    [TAG.state]: stateHash(context, desired),
  }
}

/**
 * Differences named `tag/<key>`; tags of others are none of our business, but for the key that our cost tag had at the
 * last install.
 */
export function tagDifferences(wanted: Tags, actual: Tags | undefined, formerCostKey?: string): readonly Difference[] {
  const found = actual ?? {}
  const wrong = Object.entries(wanted)
    .filter(([key, value]) => found[key] !== value)
    .map(([key, value]) => difference(key, found[key], value))
  const stale = formerCostKey !== undefined && !(formerCostKey in wanted) && formerCostKey in found
  return stale ? [...wrong, difference(formerCostKey, found[formerCostKey], undefined)] : wrong
}

/** What a difference says of a tag that is not there, or not wanted. */
export const NO_TAG = '(none)'

const difference = (key: string, is: string | undefined, want: string | undefined): Difference => ({
  field: `tag/${key}`,
  is: is ?? NO_TAG,
  want: want ?? NO_TAG,
  how: 'in-place',
})

/** What an update has to do about tags: undefined when nothing. `remove` holds keys that are not wanted any more. */
export function tagChanges(
  differences: readonly Difference[],
  wanted: Tags,
): { readonly set: Tags; readonly remove: readonly string[] } | undefined {
  const keys = differences.filter((d) => d.field.startsWith('tag/')).map((d) => d.field.slice('tag/'.length))
  if (keys.length === 0) return undefined
  return { set: wanted, remove: keys.filter((key) => !(key in wanted)) }
}

type TagLike =
  | { readonly Key?: string | undefined; readonly Value?: string | undefined }
  | { readonly key?: string | undefined; readonly value?: string | undefined }
  | { readonly TagKey?: string | undefined; readonly TagValue?: string | undefined }

/** AWS's shapes ({Key,Value}, {key,value}, {TagKey,TagValue}, plain map) as one record. */
export function flattenTags(
  tags: readonly TagLike[] | Readonly<Record<string, string | undefined>> | undefined,
): Record<string, string> {
  const flat: Record<string, string> = {}
  if (!tags) return flat
  const pairs = Array.isArray(tags)
    ? (tags as readonly Record<string, string | undefined>[]).map(
        (tag) => [tag['Key'] ?? tag['key'] ?? tag['TagKey'], tag['Value'] ?? tag['value'] ?? tag['TagValue']] as const,
      )
    : Object.entries(tags as Readonly<Record<string, string | undefined>>)
  for (const [key, value] of pairs) if (key !== undefined) flat[key] = value ?? ''
  return flat
}

/** {Key, Value}[], the shape DynamoDB, IAM, SNS and Scheduler want. */
export const tagList = (tags: Tags): { Key: string; Value: string }[] =>
  Object.entries(tags).map(([Key, Value]) => ({ Key, Value }))

/** JSON with sorted keys: equal values give equal text. */
export function stableJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    inner !== null && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  )
}
