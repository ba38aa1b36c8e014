/**
 * The S3 copy under a key of the guard's own, by an admin with nothing but the printed policies, and by functions with
 * nothing but their roles: nobody is refused anything, the mails go through the encrypted topic, and whatever the policy
 * for the copy allows was needed or is named below with its reason.
 */

import { AttachUserPolicyCommand, CreatePolicyCommand, IAMClient } from '@aws-sdk/client-iam'
import { DescribeKeyCommand, GetKeyPolicyCommand, PutKeyPolicyCommand } from '@aws-sdk/client-kms'
import { PutPublicAccessBlockCommand } from '@aws-sdk/client-s3'
import { beforeAll, describe, expect, test } from 'vitest'
import { adminHalves, copyPolicy } from '../../src/provision/admin-rights.ts'
import { awsClients } from '../../src/provision/clients.ts'
import { namesOf } from '../../src/provision/names.ts'
import { rolePolicies } from '../../src/provision/role-policies.ts'
import { defaultSettings } from '../../src/provision/settings.ts'
import { sandboxForTests } from '../support/sandbox.ts'
import { Admin } from './guarded.ts'
import { Worker } from './team.ts'
import { unusedIn } from './used-rights.ts'

const sandbox = sandboxForTests()
const s3 = { bucket: undefined, expireDays: 365, largeBodies: false }
const settings = { ...defaultSettings('cost-guard'), s3, kmsKey: 'own' }
const where = () => ({ account: sandbox.account, region: sandbox.region, partition: 'aws' })
const scope = () => ({ ...where(), settings, names: namesOf(settings, where()) })
let admin: Admin
let said = ''

async function onlyThePrintedPolicies(): Promise<Admin> {
  const keys = await sandbox.createUser('installer', { allow: 'sts:GetCallerIdentity' })
  const iam = new IAMClient({ endpoint: sandbox.endpoint, region: sandbox.region, credentials: sandbox.admin })
  const { names } = scope()
  for (const [index, document] of [...adminHalves(names), copyPolicy(names)].entries()) {
    const { Policy } = await iam.send(
      new CreatePolicyCommand({ PolicyName: `installer-${index}`, PolicyDocument: JSON.stringify(document) }),
    )
    await iam.send(new AttachUserPolicyCommand({ UserName: 'installer', PolicyArn: Policy?.Arn }))
  }
  return new Admin(sandbox, sandbox.envOf(keys))
}

/** Somebody else opens the bucket and takes a statement out of the key's policy. */
async function damage(): Promise<void> {
  const clients = awsClients({ region: sandbox.region })
  const PublicAccessBlockConfiguration = { BlockPublicAcls: false }
  await (await clients.s3()).send(
    new PutPublicAccessBlockCommand({ Bucket: scope().names.logBucket, PublicAccessBlockConfiguration }),
  )
  const kms = await clients.kms()
  const { KeyMetadata } = await kms.send(new DescribeKeyCommand({ KeyId: scope().names.keyAlias }))
  const at = { KeyId: KeyMetadata?.KeyId, PolicyName: 'default' }
  const { Policy = '' } = await kms.send(new GetKeyPolicyCommand(at))
  const { Statement, ...rest } = JSON.parse(Policy) as { Statement: readonly object[] }
  const less = JSON.stringify({ ...rest, Statement: Statement.slice(0, 1) })
  await kms.send(new PutKeyPolicyCommand({ ...at, Policy: less }))
  clients.close()
}

beforeAll(async () => {
  sandbox.setTime('2026-11-18T02:00:00Z')
  admin = await onlyThePrintedPolicies()
  await admin.does('init', '--yes', '--email', 'boss@example.com', '--no-s3-logs')
  sandbox.confirmMail('boss@example.com')
  const reader = `arn:aws:iam::${sandbox.account}:role/auditors`
  said = await admin.does('init', '--yes', '--s3-logs', '--kms-key', 'own', '--log-text', '--log-reader', reader)
  expect(await admin.does('plan')).toContain('Nothing to change')
  await damage()
  await admin.does('init', '--yes')
  const tanaka = new Worker(sandbox, await sandbox.createUser('tanaka'))
  await tanaka.asks({ tokens: '500000 in, 5000 out' })
  await sandbox.idle()
  sandbox.clearMails()
  await admin.does('limits', 'set', 'tanaka=0.01', '--yes')
  await admin.does('report', 'send')
}, 240_000)

