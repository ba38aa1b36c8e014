/** Between the HTTP API and the page's function: what is asked is handed on as it came, and so is the answer. */
import {
  CreateIntegrationCommand,
  DeleteIntegrationCommand,
  type Integration,
  UpdateIntegrationCommand,
} from '@aws-sdk/client-apigatewayv2'
import { unlessAbsent } from '../absent.ts'
import type { AwsClients } from '../clients.ts'
import { field } from '../differences.ts'
import type { Inputs, Observed, Resource } from '../engine/resource.ts'
import { pageIds } from '../page.ts'
import type { RightsScope } from '../permissions.ts'
import { type ApiReader, unlessNotConcerned } from './api-reader.ts'

export interface ApiIntegrationDesired {
  readonly type: 'AWS_PROXY'
  readonly functionArn: string
  readonly payload: '2.0'
}
export interface ApiIntegrationActual {
  readonly apiId: string
  readonly id: string
  readonly type: string | undefined
  readonly functionArn: string | undefined
  readonly payload: string | undefined
  /** Rewrites of what is asked and answered: headers could be put into a request that way. */
  readonly rewrites: boolean
}

/** Of a guard's API; integrations have no names. One that calls the function before any other, and always the same. */
export const ownIntegration = (all: readonly Integration[] | undefined, functionArn: string): Integration | undefined =>
  all
    ?.toSorted((a, b) => ((a.IntegrationId ?? '') < (b.IntegrationId ?? '') ? -1 : 1))
    .toSorted((a, b) => Number(b.IntegrationUri === functionArn) - Number(a.IntegrationUri === functionArn))[0]

export function apiIntegrationResource(
  clients: AwsClients,
  scope: RightsScope,
  reader: ApiReader,
): Resource<ApiIntegrationDesired, ApiIntegrationActual> {
  const { names } = scope
  const ids = pageIds(scope)
  const functionArn = names.arn.function(names.page.function)
  const read = async (inputs: Inputs): Promise<Observed<ApiIntegrationActual>> => {
    const apiId = await reader.idOf(inputs)
    const found = apiId === undefined ? undefined : ownIntegration(await reader.integrations(apiId), functionArn)
    if (apiId === undefined || found?.IntegrationId === undefined) return { state: 'absent' }
    // A status may be left without anything to rewrite.
    const rewrites = [found.RequestParameters, ...Object.values(found.ResponseParameters ?? {})]
    const actual: ApiIntegrationActual = {
      apiId,
      id: found.IntegrationId,
      type: found.IntegrationType,
      functionArn: found.IntegrationUri,
      payload: found.PayloadFormatVersion,
      rewrites: rewrites.some((one) => Object.keys(one ?? {}).length > 0),
    }
    return { state: 'present', actual, tags: undefined }
  }
  return {
    id: ids.integration,
    kind: 'API integration',
    name: names.page.api,
    why: 'hands what is asked of the page to its function',
    ownership: { by: 'parent', parent: ids.api },
    onTeardown: 'remove',
    needs: [ids.api, ids.function, ids.permission],

    desired: ({ settings }) => settings.page && { type: 'AWS_PROXY', functionArn, payload: '2.0' },

    read: (inputs) => unlessNotConcerned(inputs, read(inputs)),

    diff: (desired, actual) => [
      ...field('type', { is: actual.type, want: desired.type }),
      ...field('function', { is: actual.functionArn, want: desired.functionArn }),
      ...field('payload', { is: actual.payload, want: desired.payload }),
      ...field('rewrites', { is: actual.rewrites ? 'some' : undefined, want: undefined }),
    ],

    async create(desired, _doing, inputs) {
      const client = await clients.apigateway()
      await client.send(new CreateIntegrationCommand({ ApiId: await reader.idOf(inputs), ...asAsked(desired) }))
    },

    async update(desired, { apiId: ApiId, id: IntegrationId, rewrites }) {
      const client = await clients.apigateway()
      if (!rewrites) {
        await client.send(new UpdateIntegrationCommand({ ApiId, IntegrationId, ...asAsked(desired) }))
        return
      }
      // A rewrite of what is asked goes by naming it with an empty value, those of an answer by its status without any:
      // https://github.com/hashicorp/terraform-provider-aws/blob/main/internal/service/apigatewayv2/integration.go
      const found = ownIntegration(await reader.integrations(ApiId), functionArn)
      await client.send(
        new UpdateIntegrationCommand({
          ...{ ApiId, IntegrationId, ...asAsked(desired) },
          RequestParameters: emptied(found?.RequestParameters),
          ResponseParameters: Object.fromEntries(
            Object.keys(found?.ResponseParameters ?? {}).map((status) => [status, {}]),
          ),
        }),
      )
    },

    async remove({ apiId: ApiId, id: IntegrationId }) {
      const client = await clients.apigateway()
      await unlessAbsent(client.send(new DeleteIntegrationCommand({ ApiId, IntegrationId })))
    },
  }
}

const asAsked = ({ type, functionArn, payload }: ApiIntegrationDesired) => ({
  IntegrationType: type,
  IntegrationUri: functionArn,
  PayloadFormatVersion: payload,
})

const emptied = (parameters: Readonly<Record<string, string>> | undefined): Record<string, string> =>
  Object.fromEntries(Object.keys(parameters ?? {}).map((key) => [key, '']))
