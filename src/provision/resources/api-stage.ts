/** The stage of the page's HTTP API: served at its root, throttled, each request a line in the access log. */
import {
  CreateStageCommand,
  DeleteRouteSettingsCommand,
  DeleteStageCommand,
  UpdateStageCommand,
} from '@aws-sdk/client-apigatewayv2'
import { unlessAbsent } from '../absent.ts'
import type { AwsClients } from '../clients.ts'
import { field } from '../differences.ts'
import type { Inputs, Observed, Resource } from '../engine/resource.ts'
import { pageIds } from '../page.ts'
import { logGroupArns, type RightsScope } from '../permissions.ts'
import { type ApiReader, unlessNotConcerned } from './api-reader.ts'
import { ACCESS_LOG_FORMAT, ROUTES, STAGE, THROTTLING } from './api-shape.ts'

export interface ApiStageDesired {
  readonly name: string
  /** A changed route is in force at once: there is nothing to roll back to. */
  readonly autoDeploy: true
  readonly rate: number
  readonly burst: number
  /** Without `:*`. */
  readonly accessLog: string
  readonly format: string
}
export interface ApiStageActual {
  readonly apiId: string
  readonly autoDeploy: boolean
  readonly rate: number | undefined
  readonly burst: number | undefined
  readonly detailedMetrics: boolean
  /** Routes with a throttling of their own. */
  readonly exempt: readonly string[]
  readonly accessLog: string | undefined
  readonly format: string | undefined
}

const EXEMPT = 'throttling of single routes'

export function apiStageResource(
  clients: AwsClients,
  scope: RightsScope,
  reader: ApiReader,
): Resource<ApiStageDesired, ApiStageActual> {
  const { names } = scope
  const ids = pageIds(scope)
  return {
    id: ids.stage,
    kind: 'API stage',
    name: names.page.api,
    why: 'puts the page on the net: throttled, and with a line for each request in the access log',
    ownership: { by: 'parent', parent: ids.api },
    onTeardown: 'remove',
    // Last of all: before it nothing answers, so nothing half-made is ever open.
    needs: [ids.api, ids.accessLogs, ids.function, ...ROUTES.map(({ key }) => ids.route(key))],

    desired: ({ settings }) =>
      settings.page && {
        name: STAGE,
        autoDeploy: true,
        ...THROTTLING,
        accessLog: logGroupArns(scope, names.page.accessLogs)[0],
        format: ACCESS_LOG_FORMAT,
      },

    read: (inputs) => unlessNotConcerned(inputs, readStage(reader, inputs)),

    diff: (desired, actual) => [
      ...field('autoDeploy', { is: actual.autoDeploy, want: desired.autoDeploy }),
      ...field('requestsPerSecond', { is: actual.rate, want: desired.rate }),
      ...field('requestsAtOnce', { is: actual.burst, want: desired.burst }),
      ...field('detailedMetrics', { is: actual.detailedMetrics, want: false }),
      ...field(EXEMPT, { is: actual.exempt.join(', '), want: undefined }),
      ...field('accessLog', { is: actual.accessLog, want: desired.accessLog }),
      ...(actual.format === desired.format
        ? []
        : field('accessLog/format', { is: actual.format && 'something else', want: 'as the guard needs it' })),
    ],

    async create(desired, _doing, inputs) {
      const client = await clients.apigateway()
      await client.send(new CreateStageCommand({ ApiId: await reader.idOf(inputs), ...asAsked(desired) }))
    },

    async update(desired, { apiId: ApiId, exempt }, differences) {
      const client = await clients.apigateway()
      if (differences.some((each) => each.field === EXEMPT)) {
        for (const RouteKey of exempt) {
          await unlessAbsent(client.send(new DeleteRouteSettingsCommand({ ApiId, StageName: STAGE, RouteKey })))
        }
      }
      if (differences.some((each) => each.field !== EXEMPT)) {
        await client.send(new UpdateStageCommand({ ApiId, ...asAsked(desired) }))
      }
    },

    async remove({ apiId: ApiId }) {
      const client = await clients.apigateway()
      await unlessAbsent(client.send(new DeleteStageCommand({ ApiId, StageName: STAGE })))
    },
  }
}

async function readStage(reader: ApiReader, inputs: Inputs): Promise<Observed<ApiStageActual>> {
  const apiId = await reader.idOf(inputs)
  const stage = apiId === undefined ? undefined : (await reader.stages(apiId))?.find((each) => each.StageName === STAGE)
  if (apiId === undefined || stage === undefined) return { state: 'absent' }
  const settings = stage.DefaultRouteSettings
  const actual: ApiStageActual = {
    apiId,
    autoDeploy: stage.AutoDeploy === true,
    rate: settings?.ThrottlingRateLimit,
    burst: settings?.ThrottlingBurstLimit,
    detailedMetrics: settings?.DetailedMetricsEnabled === true,
    exempt: Object.keys(stage.RouteSettings ?? {}).toSorted(),
    accessLog: stage.AccessLogSettings?.DestinationArn?.replace(/:\*$/, ''),
    format: stage.AccessLogSettings?.Format,
  }
  return { state: 'present', actual, tags: undefined }
}

const asAsked = ({ name, autoDeploy, rate, burst, accessLog, format }: ApiStageDesired) => ({
  StageName: name,
  AutoDeploy: autoDeploy,
  DefaultRouteSettings: { ThrottlingRateLimit: rate, ThrottlingBurstLimit: burst, DetailedMetricsEnabled: false },
  AccessLogSettings: { DestinationArn: accessLog, Format: format },
})
