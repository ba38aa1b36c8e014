/** Finds a running original by its resources, whatever its stack is called: the function with its settings is the thread. */

import { GetModelInvocationLoggingConfigurationCommand } from '@aws-sdk/client-bedrock'
import { paginateDescribeLogGroups, paginateDescribeSubscriptionFilters } from '@aws-sdk/client-cloudwatch-logs'
import {
  GetPolicyCommand as GetIamPolicyCommand,
  GetPolicyVersionCommand,
  paginateListEntitiesForPolicy,
  paginateListPolicies,
} from '@aws-sdk/client-iam'
import {
  type FunctionConfiguration,
  GetFunctionConfigurationCommand,
  GetPolicyCommand,
  ListTagsCommand,
  paginateListFunctions,
} from '@aws-sdk/client-lambda'
import { GetScheduleCommand, paginateListSchedules } from '@aws-sdk/client-scheduler'
import { paginateListSubscriptionsByTopic } from '@aws-sdk/client-sns'
import { GuardError } from '../../runtime/domain/base/guard-error.ts'
import { allPages, unlessAbsent } from '../absent.ts'
import type { AwsClients } from '../clients.ts'
import { readDocument } from '../differences.ts'
import { servicePrincipal } from '../partition.ts'
import { looksOriginal, readSettings } from './environment.ts'
import type { Original, OriginalDeny, OriginalFilter, OriginalSchedule } from './original.ts'

/** Names of the functions of this region whose settings are the original's. */
export async function findOriginals(clients: AwsClients): Promise<readonly string[]> {
  const functions = await allPages(
    paginateListFunctions({ client: await clients.lambda() }, {}),
    (page) => page.Functions,
  )
  return functions
    .filter((one) => looksOriginal(one.Environment?.Variables ?? {}))
    .map((one) => one.FunctionName ?? '')
    .toSorted()
}

/**
 * Reads everything that hangs on the function.
 * @throws GuardError `not-original` where its settings are not the original's.
 */
export async function readOriginal(clients: AwsClients, functionName: string): Promise<Original> {
  const lambda = await clients.lambda()
  const found = await unlessAbsent(lambda.send(new GetFunctionConfigurationCommand({ FunctionName: functionName })))
  const variables = found?.Environment?.Variables ?? {}
  if (found === undefined || !looksOriginal(variables)) throw notOriginal(functionName, found)
  const functionArn = found.FunctionArn ?? ''
  const settings = readSettings(variables)
  const [logging, tags, schedules, rules, deny, emails] = await Promise.all([
    loggingOf(clients),
    lambda.send(new ListTagsCommand({ Resource: functionArn })),
    schedulesOf(clients, functionArn),
    rulesOf(clients, functionName),
    denyOf(clients, settings.denyPolicyArn),
    emailsOf(clients, settings.topicArn),
  ])
  const groups = [...new Set([settings.logGroup, logging?.logGroup].filter((name) => name !== undefined))]
  const filters = await Promise.all(groups.map((group) => filterOf(clients, group, functionArn)))
  const filter = filters.find((one) => one !== undefined)
  const group = filter?.logGroup ?? groups[0]
  return {
    functionName: found.FunctionName ?? functionName,
    ...{ functionArn, settings, filter, logging, schedules, rules, deny, emails },
    stack: tags.Tags?.['aws:cloudformation:stack-name'],
    logGroup: group === undefined ? undefined : await logGroupOf(clients, group),
  }
}

const notOriginal = (name: string, found: FunctionConfiguration | undefined): GuardError =>
  new GuardError({
    code: 'not-original',
    fault: 'user',
    message: found
      ? `the function ${name} is not the original guard: its environment lacks settings such as ExcludeUsers, JpyRate, WarningThresholdPercent, ModelPricing`
      : `there is no function ${name} in this region`,
    suggestions: ['import-original without --function looks for it', '--region REGION, when it is somewhere else'],
  })

async function loggingOf(clients: AwsClients): Promise<Original['logging']> {
  const bedrock = await clients.bedrock()
  const { loggingConfig } = await bedrock.send(new GetModelInvocationLoggingConfigurationCommand({}))
  const to = loggingConfig?.cloudWatchConfig
  return to === undefined ? undefined : { logGroup: to.logGroupName, roleArn: to.roleArn }
}

async function filterOf(
  clients: AwsClients,
  logGroupName: string,
  functionArn: string,
): Promise<OriginalFilter | undefined> {
  const pages = paginateDescribeSubscriptionFilters({ client: await clients.logs() }, { logGroupName })
  const filters = (await unlessAbsent(allPages(pages, (page) => page.subscriptionFilters))) ?? []
  const its = filters.find(({ destinationArn }) => destinationArn === functionArn)
  return its && { logGroup: logGroupName, name: its.filterName ?? '', slotsTaken: filters.length }
}

async function logGroupOf(clients: AwsClients, name: string): Promise<Original['logGroup']> {
  const pages = paginateDescribeLogGroups({ client: await clients.logs() }, { logGroupNamePrefix: name })
  const group = (await allPages(pages, (page) => page.logGroups)).find((one) => one.logGroupName === name)
  return group && { name, createdAt: group.creationTime ?? 0, retentionDays: group.retentionInDays }
}

