import {
  AttachRolePolicyCommand,
  AttachUserPolicyCommand,
  CreatePolicyCommand,
  CreatePolicyVersionCommand,
  CreateRoleCommand,
  CreateUserCommand,
  GetPolicyCommand,
  GetPolicyVersionCommand,
  ListAttachedUserPoliciesCommand,
  ListPolicyVersionsCommand,
  SetDefaultPolicyVersionCommand,
  UntagPolicyCommand,
} from '@aws-sdk/client-iam'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { readDocument } from '../../src/provision/differences.ts'
import { blockPolicyId, blockPolicyResources } from '../../src/provision/resources/block-policies.ts'
import type { Month } from '../../src/runtime/domain/base/calendar.ts'
import { blockPolicies, datedPolicy } from '../../src/runtime/domain/judging/block-policy.ts'
import { denyDocument } from '../../src/runtime/domain/judging/deny.ts'
import { type Moto, startMoto } from '../support/moto.ts'
import { type AnyResource, born, died, type Life, repaired, stepOf, switchedOff, unchanged } from './life.ts'
import { ACCOUNT, clock, REGION, type Scope, succeeded, type World, world } from './world.ts'

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

const DECEMBER = 'cg-test-limit-reached-until-2026-12-01'
const tokyo = [{ from: '0000-00', zone: 'Asia/Tokyo' }]
const arn = (name: string) => `arn:aws:iam::${ACCOUNT}:policy/${name}`
const iam = () => aws.clients.iam()

function listFor(scope: Scope): readonly AnyResource[] {
  return blockPolicyResources(aws.clients, scope)
}
function life(name: string, overrides = {}, now = clock.now() as number): Life {
  const scope = { ...aws.scope(overrides), now }
  return { aws, scope, list: listFor(scope), id: blockPolicyId(name, REGION) }
}
async function documentOf(name: string): Promise<unknown> {
  const client = await iam()
  const { Policy } = await client.send(new GetPolicyCommand({ PolicyArn: arn(name) }))
  const version = { PolicyArn: arn(name), VersionId: Policy?.DefaultVersionId }
  return readDocument((await client.send(new GetPolicyVersionCommand(version))).PolicyVersion?.Document)
}
async function blockUser(name: string, UserName = 'tanaka'): Promise<void> {
  const client = await iam()
  await client.send(new CreateUserCommand({ UserName }))
  await client.send(new AttachUserPolicyCommand({ UserName, PolicyArn: arn(name) }))
}
const wanted = (one: Life) =>
  one.list.filter((each) => each.desired({ ...one.scope, remembered: () => undefined }) !== undefined)

describe('which policies there are', () => {
  test('one without an end, and one for the end of this month and of each of the next twelve', () => {
    const names = wanted(life(DECEMBER)).map((each) => each.name)
    expect(names).toHaveLength(14)
    expect(names.slice(0, 3)).toEqual([
      'cg-test-blocked-by-admin',
      'cg-test-limit-reached-until-2026-12-01',
      'cg-test-limit-reached-until-2027-01-01',
    ])
    expect(names.at(-1)).toBe('cg-test-limit-reached-until-2027-12-01')
  })

  test('they are the ones that enforce looks for, by the same names', () => {
    const zoning = aws.scope().settings.zoning
    const looked = blockPolicies('cg-test', clock.now(), zoning)
    expect(
      life(DECEMBER)
        .list.map((each) => each.name)
        .filter((name) => !looked.includes(name)),
    ).toEqual([])
    expect(datedPolicy('cg-test', '2026-11' as Month)).toBe(DECEMBER)
  })

  test('a month ends when it ends in the guard’s zone', async () => {
    await born(life(DECEMBER, { zoning: tokyo }))
    expect(await documentOf(DECEMBER)).toEqual(denyDocument('2026-11-30T15:00:00Z'))
  })

  test('the undated one denies without a condition', async () => {
    await born(life('cg-test-blocked-by-admin'))
    expect(await documentOf('cg-test-blocked-by-admin')).toEqual(denyDocument(undefined))
  })

  test('a month later the next one is added and the one that is over goes', async () => {
    await born(life(DECEMBER))
    const later = life(DECEMBER, {}, Date.UTC(2026, 11, 5))
    const { plan, outcome } = await aws.install(later.list, later.scope)
    succeeded(outcome)
    const changes = plan.steps.filter((step) => step.do !== 'keep').map((step) => `${step.do} ${step.name}`)
    expect(changes).toEqual([`remove ${DECEMBER}`, 'create cg-test-limit-reached-until-2028-01-01'])
    await unchanged(later)
  })
})

