/**
 * The HTTP API that stands before the page. Its id and address are AWS's choice, so they are remembered. A route or a stage
 * that the guard did not make would be a way in past the sign-in or past the throttling, so they are shown, and go.
 */
import {
  type Api,
  type ApiGatewayV2Client,
  CreateApiCommand,
  DeleteApiCommand,
  DeleteCorsConfigurationCommand,
  DeleteRouteCommand,
  DeleteStageCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateApiCommand,
} from '@aws-sdk/client-apigatewayv2'
import { unlessAbsent } from '../absent.ts'
import type { AwsClients } from '../clients.ts'
import { field } from '../differences.ts'
import type { Difference, Doing, Inputs, Observed, Resource } from '../engine/resource.ts'
import { pageIds, readApiFact, writeApiFact } from '../page.ts'
import type { RightsScope } from '../permissions.ts'
import { flattenTags, tagChanges } from '../tags.ts'
import { type ApiReader, unlessNotConcerned } from './api-reader.ts'
import { ROUTES, STAGE } from './api-shape.ts'

export interface HttpApiDesired {
  readonly name: string
  readonly description: string
  readonly addresses: 'dualstack'
  /** The admin maps a domain of their own onto the API; until that works, and to see whether it does, this one must. */
  readonly endpoint: 'on'
}

export interface HttpApiActual {
  readonly id: string
  readonly protocol: string
  readonly description: string | undefined
  readonly addresses: string | undefined
  readonly endpoint: 'on' | 'off'
  /** Whether scripts of other sites may read its answers. */
  readonly cors: boolean
  /** What people open, and whether the guard knows it. */
  readonly url: string
  readonly remembered: boolean
  /** Made by somebody else: by route key and id, by name. */
  readonly extraRoutes: readonly { readonly id: string; readonly key: string }[]
  readonly extraStages: readonly string[]
}

const EXTRA_ROUTES = 'routes from elsewhere'
const EXTRA_STAGES = 'stages from elsewhere'

export function httpApiResource(
  clients: AwsClients,
  scope: RightsScope,
  reader: ApiReader,
): Resource<HttpApiDesired, HttpApiActual> {
  const { names } = scope
  return {
    id: pageIds(scope).api,
    kind: 'HTTP API',
    name: names.page.api,
    why: 'gives the self-service page its address',
    ownership: { by: 'tag' },
    onTeardown: 'remove',
    needs: [],

    desired: ({ settings }) =>
      settings.page && {
        name: names.page.api,
        description: `the self-service page (cost-guard ${names.guard})`,
        addresses: 'dualstack',
        endpoint: 'on',
      },

    read: (inputs) => unlessNotConcerned(inputs, readApi(reader, inputs)),

    diff: (desired, actual) => [
      ...field('protocol', { is: actual.protocol, want: 'HTTP' }, 'impossible'),
      ...field('description', { is: actual.description, want: desired.description }),
      ...field('addresses', { is: actual.addresses, want: desired.addresses }),
      ...field('endpoint', { is: actual.endpoint, want: desired.endpoint }),
      ...field('cors', { is: actual.cors ? 'on' : undefined, want: undefined }),
      ...field(EXTRA_ROUTES, { is: actual.extraRoutes.map(({ key }) => key).join(', '), want: undefined }),
      ...field(EXTRA_STAGES, { is: actual.extraStages.join(', '), want: undefined }),
      ...field('known to the guard', { is: actual.remembered ? 'yes' : 'no', want: 'yes' }),
    ],

    async create(desired, doing) {
      const client = await clients.apigateway()
      const made = await client.send(
        new CreateApiCommand({
          Name: desired.name,
          ProtocolType: 'HTTP',
          Description: desired.description,
          // The default is IPv4 alone.
          IpAddressType: desired.addresses,
          Tags: { ...doing.tags },
        }),
      )
      // Cut off before this line it is found again by its tag.
      await doing.remember(factOf(made))
    },

    async update(desired, actual, differences, doing) {
      await doing.remember(writeApiFact({ id: actual.id, endpoint: actual.url }))
      const client = await clients.apigateway()
      await updateApi(client, desired, actual, differences)
      await updateTags(client, arnOf(scope, actual.id), differences, doing)
    },

    async remove(actual, doing) {
      const client = await clients.apigateway()
      await unlessAbsent(client.send(new DeleteApiCommand({ ApiId: actual.id })))
      await doing.remember(undefined)
    },
  }
}