async function schedulesOf(clients: AwsClients, functionArn: string): Promise<readonly OriginalSchedule[]> {
  const client = await clients.scheduler()
  const all = await allPages(paginateListSchedules({ client }, {}), (page) => page.Schedules)
  const its = all.filter(({ Target }) => Target?.Arn === undefined || Target.Arn === functionArn)
  const read = await Promise.all(
    its.map(async ({ Name, GroupName }) => client.send(new GetScheduleCommand({ Name, GroupName }))),
  )
  return read
    .filter(({ Target }) => Target?.Arn === functionArn)
    .map((one) => ({
      group: one.GroupName ?? 'default',
      name: one.Name ?? '',
      expression: one.ScheduleExpression ?? '',
      enabled: one.State !== 'DISABLED',
    }))
}

interface Permission {
  readonly Principal?: { readonly Service?: string }
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string>>>>
}

/** Of the partition in which the original could run at all: its deny names `arn:aws:` throughout. */
const EVENTS = servicePrincipal('events', { partition: 'aws', region: '' })

/** Schedules that are rules of EventBridge may call the function because its own policy says so. */
async function rulesOf(clients: AwsClients, FunctionName: string): Promise<readonly string[]> {
  const answer = await unlessAbsent((await clients.lambda()).send(new GetPolicyCommand({ FunctionName })))
  const document = readDocument(answer?.Policy) as { Statement?: readonly Permission[] } | undefined
  return (document?.Statement ?? [])
    .filter(({ Principal }) => Principal?.Service === EVENTS)
    .map(({ Condition }) => Object.values(Condition ?? {}).flatMap((one) => Object.values(one))[0] ?? 'a rule')
    .map((arn) => arn.replace(/^arn:.*:rule\//, ''))
}

/** The policy its settings name, or else an attached one of the account that does what its own does. */
async function denyOf(clients: AwsClients, arn: string | undefined): Promise<OriginalDeny | undefined> {
  const iam = await clients.iam()
  const candidates =
    arn === undefined
      ? (
          await allPages(
            paginateListPolicies({ client: iam }, { Scope: 'Local', OnlyAttached: true }),
            (page) => page.Policies,
          )
        )
          .filter(({ PolicyName }) => /bedrock|claude|cost|deny|cap/i.test(PolicyName ?? ''))
          .filter(({ PolicyName }) => !/-limit-reached-until-\d|-blocked-by-admin$/.test(PolicyName ?? ''))
          .map(({ Arn }) => Arn ?? '')
      : [arn]
  for (const candidate of candidates) {
    if (!(await deniesInvoking(clients, candidate))) continue
    const pages = await allPages(paginateListEntitiesForPolicy({ client: iam }, { PolicyArn: candidate }), (page) => [
      page,
    ])
    const users = pages
      .flatMap((page) => page.PolicyUsers ?? [])
      .map((one) => ({ kind: 'user' as const, name: one.UserName ?? '' }))
    const roles = pages
      .flatMap((page) => page.PolicyRoles ?? [])
      .map((one) => ({ kind: 'role' as const, name: one.RoleName ?? '' }))
    const groups = pages.flatMap((page) => page.PolicyGroups ?? []).map((one) => one.GroupName ?? '')
    return { arn: candidate, bearers: [...users, ...roles].toSorted(byName), groups }
  }
  return undefined
}

const byName = (one: { readonly name: string }, other: { readonly name: string }): number =>
  one.name < other.name ? -1 : 1

interface Deny {
  readonly Effect?: string
  readonly Action?: string | readonly string[]
}

/** Nothing but denials, of calling models: a policy that grants anything is not its deny. */
async function deniesInvoking(clients: AwsClients, PolicyArn: string): Promise<boolean> {
  const iam = await clients.iam()
  const policy = await unlessAbsent(iam.send(new GetIamPolicyCommand({ PolicyArn })))
  const VersionId = policy?.Policy?.DefaultVersionId
  if (VersionId === undefined) return false
  const version = await unlessAbsent(iam.send(new GetPolicyVersionCommand({ PolicyArn, VersionId })))
  const document = readDocument(version?.PolicyVersion?.Document) as { Statement?: Deny | readonly Deny[] } | undefined
  const statements = [document?.Statement ?? []].flat() as readonly Deny[]
  const actions = statements.flatMap(({ Action }) => [Action ?? []].flat() as readonly string[])
  return (
    statements.length > 0 &&
    statements.every(({ Effect }) => Effect === 'Deny') &&
    actions.some((one) => /^bedrock:(?:InvokeModel|\*)/i.test(one))
  )
}

async function emailsOf(clients: AwsClients, TopicArn: string | undefined): Promise<readonly string[]> {
  if (TopicArn === undefined) return []
  const pages = paginateListSubscriptionsByTopic({ client: await clients.sns() }, { TopicArn })
  const all = (await unlessAbsent(allPages(pages, (page) => page.Subscriptions))) ?? []
  return all.flatMap(({ Protocol, Endpoint }) => (Protocol?.startsWith('email') && Endpoint ? [Endpoint] : []))
}
