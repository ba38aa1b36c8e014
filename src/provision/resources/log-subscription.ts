/**
 * The pipe from the log group to ingest: CloudWatch Logs' permission to invoke the function, and the filter. Updated in
 * place, never deleted and made again: while a filter cannot deliver, CloudWatch Logs skips records.
 */
import {
  type CloudWatchLogsClient,
  DeleteSubscriptionFilterCommand,
  PutSubscriptionFilterCommand,
  type SubscriptionFilter,
} from '@aws-sdk/client-cloudwatch-logs'
import {
  AddPermissionCommand,
  GetPolicyCommand,
  type LambdaClient,
  RemovePermissionCommand,
} from '@aws-sdk/client-lambda'
import { isAlreadyThere } from '../../runtime/aws/aws-errors.ts'
import { unlessAbsent } from '../absent.ts'
import type { AwsClients } from '../clients.ts'
import { field, readDocument } from '../differences.ts'
import type { Difference, Refusal, Resource, ResourceId } from '../engine/resource.ts'
import { FILTER_SLOTS, filtersOf, readerWords } from '../log-readers.ts'
import { servicePrincipal } from '../partition.ts'
import type { RightsScope } from '../permissions.ts'
import { functionId } from './function.ts'
import { logGroupId } from './log-group.ts'
import { tableId } from './table.ts'

export interface SubscriptionDesired {
  readonly logGroup: string
  readonly filterName: string
  /** Empty: everything. What is no model call is sorted out by ingest, where it can be counted. */
  readonly pattern: ''
  readonly destinationArn: string
  readonly statementId: string
  /** Of CloudWatch Logs, which invokes. */
  readonly principal: string
  readonly sourceArn: string
  readonly sourceAccount: string
}

export interface SubscriptionActual {
  readonly filter: { readonly pattern: string; readonly destinationArn: string } | undefined
  readonly permission: Permission | undefined
  /** Log group that the filter was on before the setting changed. */
  readonly formerLogGroup: string | undefined
}

interface Permission {
  readonly service: string | undefined
  readonly action: string | undefined
  readonly sourceArn: string | undefined
  readonly sourceAccount: string | undefined
}

const INVOKE = 'lambda:InvokeFunction'
const STATEMENT_ID = 'cost-guard-logs'

export const logSubscriptionId = (name: string, region: string): ResourceId => `log-subscription/${name}@${region}`

export function logSubscriptionResource(
  clients: AwsClients,
  scope: RightsScope,
): Resource<SubscriptionDesired, SubscriptionActual> {
  const { names, region, account } = scope
  const filterName = names.subscriptionFilter
  const functionName = names.functions.ingest
  const id = logSubscriptionId(filterName, region)
  const parent = functionId(functionName, region)
  return {
    id,
    kind: 'subscription filter',
    name: filterName,
    why: 'sends every log record to ingest as it is written',
    ownership: { by: 'parent', parent },
    onTeardown: 'remove',
    needs: [parent, logGroupId(names.logGroup, region), tableId(names.table, region)],

    desired: () => ({
      logGroup: names.logGroup,
      filterName,
      pattern: '',
      destinationArn: names.arn.function(functionName),
      statementId: STATEMENT_ID,
      principal: servicePrincipal('logs', scope),
      sourceArn: `${names.arn.logGroup}:*`,
      sourceAccount: account,
    }),

    async read(inputs) {
      const [logs, lambda] = await Promise.all([clients.logs(), clients.lambda()])
      const [filters, permission] = await Promise.all([
        filtersOf(logs, names.logGroup),
        readPermission(lambda, functionName),
      ])
      const ours = filters.find((each) => each.filterName === filterName)
      const known = inputs.remembered(id)
      const formerLogGroup = known === names.logGroup ? undefined : known
      if (ours === undefined && permission === undefined && formerLogGroup === undefined) return { state: 'absent' }
      const filter = ours && { pattern: ours.filterPattern ?? '', destinationArn: ours.destinationArn ?? '' }
      return { state: 'present', actual: { filter, permission, formerLogGroup }, tags: undefined }
    },

    diff: differences,

    async refuse(desired): Promise<readonly Refusal[]> {
      const others = (await filtersOf(await clients.logs(), desired.logGroup)).filter(
        (each) => each.filterName !== filterName,
      )
      return others.length < FILTER_SLOTS ? [] : [occupied(desired.logGroup, others)]
    },

    async create(desired, doing) {
      await doing.remember(desired.logGroup)
      await addPermission(await clients.lambda(), functionName, desired)
      await putFilter(await clients.logs(), desired)
    },

    async update(desired, actual, found, doing) {
      const [logs, lambda] = await Promise.all([clients.logs(), clients.lambda()])
      if (found.some((each) => each.field.startsWith('permission'))) {
        // The same statement cannot be replaced; what differs does not work as it is, so there is no gap to avoid.
        if (actual.permission !== undefined) await removePermission(lambda, functionName)
        await addPermission(lambda, functionName, desired)
      }
      // Written before the filter is made, so that no filter is ever unknown; but not before the former one is gone.
      if (actual.formerLogGroup === undefined) await doing.remember(desired.logGroup)
      await putFilter(logs, desired)
      if (actual.formerLogGroup === undefined) return
      await deleteFilter(logs, actual.formerLogGroup, filterName)
      await doing.remember(desired.logGroup)
    },

    async remove(actual, doing) {
      const [logs, lambda] = await Promise.all([clients.logs(), clients.lambda()])
      for (const group of [names.logGroup, actual.formerLogGroup]) {
        if (group !== undefined) await deleteFilter(logs, group, filterName)
      }
      await removePermission(lambda, functionName)
      await doing.remember(undefined)
    },
  }
}

