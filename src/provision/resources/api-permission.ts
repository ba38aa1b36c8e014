/** Lets the page's HTTP API, and no other, invoke the page's function. */
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
import type { Resource } from '../engine/resource.ts'
import { pageFacts, pageIds } from '../page.ts'
import { servicePrincipal } from '../partition.ts'
import type { RightsScope } from '../permissions.ts'

export interface ApiPermissionDesired {
  readonly principal: string
  readonly action: 'lambda:InvokeFunction'
  readonly sourceArn: string
}
export interface ApiPermissionActual {
  readonly principal: string | undefined
  readonly action: string | undefined
  readonly sourceArn: string | undefined
}

const STATEMENT_ID = 'cost-guard-page'

export function apiPermissionResource(
  clients: AwsClients,
  scope: RightsScope,
): Resource<ApiPermissionDesired, ApiPermissionActual> {
  const { account, names, partition, region } = scope
  const ids = pageIds(scope)
  const FunctionName = names.page.function
  return {
    id: ids.permission,
    kind: 'function permission',
    name: FunctionName,
    why: 'lets the HTTP API, and nothing else, call the page’s function',
    ownership: { by: 'parent', parent: ids.function },
    onTeardown: 'remove',
    needs: [ids.function, ids.api],
    follows: { ids: [ids.api], fields: ['sourceArn'] },

    desired: (inputs) =>
      inputs.settings.page && {
        principal: servicePrincipal('apigateway', scope),
        action: 'lambda:InvokeFunction',
        sourceArn: `arn:${partition}:execute-api:${region}:${account}:${pageFacts(inputs).api?.id ?? NOT_YET}/*`,
      },

    async read() {
      const actual = await readPermission(await clients.lambda(), FunctionName)
      return actual === undefined ? { state: 'absent' } : { state: 'present', actual, tags: undefined }
    },

    diff: (desired, actual) => [
      ...field('principal', { is: actual.principal, want: desired.principal }),
      ...field('action', { is: actual.action, want: desired.action }),
      ...field('sourceArn', { is: actual.sourceArn, want: desired.sourceArn }),
    ],

    async create(desired) {
      await addPermission(await clients.lambda(), FunctionName, desired)
    },

    async update(desired) {
      // The same statement cannot be replaced; what differs does not work as it is.
      const lambda = await clients.lambda()
      await removePermission(lambda, FunctionName)
      await addPermission(lambda, FunctionName, desired)
    },

    async remove() {
      await removePermission(await clients.lambda(), FunctionName)
    },
  }
}

const NOT_YET = 'known after the HTTP API is made'

/** As Lambda writes a statement that AddPermission made. */
interface PolicyStatement {
  readonly Sid?: string
  readonly Action?: string
  readonly Principal?: { readonly Service?: string }
  readonly Condition?: { readonly ArnLike?: { readonly 'AWS:SourceArn'?: string } }
}

async function readPermission(lambda: LambdaClient, FunctionName: string): Promise<ApiPermissionActual | undefined> {
  const answer = await unlessAbsent(lambda.send(new GetPolicyCommand({ FunctionName })))
  const document = readDocument(answer?.Policy) as { Statement?: readonly PolicyStatement[] } | undefined
  const statement = document?.Statement?.find((each) => each.Sid === STATEMENT_ID)
  return (
    statement && {
      principal: statement.Principal?.Service,
      action: statement.Action,
      sourceArn: statement.Condition?.ArnLike?.['AWS:SourceArn'],
    }
  )
}

async function addPermission(lambda: LambdaClient, FunctionName: string, desired: ApiPermissionDesired): Promise<void> {
  try {
    await lambda.send(
      new AddPermissionCommand({
        FunctionName,
        StatementId: STATEMENT_ID,
        Action: desired.action,
        Principal: desired.principal,
        SourceArn: desired.sourceArn,
      }),
    )
  } catch (error) {
    // Made a moment ago and not yet visible to GetPolicy; if it says something else, the next look finds it.
    if (!isAlreadyThere(error)) throw error
  }
}

const removePermission = (lambda: LambdaClient, FunctionName: string) =>
  unlessAbsent(lambda.send(new RemovePermissionCommand({ FunctionName, StatementId: STATEMENT_ID })))
