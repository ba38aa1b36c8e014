import {
  CreateLogGroupCommand,
  DeleteRetentionPolicyCommand,
  DescribeLogGroupsCommand,
  PutRetentionPolicyCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-cloudwatch-logs'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { functionLogGroup, invocationLogGroup, logGroupId } from '../../src/provision/resources/log-group.ts'
import { TAG } from '../../src/provision/tags.ts'
import { type Moto, startMoto } from '../support/moto.ts'
import { born, died, fieldsOf, type Life, repaired, stepOf, switchedOff } from './life.ts'
import { ACCOUNT, REGION, succeeded, told, type World, world } from './world.ts'

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

const NAME = '/aws/bedrock/cg-test'
const logs = () => aws.clients.logs()

function life(overrides = {}): Life {
  const scope = aws.scope(overrides)
  return { aws, scope, list: [invocationLogGroup(aws.clients, scope)], id: logGroupId(NAME, REGION) }
}
const retentionOf = async (name: string) => {
  const { logGroups } = await (await logs()).send(new DescribeLogGroupsCommand({ logGroupNamePrefix: name }))
  return logGroups?.find((group) => group.logGroupName === name)?.retentionInDays
}

describe('the invocation log group', () => {
  test('is made with its retention, once', async () => {
    await born(life())
    expect(await retentionOf(NAME)).toBe(365)
  })

  test('whatever of it is changed by hand is found and mended', async () => {
    const one = life()
    await born(one)
    const client = await logs()
    const shorter = () => client.send(new PutRetentionPolicyCommand({ logGroupName: NAME, retentionInDays: 7 }))
    expect(await repaired(one, shorter)).toEqual(['retentionInDays'])
    const forEver = () => client.send(new DeleteRetentionPolicyCommand({ logGroupName: NAME }))
    expect(await repaired(one, forEver)).toEqual(['retentionInDays'])
    const resourceArn = `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:${NAME}`
    const untagged = () => client.send(new UntagResourceCommand({ resourceArn, tagKeys: [TAG.resource] }))
    expect(await repaired(one, untagged)).toEqual([`tag/${TAG.resource}`])
  })

  test('takes another retention when the admin wishes so', async () => {
    await born(life())
    const wish = life({ retentionDays: 30 })
    const { plan, outcome } = await aws.install(wish.list, wish.scope)
    succeeded(outcome)
    expect(stepOf(plan, wish.id)).toMatchObject({ do: 'update', because: 'wish' })
    expect(fieldsOf(plan, wish.id)).toContain('retentionInDays')
    expect(await retentionOf(NAME)).toBe(30)
  })

  test('is kept at teardown unless its data is to be deleted', async () => {
    const one = life()
    await born(one)
    const kept = await aws.teardown(one.list, one.scope)
    succeeded(kept.outcome)
    expect(told(kept.plan)).toEqual(['retain log group'])
    expect(await retentionOf(NAME)).toBe(365)
    await died(one)
  })

  test('is switched off and on again', async () => {
    const one = life()
    await born(one)
    await switchedOff(one)
  })

  test('a longer name that begins the same is another group', async () => {
    const client = await logs()
    await client.send(new CreateLogGroupCommand({ logGroupName: `${NAME}-copy` }))
    expect(told(await aws.plan(life().list, life().scope))).toEqual(['create log group'])
  })

  test('of somebody else is refused', async () => {
    await (await logs()).send(new CreateLogGroupCommand({ logGroupName: NAME, tags: { [TAG.guard]: 'another' } }))
    const one = life()
    expect(stepOf(await aws.plan(one.list, one.scope), one.id)).toMatchObject({
      do: 'refuse',
      reason: 'not-ours',
      why: `a log group named ${NAME} exists already and belongs to the guard another`,
    })
    expect((await aws.teardown(one.list, one.scope, true)).plan.steps).toEqual([])
  })
})

describe('the log group of a function', () => {
  test('keeps a quarter at most and goes at teardown', async () => {
    const scope = aws.scope()
    const name = scope.names.functionLogs.ingest
    const one: Life = {
      aws,
      scope,
      list: [functionLogGroup(aws.clients, scope, name)],
      id: logGroupId(name, REGION),
    }
    await born(one)
    expect(await retentionOf(name)).toBe(90)
    await died(one)
  })
})
