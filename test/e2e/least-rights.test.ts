/**
 * The rights of everybody, held against a whole story of the guard: an admin with nothing but the two printed policies, and three
 * functions with nothing but their roles. Nothing is refused; and whatever a policy allows was needed by some call, or is
 * named below with its reason.
 */
import { BedrockClient, CreateInferenceProfileCommand } from '@aws-sdk/client-bedrock'
import { CloudWatchLogsClient, PutLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs'
import { AttachUserPolicyCommand, CreatePolicyCommand, IAMClient } from '@aws-sdk/client-iam'
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda'
import { GetQueueAttributesCommand, GetQueueUrlCommand, SQSClient } from '@aws-sdk/client-sqs'
import { beforeAll, describe, expect, test } from 'vitest'
import { adminHalves, adminRights } from '../../src/provision/admin-rights.ts'
import { namesOf } from '../../src/provision/names.ts'
import { rolePolicies } from '../../src/provision/role-policies.ts'
import { defaultSettings } from '../../src/provision/settings.ts'
import type { Asked } from '../../src/sandbox/calls.ts'
import { sandboxForTests } from '../support/sandbox.ts'
import { Admin } from './guarded.ts'
import { OPUS, Worker } from './team.ts'
import { unusedIn } from './used-rights.ts'

const sandbox = sandboxForTests()
const SSO = 'AWSReservedSSO_Developer_0123456789abcdef'
const here = () => ({ endpoint: sandbox.endpoint, region: sandbox.region, credentials: sandbox.admin })
const settings = { ...defaultSettings('cost-guard'), rolePath: '/guards/' }
const where = () => ({ account: sandbox.account, region: sandbox.region, partition: 'aws' })
const scope = () => ({ ...where(), settings, names: namesOf(settings, where()) })
const minute = 60_000

let admin: Admin
let deadLetters = 0

async function invoke(name: string, event: object): Promise<void> {
  const lambda = new LambdaClient(here())
  const answer = await lambda.send(
    new InvokeCommand({ FunctionName: `cost-guard-${name}`, Payload: JSON.stringify(event) }),
  )
  expect(answer.FunctionError).toBeUndefined()
  await sandbox.idle()
}

async function onlyThePrintedPolicies(): Promise<Admin> {
  const keys = await sandbox.createUser('installer', { allow: 'sts:GetCallerIdentity' })
  const iam = new IAMClient(here())
  for (const [index, half] of adminHalves(scope().names).entries()) {
    const { Policy } = await iam.send(
      new CreatePolicyCommand({ PolicyName: `installer-${index}`, PolicyDocument: JSON.stringify(half) }),
    )
    await iam.send(new AttachUserPolicyCommand({ UserName: 'installer', PolicyArn: Policy?.Arn }))
  }
  return new Admin(sandbox, sandbox.envOf(keys))
}

/** What an organization may ask for: the guard's roles are under its path and may never do more than this. */
async function boundary(): Promise<string> {
  const services = ['dynamodb', 'logs', 'sns', 'sqs', 'lambda', 'bedrock', 'iam', 'kms', 'cloudwatch']
  const Action = services.map((service) => `${service}:*`)
  const document = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action, Resource: '*' }] }
  const { Policy } = await new IAMClient(here()).send(
    new CreatePolicyCommand({ PolicyName: 'boundary', PolicyDocument: JSON.stringify(document) }),
  )
  return Policy?.Arn ?? ''
}

/** Everything that people, programs, schedules and the admin do to a guard in its life. */
async function theStory(): Promise<void> {
  const own = ['--role-path', '/guards/', '--permissions-boundary', await boundary()]
  await admin.does(
    'init',
    '--yes',
    '--email',
    'boss@example.com',
    '--limit',
    'tanaka=2',
    '--time-zone',
    'Asia/Tokyo',
    ...own,
  )
  sandbox.confirmMail('boss@example.com')
  await admin.does('plan')
  await work()
  await limits()
  await catchingUp()
  await monthEnd()
  await admin.does('init', '--yes', '--report-time', '08:30', '--retention-days', '400', '--cost-tag', 'ai')
  await admin.does('teardown', '--confirm', 'cost-guard', '--delete-data')
}

