/** The whole stack of one guard on the emulator, and what is there of it as comparable text. */

import { DescribeLogGroupsCommand } from '@aws-sdk/client-cloudwatch-logs'
import { ListTablesCommand } from '@aws-sdk/client-dynamodb'
import { ListGroupsCommand, ListPoliciesCommand, ListRolesCommand } from '@aws-sdk/client-iam'
import { ListFunctionsCommand } from '@aws-sdk/client-lambda'
import { ListScheduleGroupsCommand, ListSchedulesCommand } from '@aws-sdk/client-scheduler'
import { ListSubscriptionsCommand, ListTopicsCommand } from '@aws-sdk/client-sns'
import { ListQueuesCommand } from '@aws-sdk/client-sqs'
import type { AwsClients } from '../../src/provision/clients.ts'
import type { Resource } from '../../src/provision/engine/resource.ts'
import { stack } from '../../src/provision/stack.ts'
import { stableJson } from '../../src/provision/tags.ts'
import type { Scope, World } from './world.ts'
import { zipAnswering } from './zip.ts'

const assets = zipAnswering('runtime')

export async function wholeStack(aws: World, scope: Scope): Promise<readonly Resource[]> {
  const manifest = aws.manifest(scope)
  const known = (await manifest.facts()).keys()
  return stack({ clients: aws.clients, scope, manifest, known, assets, version: '1.0.0' })
}

/** Each resource as it is read, without what AWS makes up (ids, times). */
export async function portrait(aws: World, scope: Scope): Promise<readonly string[]> {
  const facts = await aws.manifest(scope).facts()
  const inputs = { ...scope, remembered: (id: string) => facts.get(id) }
  const resources = await wholeStack(aws, scope)
  const seen = await Promise.all(resources.map((resource) => resource.read(inputs)))
  const lines = resources.map((resource, index) => `${resource.id} ${stableJson(seen[index])}`)
  const known = [...facts].map(([id, fact]) => `fact ${id} ${fact}`).sort()
  return [...lines, ...known].map((line) =>
    line
      .replaceAll(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, '<uuid>')
      .replaceAll(/"(createdAt|lastModified|revisionId)":("[^"]*"|\d+)/g, '"$1":"<any>"'),
  )
}

/** Names of everything of this guard that the account's own lists still show. */
export async function leftOvers(clients: AwsClients, guard: string): Promise<readonly string[]> {
  const [dynamo, iam, lambda, logs, scheduler, sns, sqs] = await Promise.all([
    clients.dynamo(),
    clients.iam(),
    clients.lambda(),
    clients.logs(),
    clients.scheduler(),
    clients.sns(),
    clients.sqs(),
  ])
  const names = await Promise.all([
    dynamo.send(new ListTablesCommand({})).then((page) => page.TableNames),
    iam.send(new ListRolesCommand({})).then((page) => page.Roles?.map((one) => one.RoleName)),
    iam.send(new ListPoliciesCommand({ Scope: 'Local' })).then((page) => page.Policies?.map((one) => one.PolicyName)),
    iam.send(new ListGroupsCommand({})).then((page) => page.Groups?.map((one) => one.GroupName)),
    lambda.send(new ListFunctionsCommand({})).then((page) => page.Functions?.map((one) => one.FunctionName)),
    logs.send(new DescribeLogGroupsCommand({})).then((page) => page.logGroups?.map((one) => one.logGroupName)),
    scheduler.send(new ListSchedulesCommand({})).then((page) => page.Schedules?.map((one) => one.Name)),
    scheduler.send(new ListScheduleGroupsCommand({})).then((page) => page.ScheduleGroups?.map((one) => one.Name)),
    sns.send(new ListTopicsCommand({})).then((page) => page.Topics?.map((one) => one.TopicArn)),
    sns.send(new ListSubscriptionsCommand({})).then((page) => page.Subscriptions?.map((one) => one.TopicArn)),
    sqs.send(new ListQueuesCommand({})).then((page) => page.QueueUrls),
  ])
  return names
    .flatMap((list) => list ?? [])
    .filter((name): name is string => name?.includes(guard) === true)
    .sort()
}
