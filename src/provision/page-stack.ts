/** All that makes the self-service page. A guard that neither wants one nor had one does not look for it. */
import { PAGE_VARIABLE } from '../runtime/page-config.ts'
import type { AwsClients } from './clients.ts'
import type { Resource, ResourceId } from './engine/resource.ts'
import { pageIds } from './page.ts'
import { signInHostOf } from './partition.ts'
import type { RightsScope } from './permissions.ts'
import { apiAuthorizerResource } from './resources/api-authorizer.ts'
import { apiIntegrationResource } from './resources/api-integration.ts'
import { apiPermissionResource } from './resources/api-permission.ts'
import { apiReader, unlessNotConcerned } from './resources/api-reader.ts'
import { apiRouteResource } from './resources/api-route.ts'
import { ROUTES } from './resources/api-shape.ts'
import { apiStageResource } from './resources/api-stage.ts'
import { functionResource } from './resources/function.ts'
import { httpApiResource } from './resources/http-api.ts'
import { accessLogGroup, functionLogGroup } from './resources/log-group.ts'
import { pageUsersId, pageUsersResource } from './resources/page-users.ts'
import { roleResource } from './resources/role.ts'
import { tableId } from './resources/table.ts'
import { userPoolResource } from './resources/user-pool.ts'
import { userPoolClientResource } from './resources/user-pool-client.ts'
import { userPoolDomainResource } from './resources/user-pool-domain.ts'
import type { RuntimeAssets } from './runtime-assets.ts'

interface Sources {
  /** Ids with facts in the manifest. */
  readonly known: readonly ResourceId[]
  readonly thorough: boolean
  readonly assets: RuntimeAssets
}

export function pageResources(clients: AwsClients, scope: RightsScope, from: Sources): readonly Resource[] {
  if (!mayHaveAPage(scope, from)) return []
  const users = pageUsersResource(clients, scope)
  const rest: readonly Resource[] = [
    userPoolResource(clients, scope),
    userPoolDomainResource(clients, scope),
    userPoolClientResource(clients, scope),
    ...servingResources(clients, scope, from.assets),
  ]
  return [users, ...rest.map((resource) => ({ ...resource, needs: [...resource.needs, users.id] }))]
}

/** What answers: the function with its role and logs, and the HTTP API before it. */
function servingResources(clients: AwsClients, scope: RightsScope, assets: RuntimeAssets): readonly Resource[] {
  const ids = pageIds(scope)
  const { functionLogs, accessLogs } = scope.names.page
  const reader = apiReader(clients)
  const made = [ids.api, ids.userPool, ids.domain, ids.client]
  const needs = [ids.functionLogs, tableId(scope.names.table, scope.region), ...made]
  return [
    httpApiResource(clients, scope, reader),
    whileWanted(functionLogGroup(clients, scope, functionLogs)),
    whileWanted(roleResource(clients, scope, 'dashboard')),
    {
      ...whileWanted(functionResource(clients, scope, 'dashboard', { assets, needs })),
      follows: {
        ids: [ids.api, ids.userPool, ids.client],
        fields: ['url', 'clientId', 'signIn'].map((key) => `environment/${PAGE_VARIABLE}/${key}`),
      },
    },
    whileWanted(apiPermissionResource(clients, scope)),
    apiIntegrationResource(clients, scope, reader),
    apiAuthorizerResource(clients, scope, reader),
    ...ROUTES.map((route) => apiRouteResource(clients, scope, reader, route)),
    whileWanted(accessLogGroup(clients, scope, accessLogs)),
    apiStageResource(clients, scope, reader),
  ]
}

/** Of a kind that other parts of the guard always have; whoever has no page need not be let look at it. */
const whileWanted = <D, A>(resource: Resource<D, A>): Resource<D, A> => ({
  ...resource,
  desired: (inputs) => (inputs.settings.page === undefined ? undefined : resource.desired(inputs)),
  read: (inputs) => unlessNotConcerned(inputs, resource.read(inputs)),
})

function mayHaveAPage(scope: RightsScope, { known, thorough }: Sources): boolean {
  // Nothing of the page's services answers there, not even to somebody who looks thoroughly.
  if (signInHostOf(scope.partition) === undefined) return false
  const { userPool, client, api } = pageIds(scope)
  const tellTale = [pageUsersId(scope.names.table, scope.region), userPool, client, api]
  return scope.settings.page !== undefined || thorough || known.some((id) => tellTale.includes(id))
}