/** The account is no part of it: https://docs.aws.amazon.com/apigateway/latest/developerguide/arn-format-reference.html */
const arnOf = ({ partition, region }: RightsScope, id: string): string =>
  `arn:${partition}:apigateway:${region}::/apis/${id}`

const factOf = (api: Pick<Api, 'ApiEndpoint'> & { ApiId?: string | undefined }): string =>
  writeApiFact({ id: api.ApiId ?? '', endpoint: (api.ApiEndpoint ?? '').replace(/\/$/, '') })

async function readApi(reader: ApiReader, inputs: Inputs): Promise<Observed<HttpApiActual>> {
  const api = await reader.find(inputs)
  const id = api?.ApiId
  if (api === undefined || id === undefined) return { state: 'absent' }
  const [routes, stages] = await Promise.all([reader.routes(id), reader.stages(id)])
  if (routes === undefined || stages === undefined) return { state: 'absent' }
  const url = (api.ApiEndpoint ?? '').replace(/\/$/, '')
  const remembered = readApiFact(inputs.remembered(pageIds(inputs).api))
  const actual: HttpApiActual = {
    id,
    protocol: api.ProtocolType ?? '',
    description: api.Description,
    addresses: api.IpAddressType,
    endpoint: api.DisableExecuteApiEndpoint ? 'off' : 'on',
    cors: api.CorsConfiguration !== undefined && Object.keys(api.CorsConfiguration).length > 0,
    url,
    remembered: remembered?.id === id && remembered.endpoint === url,
    extraRoutes: routes.flatMap(({ RouteId, RouteKey = '' }) =>
      RouteId === undefined || ROUTES.some(({ key }) => key === RouteKey) ? [] : [{ id: RouteId, key: RouteKey }],
    ),
    extraStages: stages.flatMap(({ StageName }) => (StageName === undefined || StageName === STAGE ? [] : [StageName])),
  }
  return { state: 'present', actual, tags: flattenTags(api.Tags) }
}

async function updateApi(
  client: ApiGatewayV2Client,
  desired: HttpApiDesired,
  { id: ApiId, extraRoutes, extraStages }: HttpApiActual,
  differences: readonly Difference[],
): Promise<void> {
  const differs = (...names: readonly string[]) => differences.some((each) => names.includes(each.field))
  // Ways in that nobody planned go before anything else is changed.
  if (differs(EXTRA_ROUTES)) {
    for (const { id: RouteId } of extraRoutes) {
      await unlessAbsent(client.send(new DeleteRouteCommand({ ApiId, RouteId })))
    }
  }
  if (differs(EXTRA_STAGES)) {
    for (const StageName of extraStages) await unlessAbsent(client.send(new DeleteStageCommand({ ApiId, StageName })))
  }
  if (differs('cors')) await unlessAbsent(client.send(new DeleteCorsConfigurationCommand({ ApiId })))
  if (differs('description', 'addresses', 'endpoint')) {
    await client.send(
      new UpdateApiCommand({
        ApiId,
        Description: desired.description,
        IpAddressType: desired.addresses,
        DisableExecuteApiEndpoint: false,
      }),
    )
  }
}

async function updateTags(
  client: ApiGatewayV2Client,
  ResourceArn: string,
  differences: readonly Difference[],
  doing: Doing,
) {
  const changes = tagChanges(differences, doing.tags)
  if (changes === undefined) return
  await client.send(new TagResourceCommand({ ResourceArn, Tags: { ...changes.set } }))
  if (changes.remove.length > 0) {
    await client.send(new UntagResourceCommand({ ResourceArn, TagKeys: [...changes.remove] }))
  }
}
