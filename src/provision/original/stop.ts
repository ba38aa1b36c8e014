/** What is taken from the original: its schedules rest, its filter goes, its deny comes off. Nothing of it is deleted but the filter. */
import { DeleteSubscriptionFilterCommand } from '@aws-sdk/client-cloudwatch-logs'
import { DetachRolePolicyCommand, DetachUserPolicyCommand } from '@aws-sdk/client-iam'
import { GetScheduleCommand, UpdateScheduleCommand } from '@aws-sdk/client-scheduler'
import { unlessAbsent } from '../absent.ts'
import type { AwsClients } from '../clients.ts'
import type { OriginalDeny, OriginalFilter, OriginalSchedule } from './original.ts'

/** Everything else of the schedule stays as it is: UpdateSchedule replaces the whole. */
export async function disableSchedule(clients: AwsClients, { group, name }: OriginalSchedule): Promise<void> {
  const scheduler = await clients.scheduler()
  const now = await unlessAbsent(scheduler.send(new GetScheduleCommand({ GroupName: group, Name: name })))
  if (now === undefined || now.State === 'DISABLED') return
  const { $metadata: _, Arn: _arn, CreationDate: _made, LastModificationDate: _changed, ...rest } = now
  await scheduler.send(
    new UpdateScheduleCommand({
      ...rest,
      Name: name,
      GroupName: group,
      ScheduleExpression: now.ScheduleExpression,
      FlexibleTimeWindow: now.FlexibleTimeWindow,
      Target: now.Target,
      State: 'DISABLED',
    }),
  )
}

export async function removeFilter(clients: AwsClients, { logGroup, name }: OriginalFilter): Promise<void> {
  const logs = await clients.logs()
  await unlessAbsent(logs.send(new DeleteSubscriptionFilterCommand({ logGroupName: logGroup, filterName: name })))
}

export async function detachDeny(
  clients: AwsClients,
  PolicyArn: string,
  { kind, name }: OriginalDeny['bearers'][number],
): Promise<void> {
  const iam = await clients.iam()
  const call =
    kind === 'user'
      ? iam.send(new DetachUserPolicyCommand({ UserName: name, PolicyArn }))
      : iam.send(new DetachRolePolicyCommand({ RoleName: name, PolicyArn }))
  await unlessAbsent<unknown>(call)
}
