/** The page's HTTP API and all that belongs to it, on the sandbox: made in one go, kept as it should be, gone without a trace. */
import {
  CreateApiCommand,
  CreateRouteCommand,
  CreateStageCommand,
  DeleteApiCommand,
  DeleteStageCommand,
  GetApisCommand,
  GetAuthorizersCommand,
  GetIntegrationsCommand,
  GetRoutesCommand,
  GetStagesCommand,
  UntagResourceCommand,
  UpdateApiCommand,
  UpdateAuthorizerCommand,
  UpdateIntegrationCommand,
  UpdateRouteCommand,
  UpdateStageCommand,
} from '@aws-sdk/client-apigatewayv2'
import { ListUserPoolClientsCommand, ListUserPoolsCommand } from '@aws-sdk/client-cognito-identity-provider'
import {
  AddPermissionCommand,
  GetFunctionConfigurationCommand,
  GetPolicyCommand,
  RemovePermissionCommand,
} from '@aws-sdk/client-lambda'
import { beforeAll, describe, expect, test } from 'vitest'
import { adminPolicy, pagePolicy } from '../../src/provision/admin-rights.ts'
import { isReadOnly } from '../../src/provision/clients.ts'
import { pageIds, readApiFact } from '../../src/provision/page.ts'
import { pageResources } from '../../src/provision/page-stack.ts'
import { ROUTES } from '../../src/provision/resources/api-shape.ts'
import { tableResource } from '../../src/provision/resources/table.ts'
import { rightsFor } from '../../src/provision/step-rights.ts'
import { readPageConfig } from '../../src/runtime/page-config.ts'
import { sandboxForTests } from '../support/sandbox.ts'
import { type AnyResource, born, died, fieldsOf, type Life, repaired, stepOf, unchanged } from './life.ts'
import { personWith } from './on-sandbox.ts'
import { ACCOUNT, aPage, REGION, succeeded, type World, world } from './world.ts'
import { zipAnswering } from './zip.ts'

const sandbox = sandboxForTests()
let aws: World
beforeAll(() => {
  expect(sandbox.region).toBe(REGION)
  aws = world()
})

const ids = () => pageIds(aws.scope())
function life(id: string, page = true): Life {
  const scope = aws.scope({ page: page ? aPage() : undefined })
  const known = [ids().api]
  const list: readonly AnyResource[] = [
    tableResource(aws.clients, scope),
    ...pageResources(aws.clients, scope, { known, thorough: false, assets: zipAnswering('page') }),
  ]
  return { aws, scope, list, id }
}
const gateway = () => aws.clients.apigateway()
const fact = async () => {
  const known = readApiFact((await aws.manifest(aws.scope()).facts()).get(ids().api))
  if (known === undefined) throw new Error('the API is not remembered')
  return known
}
const routes = async (ApiId: string) => (await (await gateway()).send(new GetRoutesCommand({ ApiId }))).Items ?? []
const routeOf = async (key: string) => {
  const ApiId = (await fact()).id
  return { ApiId, RouteId: (await routes(ApiId)).find((one) => one.RouteKey === key)?.RouteId }
}

