import {
  AttachUserPolicyCommand,
  CreatePolicyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  IAMClient,
} from '@aws-sdk/client-iam'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { IamDirectory } from '../../src/runtime/aws/iam-directory.ts'
import type { PrincipalKey } from '../../src/runtime/domain/metering/principal.ts'
import { type Moto, startMoto } from '../support/moto.ts'
import { Guarded, role, user } from '../usecases/guarded.ts'

let moto: Moto
let directory: IamDirectory
let guard: Guarded
beforeAll(async () => {
  moto = await startMoto()
  const iam = new IAMClient({})
  const document = JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Deny', Action: 'x:*', Resource: '*' }],
  })
  await iam.send(new CreateUserCommand({ UserName: 'tanaka' }))
  await iam.send(new CreateUserCommand({ UserName: 'both' }))
  for (const RoleName of ['both', 'AWSReservedSSO_Dev_01']) {
    await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: document }))
  }
  const { Policy } = await iam.send(new CreatePolicyCommand({ PolicyName: 'own', PolicyDocument: document }))
  await iam.send(new AttachUserPolicyCommand({ UserName: 'tanaka', PolicyArn: Policy?.Arn }))
  guard = new Guarded()
  const { ledger, clock } = guard
  directory = new IamDirectory({
    iam,
    ledger,
    clock,
    account: '123456789012',
    zoning: [{ from: '0000-00', zone: 'UTC' }],
  })
})
afterAll(() => moto.stop())

test('a bare name is every user and role of that name', async () => {
  expect(await directory.find('tanaka')).toEqual([{ key: user('tanaka'), from: 'iam' }])
  expect(await directory.find('both')).toEqual([
    { key: user('both'), from: 'iam' },
    { key: role('both'), from: 'iam' },
  ])
  expect(await directory.find('nobody')).toEqual([])
})

test('whoever the ledger has seen this month or the last is found too, also when gone from IAM', async () => {
  const session = 'session/AWSReservedSSO_Dev_01/tanaka' as PrincipalKey
  await guard.spend(user('gone'), '1', { iso: '2026-10-05T00:00:00Z' })
  await guard.spend(session, '1')
  await guard.spend(user('tanaka'), '1')
  expect(await directory.find('gone')).toEqual([{ key: user('gone'), from: 'ledger' }])
  expect(await directory.find('GONE')).toEqual([{ key: user('gone'), from: 'ledger' }])
  expect(await directory.find('tanaka')).toEqual([
    { key: user('tanaka'), from: 'iam' },
    { key: session, from: 'ledger' },
  ])
})

test('a name that IAM could never hold is simply not found', async () => {
  expect(await directory.find('two words')).toEqual([])
  expect(await directory.find('x'.repeat(300))).toEqual([])
})

test('a user, a role and the role behind a session exist or not', async () => {
  const known = (key: string) => directory.known(key as PrincipalKey)
  expect(await known('user/tanaka')).toBe('user/tanaka')
  expect(await known('role/tanaka')).toBeUndefined()
  expect(await known('session/AWSReservedSSO_Dev_01/anybody')).toBe('session/AWSReservedSSO_Dev_01/anybody')
  expect(await known('session/no-such-role/anybody')).toBeUndefined()
})

test('the names of users and roles are listed, for whoever mistypes one', async () => {
  expect([...(await directory.names())].sort()).toEqual([
    role('AWSReservedSSO_Dev_01'),
    role('both'),
    user('both'),
    user('tanaka'),
  ])
})

test('free slots are the account’s quota less what is attached; who cannot carry a policy has none', async () => {
  expect(await directory.freeSlots(user('tanaka'))).toBe(9)
  expect(await directory.freeSlots(role('both'))).toBe(10)
  expect(await directory.freeSlots(role('AWSReservedSSO_Dev_01'))).toBeUndefined()
  expect(await directory.freeSlots('unattributed' as PrincipalKey)).toBeUndefined()
  expect(await directory.freeSlots(user('nobody'))).toBeUndefined()
})
