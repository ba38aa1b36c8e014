/** The rights to make, change and remove what holds and carries data. */
import { logGroupArns } from './permissions.ts'
import { handing, need, type Rights, remembering, tags } from './step-right.ts'

export const table: Rights = (about) => {
  const { change, differs, scope } = about
  const made = ['CreateTable', 'TagResource', 'UpdateContinuousBackups', 'UpdateTimeToLive']
  const changed = [
    differs('billingMode', 'deletionProtection') && 'UpdateTable',
    differs('pointInTimeRecovery') && 'UpdateContinuousBackups',
    differs('timeToLive') && 'UpdateTimeToLive',
    ...tags(about, 'TagResource', 'UntagResource'),
  ]
  const gone = ['UpdateTable', 'UpdateContinuousBackups', 'DeleteTable']
  return need('dynamodb', scope.names.arn.table, { create: made, update: changed, remove: gone }[change])
}

export const record: Rights = ({ change, scope }) =>
  need('dynamodb', scope.names.arn.table, [change === 'remove' ? 'DeleteItem' : 'UpdateItem'])

export const logGroup: Rights = (about) => {
  const { change, differs, name, scope } = about
  const { settings } = scope
  const changed = [
    differs('retentionInDays') && (settings.retentionDays === 0 ? 'DeleteRetentionPolicy' : 'PutRetentionPolicy'),
    differs('encryption') && (settings.kmsKey === 'none' ? 'DisassociateKmsKey' : 'AssociateKmsKey'),
    ...tags(about, 'TagResource', 'UntagResource'),
  ]
  const made = ['CreateLogGroup', 'TagResource', 'PutRetentionPolicy']
  return need('logs', logGroupArns(scope, name), { create: made, update: changed, remove: ['DeleteLogGroup'] }[change])
}

/** What was there before decides which of the two a restore calls; it may still change until then. */
export const bedrockLogging: Rights = (about) => {
  const { change, scope } = about
  const put = 'PutModelInvocationLoggingConfiguration'
  const remove = change === 'remove'
  return [
    ...need('bedrock', '*', remove ? [put, 'DeleteModelInvocationLoggingConfiguration'] : [put]),
    ...(remove ? [] : [handing(scope, scope.names.loggingRole, 'bedrock')]),
    ...remembering(about),
  ]
}

export const topic: Rights = (about) => {
  const { change, differs, scope } = about
  const changed = [
    differs('displayName', 'encryption', 'policy') && 'SetTopicAttributes',
    ...tags(about, 'TagResource', 'UntagResource'),
  ]
  const made = ['CreateTopic', 'TagResource']
  return need('sns', scope.names.arn.topic, { create: made, update: changed, remove: ['DeleteTopic'] }[change])
}

/** The reference names no resource for Unsubscribe while SNS judges the topic: either grant counts. */
export const topicMail: Rights = (about) => [
  ...(about.change === 'remove'
    ? need('sns', [about.scope.names.arn.topic, '*'], ['Unsubscribe'])
    : need('sns', about.scope.names.arn.topic, ['Subscribe'])),
  ...remembering(about),
]

export const queue: Rights = (about) => {
  const { change, differs, scope } = about
  const changed = [
    differs('retentionSeconds', 'encryption') && 'SetQueueAttributes',
    ...tags(about, 'TagQueue', 'UntagQueue'),
  ]
  const made = ['CreateQueue', 'TagQueue']
  return need('sqs', scope.names.arn.deadLetters, { create: made, update: changed, remove: ['DeleteQueue'] }[change])
}