async function work(): Promise<void> {
  const tanaka = new Worker(sandbox, await sandbox.createUser('tanaka'))
  const sato = new Worker(sandbox, await sandbox.createUser('sato'))
  await sandbox.createRole('app')
  const app = new Worker(sandbox, await sandbox.assume('app', 'i-0123456789abcdef0'))
  await sandbox.createRole(SSO, { path: '/aws-reserved/sso.amazonaws.com/' })
  const suzuki = new Worker(sandbox, await sandbox.assume(SSO, 'suzuki@example.com'))
  await tanaka.asks({ tokens: '500000 in, 5000 out' })
  await app.asks({ tokens: '1000 in, 0 out' })
  await suzuki.asks({ tokens: '1000 in, 0 out' })
  await sato.tries({ tokens: '1000 in, 100 out\nfail: ThrottlingException' })
  await sato.asks({ tokens: '1000 in, 100 out', model: 'newlab.wonder-9' })
  const { inferenceProfileArn = '' } = await new BedrockClient(here()).send(
    new CreateInferenceProfileCommand({
      inferenceProfileName: 'team',
      modelSource: { copyFrom: `arn:aws:bedrock:us-east-1:${sandbox.account}:inference-profile/${OPUS}` },
    }),
  )
  await sato.asks({ tokens: '1000 in, 100 out', model: inferenceProfileArn })
  sandbox.advance(minute)
  await sandbox.tick()
  await admin.does('prices', 'set', 'newlab.wonder-9', '--input', '3', '--output', '15')
  await admin.does('prices', 'list')
}

async function limits(): Promise<void> {
  await sandbox.createUser('full')
  const iam = new IAMClient(here())
  for (let n = 0; n < 10; n++) {
    const document = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 's3:List*', Resource: '*' }] }
    const { Policy } = await iam.send(
      new CreatePolicyCommand({ PolicyName: `slot-${n}`, PolicyDocument: JSON.stringify(document) }),
    )
    await iam.send(new AttachUserPolicyCommand({ UserName: 'full', PolicyArn: Policy?.Arn }))
  }
  await admin.does('limits', 'set', 'role/app=0.001', 'sato=0.5', '--yes')
  await admin.does('limits', 'list')
  await admin.does('limits', 'set', 'role/app=100', '--yes')
  await admin.does('limits', 'unset', 'sato')
  await admin.does('block', 'full', '--yes')
  await admin.does('unblock', 'full')
  await admin.does('unblock', 'tanaka', '--reason', 'release day')
  await admin.does('exclude', 'add', 'sato')
  await admin.does('exclude', 'remove', 'sato', '--yes')
  await admin.does('teams', 'sync', '--all', '--dry-run')
  await admin.run(['doctor'])
  await sandbox.idle()
  for (const command of [['status'], ['show', 'tanaka'], ['history'], ['report', 'preview'], ['report', 'send']]) {
    await admin.does(...command)
  }
}

async function lettersIn(queue: string): Promise<number> {
  const sqs = new SQSClient({ ...here(), useQueueUrlAsEndpoint: false })
  const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: queue }))
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['ApproximateNumberOfMessages'] }),
  )
  return Number(Attributes?.ApproximateNumberOfMessages)
}

/** What the subscription did not bring, what is no record, what cannot be written at all, and the past. */
async function catchingUp(): Promise<void> {
  const logs = new CloudWatchLogsClient(here())
  const put = (message: string) =>
    logs.send(
      new PutLogEventsCommand({
        logGroupName: '/aws/bedrock/cost-guard',
        logStreamName: 'aws/bedrock/modelinvocations',
        logEvents: [{ timestamp: sandbox.now(), message }],
      }),
    )
  await put('no record at all')
  await sandbox.idle()
  const refused = sandbox.inject({
    service: 'dynamodb',
    matches: ({ caller }) => caller?.arn.includes('/cost-guard-ingest/') === true,
    error: { code: 'AccessDeniedException', message: 'injected', status: 400 },
    times: Number.POSITIVE_INFINITY,
  })
  await put('no record either')
  await sandbox.idle()
  refused.remove()
  deadLetters = await lettersIn('cost-guard-ingest-dead-letters')
  await sandbox.fire('cost-guard-catch-up')
  const from = new Date(sandbox.now() - 86_400_000).toISOString()
  await invoke('ingest', { kind: 'backfill', from, to: new Date(sandbox.now()).toISOString() })
  const [today = ''] = new Date(sandbox.now()).toISOString().split('T')
  await admin.does('backfill', '--since', today, '--before-start', '--yes')
  await admin.does('reprice', '--from', today, '--yes')
  await admin.does('rebuild', '--month', today.slice(0, 7), '--yes')
  await admin.does('limits', 'simulate', '*=1')
  await admin.does('limits', 'simulate', '*=1', '--log-group')
  await invoke('enforce', { kind: 'preview' })
}

/** Whoever was blocked is released by the new month; the statement of the old one is sent. */
async function monthEnd(): Promise<void> {
  sandbox.setTime('2026-11-30T15:01:00Z')
  await sandbox.tick()
  sandbox.setTime('2026-12-01T00:00:30Z')
  await sandbox.tick()
  await sandbox.fire('cost-guard-report')
  await admin.does('coverage')
}

const refusals = () =>
  sandbox
    .calls()
    .filter((call) => /AccessDenied|AuthorizationError/.test(call.error ?? '') && call.asked.length > 0)
    .map((call) => `${call.caller} ${call.asked.at(-1)?.action} ${call.asked.at(-1)?.resource}`)

