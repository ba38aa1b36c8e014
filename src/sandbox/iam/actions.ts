/**
 * Which IAM action and resource an operation asks for. Source: the Service Authorization Reference
 * (https://docs.aws.amazon.com/service-authorization/latest/reference/). List operations without a resource ask for `*`.
 */
import type { Passing, World } from '../world.ts'
import { dynamoNeeds } from './actions-dynamodb.ts'
import { iamNeeds } from './actions-iam.ts'
import { kmsNeeds, publishNeeds } from './actions-kms.ts'
import { apiGatewayNeeds, cognitoNeeds } from './actions-page.ts'
import { s3Needs } from './actions-s3.ts'
import type { Context } from './evaluate.ts'

export interface Need {
  readonly action: string
  readonly resources: readonly string[]
  readonly context?: Context
  /** Where another service asks in the caller's name, and words the refusal itself. */
  readonly refused?: { readonly code: string; readonly status: number }
}

const anything = ['*']
const text = (call: Passing, ...keys: string[]): string | undefined => {
  for (const key of keys) if (typeof call.input[key] === 'string') return call.input[key] as string
  return undefined
}
type Namer = (call: Passing, arn: (service: string, rest: string) => string) => readonly string[] | undefined

/** Services that sign with another name than their actions have. */
const prefixes: Readonly<Record<string, string>> = { tagging: 'tag', monitoring: 'cloudwatch' }
const lambdaActions: Readonly<Record<string, string>> = { Invoke: 'InvokeFunction' }
const lambdaNames: Namer = (call, arn) => {
  const name = text(call, 'FunctionName', 'Resource')
  if (!name) return undefined
  return [name.startsWith('arn:') ? name.split(':').slice(0, 7).join(':') : arn('lambda', `function:${name}`)]
}
const logStreamOperations = new Set(['CreateLogStream', 'DeleteLogStream', 'PutLogEvents', 'GetLogEvents'])
const logNames: Namer = (call, arn) => {
  const given = text(call, 'logGroupName', 'logGroupIdentifier', 'resourceArn')
  if (!given) {
    const prefix = text(call, 'logGroupNamePrefix')
    // DescribeLogGroups is judged on the log groups of the region; a policy may name them with a wildcard.
    return call.operation === 'DescribeLogGroups'
      ? [arn('logs', `log-group:${prefix ?? ''}:*`), arn('logs', 'log-group::log-stream:*')]
      : undefined
  }
  const group = given.startsWith('arn:') ? given.replace(/:\*$/, '') : arn('logs', `log-group:${given}`)
  if (logStreamOperations.has(call.operation)) return [`${group}:log-stream:${text(call, 'logStreamName') ?? ''}`]
  return [group, `${group}:*`]
}
const snsNames: Namer = (call, arn) => {
  const topic = text(call, 'TopicArn', 'TargetArn', 'ResourceArn')
  if (topic) return [topic]
  const name = text(call, 'Name')
  if (name) return [arn('sns', name)]
  const subscription = text(call, 'SubscriptionArn')
  return subscription?.startsWith('arn:') ? [subscription.split(':').slice(0, 6).join(':')] : undefined
}
const sqsNames: Namer = (call, arn) => {
  const name = text(call, 'QueueName') ?? text(call, 'QueueUrl')?.split('/').pop()
  return name ? [arn('sqs', name)] : undefined
}
const schedulerNames: Namer = (call, arn) => {
  const tagged = text(call, 'ResourceArn')
  if (tagged) return [tagged]
  const name = text(call, 'Name')
  if (call.operation.endsWith('ScheduleGroup')) return [arn('scheduler', `schedule-group/${name}`)]
  if (name) return [arn('scheduler', `schedule/${text(call, 'GroupName', 'groupName') ?? 'default'}/${name}`)]
  return call.operation === 'ListSchedules' ? [arn('scheduler', 'schedule/*/*'), '*'] : undefined
}
const bedrockNames: Namer = (call, arn) => {
  const id = text(call, 'inferenceProfileIdentifier', 'resourceARN')
  if (!id) return undefined
  return id.startsWith('arn:')
    ? [id]
    : [arn('bedrock', `inference-profile/${id}`), arn('bedrock', `application-inference-profile/${id}`)]
}
const watchNames: Namer = (call, arn) => {
  const alarm = (name: string) => arn('cloudwatch', `alarm:${name}`)
  const dashboard = (name: string) => arn('cloudwatch', `dashboard/${name}`).replace(call.inRegion, '')
  const given = text(call, 'ResourceARN')
  if (given) return [given]
  if (call.operation === 'PutMetricAlarm' || call.operation === 'SetAlarmState')
    return [alarm(text(call, 'AlarmName') ?? '')]
  if (call.operation === 'DeleteAlarms') return (call.input['AlarmNames'] as readonly string[]).map(alarm)
  if (call.operation === 'DeleteDashboards') return (call.input['DashboardNames'] as readonly string[]).map(dashboard)
  const name = text(call, 'DashboardName')
  return name ? [dashboard(name)] : undefined
}
const namers: Readonly<Record<string, Namer>> = {
  lambda: lambdaNames,
  logs: logNames,
  sns: snsNames,
  sqs: sqsNames,
  scheduler: schedulerNames,
  bedrock: bedrockNames,
  monitoring: watchNames,
}

