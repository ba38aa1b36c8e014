/**
 * A guard that is installed in the middle of a month, over a log group that holds records already: the month so far is
 * counted before anybody is blocked. Everything is done by somebody who has the rights that `iam-policy` prints, no more.
 */
import type { ChildProcess } from 'node:child_process'
import { DeleteTableCommand, DynamoDBClient, UpdateTableCommand } from '@aws-sdk/client-dynamodb'
import { AttachUserPolicyCommand, CreatePolicyCommand, IAMClient } from '@aws-sdk/client-iam'
import { beforeAll, expect, test } from 'vitest'
import type { Fault } from '../../src/sandbox/index.ts'
import { run } from '../support/cli.ts'
import { sandboxForTests } from '../support/sandbox.ts'
import { differences, dump } from './dump.ts'
import { Admin } from './guarded.ts'
import { Worker } from './team.ts'

const sandbox = sandboxForTests()
const INIT = ['init', '--yes', '--email', 'boss@example.com', '--limit', 'tanaka=2', '--default-limit', '20']
const OPERATOR = 'arn:aws:iam::123456789012:user/operator'
const here = () => ({ endpoint: sandbox.endpoint, region: sandbox.region, credentials: sandbox.admin })

let operator: Admin
let tanaka: Worker
let sato: Worker
let before: readonly string[]

beforeAll(async () => {
  sandbox.setTime('2026-11-18T02:00:00Z')
  tanaka = new Worker(sandbox, await sandbox.createUser('tanaka'))
  sato = new Worker(sandbox, await sandbox.createUser('sato'))
  const keys = await sandbox.createUser('operator', { allow: 'sts:GetCallerIdentity' })
  const iam = new IAMClient(here())
  for (const part of ['1', '2']) {
    const { stdout: PolicyDocument } = await run(['iam-policy', '--account', sandbox.account, '--part', part])
    const { Policy } = await iam.send(new CreatePolicyCommand({ PolicyName: `operating-${part}`, PolicyDocument }))
    await iam.send(new AttachUserPolicyCommand({ UserName: 'operator', PolicyArn: Policy?.Arn }))
  }
  operator = new Admin(sandbox, sandbox.envOf(keys))
  before = await dump(sandbox)
})

/** Kills init the moment it sends such a call. */
async function killedWhen(due: NonNullable<Fault['matches']>): Promise<void> {
  let child: ChildProcess | undefined
  const watch = sandbox.inject({
    matches(call) {
      if (call.caller?.arn === OPERATOR && due(call)) child?.kill('SIGKILL')
      return false
    },
  })
  const onStart = (started: ChildProcess) => {
    child = started
  }
  const ran = await operator.run(INIT, { onStart })
  watch.remove()
  await sandbox.idle()
  expect(ran.signal).toBe('SIGKILL')
}

test('a guard is removed, its log stays, and its ledger is lost', async () => {
  await operator.does('init', '--yes')
  for (const _ of [1, 2, 3]) await tanaka.asks({ tokens: '250000 in, 0 out' })
  await sato.asks({ tokens: '100000 in, 0 out' })
  await operator.does('teardown', '--confirm', 'cost-guard')
  const dynamo = new DynamoDBClient(here())
  const TableName = 'cost-guard-ledger'
  await dynamo.send(new UpdateTableCommand({ TableName, DeletionProtectionEnabled: false }))
  await dynamo.send(new DeleteTableCommand({ TableName }))
})

test('until it is known whom the month so far would block nobody is blocked, also when init is killed on the way, twice', async () => {
  await killedWhen(({ operation }) => operation === 'CreateFunction')
  await killedWhen(({ operation, input }) => operation === 'Invoke' && input['kind'] === 'preview')
  sandbox.confirmMail('boss@example.com')
  sandbox.advance(60_000)
  await sandbox.tick()
  expect(await operator.row('user/tanaka')).toMatchObject({ usd: '3' })
  expect(await tanaka.tries()).toBe('allowed')
  expect(sandbox.mails()).toEqual([])
})

test('the next init says whom the month so far would block, then blocks them; nothing is counted twice', async () => {
  const said = await operator.does(...INIT)
  expect(said).toContain('Would be blocked: user/tanaka')
  expect(await tanaka.tries()).toContain('explicit deny')
  expect(await sato.tries()).toBe('allowed')
  expect(await operator.row('user/tanaka')).toMatchObject({ usd: '3', state: 'blocked' })
  expect((await operator.status()).totalUsd).toBe('3.4')
  expect(sandbox.mails().map((mail) => mail.subject)).toEqual([expect.stringContaining('user/tanaka is blocked')])
})

test('counting again finds only what is counted', async () => {
  const answer = await operator.reads('init', '--yes', '--count-this-month')
  expect(answer['counted']).toMatchObject({ recorded: 0, malformed: 0, enforced: true })
  expect((await operator.status()).totalUsd).toBe('3.4')
  expect(await tanaka.tries()).toContain('explicit deny')
})

test('the printed policy was enough for all of it, and for removing everything', async () => {
  await operator.does('teardown', '--confirm', 'cost-guard', '--delete-data')
  expect(differences(before, await dump(sandbox))).toEqual([])
  const refused = sandbox.calls().filter((call) => call.caller === OPERATOR && call.status === 403)
  expect(refused.map((call) => `${call.service}:${call.operation}`)).toEqual([])
})
