/** All that makes the self-service page. A guard that neither wants one nor had one does not look for it. */
import type { AwsClients } from './clients.ts'
import type { Resource, ResourceId } from './engine/resource.ts'
import { pageIds } from './page.ts'
import type { RightsScope } from './permissions.ts'
import { pageUsersId, pageUsersResource } from './resources/page-users.ts'
import { userPoolResource } from './resources/user-pool.ts'
import { userPoolClientResource } from './resources/user-pool-client.ts'
import { userPoolDomainResource } from './resources/user-pool-domain.ts'

interface Sources {
  /** Ids with facts in the manifest. */
  readonly known: readonly ResourceId[]
  readonly thorough: boolean
}

export function pageResources(clients: AwsClients, scope: RightsScope, from: Sources): readonly Resource[] {
  if (!mayHaveAPage(scope, from)) return []
  const users = pageUsersResource(clients, scope)
  const rest: readonly Resource[] = [
    userPoolResource(clients, scope),
    userPoolDomainResource(clients, scope),
    userPoolClientResource(clients, scope),
  ]
  return [users, ...rest.map((resource) => ({ ...resource, needs: [...resource.needs, users.id] }))]
}

function mayHaveAPage(scope: RightsScope, { known, thorough }: Sources): boolean {
  const { userPool, client, api } = pageIds(scope)
  const tellTale = [pageUsersId(scope.names.table, scope.region), userPool, client, api]
  return scope.settings.page !== undefined || thorough || known.some((id) => tellTale.includes(id))
}
