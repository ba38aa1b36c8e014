import {
  AddUserToGroupCommand,
  AttachGroupPolicyCommand,
  AttachRolePolicyCommand,
  AttachUserPolicyCommand,
  CreateGroupCommand,
  CreatePolicyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  DeleteUserCommand,
  DetachUserPolicyCommand,
  IAMClient,
  ListAttachedRolePoliciesCommand,
  ListAttachedUserPoliciesCommand,
  ListGroupsForUserCommand,
} from '@aws-sdk/client-iam'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { namesFor } from '../../src/provision/names.ts'
import { IamEnforcer } from '../../src/runtime/aws/iam-enforcer.ts'
import type { Month, Zoning } from '../../src/runtime/domain/base/calendar.ts'
import {
  blockGroup,
  blockPolicies,
  datedPolicy,
  policyFor,
  undatedPolicy,
} from '../../src/runtime/domain/judging/block-policy.ts'
import type { PrincipalKey } from '../../src/runtime/domain/metering/principal.ts'
import type { Enforcer } from '../../src/runtime/ports.ts'
import { awsError } from '../fakes/faults.ts'
import { MemoryEnforcer } from '../fakes/memory-enforcer.ts'
import { type Moto, startMoto } from '../support/moto.ts'
import { at, TestClock } from './world.ts'

const guard = 'cost-guard'
const account = '123456789012'
const zoning: Zoning = [{ from: '0000-00', zone: 'UTC' }]
const december = 'cost-guard-limit-reached-until-2026-12-01'
const january = 'cost-guard-limit-reached-until-2027-01-01'
const undated = 'cost-guard-blocked-by-admin'
const endOfNovember = at('2026-12-01T00:00:00Z')
const endOfDecember = at('2027-01-01T00:00:00Z')

let moto: Moto
beforeAll(async () => {
  moto = await startMoto()
})
afterAll(() => moto.stop())

const user = (name: string) => `user/${name}` as PrincipalKey
const role = (name: string) => `role/${name}` as PrincipalKey

/** An account with users and roles, as a test may arrange it. */
interface World {
  readonly enforcer: Enforcer
  add(principal: PrincipalKey, foreignPolicies?: number): Promise<void>
  vanish(principal: PrincipalKey): Promise<void>
  forbid(principal: PrincipalKey): void
  detachByHand(principal: PrincipalKey, policy: string): Promise<void>
  attachByHand(principal: PrincipalKey, policy: string): Promise<void>
  withoutPolicy(policy: string): void
}

function fakeWorld(): World {
  const enforcer = new MemoryEnforcer({ guard, account, zoning })
  return {
    enforcer,
    add: async (principal, foreign) => enforcer.add(principal, foreign),
    vanish: async (principal) => enforcer.vanish(principal),
    forbid: (principal) => void enforcer.forbidden.add(principal),
    detachByHand: async (principal) => enforcer.detachByHand(principal),
    attachByHand: async (principal, policy) => enforcer.attachByHand(principal, policy),
    withoutPolicy: (policy) => void enforcer.missing.add(policy),
  }
}

const arn = (policy: string) => `arn:aws:iam::${account}:policy/${policy}`
const nameOf = (principal: string) => principal.slice(principal.indexOf('/') + 1)
const anything = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Deny', Action: 'x:*', Resource: '*' }],
})

/** What AWS refuses and moto does not (it takes an eleventh policy, a reserved role, a policy of another's): ours, not moto's. */
function refuseAsAwsDoes(iam: IAMClient, forbidden: ReadonlySet<string>): void {
  iam.middlewareStack.add(
    (next, context) => async (args) => {
      const input = args.input as { UserName?: string; RoleName?: string }
      const bearer = input.UserName ?? input.RoleName ?? ''
      if (/^Attach(User|Role)PolicyCommand$/.test(context.commandName ?? '')) {
        if (forbidden.has(bearer)) throw awsError('AccessDenied', 'explicit deny in an identity-based policy')
        const list =
          input.UserName === undefined
            ? await plain.send(new ListAttachedRolePoliciesCommand({ RoleName: bearer }))
            : await plain.send(new ListAttachedUserPoliciesCommand({ UserName: bearer }))
        if ((list.AttachedPolicies ?? []).length >= 10) throw awsError('LimitExceededException', 'PoliciesPerUser: 10')
      }
      return next(args)
    },
    { step: 'initialize' },
  )
}
let plain: IAMClient

