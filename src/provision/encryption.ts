/**
 * The KMS key that encrypts the copy in S3, the log group and the topic: which one, and what its policy must say. Pure.
 * The policy is the guard's whole interest in the key: who administers it, which services write with it, who may read
 * what they wrote.
 */

import type { Inputs, ResourceId } from './engine/resource.ts'
import { regionalName, servicePrincipal } from './partition.ts'
import { document, type PolicyDocument, type RightsScope, type Statement } from './permissions.ts'
import { like } from './policy-lets.ts'

export const logKeyId = (guard: string, region: string): ResourceId => `log-key/${guard}@${region}`
export const keyAliasId = (guard: string, region: string): ResourceId => `key-alias/${guard}@${region}`

/** Said of a key that is not made yet. */
export const KEY_TO_COME = 'the key of the guard'

/** ARN of the key, `KEY_TO_COME` before the first install has made it; undefined: AWS's own keys. */
export function keyFor(inputs: Pick<Inputs, 'settings' | 'region' | 'remembered'>): string | undefined {
  const { settings, region, remembered } = inputs
  if (settings.kmsKey === 'none') return undefined
  if (settings.kmsKey !== 'own') return settings.kmsKey
  const known = remembered(logKeyId(settings.guard, region))
  return known?.startsWith('arn:') ? known : KEY_TO_COME
}

/** What must exist before anything is encrypted. */
export const encryptionNeeds = ({ settings, region }: Pick<RightsScope, 'settings' | 'region'>): ResourceId[] =>
  settings.kmsKey === 'own'
    ? [logKeyId(settings.guard, region)]
    : settings.kmsKey === 'none'
      ? []
      : [existingKeyId(settings.kmsKey, region)]

export const existingKeyId = (arn: string, region: string): ResourceId =>
  `existing-key/${arn.split('/').at(-1)}@${region}`

/** The principal under which CloudWatch Logs uses keys, with the region and, in China, another suffix. */
export const logsPrincipal = (region: string, partition: string): string => regionalName('logs', { region, partition })

/** The name under which S3 calls KMS for somebody: https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-via-service */
const s3Endpoint = (region: string, partition: string): string => regionalName('s3', { region, partition })

/** What each service must be let do, as the question AWS will ask. */
export interface KeyUse {
  readonly sid: string
  readonly service: string
  readonly actions: readonly string[]
  readonly condition: NonNullable<Statement['Condition']>
  /** Values the conditions will meet when the service calls. */
  readonly context: Readonly<Record<string, string>>
}

/**
 * Bedrock writes the copy: https://docs.aws.amazon.com/bedrock/latest/userguide/model-invocation-logging.html
 * CloudWatch Logs: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
 * Alarms to an encrypted topic: https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html#compatibility-with-aws-services
 */
export function keyUses({ names, settings, account, region, partition }: RightsScope): readonly KeyUse[] {
  const bedrock = `arn:${partition}:bedrock:${region}:${account}:*`
  const uses: KeyUse[] = []
  if (settings.s3) {
    uses.push({
      sid: 'BedrockWritesTheCopy',
      service: servicePrincipal('bedrock', { region, partition }),
      actions: ['kms:GenerateDataKey'],
      condition: { StringEquals: { 'aws:SourceAccount': account }, ArnLike: { 'aws:SourceArn': bedrock } },
      context: { 'aws:SourceAccount': account, 'aws:SourceArn': bedrock },
    })
  }
  if (!settings.adopt.includes('log-group')) {
    uses.push({
      sid: 'LogsEncryptTheLogGroup',
      service: logsPrincipal(region, partition),
      actions: ['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:Describe*'],
      condition: { ArnEquals: { 'kms:EncryptionContext:aws:logs:arn': names.arn.logGroup } },
      context: { 'kms:EncryptionContext:aws:logs:arn': names.arn.logGroup },
    })
  }
  if (settings.alarms && !settings.adopt.includes('topic')) uses.push(alarmsUse({ account, region, partition }))
  return uses
}

