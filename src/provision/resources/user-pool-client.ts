/**
 * The page, as Cognito knows it: a public client, because a page in a browser keeps no secret. It takes part in nothing but the
 * authorization code flow; PKCE is the page's own doing, Cognito demands it of whoever began with it
 * (https://docs.aws.amazon.com/cognito/latest/developerguide/using-pkce-in-authorization-code.html).
 */
import {
  CreateUserPoolClientCommand,
  DeleteUserPoolClientCommand,
  DescribeUserPoolClientCommand,
  paginateListUserPoolClients,
  UpdateUserPoolClientCommand,
  type UserPoolClientType,
} from '@aws-sdk/client-cognito-identity-provider'
import { allPages, unlessAbsent } from '../absent.ts'
import type { AwsClients } from '../clients.ts'
import { field } from '../differences.ts'
import type { Difference, Inputs, Observed, Resource } from '../engine/resource.ts'
import { pageFacts, pageIds, pageWithoutAddress } from '../page.ts'
import type { RightsScope } from '../permissions.ts'
import { findUserPool } from './find-user-pool.ts'

/** Minutes. AWS's least for the refresh token, which the page throws away, is an hour. */
const LIFE = { access: 15, id: 15, refresh: 60 } as const

export interface UserPoolClientDesired {
  readonly name: string
  /** Of the page, with its last slash: where Cognito sends people after they signed in and out. */
  readonly url: string | undefined
  readonly minutes: typeof LIFE
}
type Wanted = Readonly<Record<(typeof FIELDS)[number], string>>
export interface UserPoolClientActual {
  readonly id: string
  readonly poolId: string
  readonly secret: boolean
  readonly remembered: boolean
  readonly fields: Wanted
}

export function userPoolClientResource(
  clients: AwsClients,
  scope: RightsScope,
): Resource<UserPoolClientDesired, UserPoolClientActual> {
  const { names } = scope
  const ids = pageIds(scope)
  return {
    id: ids.client,
    kind: 'sign-in client',
    name: names.page.client,
    why: 'lets the page, and no other address, ask who signed in',
    ownership: { by: 'parent', parent: ids.userPool },
    onTeardown: 'remove',
    needs: [ids.userPool, ids.domain, ids.api],
    follows: { ids: [ids.api], fields: ['callback', 'logout'] },

    desired: (inputs) =>
      inputs.settings.page === undefined
        ? undefined
        : { name: names.page.client, url: pageFacts(inputs).url, minutes: LIFE },

    read: (inputs) => readClient(clients, inputs),

    diff: (desired, actual) => [
      ...FIELDS.flatMap((name): readonly Difference[] =>
        field(name, { is: actual.fields[name], want: wanted(desired)[name] }),
      ),
      // Cognito takes no secret from a client that has one.
      ...field('secret', { is: actual.secret ? 'yes' : 'no', want: 'no' }, 'impossible'),
      ...field('known to the guard', { is: actual.remembered ? 'yes' : 'no', want: 'yes' }),
    ],

    async create(desired, doing, inputs) {
      const cognito = await clients.cognito()
      const { UserPoolClient } = await cognito.send(
        new CreateUserPoolClientCommand({
          ...settingsFor(desired),
          UserPoolId: pageFacts(inputs).userPoolId,
          GenerateSecret: false,
        }),
      )
      await doing.remember(UserPoolClient?.ClientId)
    },

    async update(desired, { id, poolId }, differences, doing) {
      await doing.remember(id)
      if (differences.every((one) => one.field === 'known to the guard')) return
      // What is not sent goes back to its default.
      const cognito = await clients.cognito()
      await cognito.send(new UpdateUserPoolClientCommand({ ...settingsFor(desired), UserPoolId: poolId, ClientId: id }))
    },

    async remove({ id, poolId }, doing) {
      const cognito = await clients.cognito()
      await unlessAbsent(cognito.send(new DeleteUserPoolClientCommand({ UserPoolId: poolId, ClientId: id })))
      await doing.remember(undefined)
    },
  }
}