const askedBy = (whom: (call: { caller: string | undefined; role: string | undefined }) => boolean): readonly Asked[] =>
  sandbox
    .calls()
    .filter((call) => call.status < 300 && whom(call))
    .flatMap((call) => call.asked)

beforeAll(async () => {
  sandbox.setTime('2026-11-18T02:00:00Z')
  admin = await onlyThePrintedPolicies()
  await theStory()
}, 240_000)

describe('in the whole life of a guard', () => {
  test('nobody is refused anything: not the functions, under a path and a boundary, not an admin with the printed policies', () => {
    expect(refusals()).toEqual([])
  })

  test('what could not be recorded went to the dead letters, and no other work of the sandbox failed', async () => {
    expect(deadLetters).toBe(1)
    expect(sandbox.problems()).toEqual([])
  })

  test('the admin needs every right that the printed policy gives', () => {
    const { install, teardown } = adminRights(scope().names)
    const used = askedBy(({ caller }) => caller?.endsWith(':user/installer') === true)
    const unused = unusedIn({ ...install, Statement: [...install.Statement, ...teardown.Statement] }, used)
    expect(unused.filter((grant) => !OF_THE_ADMIN.some(({ grant: known }) => known.test(grant)))).toEqual([])
  })

  const functions = ['ingest', 'enforce', 'report'] as const
  test.each(functions)('%s needs every right that its role has', (key) => {
    const { name, policy } = rolePolicies(scope())[key]
    const used = askedBy(({ role }) => role?.endsWith(`:role/guards/${name}`) === true)
    const reasons = KNOWN[key]
    const unused = unusedIn(policy, used)
    expect(unused.filter((grant) => !reasons.some(({ grant: known }) => known.test(grant)))).toEqual([])
    // A reason that nothing needs any more goes.
    expect(reasons.filter(({ grant: known }) => !unused.some((grant) => known.test(grant)))).toEqual([])
  })
})

/** Rights that the story does not use, each with the reason why it stays. */
interface Known {
  readonly grant: RegExp
  readonly because: string
}
const OWN_LOGS: Known = {
  grant: /^OwnLogs /,
  because: 'Lambda writes them with the role’s rights; the sandbox does not',
}
const KNOWN: Readonly<Record<'ingest' | 'enforce' | 'report', readonly Known[]>> = {
  ingest: [
    OWN_LOGS,
    {
      grant: /^DeadLetters /,
      because: 'Lambda sends them with the role’s rights, which the sandbox judges without a call',
    },
  ],
  enforce: [
    OWN_LOGS,
    {
      grant: /^ResolveProfiles on .*:inference-profile\//,
      because: 'AWS makes system profiles with prefixes not known yet',
    },
  ],
  report: [OWN_LOGS],
}

/** By what is done with them; one story cannot hold all of an admin's years. */
const OF_THE_ADMIN: readonly Known[] = [
  {
    grant:
      / [a-z]+:(?:Untag\w+|Update\w+|Set\w+|Put\w+|Create\w+Version|(?:Delete|Detach)\w+(?:Policy|Version|Boundary|Concurrency))$/,
    because: 'mends what somebody changed, each shown by the life of its resource in test/provision',
  },
  { grant: /:role\/cost-guard-[a-z-]+$/, because: 'for roles without a path' },
  {
    grant: /bedrock:GetFoundationModelAvailability$/,
    because: 'the emulator has no answer, so it never succeeds there',
  },
  { grant: /:alarm:cost-guard-s3-delivery$/, because: 'for a guard with a copy in S3' },
  { grant: /^Alias /, because: 'asked of AWS alone, a sandbox has no alias' },
  { grant: /^CheckRightsBeforehand .*:role\//, because: 'for an admin who is a role' },
  { grant: /^(?:Unblock|RemoveBlockGroup) /, because: 'frees people where enforce is gone: test/e2e/teardown.test.ts' },
  { grant: /^LookAtTags /, because: 'of what a teardown finds left: test/e2e/teardown.test.ts' },
  {
    grant: /^LookAtKeys |DeleteRetentionPolicy$/,
    because: 'for things that are adopted and given back',
  },
  { grant: /^Subscribe /, because: 'AWS judges the destination too, the sandbox only the log group' },
  {
    grant: /sns:(?:GetSubscriptionAttributes|ConfirmSubscription)$/,
    because: 'for mail addresses confirmed by the CLI',
  },
  { grant: /^SeeBoundary on .*::aws:policy/, because: 'for a boundary that is one of AWS’s own policies' },
  { grant: /lambda:ListTags$/, because: 'AWS shows tags in GetFunction only to who has it' },
  { grant: /lambda:GetFunctionConfiguration$/, because: 'finds a guard whose table is called otherwise' },
  { grant: /iam:ListAttachedUserPolicies$/, because: 'looked at where a limit is set for somebody with attachments' },
]