async function iamWorld(): Promise<World & { sent: string[] }> {
  await moto.reset()
  plain = new IAMClient({})
  const iam = new IAMClient({})
  const forbidden = new Set<string>()
  const missing = new Set<string>()
  const sent: string[] = []
  refuseAsAwsDoes(iam, forbidden)
  iam.middlewareStack.add(
    (next, context) => (args) => {
      sent.push(`${context.commandName} ${nameOf((args.input as { PolicyArn?: string }).PolicyArn ?? '')}`)
      return next(args)
    },
    { step: 'initialize' },
  )
  const clock = new TestClock('2026-11-20T09:00:00Z')
  for (const name of [undated, december, january]) {
    await plain.send(new CreatePolicyCommand({ PolicyName: name, PolicyDocument: anything }))
  }
  await plain.send(new CreateGroupCommand({ GroupName: blockGroup(guard) }))
  await plain.send(new AttachGroupPolicyCommand({ GroupName: blockGroup(guard), PolicyArn: arn(undated) }))
  iam.middlewareStack.add(
    (next) => async (args) => {
      const policy = nameOf((args.input as { PolicyArn?: string }).PolicyArn ?? '')
      if (missing.has(policy)) throw awsError('NoSuchEntity', `Policy ${policy} does not exist or is not attachable.`)
      return next(args)
    },
    { step: 'initialize' },
  )
  const attach = (principal: PrincipalKey, PolicyArn: string) =>
    principal.startsWith('user/')
      ? plain.send(new AttachUserPolicyCommand({ UserName: nameOf(principal), PolicyArn }))
      : plain.send(new AttachRolePolicyCommand({ RoleName: nameOf(principal), PolicyArn }))
  return {
    sent,
    enforcer: new IamEnforcer({
      iam,
      guard,
      account,
      partition: 'aws',
      zoning,
      protectedPrincipals: ['cost-guard-*'],
      clock,
    }),
    add: async (principal, foreign = 0) => {
      if (principal.startsWith('user/')) await plain.send(new CreateUserCommand({ UserName: nameOf(principal) }))
      else await plain.send(new CreateRoleCommand({ RoleName: nameOf(principal), AssumeRolePolicyDocument: anything }))
      for (let index = 0; index < foreign; index++) {
        const PolicyName = `${principal.replace('/', '-')}-own-${index}`
        await plain.send(new CreatePolicyCommand({ PolicyName, PolicyDocument: anything }))
        await attach(principal, arn(PolicyName))
      }
    },
    vanish: async (principal) => void (await plain.send(new DeleteUserCommand({ UserName: nameOf(principal) }))),
    forbid: (principal) => void forbidden.add(nameOf(principal)),
    detachByHand: async (principal, policy) =>
      void (await plain.send(new DetachUserPolicyCommand({ UserName: nameOf(principal), PolicyArn: arn(policy) }))),
    attachByHand: async (principal, policy) => void (await attach(principal, arn(policy))),
    withoutPolicy: (policy) => void missing.add(policy),
  }
}

const worlds: readonly [string, () => Promise<World>][] = [
  ['the fake', async () => fakeWorld()],
  ['IAM', iamWorld],
]

