/** One route of the page's HTTP API: what may be asked, and whether one must be signed in for it. */
import { CreateRouteCommand, DeleteRouteCommand, UpdateRouteCommand } from '@aws-sdk/client-apigatewayv2'
import { unlessAbsent } from '../absent.ts'
import type { AwsClients } from '../clients.ts'
import { field } from '../differences.ts'
import type { Inputs, Observed, Resource } from '../engine/resource.ts'
import { pageIds } from '../page.ts'
import type { RightsScope } from '../permissions.ts'
import { ownAuthorizer } from './api-authorizer.ts'
import { ownIntegration } from './api-integration.ts'
import { type ApiReader, unlessNotConcerned } from './api-reader.ts'
import { type RouteShape, SCOPES } from './api-shape.ts'

export interface ApiRouteDesired {
  readonly key: string
  readonly authorization: 'JWT' | 'NONE'
  readonly scopes: readonly string[]
}

export interface ApiRouteActual {
  readonly apiId: string
  readonly id: string
  readonly authorization: string
  readonly scopes: string
  readonly authorizerId: string | undefined
  readonly target: string | undefined
  /** What the guard's own integration and authorizer are called: ids of AWS's choice, found under the API. */
  readonly own: Own
}
interface Own {
  readonly target: string | undefined
  readonly authorizerId: string | undefined
}

export function apiRouteResource(
  clients: AwsClients,
  scope: RightsScope,
  reader: ApiReader,
  { key, signedIn, why }: RouteShape,
): Resource<ApiRouteDesired, ApiRouteActual> {
  const { names } = scope
  const ids = pageIds(scope)
  const ownOf = async (apiId: string): Promise<Own> => {
    const [integrations, authorizers] = await Promise.all([
      reader.integrations(apiId),
      signedIn ? reader.authorizers(apiId) : undefined,
    ])
    const integration = ownIntegration(integrations, names.arn.function(names.page.function))?.IntegrationId
    return {
      target: integration === undefined ? undefined : `integrations/${integration}`,
      authorizerId: ownAuthorizer(authorizers, names.page.api)?.AuthorizerId,
    }
  }
  const read = async (inputs: Inputs): Promise<Observed<ApiRouteActual>> => {
    const apiId = await reader.idOf(inputs)
    const found = apiId === undefined ? undefined : (await reader.routes(apiId))?.find((each) => each.RouteKey === key)
    if (apiId === undefined || found?.RouteId === undefined) return { state: 'absent' }
    const actual: ApiRouteActual = {
      apiId,
      id: found.RouteId,
      authorization: found.AuthorizationType ?? 'NONE',
      scopes: (found.AuthorizationScopes ?? []).toSorted().join(', '),
      authorizerId: found.AuthorizerId,
      target: found.Target,
      own: await ownOf(apiId),
    }
    return { state: 'present', actual, tags: undefined }
  }
  return {
    id: ids.route(key),
    kind: 'API route',
    name: key,
    why,
    ownership: { by: 'parent', parent: ids.api },
    onTeardown: 'remove',
    needs: [ids.api, ids.integration, ...(signedIn ? [ids.authorizer] : [])],
    follows: signedIn
      ? { ids: [ids.integration, ids.authorizer], fields: ['authorizer', 'target'] }
      : { ids: [ids.integration], fields: ['target'] },

    desired: ({ settings }) =>
      settings.page && { key, authorization: signedIn ? 'JWT' : 'NONE', scopes: signedIn ? SCOPES : [] },

    read: (inputs) => unlessNotConcerned(inputs, read(inputs)),

    diff: (desired, { authorization, scopes, authorizerId, target, own }) => [
      ...field('authorization', { is: authorization, want: desired.authorization }),
      // What an open route has left of them means nothing.
      ...(signedIn
        ? [
            ...field('scopes', { is: scopes, want: desired.scopes.join(', ') }),
            ...field('authorizer', { is: authorizerId, want: own.authorizerId ?? 'the one that is to be made' }),
          ]
        : []),
      ...field('target', { is: target, want: own.target ?? 'the integration that is to be made' }),
    ],

    async create(desired, _doing, inputs) {
      const client = await clients.apigateway()
      const ApiId = await reader.idOf(inputs)
      const own = ApiId === undefined ? undefined : await ownOf(ApiId)
      await client.send(new CreateRouteCommand({ ApiId, ...asAsked(desired, own) }))
    },

    async update(desired, { apiId: ApiId, id: RouteId, own }) {
      const client = await clients.apigateway()
      await client.send(new UpdateRouteCommand({ ApiId, RouteId, ...asAsked(desired, own) }))
    },

    async remove({ apiId: ApiId, id: RouteId }) {
      const client = await clients.apigateway()
      await unlessAbsent(client.send(new DeleteRouteCommand({ ApiId, RouteId })))
    },
  }
}

const asAsked = ({ key, authorization, scopes }: ApiRouteDesired, own: Own | undefined) => ({
  RouteKey: key,
  Target: own?.target,
  AuthorizationType: authorization,
  ...(authorization === 'JWT' ? { AuthorizerId: own?.authorizerId, AuthorizationScopes: [...scopes] } : {}),
})