describe('the life of a block policy', () => {
  test('a deny that somebody weakened is found and repaired, and old versions do not pile up', async () => {
    const one = life(DECEMBER)
    await born(one)
    const client = await iam()
    for (let round = 0; round < 6; round++) {
      const weak = () =>
        client.send(
          new CreatePolicyVersionCommand({ PolicyArn: arn(DECEMBER), PolicyDocument: harmless, SetAsDefault: true }),
        )
      expect(await repaired(one, weak)).toEqual(['deny/CostGuardLimitReached', 'deny/#1'])
    }
    const { Versions } = await client.send(new ListPolicyVersionsCommand({ PolicyArn: arn(DECEMBER) }))
    expect(Versions?.map((version) => version.IsDefaultVersion)).toEqual([true])
  })

  test('an older version made the default again is found and repaired', async () => {
    const one = life(DECEMBER)
    await born(one)
    const client = await iam()
    const PolicyArn = arn(DECEMBER)
    const made = await client.send(new CreatePolicyVersionCommand({ PolicyArn, PolicyDocument: harmless }))
    const VersionId = made.PolicyVersion?.VersionId
    const back = () => client.send(new SetDefaultPolicyVersionCommand({ PolicyArn, VersionId }))
    expect(await repaired(one, back)).toContain('deny/CostGuardLimitReached')
  })

  test('lost tags come back', async () => {
    const one = life(DECEMBER)
    await born(one)
    const PolicyArn = arn(DECEMBER)
    const untag = async () =>
      (await iam()).send(new UntagPolicyCommand({ PolicyArn, TagKeys: ['cost-guard:managed-by'] }))
    expect(await repaired(one, untag)).toEqual(['tag/cost-guard:managed-by'])
  })

  test('a policy that hangs on somebody keeps its date when the guard changes its zone; a free one moves', async () => {
    await born(life(DECEMBER))
    await blockUser(DECEMBER)
    const moved = life(DECEMBER, { zoning: tokyo })
    const { outcome } = await aws.install(moved.list, moved.scope)
    succeeded(outcome)
    expect(await documentOf(DECEMBER)).toEqual(denyDocument('2026-12-01T00:00:00Z'))
    expect(await documentOf('cg-test-limit-reached-until-2027-01-01')).toEqual(denyDocument('2026-12-31T15:00:00Z'))
    await unchanged(moved)
  })

  test('a date that somebody put into the past is no date to keep', async () => {
    const one = life(DECEMBER)
    await born(one)
    await blockUser(DECEMBER)
    const PolicyDocument = JSON.stringify(denyDocument('2020-01-01T00:00:00Z'))
    const past = async () =>
      (await iam()).send(
        new CreatePolicyVersionCommand({ PolicyArn: arn(DECEMBER), PolicyDocument, SetAsDefault: true }),
      )
    expect(await repaired(one, past)).toEqual(['deny/CostGuardLimitReached'])
    expect(await documentOf(DECEMBER)).toEqual(denyDocument('2026-12-01T00:00:00Z'))
  })

  test('the plan says how many it blocks now', async () => {
    const one = life(DECEMBER)
    await born(one)
    await blockUser(DECEMBER)
    expect(stepOf(await aws.plan(one.list, one.scope), one.id)?.note).toBe('blocks 1 principal now')
  })

  test('removing takes it off everybody it hangs on, over all pages, and removes it again without complaint', async () => {
    const one = life(DECEMBER)
    await born(one)
    const client = await iam()
    for (let n = 0; n < 105; n++) await blockUser(DECEMBER, `user-${n}`)
    const AssumeRolePolicyDocument = harmless
    await client.send(new CreateRoleCommand({ RoleName: 'app', AssumeRolePolicyDocument }))
    await client.send(new AttachRolePolicyCommand({ RoleName: 'app', PolicyArn: arn(DECEMBER) }))
    await died(one)
    for (const UserName of ['user-0', 'user-104']) {
      const { AttachedPolicies } = await client.send(new ListAttachedUserPoliciesCommand({ UserName }))
      expect(AttachedPolicies).toEqual([])
    }
  })

  test('the policies of a guard of this name in another region are not taken away', async () => {
    const one = life(DECEMBER)
    await born(one)
    const scope = { ...one.scope, region: 'eu-west-1' }
    expect((await aws.teardown(listFor(scope), scope)).plan.steps).toEqual([])
    await unchanged(one)
  })

  test('IAM that still sees an attachment taken off a moment ago is waited for', async () => {
    let tries = 0
    aws = world((call) => {
      if (call.operation !== 'DeletePolicy' || call.phase !== 'before' || ++tries > 2) return
      const message = 'Cannot delete a policy attached to entities.'
      throw Object.assign(new Error(message), { name: 'DeleteConflictException' })
    })
    const one = life(DECEMBER)
    await born(one)
    await died(one)
    expect(tries).toBeGreaterThan(2)
  })

  test('switched off it goes, and comes back', async () => {
    const one = life(DECEMBER)
    await born(one)
    await switchedOff(one)
  })

  test('a policy of that name that is not the guard’s is refused', async () => {
    await (await iam()).send(new CreatePolicyCommand({ PolicyName: DECEMBER, PolicyDocument: harmless }))
    const one = life(DECEMBER)
    expect(stepOf(await aws.plan(one.list, one.scope), one.id)).toMatchObject({ do: 'refuse', reason: 'not-ours' })
  })
})

const harmless = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 'sts:GetCallerIdentity', Resource: '*' }],
})
