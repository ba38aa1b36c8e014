import {
  CreateLogGroupCommand,
  DeleteSubscriptionFilterCommand,
  DescribeSubscriptionFiltersCommand,
  PutSubscriptionFilterCommand,
} from '@aws-sdk/client-cloudwatch-logs'
import { AddPermissionCommand, GetPolicyCommand, RemovePermissionCommand } from '@aws-sdk/client-lambda'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { functionResource } from '../../src/provision/resources/function.ts'
import { invocationLogGroup } from '../../src/provision/resources/log-group.ts'
import { logSubscriptionId, logSubscriptionResource } from '../../src/provision/resources/log-subscription.ts'
import { queueResource } from '../../src/provision/resources/queue.ts'
import { roleResource } from '../../src/provision/resources/role.ts'
import { tableResource } from '../../src/provision/resources/table.ts'
import { type Moto, startMoto } from '../support/moto.ts'
import { born, died, type Life, repaired, stepOf, switchedOff, unchanged } from './life.ts'
import { ACCOUNT, REGION, succeeded, type World, world } from './world.ts'
import { zipAnswering } from './zip.ts'

let moto: Moto
let aws: World
beforeAll(async () => {
  moto = await startMoto()
})
afterAll(() => moto.stop())
beforeEach(async () => {
  await moto.reset()
  aws = world()
})

const logGroupName = '/aws/bedrock/cg-test'
const filterName = 'cg-test-ingest'
const FunctionName = 'cg-test-ingest'
const StatementId = 'cost-guard-logs'
const SourceArn = `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:${logGroupName}:*`
const functionArn = (name: string) => `arn:aws:lambda:${REGION}:${ACCOUNT}:function:${name}`

function life(): Life {
  const scope = aws.scope()
  const list = [
    tableResource(aws.clients, scope),
    roleResource(aws.clients, scope, 'ingest'),
    queueResource(aws.clients, scope),
    invocationLogGroup(aws.clients, scope),
    functionResource(aws.clients, scope, 'ingest', { assets: zipAnswering('one'), needs: [] }),
    logSubscriptionResource(aws.clients, scope),
  ]
  return { aws, scope, list, id: logSubscriptionId(filterName, REGION) }
}
const filters = async () =>
  (await (await aws.clients.logs()).send(new DescribeSubscriptionFiltersCommand({ logGroupName }))).subscriptionFilters
const putFilter = async (name: string, destination: string, filterPattern = '') =>
  (await aws.clients.logs()).send(
    new PutSubscriptionFilterCommand({
      logGroupName,
      filterName: name,
      filterPattern,
      destinationArn: functionArn(destination),
    }),
  )
const policy = async () =>
  (await (await aws.clients.lambda()).send(new GetPolicyCommand({ FunctionName }))).Policy ?? ''

