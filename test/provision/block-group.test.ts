import {
  AddUserToGroupCommand,
  AttachGroupPolicyCommand,
  CreateGroupCommand,
  CreatePolicyCommand,
  CreateUserCommand,
  DetachGroupPolicyCommand,
  GetGroupCommand,
  ListAttachedGroupPoliciesCommand,
  ListGroupsForUserCommand,
  PutGroupPolicyCommand,
} from '@aws-sdk/client-iam'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { blockGroupId, blockGroupResource } from '../../src/provision/resources/block-group.ts'
import { blockPolicyId, undatedPolicyResource } from '../../src/provision/resources/block-policies.ts'
import { tableResource } from '../../src/provision/resources/table.ts'
import { type Moto, startMoto } from '../support/moto.ts'
import { born, died, type Life, repaired, stepOf, switchedOff, unchanged } from './life.ts'
import { ACCOUNT, REGION, succeeded, type World, world } from './world.ts'

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

const GroupName = 'cg-test-blocked'
const PolicyArn = `arn:aws:iam::${ACCOUNT}:policy/cg-test-blocked-by-admin`
const iam = () => aws.clients.iam()
function life(): Life {
  const scope = aws.scope()
  const list = [
    tableResource(aws.clients, scope),
    undatedPolicyResource(aws.clients, scope),
    blockGroupResource(aws.clients, scope),
  ]
  return { aws, scope, list, id: blockGroupId(GroupName, REGION) }
}

describe('the life of the block group', () => {
  test('it carries the undated deny', async () => {
    await born(life())
    const { AttachedPolicies } = await (await iam()).send(new ListAttachedGroupPoliciesCommand({ GroupName }))
    expect(AttachedPolicies?.map((policy) => policy.PolicyArn)).toEqual([PolicyArn])
  })

  test('the group’s own attachment is not counted as somebody blocked', async () => {
    const one = life()
    await born(one)
    const undated = blockPolicyId('cg-test-blocked-by-admin', REGION)
    expect(stepOf(await aws.plan(one.list, one.scope), undated)?.note).toBeUndefined()
  })

  test('a deny taken off it comes back', async () => {
    const one = life()
    await born(one)
    const off = async () => (await iam()).send(new DetachGroupPolicyCommand({ GroupName, PolicyArn }))
    expect(await repaired(one, off)).toEqual(['policy'])
  })

  test('cut off between the group and its policy, the next install goes on', async () => {
    let cut = true
    aws = world((call) => {
      if (call.operation !== 'AttachGroupPolicy' || call.phase !== 'before' || !cut) return
      throw new Error('the line is dead')
    })
    const one = life()
    const first = await aws.install(one.list, one.scope)
    expect(first.outcome.failed.map(({ step }) => step.id)).toEqual([one.id])
    cut = false
    const second = await aws.install(one.list, one.scope)
    succeeded(second.outcome)
    expect(stepOf(second.plan, one.id)?.do).toBe('update')
    await unchanged(one)
  })

  test('removing it empties and bares it first; its members go on living', async () => {
    const one = life()
    await born(one)
    const client = await iam()
    for (let n = 0; n < 3; n++) {
      const UserName = `member-${n}`
      await client.send(new CreateUserCommand({ UserName }))
      await client.send(new AddUserToGroupCommand({ GroupName, UserName }))
    }
    const theirs = await client.send(new CreatePolicyCommand({ PolicyName: 'theirs', PolicyDocument: harmless }))
    await client.send(new AttachGroupPolicyCommand({ GroupName, PolicyArn: theirs.Policy?.Arn }))
    await client.send(new PutGroupPolicyCommand({ GroupName, PolicyName: 'inline', PolicyDocument: harmless }))
    await died(one)
    const { Groups } = await client.send(new ListGroupsForUserCommand({ UserName: 'member-2' }))
    expect(Groups).toEqual([])
  })

  test('the group of a guard of this name in another region is not taken away', async () => {
    const one = life()
    await born(one)
    const scope = { ...aws.scope(), region: 'eu-west-1' }
    const group = [blockGroupResource(aws.clients, scope)]
    expect((await aws.teardown(group as never, scope)).plan.steps).toEqual([])
  })

  test('switched off, and on again', async () => {
    const one = life()
    await born(one)
    await switchedOff(one)
  })

  test('a group of that name that somebody else made is refused, and a teardown does not touch it', async () => {
    const client = await iam()
    await client.send(new CreateGroupCommand({ GroupName }))
    const one = life()
    expect(stepOf(await aws.plan(one.list, one.scope), one.id)).toMatchObject({ do: 'refuse', reason: 'not-ours' })
    expect((await aws.teardown(one.list, one.scope)).plan.steps).toEqual([])
    await client.send(new GetGroupCommand({ GroupName }))
  })
})

const harmless = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 'sts:GetCallerIdentity', Resource: '*' }],
})
