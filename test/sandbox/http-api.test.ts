/** HTTP APIs in the sandbox: what is deployed by the SDK is served on a localhost port, and guarded as AWS guards it. */
import { generateKeyPairSync, sign } from 'node:crypto'
import {
  ApiGatewayV2Client,
  CreateApiCommand,
  CreateAuthorizerCommand,
  CreateIntegrationCommand,
  CreateRouteCommand,
  CreateStageCommand,
  DeleteApiCommand,
  DeleteIntegrationCommand,
  GetApiCommand,
  GetAuthorizersCommand,
  GetStageCommand,
  UpdateStageCommand,
} from '@aws-sdk/client-apigatewayv2'
import { CloudWatchLogsClient, CreateLogGroupCommand, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs'
import { AddPermissionCommand, LambdaClient } from '@aws-sdk/client-lambda'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { listenPlain } from '../../src/sandbox/door/listen-plain.ts'
import { sandboxForTests } from '../support/sandbox.ts'
import { functionOf } from './_functions.ts'

const sandbox = sandboxForTests()
const gateway = () => new ApiGatewayV2Client({ region: 'us-east-1' })
const GROUP = '/page/access'
const handler = `export const handler = async (event) => {
  if (event.rawPath === '/files/broken') throw new Error('no')
  if (event.rawPath === '/files/odd') return { statusCode: 'many' }
  if (event.rawPath === '/files/picture')
    return { statusCode: 201, headers: { 'Content-Type': 'image/png' }, cookies: ['a=1', 'b=2'], body: 'aGk=', isBase64Encoded: true }
  return event
}`

const keys = generateKeyPairSync('rsa', { modulusLength: 2048 })
let issuer = ''
let close: () => Promise<void>
let url = ''
let api = { id: '', integration: '' }

/** An access token of an issuer of our own. */
function token(claims: object = {}, key = keys.privateKey): string {
  const now = Math.floor(Date.now() / 1000)
  const payload = { iss: issuer, client_id: 'page', exp: now + 60, iat: now, scope: 'openid email', ...claims }
  const text = [{ alg: 'RS256', kid: 'one' }, payload]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.')
  return `${text}.${sign('RSA-SHA256', Buffer.from(text), key).toString('base64url')}`
}
const get = async (path: string, headers: Record<string, string> = {}) => {
  const answer = await fetch(`${url}${path}`, { headers })
  const text = await answer.text()
  return { status: answer.status, headers: answer.headers, text }
}
const ask = async (bearer: string) => {
  const { status, text } = await get('/api/spend', { authorization: `Bearer ${bearer}` })
  return { status, body: JSON.parse(text) as { message?: string; requestContext?: object } }
}

async function deploy(): Promise<void> {
  const client = gateway()
  const made = await client.send(
    new CreateApiCommand({ Name: 'page', ProtocolType: 'HTTP', IpAddressType: 'dualstack' }),
  )
  const ApiId = made.ApiId ?? ''
  url = made.ApiEndpoint ?? ''
  const IntegrationUri = await functionOf('page', handler)
  const { IntegrationId = '' } = await client.send(
    new CreateIntegrationCommand({
      ApiId,
      IntegrationType: 'AWS_PROXY',
      IntegrationUri,
      PayloadFormatVersion: '2.0',
    }),
  )
  api = { id: ApiId, integration: IntegrationId }
  const { AuthorizerId } = await client.send(
    new CreateAuthorizerCommand({
      ApiId,
      Name: 'users',
      AuthorizerType: 'JWT',
      IdentitySource: ['$request.header.Authorization'],
      JwtConfiguration: { Issuer: issuer, Audience: ['page'] },
    }),
  )
  const Target = `integrations/${IntegrationId}`
  for (const RouteKey of ['GET /', 'GET /files/{file}'])
    await client.send(new CreateRouteCommand({ ApiId, RouteKey, Target }))
  await client.send(
    new CreateRouteCommand({
      ApiId,
      RouteKey: 'GET /api/{what}',
      Target,
      AuthorizationType: 'JWT',
      AuthorizerId,
      AuthorizationScopes: ['openid'],
    }),
  )
  await new CloudWatchLogsClient({ region: 'us-east-1' }).send(new CreateLogGroupCommand({ logGroupName: GROUP }))
  await client.send(new CreateStageCommand({ ApiId, StageName: '$default', AutoDeploy: true }))
}

beforeAll(async () => {
  const door = await listenPlain((request, response) => {
    const jwk = { ...keys.publicKey.export({ format: 'jwk' }), kid: 'one', use: 'sig', alg: 'RS256' }
    const isKeys = request.url?.endsWith('jwks.json')
    response.end(JSON.stringify(isKeys ? { keys: [jwk] } : { issuer, jwks_uri: `${issuer}/jwks.json` }))
  })
  issuer = `http://localhost:${door.port}`
  close = door.close
  await deploy()
})
afterAll(() => close())

test('a function is reached only once its own policy lets API Gateway in, and gets the request in format 2.0', async () => {
  expect(url).toMatch(/^http:\/\/localhost:\d+$/)
  expect(await get('/')).toMatchObject({ status: 500, text: '{"message":"Internal Server Error"}' })
  await new LambdaClient({ region: 'us-east-1' }).send(
    new AddPermissionCommand({
      FunctionName: 'page',
      StatementId: 'api',
      Action: 'lambda:InvokeFunction',
      Principal: 'apigateway.amazonaws.com',
      SourceArn: `arn:aws:execute-api:us-east-1:${sandbox.account}:${api.id}/*`,
    }),
  )
  const { status, text } = await get('/files/app%20one.js?a=1&a=2&b=%26', {
    'X-Thing': 'Yes',
    cookie: 'one=1; two=2',
    'x-sandbox-source-ip': '2001:db8::7',
    'user-agent': 'test',
  })
  expect(status).toBe(200)
  const event = JSON.parse(text) as Record<string, object>
  expect(event).toMatchObject({
    version: '2.0',
    routeKey: 'GET /files/{file}',
    rawPath: '/files/app%20one.js',
    rawQueryString: 'a=1&a=2&b=%26',
    queryStringParameters: { a: '1,2', b: '&' },
    cookies: ['one=1', 'two=2'],
    pathParameters: { file: 'app one.js' },
    requestContext: {
      http: { method: 'GET', path: '/files/app%20one.js', sourceIp: '2001:db8::7', userAgent: 'test' },
      stage: '$default',
    },
    isBase64Encoded: false,
  })
  expect(event['headers']).toMatchObject({ 'x-thing': 'Yes' })
  expect(Object.keys(event['headers'] ?? {})).not.toContain('x-sandbox-source-ip')
  expect((await get('/nowhere')).text).toBe('{"message":"Not Found"}')
  expect((await fetch(url, { method: 'POST' })).status).toBe(404)
})

test('an answer is sent as the function says, and what is no answer is an error of the server', async () => {
  const picture = await get('/files/picture')
  expect(picture).toMatchObject({ status: 201, text: 'hi' })
  expect(picture.headers.get('content-type')).toBe('image/png')
  expect(picture.headers.getSetCookie()).toEqual(['a=1', 'b=2'])
  for (const path of ['/files/broken', '/files/odd'])
    expect(await get(path)).toMatchObject({ status: 500, text: '{"message":"Internal Server Error"}' })
})

test('only a token of the issuer, for this client, in time and with the scope opens a guarded route', async () => {
  const now = Math.floor(Date.now() / 1000)
  const unauthorised = { status: 401, body: { message: 'Unauthorized' } }
  expect(await get('/api/spend')).toMatchObject({ status: 401, text: '{"message":"Unauthorized"}' })
  expect(await ask('nonsense')).toEqual(unauthorised)
  expect(await ask(token({ iss: 'https://other.example' }))).toEqual(unauthorised)
  expect(await ask(token({ client_id: 'another' }))).toEqual(unauthorised)
  expect(await ask(token({ aud: 'another' }))).toEqual(unauthorised)
  expect(await ask(token({ exp: now - 1 }))).toEqual(unauthorised)
  expect(await ask(token({}, generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey))).toEqual(unauthorised)
  expect(await ask(token({ scope: 'email' }))).toEqual({ status: 403, body: { message: 'Forbidden' } })
  const good = await ask(token({ sub: 's-1', groups: ['a', 'b'], admin: true }))
  expect(good.body.requestContext).toMatchObject({
    authorizer: { jwt: { claims: { sub: 's-1', groups: '[a b]', admin: 'true' }, scopes: ['openid'] } },
  })
})

test('what the emulator cannot do with an API is there: its authorizers, a changed stage, its access log', async () => {
  const client = gateway()
  const ApiId = api.id
  expect((await client.send(new GetAuthorizersCommand({ ApiId }))).Items).toMatchObject([{ Name: 'users' }])
  expect(await client.send(new GetApiCommand({ ApiId }))).toMatchObject({
    ApiEndpoint: url,
    IpAddressType: 'dualstack',
  })
  const twice = client.send(new CreateStageCommand({ ApiId, StageName: '$default' }))
  await expect(twice).rejects.toMatchObject({ name: 'ConflictException' })
  const used = client.send(new DeleteIntegrationCommand({ ApiId, IntegrationId: api.integration }))
  await expect(used).rejects.toMatchObject({ name: 'ConflictException' })
  await client.send(
    new UpdateStageCommand({
      ApiId,
      StageName: '$default',
      DefaultRouteSettings: { ThrottlingBurstLimit: 20, ThrottlingRateLimit: 10 },
      AccessLogSettings: {
        DestinationArn: `arn:aws:logs:us-east-1:${sandbox.account}:log-group:${GROUP}`,
        Format: '$context.status $context.routeKey $context.authorizer.claims.sub $context.nothing',
      },
    }),
  )
  expect(await client.send(new GetStageCommand({ ApiId, StageName: '$default' }))).toMatchObject({
    AutoDeploy: true,
    DefaultRouteSettings: { ThrottlingBurstLimit: 20, ThrottlingRateLimit: 10 },
  })
  await ask(token({ sub: 's-2' }))
  await sandbox.idle()
  const { events } = await new CloudWatchLogsClient({ region: 'us-east-1' }).send(
    new FilterLogEventsCommand({ logGroupName: GROUP }),
  )
  expect(events?.map(({ message }) => message)).toEqual(['200 GET /api/{what} s-2 -'])
  await client.send(new DeleteApiCommand({ ApiId }))
  await expect(fetch(url)).rejects.toThrow(/fetch failed/)
})