function differences(desired: SubscriptionDesired, actual: SubscriptionActual): readonly Difference[] {
  const { filter, permission } = actual
  return [
    ...field('filter', { is: filter && 'there', want: 'there' }),
    ...(filter === undefined
      ? []
      : [
          ...field('filter/destination', { is: filter.destinationArn, want: desired.destinationArn }),
          ...field('filter/pattern', { is: filter.pattern, want: desired.pattern }),
        ]),
    ...field('permission', { is: permission && 'there', want: 'there' }),
    ...(permission === undefined
      ? []
      : [
          ...field('permission/service', { is: permission.service, want: desired.principal }),
          ...field('permission/action', { is: permission.action, want: INVOKE }),
          ...field('permission/sourceArn', { is: permission.sourceArn, want: desired.sourceArn }),
          ...field('permission/sourceAccount', { is: permission.sourceAccount, want: desired.sourceAccount }),
        ]),
    ...field('formerLogGroup', { is: actual.formerLogGroup, want: undefined }),
  ]
}

const occupied = (logGroup: string, others: readonly SubscriptionFilter[]): Refusal => ({
  why: 'occupied',
  message: `the log group ${logGroup} has no free subscription filter: AWS allows ${FILTER_SLOTS}, taken by ${others
    .map(readerWords)
    .join(' and ')}`,
  suggestion: 'remove one of these filters, or let them share one through a Kinesis stream, and run init again',
})

const putFilter = (logs: CloudWatchLogsClient, desired: SubscriptionDesired) =>
  logs.send(
    new PutSubscriptionFilterCommand({
      logGroupName: desired.logGroup,
      filterName: desired.filterName,
      filterPattern: desired.pattern,
      destinationArn: desired.destinationArn,
    }),
  )

const deleteFilter = (logs: CloudWatchLogsClient, logGroupName: string, filterName: string) =>
  unlessAbsent(logs.send(new DeleteSubscriptionFilterCommand({ logGroupName, filterName })))

async function readPermission(lambda: LambdaClient, FunctionName: string): Promise<Permission | undefined> {
  const answer = await unlessAbsent(lambda.send(new GetPolicyCommand({ FunctionName })))
  const document = readDocument(answer?.Policy) as { Statement?: readonly PolicyStatement[] } | undefined
  const statement = document?.Statement?.find((each) => each.Sid === STATEMENT_ID)
  if (statement === undefined) return undefined
  return {
    service: statement.Principal?.Service,
    action: statement.Action,
    sourceArn: statement.Condition?.ArnLike?.['AWS:SourceArn'],
    sourceAccount: statement.Condition?.StringEquals?.['AWS:SourceAccount'],
  }
}

/** As Lambda writes a statement that AddPermission made. */
interface PolicyStatement {
  readonly Sid?: string
  readonly Action?: string
  readonly Principal?: { readonly Service?: string }
  readonly Condition?: {
    readonly ArnLike?: { readonly 'AWS:SourceArn'?: string }
    readonly StringEquals?: { readonly 'AWS:SourceAccount'?: string }
  }
}

/** Without the source any log group of any account could feed us. */
async function addPermission(lambda: LambdaClient, FunctionName: string, desired: SubscriptionDesired): Promise<void> {
  try {
    await lambda.send(
      new AddPermissionCommand({
        FunctionName,
        StatementId: desired.statementId,
        Action: INVOKE,
        Principal: desired.principal,
        SourceArn: desired.sourceArn,
        SourceAccount: desired.sourceAccount,
      }),
    )
  } catch (error) {
    // Made a moment ago and not yet visible to GetPolicy; if it says something else, the next look finds it.
    if (!isAlreadyThere(error)) throw error
  }
}

const removePermission = (lambda: LambdaClient, FunctionName: string) =>
  unlessAbsent(lambda.send(new RemovePermissionCommand({ FunctionName, StatementId: STATEMENT_ID })))
