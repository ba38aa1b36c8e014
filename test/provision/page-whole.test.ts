/** A guard with a page, by somebody with the two printed policies and no other right: from nothing to nothing. */
import { GetApisCommand, GetRoutesCommand, UpdateRouteCommand } from '@aws-sdk/client-apigatewayv2'
import { DescribeLogGroupsCommand } from '@aws-sdk/client-cloudwatch-logs'
import { ListUserPoolsCommand } from '@aws-sdk/client-cognito-identity-provider'
import { ListRolesCommand } from '@aws-sdk/client-iam'
import { ListFunctionsCommand } from '@aws-sdk/client-lambda'
import { expect, test } from 'vitest'
import { adminPolicy, pagePolicy } from '../../src/provision/admin-rights.ts'
import { awsClients } from '../../src/provision/clients.ts'
import { proveGone } from '../../src/provision/proof.ts'
import { sandboxForTests } from '../support/sandbox.ts'
import { namesOf, openedBy, personWith } from './on-sandbox.ts'
import { succeeded } from './world.ts'

const sandbox = sandboxForTests()

test('made in one run, closed again where somebody opened it, and gone without a trace', {
  timeout: 120_000,
}, async () => {
  const names = namesOf(sandbox)
  const Statement = [...adminPolicy(names).Statement, ...pagePolicy(names).Statement]
  const person = await personWith(sandbox, 'installer', { Version: '2012-10-17', Statement })
  const given = { emails: ['boss@example.com'], dashboard: true }
  const open = () => openedBy(sandbox, person, given)
  const changes = (steps: readonly { do: string; id: string }[]) =>
    steps.filter((step) => !['keep', 'retain'].includes(step.do)).map((step) => `${step.do} ${step.id}`)

  const first = await open()
  const plan = await first.plan()
  expect(plan.steps.filter((step) => step.do === 'refuse')).toEqual([])
  succeeded(await first.apply(plan, () => {}))
  expect(changes((await (await open()).plan()).steps)).toEqual([])

  const clients = awsClients({ region: sandbox.region, credentials: sandbox.admin })
  const gateway = await clients.apigateway()
  const ApiId = (await gateway.send(new GetApisCommand({}))).Items?.[0]?.ApiId
  const routes = (await gateway.send(new GetRoutesCommand({ ApiId }))).Items ?? []
  const { RouteId } = routes.find((one) => one.RouteKey === 'GET /api/{what}') ?? {}
  await gateway.send(new UpdateRouteCommand({ ApiId, RouteId, AuthorizationType: 'NONE' }))
  const again = await open()
  const drift = await again.plan()
  expect(changes(drift.steps)).toEqual(['update api-route/cg-test-dashboard GET /api/{what}@us-east-1'])
  expect(drift.steps.find((step) => step.do === 'update')).toMatchObject({ because: 'drift' })
  succeeded(await again.apply(drift, () => {}))
  expect(changes((await (await open()).plan()).steps)).toEqual([])

  const end = await open()
  const removal = await end.planTeardown({ deleteData: true })
  succeeded(await end.apply(removal, () => {}))
  const over = await open()
  const proof = await proveGone({
    ...{ clients, global: clients, guard: names.guard, region: sandbox.region, names, plan: removal },
    ...{ again: await over.planTeardown({ deleteData: true }), deleteData: true },
  })
  expect({ left: proof.left, notLookedAt: proof.notLookedAt }).toEqual({ left: [], notLookedAt: [] })
  const [apis, pools, groups, functions, roles] = await Promise.all([
    gateway.send(new GetApisCommand({})).then((page) => page.Items?.length),
    (await clients.cognito()).send(new ListUserPoolsCommand({ MaxResults: 60 })).then((page) => page.UserPools?.length),
    (await clients.logs()).send(new DescribeLogGroupsCommand({})).then((page) => page.logGroups?.length),
    (await clients.lambda()).send(new ListFunctionsCommand({})).then((page) => page.Functions?.length),
    (await clients.iam())
      .send(new ListRolesCommand({}))
      .then((page) => page.Roles?.filter((one) => one.RoleName?.startsWith('cg-test')).length),
  ])
  expect({ apis, pools, groups, functions, roles }).toEqual({ apis: 0, pools: 0, groups: 0, functions: 0, roles: 0 })
})
