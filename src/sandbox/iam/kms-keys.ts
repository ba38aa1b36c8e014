/** A KMS key as IAM and other services see it: its ARN, tags and aliases, and whom its policy lets in. */
import {
  DescribeKeyCommand,
  GetKeyPolicyCommand,
  ListAliasesCommand,
  ListResourceTagsCommand,
} from '@aws-sdk/client-kms'
import type { World } from '../world.ts'
import { type Context, type Document, serviceMay } from './evaluate.ts'

export interface KmsKey {
  readonly arn: string
  /** What a statement about it may ask for. */
  readonly context: Context
  readonly policy: Document
}

/** @param named id, ARN or alias; undefined: there is none. */
export async function kmsKey(world: World, region: string, named: string): Promise<KmsKey | undefined> {
  const { kms } = world.clients(region)
  const KeyId = named.includes(':alias/') ? `alias/${named.split(':alias/')[1]}` : named
  const found = await kms.send(new DescribeKeyCommand({ KeyId })).catch((error: unknown) => {
    if (error instanceof Error && error.name === 'NotFoundException') return undefined
    throw error
  })
  const { Arn: arn, KeyId: id } = found?.KeyMetadata ?? {}
  if (arn === undefined || id === undefined) return undefined
  const [{ Tags = [] }, { Aliases = [] }, { Policy }] = await Promise.all([
    kms.send(new ListResourceTagsCommand({ KeyId: id })),
    kms.send(new ListAliasesCommand({ KeyId: id })),
    kms.send(new GetKeyPolicyCommand({ KeyId: id, PolicyName: 'default' })),
  ])
  return {
    arn,
    context: {
      ...Object.fromEntries(Tags.map(({ TagKey, TagValue }) => [`aws:ResourceTag/${TagKey}`, TagValue ?? ''])),
      'kms:ResourceAliases': Aliases.flatMap(({ AliasName }) => (AliasName === undefined ? [] : [AliasName])),
    },
    policy: JSON.parse(Policy ?? '{"Statement":[]}') as Document,
  }
}

/** Whether the key's own policy lets a service do all of this; an absent key lets nobody. AWS's own keys let no service in. */
export async function keyLets(
  world: World,
  key: { readonly region: string; readonly named: string },
  asks: { readonly service: string; readonly actions: readonly string[]; readonly context: Context },
): Promise<boolean> {
  if (key.named.includes('alias/aws/')) return false
  const found = await kmsKey(world, key.region, key.named)
  if (found === undefined) return false
  return asks.actions.every((action) => serviceMay(found.policy, asks.service, action, asks.context))
}
