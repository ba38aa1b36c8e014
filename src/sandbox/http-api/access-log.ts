/** The access log of a stage: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-logging-variables.html */
import { CreateLogStreamCommand, PutLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs'
import { orAbsent } from '../refusals/refuse.ts'
import type { World } from '../world.ts'
import type { Api, Deployed } from './deployed.ts'
import { type ApiAnswer, type Asked, requestTime } from './event.ts'
import type { Judged } from './jwt.ts'

export interface Served {
  readonly asked: Asked
  readonly answer: ApiAnswer
  readonly routeKey: string | undefined
  readonly judged: Judged | undefined
  readonly integrationError: string | undefined
  readonly integrationMs: number | undefined
  readonly milliseconds: number
}

function variable(world: World, api: Api, served: Served, name: string): string {
  const { asked, answer, judged } = served
  const claims = judged && 'claims' in judged ? judged.claims : {}
  const claim = /^authorizer\.claims\.(.+)$/.exec(name)?.[1]
  if (claim !== undefined) return String(claims[claim] ?? '-')
  const known: Readonly<Record<string, string | number | undefined>> = {
    accountId: world.account,
    apiId: api.id,
    'authorizer.error': judged && 'why' in judged ? judged.why : undefined,
    domainName: `${api.id}.execute-api.${api.region}.amazonaws.com`,
    'error.message': answer.status >= 400 && !served.integrationError ? answer.body.toString('utf8') : undefined,
    httpMethod: asked.method,
    'identity.sourceIp': asked.sourceIp,
    'identity.userAgent': asked.headers['user-agent'],
    integrationErrorMessage: served.integrationError,
    'integration.error': served.integrationError,
    integrationLatency: served.integrationMs,
    integrationStatus: served.integrationMs === undefined ? undefined : 200,
    path: asked.url.split('?')[0],
    protocol: 'HTTP/1.1',
    requestId: asked.id,
    requestTime: requestTime(asked.at),
    requestTimeEpoch: asked.at,
    responseLatency: Math.round(served.milliseconds),
    responseLength: answer.body.length,
    routeKey: served.routeKey,
    stage: '$default',
    status: answer.status,
  }
  return String(known[name] ?? '-')
}

export async function writeAccessLog(world: World, api: Api, { stage }: Deployed, served: Served): Promise<void> {
  const { DestinationArn, Format } = stage.AccessLogSettings ?? {}
  const logGroupName = /:log-group:([^:]+)/.exec(DestinationArn ?? '')?.[1]
  if (logGroupName === undefined || !Format) return
  const message = Format.replace(/\$context\.([\w.]+\w)/g, (_, name: string) => variable(world, api, served, name))
  const { logs } = world.clients(api.region)
  const logStreamName = `${new Date(served.asked.at).toISOString().slice(0, 13)}-${served.asked.id}`
  // A group that is gone takes no line, and nobody is told: as in AWS.
  const made = await orAbsent(logs.send(new CreateLogStreamCommand({ logGroupName, logStreamName })))
  if (made === undefined) return
  const logEvents = [{ timestamp: served.asked.at, message }]
  await orAbsent(logs.send(new PutLogEventsCommand({ logGroupName, logStreamName, logEvents })))
}