/** Alarms publish in CloudWatch's own name, not by a role. */
export const alarmsUse = ({
  account,
  region,
  partition,
}: Pick<RightsScope, 'account' | 'region' | 'partition'>): KeyUse => ({
  sid: 'AlarmsPublishToTheTopic',
  service: servicePrincipal('cloudwatch', { region, partition }),
  actions: ['kms:Decrypt', 'kms:GenerateDataKey*'],
  condition: { StringEquals: { 'aws:SourceAccount': account } },
  context: { 'aws:SourceAccount': account },
})

type KeyStatement = Omit<Statement, 'Principal'> & {
  readonly Principal: { readonly Service: string } | { readonly AWS: string }
}
export interface KeyPolicy {
  readonly Version: PolicyDocument['Version']
  readonly Statement: readonly KeyStatement[]
}

export const useStatement = ({ sid, service, actions, condition }: KeyUse): Statement => ({
  Sid: sid,
  Effect: 'Allow',
  Principal: { Service: service },
  Action: actions.length === 1 ? (actions[0] ?? '') : actions,
  Resource: '*',
  Condition: condition,
})

/**
 * The account's own IAM always administers and may use the key: a key policy without it could lock out everybody for ever
 * (https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html). Where readers are named, everybody else
 * is denied one thing alone: to decrypt what is read through S3. Calls of AWS services have no principal ARN and stay.
 */
export function keyPolicy(scope: RightsScope): KeyPolicy {
  const { account, partition, region, settings } = scope
  const root = `arn:${partition}:iam::${account}:root`
  const account_: KeyStatement = {
    Sid: 'TheAccountAdministers',
    Effect: 'Allow',
    Principal: { AWS: root },
    Action: 'kms:*',
    Resource: '*',
  }
  const onlyReaders: KeyStatement = {
    Sid: 'OnlyReadersReadTheCopy',
    Effect: 'Deny',
    Principal: { AWS: '*' },
    Action: 'kms:Decrypt',
    Resource: '*',
    Condition: {
      StringEquals: { 'kms:ViaService': s3Endpoint(region, partition) },
      ArnNotLike: { 'aws:PrincipalArn': [root, ...readerPatterns(settings.logReaders)] },
      Bool: { 'aws:PrincipalIsAWSService': 'false' },
    },
  }
  const uses = keyUses(scope).map(useStatement) as readonly KeyStatement[]
  return {
    Version: document().Version,
    Statement: [account_, ...uses, ...(settings.logReaders.length === 0 ? [] : [onlyReaders])],
  }
}

/**
 * As `aws:PrincipalArn` says them: of a session it is the ARN of its ROLE, with the role's path, which a session's ARN
 * lacks (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-principalarn).
 */
export const readerPatterns = (readers: readonly string[]): readonly string[] => [
  ...new Set(
    readers.flatMap((reader) => {
      const [, partition, service, , account, ...rest] = reader.split(':')
      const [kind, role] = rest.join(':').split('/')
      if (service !== 'sts' || kind !== 'assumed-role') return [reader]
      const arn = `arn:${partition}:iam::${account}:role/`
      return [`${arn}${role}`, `${arn}*/${role}`]
    }),
  ),
]

/** Whether this caller (ARN as STS says it) is among the readers; a role's path is not in a session's ARN. */
export function mayRead(caller: string, readers: readonly string[]): boolean {
  if (readers.length === 0 || caller.endsWith(':root')) return true
  const patterns = readerPatterns(readers)
  const [own = caller] = readerPatterns([caller])
  const role = own.includes(':role/') ? own.split('/').at(-1) : undefined
  return patterns.some(
    (pattern) =>
      like(pattern, own) ||
      (role !== undefined && pattern.includes(':role/') && like(pattern.replace(/:role\/.*\//, ':role/'), own)),
  )
}