describe.each(worlds)('the enforcer on %s', (_, open) => {
  test('attaches the policy of the month in which the block ends, and shows it', async () => {
    const { enforcer, add } = await open()
    await add(user('tanaka'))
    expect(await enforcer.block(user('tanaka'), endOfNovember)).toEqual({
      answer: 'blocked',
      policy: december,
      by: 'managed',
    })
    expect(await enforcer.attached()).toEqual([{ principal: 'user/tanaka', policy: december, by: 'managed' }])
  })

  test('takes the same policy for a block that ends in the middle of the month', async () => {
    const { enforcer, add } = await open()
    await add(role('batch'))
    expect(await enforcer.block(role('batch'), at('2026-11-21T00:00:00Z'))).toMatchObject({ policy: december })
  })

  test('takes the policy without an end for a block without an end, and for one that ends beyond the last policy', async () => {
    const { enforcer, add, withoutPolicy } = await open()
    await add(user('a'))
    await add(user('b'))
    withoutPolicy('cost-guard-limit-reached-until-2028-07-01')
    expect(await enforcer.block(user('a'), 'no-end')).toMatchObject({ answer: 'blocked', policy: undated })
    expect(await enforcer.block(user('b'), at('2028-06-15T00:00:00Z'))).toMatchObject({ policy: undated })
  })

  test('says that there is no policy when init never made one', async () => {
    const { enforcer, add, withoutPolicy } = await open()
    await add(user('a'))
    withoutPolicy(december)
    withoutPolicy(undated)
    expect(await enforcer.block(user('a'), endOfNovember)).toEqual({ answer: 'no-policy' })
  })

  test('does nothing twice', async () => {
    const { enforcer, add } = await open()
    await add(user('tanaka'))
    await enforcer.block(user('tanaka'), endOfNovember)
    expect(await enforcer.block(user('tanaka'), endOfNovember)).toMatchObject({ answer: 'already', policy: december })
    expect(await enforcer.release(user('tanaka'))).toBe('released')
    expect(await enforcer.release(user('tanaka'))).toBe('already')
    expect(await enforcer.attached()).toEqual([])
  })

  test('moves to another policy without leaving the old one behind', async () => {
    const { enforcer, add } = await open()
    await add(user('tanaka'))
    await enforcer.block(user('tanaka'), endOfNovember)
    expect(await enforcer.block(user('tanaka'), endOfDecember)).toMatchObject({ answer: 'blocked', policy: january })
    expect(await enforcer.attached()).toEqual([{ principal: 'user/tanaka', policy: january, by: 'managed' }])
  })

  test('puts a user whose quota is full into the guard’s group, and takes it out again', async () => {
    const { enforcer, add } = await open()
    await add(user('full'), 10)
    const inGroup = { policy: undated, by: 'group' }
    expect(await enforcer.block(user('full'), endOfNovember)).toEqual({ answer: 'blocked', ...inGroup })
    expect(await enforcer.block(user('full'), endOfNovember)).toEqual({ answer: 'already', ...inGroup })
    expect(await enforcer.attached()).toEqual([{ principal: 'user/full', ...inGroup }])
    expect(await enforcer.release(user('full'))).toBe('released')
    expect(await enforcer.attached()).toEqual([])
  })

  test('exchanges its own policy where the quota is full because of it', async () => {
    const { enforcer, add } = await open()
    await add(user('nine'), 9)
    await add(role('nine'), 9)
    for (const principal of [user('nine'), role('nine')]) {
      await enforcer.block(principal, endOfNovember)
      expect(await enforcer.block(principal, endOfDecember)).toEqual({
        answer: 'blocked',
        policy: january,
        by: 'managed',
      })
    }
    expect(await enforcer.attached()).toEqual([
      { principal: 'user/nine', policy: january, by: 'managed' },
      { principal: 'role/nine', policy: january, by: 'managed' },
    ])
  })

  test('answers that a role without a free slot cannot be blocked', async () => {
    const { enforcer, add } = await open()
    await add(role('full'), 10)
    expect(await enforcer.block(role('full'), endOfNovember)).toEqual({ answer: 'attachment-quota' })
    expect(await enforcer.attached()).toEqual([])
  })

  test('answers for who never was or is gone, before and after a block', async () => {
    const { enforcer, add, vanish, detachByHand } = await open()
    expect(await enforcer.block(user('ghost'), endOfNovember)).toEqual({ answer: 'no-such-principal' })
    expect(await enforcer.block(role('ghost'), endOfNovember)).toEqual({ answer: 'no-such-principal' })
    await add(user('leaver'))
    await enforcer.block(user('leaver'), endOfNovember)
    await detachByHand(user('leaver'), december)
    await vanish(user('leaver'))
    expect(await enforcer.release(user('leaver'))).toBe('no-such-principal')
  })

  test('leaves roles of AWS and whoever is no user or role alone', async () => {
    const { enforcer, add } = await open()
    await add(role('AWSReservedSSO_Developers_0123456789abcdef'))
    for (const principal of [
      'role/AWSReservedSSO_Developers_0123456789abcdef',
      'session/AWSReservedSSO_Developers_0123456789abcdef/a@b.c',
      'root/123456789012',
      'federated/bob',
      'unattributed',
    ]) {
      expect(await enforcer.block(principal as PrincipalKey, endOfNovember)).toEqual({ answer: 'protected' })
    }
    expect(await enforcer.attached()).toEqual([])
  })

  test('answers that it may not where IAM says so', async () => {
    const { enforcer, add, forbid } = await open()
    await add(user('admin'))
    forbid(user('admin'))
    expect(await enforcer.block(user('admin'), endOfNovember)).toEqual({ answer: 'not-allowed' })
  })

  test('sees what was attached and taken off by hand', async () => {
    const { enforcer, add, attachByHand, detachByHand } = await open()
    await add(user('a'))
    await add(user('b'))
    await enforcer.block(user('a'), endOfNovember)
    await detachByHand(user('a'), december)
    await attachByHand(user('b'), january)
    expect(await enforcer.attached()).toEqual([{ principal: 'user/b', policy: january, by: 'managed' }])
    expect(await enforcer.release(user('b'))).toBe('released')
  })
})

