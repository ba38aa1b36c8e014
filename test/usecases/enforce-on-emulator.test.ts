/** The deployed doors with their real adapters on the emulator: what the use-case tests promise over fakes holds there. */
import {
  AttachGroupPolicyCommand,
  CreateGroupCommand,
  CreatePolicyCommand,
  CreateUserCommand,
  DetachUserPolicyCommand,
  IAMClient,
  ListAttachedUserPoliciesCommand,
} from '@aws-sdk/client-iam'
import { CreateTopicCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns'
import { beforeAll, expect, test } from 'vitest'
import { DynamoHealth } from '../../src/runtime/aws/dynamo-health.ts'
import { DynamoHistory } from '../../src/runtime/aws/dynamo-history.ts'
import { DynamoLedger } from '../../src/runtime/aws/dynamo-ledger.ts'
import { DynamoLimits } from '../../src/runtime/aws/dynamo-limits.ts'
import { DynamoPeople } from '../../src/runtime/aws/dynamo-people.ts'
import { CONFIG_VARIABLE, encodeConfig } from '../../src/runtime/config.ts'
import { instant, monthOf } from '../../src/runtime/domain/base/calendar.ts'
import { blockGroup, datedPolicy, undatedPolicy } from '../../src/runtime/domain/judging/block-policy.ts'
import type { EnforceAnswer, EnforceEvent, ReportAnswer, ReportEvent } from '../../src/runtime/protocol.ts'
import { planLimits, setLimits, type WishRoom } from '../../src/runtime/usecases/set-limits.ts'
import { freshTable, newDynamo } from '../contract/world.ts'
import { sandboxForTests } from '../support/sandbox.ts'
import { admin, chargeOf, config, ofUser, user } from './guarded.ts'

const clock = { now: () => instant(Date.now()) }
const sleeper = { sleep: async () => undefined }
const thisMonth = datedPolicy('cost-guard', monthOf(clock.now(), config.zoning))

// Behind the sandbox's proxy: there a conditional write is atomic, as the lease needs it and DynamoDB has it.
const sandbox = sandboxForTests()
let iam: IAMClient
let ledger: DynamoLedger
let wish: WishRoom
let health: DynamoHealth
let enforce: (event: EnforceEvent) => Promise<EnforceAnswer>
let report: (event: ReportEvent) => Promise<ReportAnswer>

beforeAll(async () => {
  iam = new IAMClient({})
  const client = newDynamo()
  const table = await freshTable(client)
  const { TopicArn = '' } = await new SNSClient({}).send(new CreateTopicCommand({ Name: 'cost-guard-notices' }))
  await new SNSClient({}).send(new SubscribeCommand({ TopicArn, Protocol: 'email', Endpoint: 'boss@example.com' }))
  sandbox.confirmMail('boss@example.com')
  sandbox.clearMails()
  const here = { ...config, table, topicArn: TopicArn }
  process.env[CONFIG_VARIABLE] = encodeConfig(here)
  const PolicyDocument = '{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"bedrock:*","Resource":"*"}]}'
  for (const PolicyName of [thisMonth, undatedPolicy('cost-guard')]) {
    await iam.send(new CreatePolicyCommand({ PolicyName, PolicyDocument }))
  }
  await iam.send(new CreateGroupCommand({ GroupName: blockGroup('cost-guard') }))
  await iam.send(
    new AttachGroupPolicyCommand({
      GroupName: blockGroup('cost-guard'),
      PolicyArn: arnOf(undatedPolicy('cost-guard')),
    }),
  )
  for (const UserName of ['tanaka', 'sato']) await iam.send(new CreateUserCommand({ UserName }))
  enforce = (await import('../../src/runtime/handlers/enforce.ts')).handler
  report = (await import('../../src/runtime/handlers/report.ts')).handler
  const { zoning } = config
  ledger = new DynamoLedger({ client, table, zoning, journalDays: 400, clock, sleeper, random: Math.random })
  health = new DynamoHealth({ client, table, clock, sleeper })
  wish = {
    clock,
    ledger,
    limits: new DynamoLimits({ client, table }),
    people: new DynamoPeople({ client, table }),
    history: new DynamoHistory({ client, table, zoning }),
    enforce: { ask: enforce },
    config,
  }
})

const arnOf = (policy: string) => `arn:aws:iam::123456789012:policy/${policy}`
const attachedTo = async (UserName: string) =>
  (await iam.send(new ListAttachedUserPoliciesCommand({ UserName }))).AttachedPolicies?.map((each) => each.PolicyName)
const subjects = () => sandbox.mails().flatMap((mail) => (mail.delivered ? [mail.subject] : []))
const limit = async (name: string, usd: bigint) => {
  const amount = (usd * 1_000_000_000_000n) as never
  return setLimits(wish, await planLimits(wish, [{ of: ofUser(name), per: 'month', amount }]), admin)
}

test('who reaches the limit is denied in IAM and mailed once, by two checks at the same time', async () => {
  await limit('tanaka', 50n)
  await ledger.record([chargeOf(user('tanaka'), '50', clock.now(), 'r1')])
  await health.noteIngest({ lastIngestAt: clock.now(), lastRecordAt: clock.now() })
  const poke: EnforceEvent = { kind: 'check', from: 'poke' }
  const answers = await Promise.all([enforce(poke), enforce(poke), enforce(poke)])
  expect(answers.flatMap((answer) => answer.problems)).toEqual([])
  expect(answers.flatMap((answer) => answer.blocked)).toEqual([user('tanaka')])
  expect(await attachedTo('tanaka')).toEqual([thisMonth])
  expect(await attachedTo('sato')).toEqual([])
  expect(subjects()).toHaveLength(1)
  expect((await health.read()).enforceSeconds).toBeGreaterThanOrEqual(0)
})

test('a raise releases at once, through the command’s own call', async () => {
  const { check, done } = await limit('tanaka', 80n)
  expect(done[0]?.previous?.amount).toBe(50_000_000_000_000n)
  expect(check).toMatchObject({ released: [user('tanaka')], problems: [] })
  expect(await attachedTo('tanaka')).toEqual([])
  expect(subjects()).toHaveLength(2)
})

test('a teardown finds and releases everybody', async () => {
  await limit('sato', 0n)
  await limit('tanaka', 10n)
  expect(await attachedTo('sato')).toEqual([undatedPolicy('cost-guard')])
  expect(await attachedTo('tanaka')).toEqual([thisMonth])
  await iam.send(new DetachUserPolicyCommand({ UserName: 'tanaka', PolicyArn: arnOf(thisMonth) }))
  await health.setControl({ closing: true })
  expect(await enforce({ kind: 'release-all' })).toMatchObject({ released: [user('sato')], problems: [] })
  expect(await enforce({ kind: 'check', from: 'schedule' })).toMatchObject({
    blocked: [],
    problems: [expect.stringContaining('being removed')],
  })
  expect(await attachedTo('sato')).toEqual([])
})

test('the report is mailed once a day and says what was spent', async () => {
  const before = subjects().length
  expect(await report({ kind: 'daily' })).toMatchObject({ sent: true, text: expect.stringContaining('50.00') })
  expect(await report({ kind: 'daily' })).toMatchObject({ sent: false })
  // On the first of a month the statement of the month before goes out as well.
  const onTheFirst = new Date().toISOString().slice(8, 10) === '01' ? 1 : 0
  expect(subjects()).toHaveLength(before + 1 + onTheFirst)
})

test('the history names who did what', async () => {
  const deeds: string[] = []
  for await (const event of wish.history.read(monthOf(clock.now(), config.zoning))) {
    deeds.push(`${event.by === admin ? 'admin' : event.by} ${event.what} ${event.principal}`)
  }
  expect(deeds.slice(0, 4)).toEqual([
    'admin limit-set user/tanaka@month',
    'cost-guard blocked user/tanaka',
    'admin limit-set user/tanaka@month',
    'cost-guard released user/tanaka',
  ])
})
