/**
 * KMS's actions, with the tags and aliases of the key: policies of people hang on them, a key's id being AWS's choice.
 * An alias is judged on itself and on every key it leads to or shall lead to.
 * https://docs.aws.amazon.com/kms/latest/developerguide/kms-api-permissions-reference.html
 */
import { GetTopicAttributesCommand } from '@aws-sdk/client-sns'
import type { Passing, World } from '../world.ts'
import type { Need } from './actions.ts'
import type { Context } from './evaluate.ts'
import { kmsKey } from './kms-keys.ts'

const LISTS = new Set(['ListKeys', 'ListAliases', 'CreateKey'])

export async function kmsNeeds(world: World, call: Passing): Promise<readonly Need[]> {
  const { operation, input, inRegion } = call
  const text = (name: string): string | undefined =>
    typeof input[name] === 'string' ? (input[name] as string) : undefined
  const arn = (rest: string) => `arn:${world.partition}:kms:${inRegion}:${world.account}:${rest}`
  const tags = (Array.isArray(input['Tags']) ? input['Tags'] : []) as { TagKey: string; TagValue: string }[]
  const requested: Context = Object.fromEntries(
    tags.map(({ TagKey, TagValue }) => [`aws:RequestTag/${TagKey}`, TagValue]),
  )
  const action = `kms:${operation}`
  if (LISTS.has(operation)) {
    const tagging: Need = { action: 'kms:TagResource', resources: ['*'], context: requested }
    return [{ action, resources: ['*'], context: requested }, ...(tags.length > 0 ? [tagging] : [])]
  }
  const onKey = async (named: string): Promise<Need> => {
    const key = await kmsKey(world, inRegion, named)
    const resources = [key?.arn ?? (named.startsWith('arn:') ? named : arn(`key/${named.replace('alias/', '')}`))]
    return { action, resources, context: { ...key?.context, ...requested } }
  }
  const alias = text('AliasName')
  if (alias === undefined) return [await onKey(text('KeyId') ?? '')]
  const now = operation === 'CreateAlias' ? undefined : await kmsKey(world, inRegion, alias)
  const target = text('TargetKeyId')
  return [
    { action, resources: [arn(alias)] },
    ...(now === undefined ? [] : [await onKey(now.arn)]),
    ...(target === undefined ? [] : [await onKey(target)]),
  ]
}

/**
 * SNS encrypts with the publisher's rights, except with AWS's own key, which every publisher of the account may use.
 * https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
 */
export async function publishNeeds(world: World, call: Passing): Promise<readonly Need[]> {
  const TopicArn = call.input['TopicArn'] ?? call.input['TargetArn']
  if (call.operation !== 'Publish' || typeof TopicArn !== 'string') return []
  const { sns } = world.clients(call.inRegion)
  const found = await sns.send(new GetTopicAttributesCommand({ TopicArn })).catch((error: unknown) => {
    // SNS itself says that there is no such topic.
    if (error instanceof Error && /NotFound/.test(error.name)) return undefined
    throw error
  })
  const named = found?.Attributes?.['KmsMasterKeyId']
  if (!named || named.includes('alias/aws/')) return []
  const key = await kmsKey(world, call.inRegion, named)
  return ['kms:GenerateDataKey', 'kms:Decrypt'].map((action) => ({
    action,
    resources: [key?.arn ?? named],
    context: { ...key?.context, 'kms:ViaService': `sns.${call.inRegion}.amazonaws.com` },
    refused: { code: 'KMSAccessDenied', status: 400 },
  }))
}