describe('the enforcer on IAM', () => {
  test('reads every page of whom a policy hangs on, and of the group', async () => {
    const { enforcer, add } = await iamWorld()
    const names = Array.from({ length: 120 }, (_, index) => `u${String(index).padStart(3, '0')}`)
    for (const name of names) {
      await add(user(name))
      if (name < 'u110') await plain.send(new AttachUserPolicyCommand({ UserName: name, PolicyArn: arn(december) }))
      else await plain.send(new AddUserToGroupCommand({ UserName: name, GroupName: blockGroup(guard) }))
    }
    const attached = await enforcer.attached()
    expect(attached.map((each) => each.principal).sort()).toEqual(names.map(user))
    expect(attached.filter((each) => each.by === 'group')).toHaveLength(10)
  })

  test('takes off only what is its own: foreign policies and groups stay', async () => {
    const { enforcer, add } = await iamWorld()
    await add(user('tanaka'), 3)
    await plain.send(new CreateGroupCommand({ GroupName: 'developers' }))
    await plain.send(new AddUserToGroupCommand({ UserName: 'tanaka', GroupName: 'developers' }))
    await enforcer.block(user('tanaka'), endOfNovember)
    await enforcer.release(user('tanaka'))
    const { AttachedPolicies } = await plain.send(new ListAttachedUserPoliciesCommand({ UserName: 'tanaka' }))
    expect(AttachedPolicies?.map((policy) => policy.PolicyName).sort()).toEqual([
      'user-tanaka-own-0',
      'user-tanaka-own-1',
      'user-tanaka-own-2',
    ])
    const { Groups } = await plain.send(new ListGroupsForUserCommand({ UserName: 'tanaka' }))
    expect(Groups?.map((group) => group.GroupName)).toEqual(['developers'])
  })

  test('attaches the new policy before it takes the old one off, and leaves the group last', async () => {
    const { enforcer, add, sent } = await iamWorld()
    await add(user('tanaka'))
    await enforcer.block(user('tanaka'), endOfNovember)
    await plain.send(new AddUserToGroupCommand({ UserName: 'tanaka', GroupName: blockGroup(guard) }))
    sent.length = 0
    await enforcer.block(user('tanaka'), endOfDecember)
    expect(sent.filter((command) => !command.startsWith('List'))).toEqual([
      `AttachUserPolicyCommand ${january}`,
      `DetachUserPolicyCommand ${december}`,
      'RemoveUserFromGroupCommand ',
    ])
  })

  /** IAM's lists lag behind its writes by seconds: this client goes on showing what was true before. */
  async function lagging(names: readonly string[]): Promise<IamEnforcer> {
    const iam = new IAMClient({})
    iam.middlewareStack.add(
      (next, context) => async (args) => {
        const answer = await next(args)
        if (context.commandName !== 'ListAttachedUserPoliciesCommand') return answer
        const AttachedPolicies = names.map((name) => ({ PolicyName: name, PolicyArn: arn(name) }))
        return { ...answer, output: { ...answer.output, AttachedPolicies } }
      },
      { step: 'initialize' },
    )
    const clock = new TestClock('2026-11-20T09:00:00Z')
    return new IamEnforcer({ iam, guard, account, partition: 'aws', zoning, protectedPrincipals: [], clock })
  }
  const hangingOn = async (name: string) =>
    (await plain.send(new ListAttachedUserPoliciesCommand({ UserName: name }))).AttachedPolicies?.map(
      (policy) => policy.PolicyName,
    )

  test('takes off what it was told hangs there, though IAM does not list it yet', async () => {
    const { enforcer, add } = await iamWorld()
    await add(user('tanaka'))
    await enforcer.block(user('tanaka'), endOfNovember)
    const late = await lagging([])
    expect(await late.release(user('tanaka'), [{ policy: december, by: 'managed' }])).toBe('released')
    expect(await hangingOn('tanaka')).toEqual([])
    expect(await late.release(user('tanaka'), [{ policy: december, by: 'managed' }])).toBe('already')
  })

  test('takes out of its group whom it was told is in it, though IAM does not list that yet', async () => {
    const { enforcer, add, sent } = await iamWorld()
    await add(user('full'))
    sent.length = 0
    await enforcer.release(user('full'), [{ policy: undated, by: 'group' }])
    expect(sent.filter((command) => !command.startsWith('List'))).toEqual(['RemoveUserFromGroupCommand '])
  })

  test('takes nothing off that is not its own, whatever it is told', async () => {
    const { enforcer, add } = await iamWorld()
    await add(user('tanaka'), 1)
    expect(await enforcer.release(user('tanaka'), [{ policy: 'user-tanaka-own-0', by: 'managed' }])).toBe('already')
    expect(await hangingOn('tanaka')).toEqual(['user-tanaka-own-0'])
  })

  test('blocks again at once after a release that IAM does not list yet', async () => {
    const { enforcer, add } = await iamWorld()
    await add(user('tanaka'))
    await enforcer.block(user('tanaka'), endOfNovember)
    await enforcer.release(user('tanaka'))
    const late = await lagging([december])
    expect(await late.block(user('tanaka'), endOfNovember)).toMatchObject({ policy: december, by: 'managed' })
    expect(await hangingOn('tanaka')).toEqual([december])
  })

  test('never blocks whom the settings protect', async () => {
    const { enforcer, add } = await iamWorld()
    await add(role('cost-guard-enforce'))
    expect(await enforcer.block(role('cost-guard-enforce'), endOfNovember)).toEqual({ answer: 'protected' })
  })

  test('throws rather than showing half of what is attached', async () => {
    const { enforcer } = await iamWorld()
    const broken = new IAMClient({ endpoint: 'http://127.0.0.1:1', maxAttempts: 1 })
    const clock = new TestClock('2026-11-20T09:00:00Z')
    const parts = { iam: broken, guard, account, partition: 'aws', zoning, protectedPrincipals: [], clock }
    await expect(new IamEnforcer(parts).attached()).rejects.toThrow()
    expect(await enforcer.attached()).toEqual([])
  })
})

describe('the names of what blocks', () => {
  const names = namesFor(guard, { account, region: 'us-east-1', partition: 'aws' })

  test('are those that init makes', () => {
    expect(undatedPolicy(guard)).toBe(names.undatedPolicy)
    expect(blockGroup(guard)).toBe(names.blockGroup)
    expect(datedPolicy(guard, '2026-11' as Month)).toBe(names.datedPolicy('2026-12-01'))
    expect(blockPolicies(guard, at('2026-11-20T09:00:00Z'), zoning)).toContain(names.datedPolicy('2027-12-01'))
  })

  test('belong to the month that ends, in the guard’s zone', () => {
    const tokyo: Zoning = [{ from: '0000-00', zone: 'Asia/Tokyo' }]
    expect(policyFor(guard, at('2026-11-30T15:00:00Z'), tokyo)).toBe(december)
    expect(policyFor(guard, at('2026-11-30T15:00:00.001Z'), tokyo)).toBe(january)
  })
})
