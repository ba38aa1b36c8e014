/** Which buckets and keys belong to the guard: what the settings name, and what former settings left behind. Pure. */
import type { AwsClients } from './clients.ts'
import { logKeyId } from './encryption.ts'
import type { Resource, ResourceId } from './engine/resource.ts'
import { defaultLogBucket } from './names.ts'
import type { RightsScope } from './permissions.ts'
import { adoptedBucketId, adoptedBucketResource } from './resources/adopted-bucket.ts'
import { existingKeyResource } from './resources/existing-key.ts'
import { keyAliasResource } from './resources/key-alias.ts'
import { logBucketId, logBucketResource } from './resources/log-bucket.ts'
import { logKeyResource } from './resources/log-key.ts'

interface Sources {
  /** Ids with facts in the manifest. */
  readonly known: readonly ResourceId[]
  readonly thorough: boolean
}

export function logCopyResources(clients: AwsClients, scope: RightsScope, from: Sources): readonly Resource[] {
  const { names, region, settings } = scope
  const adopts = settings.adopt.includes('log-bucket')
  const wanted = settings.s3 === undefined ? [] : [names.logBucket]
  const own = new Set([
    ...(adopts ? [] : wanted),
    ...namesIn(from.known, (name) => logBucketId(name, region)),
    ...(from.thorough ? [defaultLogBucket(names.guard, scope)] : []),
  ])
  const adopted = new Set([...(adopts ? wanted : []), ...namesIn(from.known, (name) => adoptedBucketId(name, region))])
  const key = settings.kmsKey
  const hasKey = key === 'own' || from.thorough || from.known.includes(logKeyId(names.guard, region))
  return [
    ...(hasKey ? [logKeyResource(clients, scope), keyAliasResource(clients, scope)] : []),
    ...(key === 'own' || key === 'none' ? [] : [existingKeyResource(clients, scope, key)]),
    ...[...own].filter((name) => !adopted.has(name)).map((name) => logBucketResource(clients, scope, name)),
    ...[...adopted].map((name) => adoptedBucketResource(clients, scope, name)),
  ]
}

/** The bucket the copy goes to; undefined: there is none. */
export const copyBucketId = ({ names, region, settings }: RightsScope): ResourceId | undefined =>
  settings.s3 === undefined
    ? undefined
    : (settings.adopt.includes('log-bucket') ? adoptedBucketId : logBucketId)(names.logBucket, region)

const namesIn = (known: readonly ResourceId[], idOf: (name: string) => ResourceId): readonly string[] =>
  known.flatMap((id) => {
    const name = id.slice(id.indexOf('/') + 1, id.lastIndexOf('@'))
    return idOf(name) === id ? [name] : []
  })
