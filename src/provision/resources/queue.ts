/** The queue of events that ingest could not take after all retries: two weeks to mend the cause and count them. */
import {
  CreateQueueCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListQueueTagsCommand,
  SetQueueAttributesCommand,
  type SQSClient,
  TagQueueCommand,
  UntagQueueCommand,
} from '@aws-sdk/client-sqs'
import { isDeletedRecently } from '../../runtime/aws/aws-errors.ts'
import { GuardError } from '../../runtime/domain/base/guard-error.ts'
import { unlessAbsent } from '../absent.ts'
import type { AwsClients } from '../clients.ts'
import { field } from '../differences.ts'
import type { Resource, ResourceId } from '../engine/resource.ts'
import type { RightsScope } from '../permissions.ts'
import { flattenTags, tagChanges } from '../tags.ts'

/** SQS keeps messages for at most this long. https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html */
const RETENTION_SECONDS = 14 * 24 * 60 * 60

export interface QueueDesired {
  readonly name: string
  readonly retentionSeconds: number
  /** Encrypted with the key that SQS itself owns: free, and no key policy to keep right. */
  readonly sseSqs: boolean
}

export interface QueueActual {
  readonly url: string
  readonly retentionSeconds: number
  readonly sseSqs: boolean
}

export const queueId = (name: string, region: string): ResourceId => `queue/${name}@${region}`

export function queueResource(clients: AwsClients, scope: RightsScope): Resource<QueueDesired, QueueActual> {
  const name = scope.names.deadLetters
  return {
    id: queueId(name, scope.region),
    kind: 'SQS queue',
    name,
    why: 'keeps log records that could not be counted, so that none is lost in silence',
    ownership: { by: 'tag' },
    onTeardown: 'remove',
    needs: [],

    desired: () => ({ name, retentionSeconds: RETENTION_SECONDS, sseSqs: true }),

    async read() {
      const sqs = await clients.sqs()
      const url = (await unlessAbsent(sqs.send(new GetQueueUrlCommand({ QueueName: name }))))?.QueueUrl
      if (url === undefined) return { state: 'absent' }
      return (await readQueue(sqs, url)) ?? { state: 'absent' }
    },

    diff: (desired, actual) => [
      ...field('retentionSeconds', { is: actual.retentionSeconds, want: desired.retentionSeconds }),
      ...field('encryption', { is: sse(actual.sseSqs), want: sse(desired.sseSqs) }),
    ],

    async create(desired, doing) {
      const sqs = await clients.sqs()
      try {
        await sqs.send(
          new CreateQueueCommand({
            QueueName: desired.name,
            Attributes: attributesOf(desired),
            tags: { ...doing.tags },
          }),
        )
      } catch (error) {
        throw isDeletedRecently(error) ? nameStillTaken(desired.name, error) : error
      }
    },

    async update(desired, actual, differences, doing) {
      const sqs = await clients.sqs()
      const QueueUrl = actual.url
      if (differences.some((each) => !each.field.startsWith('tag/'))) {
        await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: attributesOf(desired) }))
      }
      const changes = tagChanges(differences, doing.tags)
      if (changes === undefined) return
      await sqs.send(new TagQueueCommand({ QueueUrl, Tags: { ...changes.set } }))
      if (changes.remove.length > 0) await sqs.send(new UntagQueueCommand({ QueueUrl, TagKeys: [...changes.remove] }))
    },

    async remove(actual) {
      const sqs = await clients.sqs()
      await unlessAbsent(sqs.send(new DeleteQueueCommand({ QueueUrl: actual.url })))
    },
  }
}

/** SQS gives a name free again 60 seconds after its queue was deleted: a teardown and a new install meet this. */
const nameStillTaken = (name: string, cause: unknown) =>
  new GuardError({
    code: 'queue-deleted-recently',
    fault: 'aws',
    retry: 'after-propagation',
    message: `SQS to free the name ${name} of the queue deleted a moment ago`,
    suggestions: ['wait a minute and run the command again'],
    cause,
  })

const sse = (on: boolean) => (on ? 'SSE-SQS' : 'off')

const attributesOf = (desired: QueueDesired) => ({
  MessageRetentionPeriod: String(desired.retentionSeconds),
  SqsManagedSseEnabled: String(desired.sseSqs),
})

/** Undefined: it was removed between two of the calls. */
async function readQueue(sqs: SQSClient, QueueUrl: string) {
  const [attributes, tags] = await Promise.all([
    unlessAbsent(sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }))),
    unlessAbsent(sqs.send(new ListQueueTagsCommand({ QueueUrl }))),
  ])
  if (attributes === undefined || tags === undefined) return undefined
  const actual: QueueActual = {
    url: QueueUrl,
    retentionSeconds: Number(attributes.Attributes?.['MessageRetentionPeriod']),
    sseSqs: attributes.Attributes?.['SqsManagedSseEnabled'] === 'true',
  }
  return { state: 'present', actual, tags: flattenTags(tags.Tags) } as const
}
