/**
 * A topic that was there before the guard and carries its mails. Its policy gets one statement, so that the guard's alarms
 * may publish (its functions may by their roles, as anybody of the account whom no statement denies it); the owner's
 * statements, name, encryption, tags and subscriptions stay.
 */

import { DescribeKeyCommand, GetKeyPolicyCommand } from '@aws-sdk/client-kms'
import { SetTopicAttributesCommand } from '@aws-sdk/client-sns'
import type { AwsClients } from '../clients.ts'
import { documentField, readDocument } from '../differences.ts'
import { alarmsUse, useStatement } from '../encryption.ts'
import { canonicalStatement, statementsOf } from '../engine/policy-equal.ts'
import type { Adoption, Refusal } from '../engine/resource.ts'
import { servicePrincipal } from '../partition.ts'
import type { RightsScope, Statement } from '../permissions.ts'
import { lets } from '../policy-lets.ts'
import type { TopicActual, TopicDesired } from './topic.ts'

/** The key of AWS's own for topics: functions of the account may use it, other AWS services may not. */
export const AWS_TOPIC_KEY = 'alias/aws/sns'

/** The statement with which the guard's alarms may publish; undefined: it has none. */
export function alarmStatement({ names, settings, account, region, partition }: RightsScope): Statement | undefined {
  if (!settings.alarms) return undefined
  return {
    Sid: sidOf(names.guard),
    Effect: 'Allow',
    Principal: { Service: servicePrincipal('cloudwatch', { region, partition }) },
    Action: 'sns:Publish',
    Resource: names.arn.topic,
    Condition: {
      StringEquals: { 'aws:SourceAccount': account },
      ArnLike: { 'aws:SourceArn': `arn:${partition}:cloudwatch:${region}:${account}:alarm:${names.alarmPrefix}*` },
    },
  }
}
/** One per guard: two guards may share a topic. */
export const sidOf = (guard: string): string => `cost-guard-alarms-of-${guard}`

type Document = Record<string, unknown>
const isOurs = (statement: unknown, guard: string): boolean => (statement as { Sid?: unknown }).Sid === sidOf(guard)

/** Who may use a topic of which no statement says it: the account, as of every new topic. SNS refuses a policy that says nothing. */
const accountAlone = ({ names, account, partition }: RightsScope): Document => ({
  Effect: 'Allow',
  Principal: { AWS: `arn:${partition}:iam::${account}:root` },
  Action: ['sns:Publish', 'sns:Subscribe', 'sns:GetTopicAttributes', 'sns:SetTopicAttributes', 'sns:DeleteTopic'],
  Resource: names.arn.topic,
})

/** The topic's policy with our statement as it should be, those of others as they are. */
export function withStatement(policy: unknown, scope: RightsScope, statement: Statement | undefined): Document {
  const others: readonly unknown[] = statementsOf(policy).filter((each) => !isOurs(each, scope.names.guard))
  const all = statement === undefined ? others : [...others, statement]
  return {
    ...{ Version: '2012-10-17', ...(policy as Document | undefined) },
    Statement: all.length > 0 ? all : [accountAlone(scope)],
  }
}

/** Differs in our own statement alone. */
export function policyDifferences(policy: unknown, guard: string, want: Statement | undefined) {
  const is = statementsOf(policy).filter((each) => isOurs(each, guard))
  const same =
    is.length === (want === undefined ? 0 : 1) &&
    is.every((each) => want && canonicalStatement(each) === canonicalStatement({ ...want }))
  if (same) return []
  return documentField('policy', { is: { Statement: is }, want: { Statement: want === undefined ? [] : [want] } })
}

export async function putPolicy(
  clients: AwsClients,
  scope: RightsScope,
  policy: unknown,
  statement: Statement | undefined,
) {
  const sns = await clients.sns()
  const AttributeValue = JSON.stringify(withStatement(policy, scope, statement))
  await sns.send(
    new SetTopicAttributesCommand({ TopicArn: scope.names.arn.topic, AttributeName: 'Policy', AttributeValue }),
  )
}

export function topicAdoption(clients: AwsClients, scope: RightsScope): Adoption<TopicDesired, TopicActual> {
  const { guard, topic } = scope.names
  return {
    flag: '--adopt topic',
    before: () => '{}',
    async fitness(_desired, { fifo, key }) {
      if (fifo) return [unfit(topic, 'is a FIFO topic, which can send no mail', 'take a standard topic')]
      return key === undefined || key.endsWith(AWS_TOPIC_KEY) ? [] : keyRefusals(clients, scope, key)
    },
    toGiveBack: (actual) => policyDifferences(actual.policy, guard, undefined),
    giveBack: (actual) => putPolicy(clients, scope, actual.policy, undefined),
  }
}

/** With a key of the owner's the guard's roles must have been told of it, and the key must listen to IAM. */
async function keyRefusals(clients: AwsClients, scope: RightsScope, KeyId: string): Promise<readonly Refusal[]> {
  const { names, settings, account } = scope
  const kms = await clients.kms()
  const arn = (await kms.send(new DescribeKeyCommand({ KeyId }))).KeyMetadata?.Arn ?? KeyId
  if (settings.kmsKey !== arn) {
    const why = `is encrypted with the key ${arn}, which the roles of the guard may not use yet`
    return [unfit(names.topic, why, `name the key as well: --kms-key ${arn}`)]
  }
  const { Policy } = await kms.send(new GetKeyPolicyCommand({ KeyId: arn, PolicyName: 'default' }))
  const listens = statementsOf(readDocument(Policy)).some(
    (each) => each['Effect'] === 'Allow' && JSON.stringify(each['Principal'] ?? '').includes(`${account}:root`),
  )
  const deaf = unfit(
    names.topic,
    `is encrypted with the key ${arn}, whose policy leaves no say to IAM`,
    'allow kms:GenerateDataKey and kms:Decrypt to the account (…:root) in the policy of that key',
  )
  return [...(listens ? [] : [deaf]), ...alarmRefusals(scope, arn, readDocument(Policy))]
}

/** Alarms publish as CloudWatch itself, which the key must let in by name. */
function alarmRefusals(scope: RightsScope, arn: string, policy: unknown): readonly Refusal[] {
  const use = scope.settings.alarms ? alarmsUse(scope) : undefined
  if (use === undefined) return []
  const missing = use.actions.filter((action) => !lets(policy, { ...use, action }))
  if (missing.length === 0) return []
  return [
    unfit(
      scope.names.topic,
      `is encrypted with the key ${arn}, whose policy does not let ${use.service} call ${missing.join(' and ')}: no alarm would arrive`,
      `add to the statements of its policy: ${JSON.stringify(useStatement(use))}; or do without alarms: --no-alarms`,
    ),
  ]
}

export const topicNote = ({ key }: TopicActual): string | undefined =>
  key?.endsWith(AWS_TOPIC_KEY)
    ? `is encrypted with ${AWS_TOPIC_KEY}: the guard can mail through it, alarms of CloudWatch cannot`
    : undefined

const unfit = (topic: string, why: string, suggestion: string): Refusal => ({
  why: 'unfit',
  message: `the SNS topic ${topic} ${why}`,
  suggestion: `${suggestion}, or leave --topic out: the guard makes one`,
})