/** iam:PassRole is asked wherever a role is handed to a service. */
function passed(call: Passing): Need[] {
  const pass = (role: unknown, service: string): Need[] =>
    typeof role === 'string'
      ? [{ action: 'iam:PassRole', resources: [role], context: { 'iam:PassedToService': service } }]
      : []
  const { input } = call
  switch (`${call.service}:${call.operation}`) {
    case 'lambda:CreateFunction':
    case 'lambda:UpdateFunctionConfiguration':
      return pass(input['Role'], 'lambda.amazonaws.com')
    case 'scheduler:CreateSchedule':
    case 'scheduler:UpdateSchedule':
      return pass((input['Target'] as { RoleArn?: string } | undefined)?.RoleArn, 'scheduler.amazonaws.com')
    case 'bedrock:PutModelInvocationLoggingConfiguration': {
      const config = input['loggingConfig'] as { cloudWatchConfig?: { roleArn?: string } } | undefined
      return pass(config?.cloudWatchConfig?.roleArn, 'bedrock.amazonaws.com')
    }
    default:
      return []
  }
}

/** Everything IAM would be asked for this call; empty where AWS asks nothing (GetCallerIdentity) or elsewhere (model calls). */
export async function needsOf(world: World, call: Passing): Promise<readonly Need[]> {
  const { service, operation } = call
  if (service === 'sts') {
    const role = text(call, 'RoleArn')
    return operation === 'AssumeRole' && role ? [{ action: 'sts:AssumeRole', resources: [role] }] : []
  }
  if (service === 'bedrock-runtime' || service === 'unknown') return []
  if (service === 'dynamodb') return dynamoNeeds(world, call)
  if (service === 'iam') return iamNeeds(world, call)
  if (service === 's3') return s3Needs(world, call)
  if (service === 'kms') return kmsNeeds(world, call)
  if (service === 'apigateway') return apiGatewayNeeds(world, call)
  if (service === 'cognito-idp') return cognitoNeeds(world, call)
  const arn = (of: string, rest: string) => `arn:${world.partition}:${of}:${call.inRegion}:${world.account}:${rest}`
  const resources = namers[service]?.(call, arn) ?? anything
  const action = service === 'lambda' ? (lambdaActions[operation] ?? operation) : operation
  const encrypting = service === 'sns' ? await publishNeeds(world, call) : []
  return [{ action: `${prefixes[service] ?? service}:${action}`, resources }, ...passed(call), ...encrypting]
}