describe('with nothing but the printed policies', () => {
  test('the mails of enforce and report reach people through the topic that the key encrypts', () => {
    const delivered = sandbox.mails().filter((mail) => mail.delivered)
    expect(delivered.map(({ subject }) => subject).length).toBeGreaterThan(1)
    const used = sandbox
      .calls()
      .filter((call) => call.operation === 'Publish' && call.status === 200)
      .flatMap(({ asked }) => asked.map(({ action }) => action))
    expect(new Set(used)).toEqual(new Set(['sns:Publish', 'kms:GenerateDataKey', 'kms:Decrypt']))
  })

  test('the first screen says who can read the prompts, and that whoever installs is no reader of the copy', () => {
    const text = said.replace(/\s+/g, ' ')
    expect(text).toContain('logs:StartLiveTail')
    expect(text).toContain('kms:Decrypt on its key as well')
    expect(text).toContain(`you (arn:aws:iam::${sandbox.account}:user/installer) are not among --log-reader`)
  })

  test('config get and plan say again who can read the prompts', async () => {
    for (const words of [['config', 'get'], ['plan']]) {
      expect((await admin.does(...words)).replace(/\s+/g, ' ')).toContain('The guard counts without them')
    }
  })

  test('all of it goes again with its data, and nobody was refused anything', async () => {
    await admin.does('init', '--yes', '--kms-key', 'none', '--no-s3-logs', '--log-reader', 'none')
    expect(await admin.does('teardown', '--confirm', 'cost-guard')).toContain(scope().names.logBucket)
    expect(await admin.does('teardown', '--confirm', 'cost-guard', '--delete-data')).toContain('cancel-key-deletion')
    // Where all data goes, it is looked for a page that nobody remembers, too; whoever may not look finds it by its tag.
    const ofAPage = /^cognito-idp:ListUserPools$|^apigateway:GET$|:function:cost-guard-dashboard$/
    const refused = sandbox
      .calls()
      .filter((call) => /AccessDenied|AuthorizationError/.test(call.error ?? ''))
      .map((call) => call.asked.at(-1))
      .filter((asked) => ![asked?.action, asked?.resource].some((word) => ofAPage.test(word ?? '')))
    expect(refused.map((asked) => asked?.action)).toEqual([])
    expect(sandbox.problems()).toEqual([])
  }, 120_000)

  test('every right of the policy for the copy was needed, or has its reason', () => {
    const used = sandbox
      .calls()
      .filter((call) => call.status < 300 && call.caller?.endsWith(':user/installer') === true)
      .flatMap((call) => call.asked)
    const unused = unusedIn(copyPolicy(scope().names), used)
    expect(unused.filter((grant) => !REASONS.some(({ grant: known }) => known.test(grant)))).toEqual([])
    expect(REASONS.filter(({ grant: known }) => !unused.some((grant) => known.test(grant)))).toEqual([])
  })

  test.each(['enforce', 'report'] as const)('%s uses the key, and so do all rights to it that its role has', (key) => {
    const { name, policy } = rolePolicies(scope())[key]
    const used = sandbox
      .calls()
      .filter((call) => call.status < 300 && call.role?.endsWith(`:role/${name}`) === true)
      .flatMap((call) => call.asked)
    expect(unusedIn(policy, used).filter((grant) => grant.startsWith('EncryptNotices'))).toEqual([])
  })
})

/** Rights that this story does not use. */
const REASONS: readonly { readonly grant: RegExp; readonly because: string }[] = [
  { grant: /DeleteBucketPolicy$/, because: 'gives back a bucket that had no policy: test/provision/adopted-bucket' },
  { grant: /s3:DeleteObject$/, because: 'AWS asks for it where a version is named by none' },
  { grant: /^FindKey /, because: 'for a key made a moment before an install was cut off: test/provision/log-key' },
  {
    grant: /^\w+ kms:(?:EnableKey|CancelKeyDeletion|UpdateAlias|TagResource|UntagResource)$/,
    because: 'mends what somebody changed: test/provision/log-key',
  },
]
