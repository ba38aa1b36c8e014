/**
 * The topic that notices go to. It stays without encryption by `alias/aws/sns`: neither alarms nor any other AWS service
 * may publish to a topic encrypted with that key
 * (https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html#compatibility-with-aws-services, 2026-09).
 * It carries the policy SNS gives every topic, which lets this account alone publish and subscribe.
 */
import {
  CreateTopicCommand,
  DeleteTopicCommand,
  GetTopicAttributesCommand,
  ListTagsForResourceCommand,
  SetTopicAttributesCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-sns'
import { unlessAbsent } from '../absent.ts'
import type { AwsClients } from '../clients.ts'
import { field, readDocument } from '../differences.ts'
import { encryptionNeeds, keyFor } from '../encryption.ts'
import type { Resource, ResourceId } from '../engine/resource.ts'
import type { RightsScope, Statement } from '../permissions.ts'
import { flattenTags, tagChanges, tagList } from '../tags.ts'
import { alarmStatement, policyDifferences, putPolicy, topicAdoption, topicNote } from './topic-adoption.ts'

export interface TopicDesired {
  readonly name: string
  /** Sender's name in the mails; `undefined`: an adopted topic's own. */
  readonly displayName: string | undefined
  /** Whose key: `own`, an ARN, or `none`. An adopted topic keeps its own. */
  readonly key: string
  /** Of an adopted topic: lets the guard's alarms publish. */
  readonly statement?: Statement | undefined
}
export interface TopicActual {
  readonly arn: string
  readonly displayName: string
  /** Undefined: not encrypted. */
  readonly key: string | undefined
  readonly fifo: boolean
  readonly policy: unknown
}

export const topicId = (name: string, region: string): ResourceId => `topic/${name}@${region}`

/** SNS's own limit. */
const DISPLAY_NAME_LENGTH = 100

export function topicResource(clients: AwsClients, scope: RightsScope): Resource<TopicDesired, TopicActual> {
  const { names, region } = scope
  const TopicArn = names.arn.topic
  const adopted = scope.settings.adopt.includes('topic')
  const set = async (AttributeName: string, AttributeValue: string) =>
    (await clients.sns()).send(new SetTopicAttributesCommand({ TopicArn, AttributeName, AttributeValue }))
  return {
    id: topicId(names.topic, region),
    kind: 'SNS topic',
    name: names.topic,
    why: 'sends warnings, blocks and the daily report',
    ownership: { by: adopted ? 'adopted' : 'tag' },
    onTeardown: 'remove',
    needs: adopted ? [] : encryptionNeeds(scope),
    adoption: topicAdoption(clients, scope),
    ...(adopted ? { note: topicNote } : {}),

    desired: (inputs) => ({
      ...(adopted ? { statement: alarmStatement(inputs) } : {}),
      name: names.topic,
      displayName: adopted ? undefined : names.guard.slice(0, DISPLAY_NAME_LENGTH),
      key: inputs.settings.kmsKey,
    }),

    async read() {
      const sns = await clients.sns()
      const found = await unlessAbsent(
        Promise.all([
          sns.send(new GetTopicAttributesCommand({ TopicArn })),
          sns.send(new ListTagsForResourceCommand({ ResourceArn: TopicArn })),
        ]),
      )
      if (found === undefined) return { state: 'absent' }
      const [{ Attributes }, { Tags }] = found
      const actual: TopicActual = {
        arn: TopicArn,
        displayName: Attributes?.['DisplayName'] ?? '',
        key: Attributes?.['KmsMasterKeyId'] || undefined,
        fifo: Attributes?.['FifoTopic'] === 'true',
        policy: readDocument(Attributes?.['Policy']),
      }
      return { state: 'present', actual, tags: flattenTags(Tags) }
    },

    diff: (desired, actual, inputs) =>
      adopted
        ? policyDifferences(actual.policy, names.guard, desired.statement)
        : [
            ...field('displayName', { is: actual.displayName, want: desired.displayName }),
            ...field('encryption', { is: actual.key, want: keyFor(inputs) }),
          ],

    async create(desired, doing) {
      const sns = await clients.sns()
      const Attributes = { DisplayName: desired.displayName ?? '' }
      await sns.send(new CreateTopicCommand({ Name: desired.name, Tags: tagList(doing.tags), Attributes }))
    },

    async update(desired, actual, differences, doing, inputs) {
      if (adopted) return putPolicy(clients, scope, actual.policy, desired.statement)
      const differs = (name: string) => differences.some((difference) => difference.field === name)
      if (differs('displayName')) await set('DisplayName', desired.displayName ?? '')
      if (differs('encryption')) await set('KmsMasterKeyId', keyFor(inputs) ?? '')
      const tags = tagChanges(differences, doing.tags)
      if (tags === undefined) return
      const sns = await clients.sns()
      await sns.send(new TagResourceCommand({ ResourceArn: TopicArn, Tags: tagList(tags.set) }))
      if (tags.remove.length > 0) {
        await sns.send(new UntagResourceCommand({ ResourceArn: TopicArn, TagKeys: [...tags.remove] }))
      }
    },

    /** Its subscriptions go with it, pending ones included. */
    async remove() {
      const sns = await clients.sns()
      await unlessAbsent(sns.send(new DeleteTopicCommand({ TopicArn })))
    },
  }
}