describe('the HTTP API of the page', () => {
  test('the two printed policies are enough from first to last, and a plan checks no right that they lack', async () => {
    const names = aws.scope().names
    const Statement = [...adminPolicy(names).Statement, ...pagePolicy(names).Statement]
    const { keys } = await personWith(sandbox, 'installer', { Version: '2012-10-17', Statement })
    Object.assign(process.env, sandbox.envOf(keys))
    aws = world()
    sandbox.clearCalls()
    const one = life(ids().stage)
    const first = await aws.install(one.list, one.scope)
    succeeded(first.outcome)
    const gone = await aws.teardown(one.list, one.scope, true)
    succeeded(gone.outcome)
    expect(sandbox.calls().filter((call) => /AccessDenied/.test(call.error ?? ''))).toEqual([])
    const checked = [...first.plan.steps, ...gone.plan.steps].flatMap((step) => rightsFor(step, one.scope))
    const asked = sandbox.calls().flatMap((call) => (isReadOnly(call.operation) ? [] : call.asked))
    const actions = (list: readonly { readonly action: string }[]) =>
      [...new Set(list.map(({ action }) => action))].filter((one) => /^apigateway:(?!Tag)/.test(one)).toSorted()
    expect(actions(checked)).toEqual(actions(asked))
    Object.assign(process.env, sandbox.env)
    aws = world()
  })

  test('everything is made in one go, although nothing is known at the first plan, and then there is nothing to do', async () => {
    await born(life(ids().stage))
    const client = await gateway()
    const { id: ApiId, endpoint } = await fact()
    const [apis, stages, authorizers, integrations] = await Promise.all([
      client.send(new GetApisCommand({})),
      client.send(new GetStagesCommand({ ApiId })),
      client.send(new GetAuthorizersCommand({ ApiId })),
      client.send(new GetIntegrationsCommand({ ApiId })),
    ])
    expect(apis.Items).toMatchObject([{ Name: 'cg-test-dashboard', ProtocolType: 'HTTP', IpAddressType: 'dualstack' }])
    expect(integrations.Items).toMatchObject([{ IntegrationType: 'AWS_PROXY', PayloadFormatVersion: '2.0' }])
    const [jwt] = authorizers.Items ?? []
    const config = readPageConfig(await environment())
    expect(jwt).toMatchObject({
      AuthorizerType: 'JWT',
      IdentitySource: ['$request.header.Authorization'],
      JwtConfiguration: { Issuer: config.signIn.issuer, Audience: [config.clientId] },
    })
    expect(config).toMatchObject({ url: `${endpoint}/` })
    expect(config.clientId).not.toMatch(/known after/)
    const found = (await routes(ApiId)).map(({ RouteKey, AuthorizationType, AuthorizationScopes, AuthorizerId }) =>
      [RouteKey, AuthorizationType, AuthorizationScopes ?? [], AuthorizerId === jwt?.AuthorizerId].join(' '),
    )
    expect(found.toSorted()).toEqual([
      'GET / NONE  false',
      'GET /api/{what} JWT openid true',
      'GET /config.json NONE  false',
      'GET /files/{file} NONE  false',
    ])
    expect(stages.Items).toMatchObject([
      {
        StageName: '$default',
        AutoDeploy: true,
        DefaultRouteSettings: { ThrottlingRateLimit: 20, ThrottlingBurstLimit: 40 },
        AccessLogSettings: {
          DestinationArn: `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:/aws/vendedlogs/cg-test-dashboard`,
        },
      },
    ])
    const format = stages.Items?.[0]?.AccessLogSettings?.Format ?? ''
    expect(JSON.parse(format)).toMatchObject({ sub: '$context.authorizer.claims.sub', status: '$context.status' })
    expect(format).not.toMatch(/\n|queryString|header|\$context\.path|token/i)
  })

  const environment = async () =>
    (
      await (
        await aws.clients.lambda()
      ).send(new GetFunctionConfigurationCommand({ FunctionName: 'cg-test-dashboard' }))
    ).Environment?.Variables ?? {}

  test('only this API may call the function', async () => {
    const { Policy = '{}' } = await (await aws.clients.lambda()).send(
      new GetPolicyCommand({ FunctionName: 'cg-test-dashboard' }),
    )
    const { Statement } = JSON.parse(Policy) as { Statement: readonly object[] }
    expect(Statement).toMatchObject([
      {
        Principal: { Service: 'apigateway.amazonaws.com' },
        Action: 'lambda:InvokeFunction',
        Condition: { ArnLike: { 'AWS:SourceArn': `arn:aws:execute-api:${REGION}:${ACCOUNT}:${(await fact()).id}/*` } },
      },
    ])
  })

  test('data that somebody opened to everybody is closed again, and so is a token of another client', async () => {
    const client = await gateway()
    const open = async () =>
      client.send(new UpdateRouteCommand({ ...(await routeOf('GET /api/{what}')), AuthorizationType: 'NONE' }))
    expect(await repaired(life(ids().route('GET /api/{what}')), open)).toEqual(['authorization'])
    const { id: ApiId } = await fact()
    const jwt = (await client.send(new GetAuthorizersCommand({ ApiId }))).Items?.[0]
    const other = { ...jwt?.JwtConfiguration, Audience: [...(jwt?.JwtConfiguration?.Audience ?? []), 'theirs'] }
    const widen = () =>
      client.send(new UpdateAuthorizerCommand({ ApiId, AuthorizerId: jwt?.AuthorizerId, JwtConfiguration: other }))
    expect(await repaired(life(ids().authorizer), widen)).toEqual(['audience'])
  })

  test('routes and stages that the guard did not make are shown, and go', async () => {
    const client = await gateway()
    const { id: ApiId } = await fact()
    const Target = (await routes(ApiId))[0]?.Target
    const hole = async () => {
      await client.send(new CreateRouteCommand({ ApiId, RouteKey: '$default', Target }))
      await client.send(new CreateStageCommand({ ApiId, StageName: 'unthrottled', AutoDeploy: true }))
    }
    expect(await repaired(life(ids().api), hole)).toEqual(['routes from elsewhere', 'stages from elsewhere'])
    expect((await routes(ApiId)).length).toBe(ROUTES.length)
    expect((await client.send(new GetStagesCommand({ ApiId }))).Items).toHaveLength(1)
  })

  test('throttling, access log, addresses, foreign origins, target and tags are put back', async () => {
    const client = await gateway()
    const { id: ApiId } = await fact()
    const stage = (part: object) => () => client.send(new UpdateStageCommand({ ApiId, StageName: '$default', ...part }))
    const fast = stage({ DefaultRouteSettings: { ThrottlingRateLimit: 5_000, ThrottlingBurstLimit: 40 } })
    expect(await repaired(life(ids().stage), fast)).toEqual(['requestsPerSecond'])
    const single = stage({ RouteSettings: { 'GET /': { ThrottlingRateLimit: 5_000 } } })
    expect(await repaired(life(ids().stage), single)).toEqual(['throttling of single routes'])
    const DestinationArn = `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:/aws/vendedlogs/cg-test-dashboard`
    const quiet = stage({ AccessLogSettings: { Format: '$context.requestId', DestinationArn } })
    expect(await repaired(life(ids().stage), quiet)).toEqual(['accessLog/format'])
    const change = (part: object) => () => client.send(new UpdateApiCommand({ ApiId, ...part }))
    expect(await repaired(life(ids().api), change({ IpAddressType: 'ipv4' }))).toEqual(['addresses'])
    expect(await repaired(life(ids().api), change({ DisableExecuteApiEndpoint: true }))).toEqual(['endpoint'])
    const cors = change({ CorsConfiguration: { AllowOrigins: ['*'] } })
    expect(await repaired(life(ids().api), cors)).toEqual(['cors'])
    const ResourceArn = `arn:aws:apigateway:${REGION}::/apis/${ApiId}`
    const untag = () => client.send(new UntagResourceCommand({ ResourceArn, TagKeys: ['cost-guard:managed-by'] }))
    expect(await repaired(life(ids().api), untag)).toEqual(['tag/cost-guard:managed-by'])
    const { IntegrationId } = (await client.send(new GetIntegrationsCommand({ ApiId }))).Items?.[0] ?? {}
    const IntegrationUri = `arn:aws:lambda:${REGION}:${ACCOUNT}:function:theirs`
    const away = () => client.send(new UpdateIntegrationCommand({ ApiId, IntegrationId, IntegrationUri }))
    expect(await repaired(life(ids().integration), away)).toEqual(['function'])
    const rewrites = {
      RequestParameters: { 'overwrite:header.authorization': 'theirs' },
      ResponseParameters: { '200': { 'remove:header.content-security-policy': "''" } },
    }
    const rewrite = () => client.send(new UpdateIntegrationCommand({ ApiId, IntegrationId, ...rewrites }))
    expect(await repaired(life(ids().integration), rewrite)).toEqual(['rewrites'])
    const lambda = await aws.clients.lambda()
    const StatementId = 'cost-guard-page'
    const anybody = async () => {
      const FunctionName = 'cg-test-dashboard'
      await lambda.send(new RemovePermissionCommand({ FunctionName, StatementId }))
      const wide = { Action: 'lambda:InvokeFunction', Principal: 'apigateway.amazonaws.com' }
      await lambda.send(new AddPermissionCommand({ FunctionName, StatementId, ...wide }))
    }
    expect(await repaired(life(ids().permission), anybody)).toEqual(['sourceArn'])
  })

  test('an API that nobody remembers is found again by its tags, and remembered', async () => {
    const { id } = await fact()
    const forget = () => aws.manifest(aws.scope()).remember(ids().api, undefined)
    expect(await repaired(life(ids().api), forget)).toEqual(['known to the guard'])
    expect((await fact()).id).toBe(id)
  })

  test('an API that somebody deleted is made anew, and what follows its address is brought in line in the same run', async () => {
    const before = await fact()
    await (await gateway()).send(new DeleteApiCommand({ ApiId: before.id }))
    const again = life(ids().api)
    const { plan, outcome } = await aws.install(again.list, again.scope)
    succeeded(outcome)
    expect(stepOf(plan, ids().api)?.do).toBe('create')
    expect(fieldsOf(plan, ids().function)).toContain('environment/COST_GUARD_PAGE/url')
    await unchanged(again)
    const after = await fact()
    expect(after.id).not.toBe(before.id)
    expect(readPageConfig(await environment()).url).toBe(`${after.endpoint}/`)
  })

  test('without a page everything of it goes, and with one again it comes back', async () => {
    const off = life(ids().stage, false)
    const { plan, outcome } = await aws.install(off.list, off.scope)
    succeeded(outcome)
    const going = plan.steps.filter((step) => step.do === 'remove').map((step) => step.id)
    expect(going).toEqual(expect.arrayContaining([ids().api, ids().stage, ids().role, ids().accessLogs]))
    await unchanged(off)
    expect((await (await gateway()).send(new GetApisCommand({}))).Items).toEqual([])
  })

  test('an init that is killed after every single thing it makes finds each of them, among others of their name', async () => {
    const client = await gateway()
    const theirs = await client.send(new CreateApiCommand({ Name: 'cg-test-dashboard', ProtocolType: 'HTTP' }))
    const found = async () => {
      const pools = await (await aws.clients.cognito()).send(new ListUserPoolsCommand({ MaxResults: 60 }))
      const clients = await allClients(pools.UserPools?.[0]?.Id)
      const { Items: apis = [] } = await (await gateway()).send(new GetApisCommand({}))
      const ApiId = apis.find((one) => one.ApiId !== theirs.ApiId)?.ApiId
      const [integrations, authorizers, stages] = await Promise.all([
        (await gateway()).send(new GetIntegrationsCommand({ ApiId })),
        (await gateway()).send(new GetAuthorizersCommand({ ApiId })),
        (await gateway()).send(new GetStagesCommand({ ApiId })),
      ])
      const parts = [integrations, authorizers, stages].map((one) => one.Items?.length)
      return [pools.UserPools?.length, clients, apis.length, (await routes(ApiId ?? '')).length, ...parts]
    }
    const killed: string[] = []
    for (let runs = 1; runs < 30; runs += 1) {
      const before = killed.length
      aws = dyingAtTheNext(killed)
      await aws.install(life(ids().stage).list, life(ids().stage).scope).catch(() => {})
      if (killed.length === before) break
    }
    // What is made side by side with one of these is found as well: nothing is there twice in the end.
    expect(killed).toEqual(expect.arrayContaining(MADE_BY))
    const stage = (await client.send(new GetStagesCommand({ ApiId: (await fact()).id }))).Items?.[0]?.StageName
    await client.send(new DeleteStageCommand({ ApiId: (await fact()).id, StageName: stage }))
    aws = conflicting()
    const on = life(ids().stage)
    succeeded((await aws.install(on.list, on.scope)).outcome)
    aws = world()
    expect(await found()).toEqual([1, 1, 2, ROUTES.length, 1, 1, 1])
    await unchanged(life(ids().stage))
    await client.send(new DeleteApiCommand({ ApiId: theirs.ApiId }))
  })

  const MADE_BY = [
    ...['CreateApi', 'CreateUserPool', 'SetUserPoolMfaConfig', 'CreateUserPoolDomain', 'CreateUserPoolClient'],
    ...['CreateRoute', 'CreateStage'],
  ]
  const allClients = async (UserPoolId: string | undefined) =>
    (await (await aws.clients.cognito()).send(new ListUserPoolClientsCommand({ UserPoolId, MaxResults: 60 })))
      .UserPoolClients?.length

  /** The process ends when AWS has made the next kind of thing that no process died of: nothing is heard, nothing more is sent. */
  function dyingAtTheNext(killed: string[]): World {
    let dead = false
    return world((call) => {
      const { operation, phase } = call
      if (
        !dead &&
        phase === 'after' &&
        /^(?:Create(?!Function|LogGroup|Role)|Set)/.test(operation) &&
        !killed.includes(operation)
      ) {
        dead = true
        killed.push(operation)
      }
      if (dead) throw new Error('the process was killed')
    })
  }
  /** API Gateway, asked for several parts of an API at once. */
  function conflicting(): World {
    let left = 2
    return world(({ phase, operation }) => {
      if (phase === 'after' || !/^(?:Create|Update)(?:Route|Stage)$/.test(operation) || left === 0) return
      left -= 1
      const message = 'Unable to complete operation due to concurrent modification. Please try again later.'
      throw Object.assign(new Error(message), { name: 'ConflictException' })
    })
  }

  test('a teardown takes all of it, and a second one finds nothing', async () => {
    await died(life(ids().stage))
    expect((await (await gateway()).send(new GetApisCommand({}))).Items).toEqual([])
  })
})
