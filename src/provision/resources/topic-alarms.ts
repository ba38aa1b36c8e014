/**
 * The right of CloudWatch's alarms to publish to the guard's own topic: one statement in the topic's policy, beside whatever else
 * stands there. On an adopted topic it is part of the adoption.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html
 */
import { GetTopicAttributesCommand, SetTopicAttributesCommand } from '@aws-sdk/client-sns'
import { unlessAbsent } from '../absent.ts'
import type { AwsClients } from '../clients.ts'
import { field } from '../differences.ts'
import { canonicalStatement, readDocument, statementsOf } from '../engine/policy-equal.ts'
import type { Resource, ResourceId } from '../engine/resource.ts'
import type { RightsScope, Statement } from '../permissions.ts'
import { topicId } from './topic.ts'
import { alarmStatement, sidOf, withStatement } from './topic-adoption.ts'

export const topicAlarmsId = (name: string, region: string): ResourceId => `topic-alarms/${name}@${region}`

export interface TopicAlarmsActual {
  /** The statement under our Sid, as AWS answers it. */
  readonly statement: Readonly<Record<string, unknown>>
}

export function topicAlarmsResource(clients: AwsClients, scope: RightsScope): Resource<Statement, TopicAlarmsActual> {
  const { names, region, settings } = scope
  const TopicArn = names.arn.topic
  const sid = sidOf(names.guard)
  const adopted = settings.adopt.includes('topic')
  const readPolicy = async () => {
    const sns = await clients.sns()
    const found = await unlessAbsent(sns.send(new GetTopicAttributesCommand({ TopicArn })))
    return found && readDocument(found.Attributes?.['Policy'])
  }
  /** Read again just before it is written: the policy is not ours alone. */
  const write = async (statement: Statement | undefined) => {
    const policy = await readPolicy()
    const sns = await clients.sns()
    const AttributeValue = JSON.stringify(withStatement(policy, scope, statement))
    await sns.send(new SetTopicAttributesCommand({ TopicArn, AttributeName: 'Policy', AttributeValue }))
  }
  return {
    id: topicAlarmsId(names.topic, region),
    kind: 'topic policy statement',
    name: sid,
    why: 'lets CloudWatch alarms be mailed like the notices',
    // The statement carries the guard's name; the topic may be somebody else's, and nobody may be left who knows it.
    ownership: { by: 'account-setting' },
    onTeardown: 'remove',
    needs: [topicId(names.topic, region)],

    desired: () => (adopted ? undefined : alarmStatement(scope)),

    async read() {
      if (adopted) return { state: 'absent' }
      const statement = statementsOf(await readPolicy()).find((one) => one['Sid'] === sid)
      return statement === undefined
        ? { state: 'absent' }
        : { state: 'present', actual: { statement }, tags: undefined }
    },

    diff: (desired, actual) =>
      field('statement', {
        is: canonicalStatement(actual.statement) === canonicalStatement({ ...desired }) ? 'as wished' : 'another',
        want: 'as wished',
      }),

    create: (desired) => write(desired),
    update: (desired) => write(desired),
    remove: () => write(undefined),
  }
}
