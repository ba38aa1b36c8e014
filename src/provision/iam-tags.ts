/** The IAM tags of users and roles, asked for one by one: no list of IAM tells them. */
import { type IAMClient, paginateListRoleTags, paginateListUserTags, type Tag } from '@aws-sdk/client-iam'
import { isAbsent } from '../runtime/aws/aws-errors.ts'
import type { PrincipalKey } from '../runtime/domain/metering/principal.ts'
import { inParallel } from '../runtime/parallel.ts'

/** A few at once: IAM throttles readily, and the SDK waits and asks again when it does. */
const AT_ONCE = 4

/** Key → value; `gone`: IAM knows nobody of this name any more. */
export type IamTags = ReadonlyMap<string, string> | 'gone'

/** Of users and roles; others carry no tags and are left out. */
export async function iamTagsOf(
  client: IAMClient,
  principals: readonly PrincipalKey[],
): Promise<ReadonlyMap<PrincipalKey, IamTags>> {
  const bearers = [...new Set(principals)].filter((key) => /^(?:user|role)\//.test(key))
  const tags = await inParallel(bearers, AT_ONCE, (key) => tagsOf(client, key))
  return new Map(bearers.map((key, index) => [key, tags[index] ?? 'gone']))
}

async function tagsOf(client: IAMClient, key: PrincipalKey): Promise<IamTags> {
  const name = key.slice(key.indexOf('/') + 1)
  const pages = key.startsWith('user/')
    ? paginateListUserTags({ client }, { UserName: name })
    : paginateListRoleTags({ client }, { RoleName: name })
  const all: Tag[] = []
  try {
    for await (const { Tags = [] } of pages) all.push(...Tags)
  } catch (error) {
    if (isAbsent(error)) return 'gone'
    throw error
  }
  return new Map(all.map(({ Key = '', Value = '' }) => [Key, Value]))
}

/** IAM takes `Team` and `team` for one key: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html */
export function tagValue(tags: IamTags | undefined, key: string): string | undefined {
  if (tags === undefined || tags === 'gone') return undefined
  const found = [...tags].find(([name]) => name.toLowerCase() === key.toLowerCase())?.[1].trim()
  return found === '' ? undefined : found
}