function settingsFor({ name, url, minutes }: UserPoolClientDesired) {
  if (url === undefined) throw pageWithoutAddress()
  return {
    ClientName: name,
    AllowedOAuthFlowsUserPoolClient: true,
    AllowedOAuthFlows: ['code' as const],
    AllowedOAuthScopes: ['openid'],
    SupportedIdentityProviders: ['COGNITO'],
    CallbackURLs: [url],
    LogoutURLs: [url],
    DefaultRedirectURI: url,
    // An empty list would be AWS's default, sign-in by password over the API: this one is the least there is.
    ExplicitAuthFlows: ['ALLOW_REFRESH_TOKEN_AUTH' as const],
    AccessTokenValidity: minutes.access,
    IdTokenValidity: minutes.id,
    RefreshTokenValidity: minutes.refresh,
    TokenValidityUnits: {
      AccessToken: 'minutes' as const,
      IdToken: 'minutes' as const,
      RefreshToken: 'minutes' as const,
    },
    EnableTokenRevocation: true,
    PreventUserExistenceErrors: 'ENABLED' as const,
    ReadAttributes: ['email'],
    // None at all would be AWS's default, every standard attribute, the address too: this one means nothing here.
    WriteAttributes: ['locale'],
  }
}

const FIELDS = [
  'name',
  'callback',
  'logout',
  'flows',
  'scopes',
  'identityProviders',
  'apiFlows',
  'tokenMinutes',
  'tokenRevocation',
  'hidesWhoExists',
  'reads',
  'writes',
] as const

const wanted = ({ name, url, minutes }: UserPoolClientDesired): Wanted => ({
  name,
  callback: url ?? '',
  logout: url ?? '',
  flows: 'code',
  scopes: 'openid',
  identityProviders: 'COGNITO',
  apiFlows: 'ALLOW_REFRESH_TOKEN_AUTH',
  tokenMinutes: `access ${minutes.access}, id ${minutes.id}, refresh ${minutes.refresh}`,
  tokenRevocation: 'yes',
  hidesWhoExists: 'yes',
  reads: 'email',
  writes: 'locale',
})

const listed = (names: readonly string[] | undefined): string => [...(names ?? [])].sort().join(', ')

async function readClient(clients: AwsClients, inputs: Inputs): Promise<Observed<UserPoolClientActual>> {
  const pool = await findUserPool(clients, inputs)
  if (pool?.Id === undefined) return { state: 'absent' }
  const remembered = inputs.remembered(pageIds(inputs).client)
  const client = await findClient(clients, pool.Id, { remembered, name: inputs.names.page.client })
  if (client?.ClientId === undefined) return { state: 'absent' }
  const actual: UserPoolClientActual = {
    id: client.ClientId,
    poolId: pool.Id,
    secret: client.ClientSecret !== undefined,
    remembered: remembered === client.ClientId,
    fields: fieldsOf(client),
  }
  return { state: 'present', actual, tags: undefined }
}

async function findClient(
  clients: AwsClients,
  UserPoolId: string,
  { remembered, name }: { readonly remembered: string | undefined; readonly name: string },
): Promise<UserPoolClientType | undefined> {
  const cognito = await clients.cognito()
  const describe = async (ClientId: string) =>
    (await unlessAbsent(cognito.send(new DescribeUserPoolClientCommand({ UserPoolId, ClientId }))))?.UserPoolClient
  const known = remembered === undefined ? undefined : await describe(remembered)
  if (known !== undefined) return known
  const pages = paginateListUserPoolClients({ client: cognito }, { UserPoolId, MaxResults: 60 })
  const all = (await unlessAbsent(allPages(pages, (page) => page.UserPoolClients))) ?? []
  const found = all.find((one) => one.ClientName === name)?.ClientId
  return found === undefined ? undefined : describe(found)
}

function fieldsOf(client: UserPoolClientType): Wanted {
  const { AccessToken = 'hours', IdToken = 'hours', RefreshToken = 'days' } = client.TokenValidityUnits ?? {}
  const inMinutes = (value: number | undefined, unit: string): string =>
    value === undefined ? 'unset' : unit === 'minutes' ? String(value) : `${value} ${unit}`
  return {
    name: client.ClientName ?? '',
    callback: listed(client.CallbackURLs),
    logout: listed(client.LogoutURLs),
    flows: client.AllowedOAuthFlowsUserPoolClient ? listed(client.AllowedOAuthFlows) : '',
    scopes: listed(client.AllowedOAuthScopes),
    identityProviders: listed(client.SupportedIdentityProviders),
    apiFlows: listed(client.ExplicitAuthFlows),
    tokenMinutes: [
      `access ${inMinutes(client.AccessTokenValidity, AccessToken)}`,
      `id ${inMinutes(client.IdTokenValidity, IdToken)}`,
      `refresh ${inMinutes(client.RefreshTokenValidity, RefreshToken)}`,
    ].join(', '),
    tokenRevocation: client.EnableTokenRevocation ? 'yes' : 'no',
    hidesWhoExists: client.PreventUserExistenceErrors === 'ENABLED' ? 'yes' : 'no',
    reads: listed(client.ReadAttributes),
    writes: listed(client.WriteAttributes),
  }
}