describe('the life of the log subscription', () => {
  test('every record goes to ingest, and only this log group of this account may feed it', async () => {
    await born(life())
    expect(await filters()).toMatchObject([
      { filterName, filterPattern: '', destinationArn: functionArn('cg-test-ingest') },
    ])
    expect(JSON.parse(await policy()).Statement).toMatchObject([
      {
        Sid: StatementId,
        Principal: { Service: 'logs.amazonaws.com' },
        Action: 'lambda:InvokeFunction',
        Condition: {
          ArnLike: { 'AWS:SourceArn': SourceArn },
          StringEquals: { 'AWS:SourceAccount': ACCOUNT },
        },
      },
    ])
  })

  test('filter and permission changed or deleted by hand are found and repaired', async () => {
    const one = life()
    await born(one)
    const [logs, lambda] = [await aws.clients.logs(), await aws.clients.lambda()]
    const gone = () => logs.send(new DeleteSubscriptionFilterCommand({ logGroupName, filterName }))
    expect(await repaired(one, gone)).toEqual(['filter'])
    expect(await repaired(one, () => putFilter(filterName, FunctionName, 'ERROR'))).toEqual(['filter/pattern'])
    const mute = () => lambda.send(new RemovePermissionCommand({ FunctionName, StatementId }))
    expect(await repaired(one, mute)).toEqual(['permission'])
    const open = async () => {
      await mute()
      await lambda.send(
        new AddPermissionCommand({
          FunctionName,
          StatementId,
          Action: 'lambda:*',
          Principal: 'events.amazonaws.com',
        }),
      )
    }
    expect(await repaired(one, open)).toEqual([
      'permission/service',
      'permission/action',
      'permission/sourceArn',
      'permission/sourceAccount',
    ])
  })

  test('a filter that was pointed elsewhere is pointed back', async () => {
    const one = life()
    await born(one)
    const scope = aws.scope()
    const report = [
      roleResource(aws.clients, scope, 'report'),
      functionResource(aws.clients, scope, 'report', { assets: zipAnswering('one'), needs: [] }),
    ]
    succeeded((await aws.install(report as never, scope)).outcome)
    expect(await repaired(one, () => putFilter(filterName, 'cg-test-report'))).toEqual(['filter/destination'])
  })

  test('a statement that somebody added for their own trigger is left alone', async () => {
    const one = life()
    await born(one)
    const theirs = {
      FunctionName,
      StatementId: 'theirs',
      Action: 'lambda:InvokeFunction',
      Principal: 's3.amazonaws.com',
    }
    await (await aws.clients.lambda()).send(new AddPermissionCommand(theirs))
    await unchanged(one)
    expect(await policy()).toContain('theirs')
  })

  test('switched off, on again, removed, removed again', async () => {
    const one = life()
    await born(one)
    await switchedOff(one)
    await died(one)
  })

  test('removing it takes the filter away before the permission, and leaves the filters of others', async () => {
    const one = life()
    await born(one)
    await putFilter('theirs', FunctionName)
    aws.calls.length = 0
    const subscription = one.list.at(-1)
    if (subscription === undefined) throw new Error('the list is not empty')
    const off = [...one.list.slice(0, -1), { ...subscription, desired: () => undefined }]
    succeeded((await aws.install(off, one.scope)).outcome)
    const calls = aws.calls.map((call) => call.operation)
    expect(calls.indexOf('DeleteSubscriptionFilter')).toBeLessThan(calls.indexOf('RemovePermission'))
    expect((await filters())?.map((each) => each.filterName)).toEqual(['theirs'])
  })
})

describe('the two filters that AWS allows', () => {
  test('both taken by others: refused before anything is made, and their owners are named', async () => {
    const one = life()
    const [table, , , log] = one.list
    if (table === undefined || log === undefined) throw new Error('the list holds them')
    await (await aws.clients.logs()).send(new CreateLogGroupCommand({ logGroupName, tags: { owner: 'us' } }))
    const logs = await aws.clients.logs()
    for (const name of ['splunk', 'datadog']) {
      await logs.send(
        new PutSubscriptionFilterCommand({
          logGroupName,
          filterName: name,
          filterPattern: '',
          destinationArn: await stream(name),
          roleArn: `arn:aws:iam::${ACCOUNT}:role/${name}`,
        }),
      )
    }
    const step = stepOf(await aws.plan(one.list, one.scope), one.id)
    expect(step).toMatchObject({ do: 'refuse', reason: 'occupied' })
    expect(step?.why).toContain('splunk → ')
    expect(step?.why).toContain('datadog → ')
  })

  test('one taken by another: there is room', async () => {
    const one = life()
    await born(one)
    await putFilter('theirs', FunctionName)
    await unchanged(one)
  })
})

test('a permission that CloudWatch Logs does not see yet is waited for', async () => {
  let tries = 0
  aws = world((call) => {
    if (call.operation !== 'PutSubscriptionFilter' || call.phase !== 'before' || ++tries > 3) return
    const message =
      'Could not execute the lambda function. Make sure you have given CloudWatch Logs permission to execute your function.'
    throw Object.assign(new Error(message), { name: 'InvalidParameterException' })
  })
  const one = life()
  succeeded((await aws.install(one.list, one.scope)).outcome)
  expect(tries).toBe(4)
  await unchanged(one)
})

/** The emulator wants the destination to exist; a second function is the nearest at hand. */
async function stream(name: string): Promise<string> {
  const scope = aws.scope({ guard: name })
  const list = [
    roleResource(aws.clients, scope, 'report'),
    functionResource(aws.clients, scope, 'report', { assets: zipAnswering(name), needs: [] }),
  ]
  succeeded((await aws.install(list as never, scope)).outcome)
  return functionArn(`${name}-report`)
}
