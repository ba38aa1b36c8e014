/** What checks an access token before the page's function is called: signed by this user pool, for this client. */
import {
  type Authorizer,
  CreateAuthorizerCommand,
  DeleteAuthorizerCommand,
  UpdateAuthorizerCommand,
} from '@aws-sdk/client-apigatewayv2'
import { unlessAbsent } from '../absent.ts'
import type { AwsClients } from '../clients.ts'
import { field } from '../differences.ts'
import type { Inputs, Observed, Resource } from '../engine/resource.ts'
import { pageFacts, pageIds } from '../page.ts'
import type { RightsScope } from '../permissions.ts'
import { type ApiReader, unlessNotConcerned } from './api-reader.ts'

export interface ApiAuthorizerDesired {
  readonly name: string
  readonly type: 'JWT'
  readonly issuer: string
  /** Of a Cognito access token: API Gateway compares its `client_id` where it has no `aud`. */
  readonly audience: string
  readonly from: string
}
export interface ApiAuthorizerActual {
  readonly apiId: string
  readonly id: string
  readonly type: string | undefined
  readonly issuer: string | undefined
  /** Several in one text: any of them opens. */
  readonly audience: string
  readonly from: string
}

const IDENTITY_SOURCE = '$request.header.Authorization'

export const ownAuthorizer = (all: readonly Authorizer[] | undefined, name: string): Authorizer | undefined =>
  all?.find((each) => each.Name === name)

export function apiAuthorizerResource(
  clients: AwsClients,
  scope: RightsScope,
  reader: ApiReader,
): Resource<ApiAuthorizerDesired, ApiAuthorizerActual> {
  const { names } = scope
  const ids = pageIds(scope)
  const name = names.page.api
  const read = async (inputs: Inputs): Promise<Observed<ApiAuthorizerActual>> => {
    const apiId = await reader.idOf(inputs)
    const found = apiId === undefined ? undefined : ownAuthorizer(await reader.authorizers(apiId), name)
    if (apiId === undefined || found?.AuthorizerId === undefined) return { state: 'absent' }
    const actual: ApiAuthorizerActual = {
      apiId,
      id: found.AuthorizerId,
      type: found.AuthorizerType,
      issuer: found.JwtConfiguration?.Issuer,
      audience: (found.JwtConfiguration?.Audience ?? []).toSorted().join(', '),
      from: (found.IdentitySource ?? []).join(', '),
    }
    return { state: 'present', actual, tags: undefined }
  }
  return {
    id: ids.authorizer,
    kind: 'API authorizer',
    name,
    why: 'lets nobody ask for data without a token of the page’s own sign-in',
    ownership: { by: 'parent', parent: ids.api },
    onTeardown: 'remove',
    // API Gateway fetches the issuer's configuration while the authorizer is made, so the pool is first.
    needs: [ids.api, ids.userPool, ids.client],
    follows: { ids: [ids.userPool, ids.client], fields: ['issuer', 'audience'] },

    desired: (inputs) => {
      if (inputs.settings.page === undefined) return undefined
      const { clientId, signIn } = pageFacts(inputs)
      return {
        name,
        type: 'JWT',
        issuer: signIn?.issuer ?? 'known after the user pool is made',
        audience: clientId ?? 'known after the app client is made',
        from: IDENTITY_SOURCE,
      }
    },

    read: (inputs) => unlessNotConcerned(inputs, read(inputs)),

    diff: (desired, actual) => [
      ...field('type', { is: actual.type, want: desired.type }, 'impossible'),
      ...field('issuer', { is: actual.issuer, want: desired.issuer }),
      ...field('audience', { is: actual.audience, want: desired.audience }),
      ...field('token from', { is: actual.from, want: desired.from }),
    ],

    async create(desired, _doing, inputs) {
      const client = await clients.apigateway()
      await client.send(new CreateAuthorizerCommand({ ApiId: await reader.idOf(inputs), ...asAsked(desired) }))
    },

    async update(desired, { apiId: ApiId, id: AuthorizerId }) {
      const client = await clients.apigateway()
      await client.send(new UpdateAuthorizerCommand({ ApiId, AuthorizerId, ...asAsked(desired) }))
    },

    async remove({ apiId: ApiId, id: AuthorizerId }) {
      const client = await clients.apigateway()
      await unlessAbsent(client.send(new DeleteAuthorizerCommand({ ApiId, AuthorizerId })))
    },
  }
}

const asAsked = ({ name, type, issuer, audience, from }: ApiAuthorizerDesired) => ({
  Name: name,
  AuthorizerType: type,
  IdentitySource: [from],
  JwtConfiguration: { Issuer: issuer, Audience: [audience] },
})
