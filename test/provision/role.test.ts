import {
  AttachRolePolicyCommand,
  CreatePolicyCommand,
  CreateRoleCommand,
  DeleteRolePermissionsBoundaryCommand,
  DeleteRolePolicyCommand,
  GetRoleCommand,
  ListAttachedRolePoliciesCommand,
  ListRolePoliciesCommand,
  PutRolePermissionsBoundaryCommand,
  PutRolePolicyCommand,
  TagRoleCommand,
  UntagRoleCommand,
  UpdateAssumeRolePolicyCommand,
  UpdateRoleCommand,
} from '@aws-sdk/client-iam'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { roleId, roleResource } from '../../src/provision/resources/role.ts'
import { type Moto, startMoto } from '../support/moto.ts'
import { born, died, fieldsOf, type Life, repaired, stepOf, switchedOff, unchanged } from './life.ts'
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

const RoleName = 'cg-test-enforce'
const boundary = `arn:aws:iam::${ACCOUNT}:policy/boundary`

function life(overrides = {}): Life {
  const scope = aws.scope(overrides)
  const role = roleResource(aws.clients, scope, 'enforce')
  return { aws, scope, list: [role], id: roleId(RoleName, REGION) }
}
const iam = () => aws.clients.iam()

describe('the life of a role', () => {
  test('it is made with trust, policy, path, boundary and tags, and a second install writes nothing', async () => {
    await (await iam()).send(new CreatePolicyCommand({ PolicyName: 'boundary', PolicyDocument: anything }))
    const one = life({
      permissionsBoundary: boundary,
      rolePath: '/guards/',
      costTag: { key: 'Cost', value: 'ai' },
    })
    await born(one)
    const { Role } = await (await iam()).send(new GetRoleCommand({ RoleName }))
    expect(Role?.Path).toBe('/guards/')
    expect(Role?.PermissionsBoundary?.PermissionsBoundaryArn).toBe(boundary)
    expect(Role?.Tags).toContainEqual({ Key: 'cost-guard:guard', Value: 'cg-test' })
    expect(Role?.Tags).toContainEqual({ Key: 'Cost', Value: 'ai' })
  })

  test('whatever of it is changed by hand is found and repaired', async () => {
    await (await iam()).send(new CreatePolicyCommand({ PolicyName: 'boundary', PolicyDocument: anything }))
    const one = life({ permissionsBoundary: boundary })
    await born(one)
    const client = await iam()
    const AssumeRolePolicyDocument = trustOf('ec2.amazonaws.com')
    const trust = () =>
      client.send(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument: AssumeRolePolicyDocument }))
    expect(await repaired(one, trust)).toEqual(['trust/OnlyForThisGuard', 'trust/#1'])
    const wider = () =>
      client.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'cost-guard', PolicyDocument: anything }))
    expect(await repaired(one, wider)).toContain('policy/NeverTheseWhateverElseIsAllowed')
    const bare = () => client.send(new DeleteRolePolicyCommand({ RoleName, PolicyName: 'cost-guard' }))
    expect(await repaired(one, bare)).toContain('policy/Notices')
    const words = () => client.send(new UpdateRoleCommand({ RoleName, Description: 'mine' }))
    expect(await repaired(one, words)).toEqual(['description'])
    const free = () => client.send(new DeleteRolePermissionsBoundaryCommand({ RoleName }))
    expect(await repaired(one, free)).toEqual(['permissionsBoundary'])
    const untag = () => client.send(new UntagRoleCommand({ RoleName, TagKeys: ['cost-guard:managed-by'] }))
    expect(await repaired(one, untag)).toEqual(['tag/cost-guard:managed-by'])
  })

  test('a boundary that is no longer wished for is taken off', async () => {
    await (await iam()).send(new CreatePolicyCommand({ PolicyName: 'boundary', PolicyDocument: anything }))
    await born(life({ permissionsBoundary: boundary }))
    const after = life()
    const { plan, outcome } = await aws.install(after.list, after.scope)
    succeeded(outcome)
    expect(fieldsOf(plan, after.id)).toEqual(['permissionsBoundary', 'tag/cost-guard:state'])
    expect(stepOf(plan, after.id)).toMatchObject({ do: 'update', because: 'wish' })
    await unchanged(after)
  })

  test('a boundary that is wished for later is put on', async () => {
    await (await iam()).send(new CreatePolicyCommand({ PolicyName: 'boundary', PolicyDocument: anything }))
    await born(life())
    const after = life({ permissionsBoundary: boundary })
    succeeded((await aws.install(after.list, after.scope)).outcome)
    const { Role } = await (await iam()).send(new GetRoleCommand({ RoleName }))
    expect(Role?.PermissionsBoundary?.PermissionsBoundaryArn).toBe(boundary)
  })

  test('another path is refused: IAM cannot move a role', async () => {
    await born(life())
    const after = life({ rolePath: '/elsewhere/' })
    const { steps } = await aws.plan(after.list, after.scope)
    expect(steps).toMatchObject([{ do: 'refuse', reason: 'immutable-difference' }])
  })

  test('rights that somebody else hung on it are named in the plan, and taken off', async () => {
    const one = life()
    await born(one)
    const client = await iam()
    const PolicyArn = (await client.send(new CreatePolicyCommand({ PolicyName: 'audit', PolicyDocument: anything })))
      .Policy?.Arn
    const hang = async () => {
      await client.send(new AttachRolePolicyCommand({ RoleName, PolicyArn }))
      await client.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'theirs', PolicyDocument: anything }))
    }
    expect(await repaired(one, hang)).toEqual(['rights from elsewhere'])
    expect((await client.send(new ListRolePoliciesCommand({ RoleName }))).PolicyNames).toEqual(['cost-guard'])
    expect((await client.send(new ListAttachedRolePoliciesCommand({ RoleName }))).AttachedPolicies).toEqual([])

    await hang()
    const { steps } = await aws.plan(one.list, one.scope)
    expect(steps).toMatchObject([
      {
        do: 'update',
        because: 'drift',
        differences: [{ is: `inline policy theirs, ${PolicyArn}`, want: 'none' }],
      },
    ])
    await died(one)
  })

  test('switched off it goes, and comes back when it is wanted again', async () => {
    const one = life()
    await born(one)
    await switchedOff(one)
    await died(one)
  })

  test('a role of that name that is not the guard’s is refused and never touched', async () => {
    const client = await iam()
    const AssumeRolePolicyDocument = trustOf('ec2.amazonaws.com')
    await client.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }))
    const one = life()
    const { steps } = await aws.plan(one.list, one.scope)
    expect(steps).toMatchObject([{ do: 'refuse', reason: 'not-ours' }])
    await client.send(new TagRoleCommand({ RoleName, Tags: [{ Key: 'cost-guard:guard', Value: 'another' }] }))
    expect((await aws.plan(one.list, one.scope)).steps).toMatchObject([{ do: 'refuse', reason: 'not-ours' }])
    expect((await aws.teardown(one.list, one.scope)).plan.steps).toEqual([])
    await client.send(new GetRoleCommand({ RoleName }))
  })

  test('a guard of this name in another region is refused and its role left alone: IAM has no regions', async () => {
    await born(life())
    const scope = { ...aws.scope(), region: 'eu-west-1' }
    const list = [roleResource(aws.clients, scope, 'enforce')]
    const { steps } = await aws.plan(list as never, scope)
    expect(steps).toMatchObject([{ do: 'refuse', reason: 'not-ours' }])
    expect(steps[0]?.why).toContain('the guard cg-test is installed in us-east-1')
    expect((await aws.teardown(list as never, scope)).plan.steps).toEqual([])
    await unchanged(life())
  })

  test('IAM that still sees what was taken off a moment ago is waited for', async () => {
    let tries = 0
    aws = world((call) => {
      if (call.operation !== 'DeleteRole' || call.phase !== 'before' || ++tries > 2) return
      const message = 'Cannot delete entity, must delete policies first.'
      throw Object.assign(new Error(message), { name: 'DeleteConflictException' })
    })
    const one = life()
    await born(one)
    await died(one)
    expect(tries).toBe(3)
  })

  test('a role half made (cut off before its policy was written) is completed by the next install', async () => {
    const one = life()
    await born(one)
    const client = await iam()
    await client.send(new DeleteRolePolicyCommand({ RoleName, PolicyName: 'cost-guard' }))
    const replaced = () =>
      client.send(new PutRolePermissionsBoundaryCommand({ RoleName, PermissionsBoundary: boundary }))
    await client.send(new CreatePolicyCommand({ PolicyName: 'boundary', PolicyDocument: anything }))
    const fields = await repaired(one, replaced)
    expect(fields).toContain('permissionsBoundary')
    expect(fields).toContain('policy/OwnLogs')
  })
})

const anything = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
})
const trustOf = (Service: string) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { Service }, Action: 'sts:AssumeRole' }],
  })
