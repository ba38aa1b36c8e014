/** CloudWatch Logs. https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html */
import { GetPolicyCommand } from '@aws-sdk/client-lambda'
import { type Document, serviceMay } from '../iam/evaluate.ts'
import { keyLets } from '../iam/kms-keys.ts'
import type { Hook, Passing, World } from '../world.ts'
import { orAbsent, type Refusal, refusing, text } from './refuse.ts'

const retentions = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
]

async function functionRefuses(world: World, call: Passing): Promise<Refusal | undefined> {
  const destination = text(call, 'destinationArn')
  if (!destination.includes(':lambda:')) return undefined
  const name = destination.split(':')[6] ?? ''
  const { lambda } = world.clients(call.inRegion)
  const found = await orAbsent(lambda.send(new GetPolicyCommand({ FunctionName: name })))
  const policy = JSON.parse(found?.Policy ?? '{}') as Document
  const group = text(call, 'logGroupName')
  const context = {
    'aws:SourceArn': `arn:${world.partition}:logs:${call.inRegion}:${world.account}:log-group:${group}:*`,
    'aws:SourceAccount': world.account,
  }
  const services = ['logs.amazonaws.com', `logs.${call.inRegion}.amazonaws.com`]
  const isAllowed = services.some((one) => serviceMay(policy, one, 'lambda:InvokeFunction', context))
  if (isAllowed && !world.propagation.due(`function/${name}`, 'logs')) return undefined
  const message =
    'Could not execute the lambda function. Make sure you have given CloudWatch Logs permission to execute your function.'
  return { code: 'InvalidParameterException', message }
}

/** The key must let CloudWatch Logs in for this very group: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html */
async function keyRefuses(world: World, call: Passing): Promise<Refusal | undefined> {
  const named = text(call, 'kmsKeyId')
  if (named === '') return undefined
  const group = `arn:${world.partition}:logs:${call.inRegion}:${world.account}:log-group:${text(call, 'logGroupName')}`
  const service = `logs.${call.inRegion}.amazonaws.com`
  const actions = ['kms:Encrypt', 'kms:Decrypt', 'kms:GenerateDataKey', 'kms:DescribeKey']
  const context = { 'kms:EncryptionContext:aws:logs:arn': group }
  if (await keyLets(world, { region: call.inRegion, named }, { service, actions, context })) return undefined
  const message = `The specified KMS key does not exist or is not allowed to be used with Arn '${group}'`
  return { code: 'AccessDeniedException', message }
}

export function logsRefusals(world: World): Hook[] {
  return refusing('logs', {
    PutRetentionPolicy: (call) => {
      const days = call.input['retentionInDays']
      if (typeof days === 'number' && retentions.includes(days)) return undefined
      const message = `1 validation error detected: Value '${String(days)}' at 'retentionInDays' failed to satisfy constraint: Member must satisfy enum value set: [${retentions.join(', ')}]`
      return { code: 'InvalidParameterException', message }
    },
    AssociateKmsKey: (call) => keyRefuses(world, call),
    CreateLogGroup: (call) => keyRefuses(world, call),
    PutSubscriptionFilter: (call) => functionRefuses(world, call),
  })
}
