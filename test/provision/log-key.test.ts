import { DescribeLogGroupsCommand, PutSubscriptionFilterCommand } from '@aws-sdk/client-cloudwatch-logs'
import { CreateRoleCommand } from '@aws-sdk/client-iam'
import {
  CreateKeyCommand,
  DescribeKeyCommand,
  DisableKeyCommand,
  DisableKeyRotationCommand,
  GetKeyPolicyCommand,
  PutKeyPolicyCommand,
  ScheduleKeyDeletionCommand,
  UpdateAliasCommand,
} from '@aws-sdk/client-kms'
import { CreateFunctionCommand } from '@aws-sdk/client-lambda'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { keyPolicy, logKeyId, mayRead } from '../../src/provision/encryption.ts'
import type { Settings } from '../../src/provision/guard.ts'
import { logCopyResources } from '../../src/provision/log-copy.ts'
import { invocationLogGroup } from '../../src/provision/resources/log-group.ts'
import { tableResource } from '../../src/provision/resources/table.ts'
import { topicResource } from '../../src/provision/resources/topic.ts'
import { tagsFor } from '../../src/provision/tags.ts'
import { type Moto, startMoto } from '../support/moto.ts'
import { born, fieldsOf, type Life, repaired, stepOf, unchanged } from './life.ts'
import { ACCOUNT, REGION, succeeded, told, type World, world } from './world.ts'
import { zipAnswering } from './zip.ts'

let moto: Moto
let aws: World
beforeAll(async () => {
  moto = await startMoto()
})
afterAll(() => moto.stop())
beforeEach(async () => {
  await moto.reset()
  aws = world()
  const scope = aws.scope()
  succeeded((await aws.install([tableResource(aws.clients, scope)], scope)).outcome)
})

const id = logKeyId('cg-test', REGION)
const kms = () => aws.clients.kms()
const alias = 'alias/cg-test'

async function life(overrides: Partial<Settings> = { kmsKey: 'own' }): Promise<Life> {
  const scope = aws.scope(overrides)
  const known = [...(await aws.manifest(scope).facts()).keys()]
  const copy = logCopyResources(aws.clients, scope, { known, thorough: false })
  return { aws, scope, list: [...copy, invocationLogGroup(aws.clients, scope), topicResource(aws.clients, scope)], id }
}
const key = async () => (await (await kms()).send(new DescribeKeyCommand({ KeyId: alias }))).KeyMetadata

async function readBySomebodyElse(logGroupName: string): Promise<void> {
  const [logs, lambda, iam] = await Promise.all([aws.clients.logs(), aws.clients.lambda(), aws.clients.iam()])
  const Statement = [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }]
  const trust = { Version: '2012-10-17', Statement }
  const role = await iam.send(
    new CreateRoleCommand({ RoleName: 'other', AssumeRolePolicyDocument: JSON.stringify(trust) }),
  )
  const { FunctionArn } = await lambda.send(
    new CreateFunctionCommand({
      ...{ FunctionName: 'other-ingest', Role: role.Role?.Arn, Runtime: 'nodejs22.x', Handler: 'index.handler' },
      Code: { ZipFile: await zipAnswering('other').zip() },
    }),
  )
  await logs.send(
    new PutSubscriptionFilterCommand({
      ...{ logGroupName, filterName: 'other-ingest', filterPattern: '', destinationArn: FunctionArn },
    }),
  )
}

describe('the key of the guard', () => {
  test('is made once with its alias, rotates, and encrypts log group and topic', async () => {
    const one = await life()
    await born(one)
    const policy = await (await kms()).send(
      new GetKeyPolicyCommand({ KeyId: (await key())?.KeyId, PolicyName: 'default' }),
    )
    expect(JSON.parse(policy.Policy ?? '{}')).toEqual(keyPolicy(one.scope))
    const logs = await aws.clients.logs()
    const { logGroups } = await logs.send(new DescribeLogGroupsCommand({}))
    expect(logGroups?.map(({ kmsKeyId }) => kmsKeyId)).toEqual([(await key())?.Arn])
  })

  test('stays where the settings do not ask for it any more: what it encrypted is readable with it alone', async () => {
    const one = await life()
    await born(one)
    // The emulator cannot take the key off a log group: that is shown in the sandbox.
    const off = await life({ kmsKey: 'none', adopt: ['log-group'] })
    const { plan, outcome } = await aws.install(off.list.slice(0, 2), off.scope)
    succeeded(outcome)
    expect(plan.steps.map((step) => [step.do, step.kind])).toEqual([
      ['retain', 'KMS key'],
      ['retain', 'KMS alias'],
    ])
  })

  test('whatever of it is changed by hand is found and mended', async () => {
    const one = await life()
    await born(one)
    const client = await kms()
    const KeyId = (await key())?.KeyId
    expect(await repaired(one, () => client.send(new DisableKeyRotationCommand({ KeyId })))).toEqual(['rotation'])
    expect(await repaired(one, () => client.send(new DisableKeyCommand({ KeyId })))).toEqual(['state'])
    const Policy = JSON.stringify({ ...keyPolicy(one.scope), Statement: keyPolicy(one.scope).Statement.slice(0, 1) })
    const lost = () => client.send(new PutKeyPolicyCommand({ KeyId, PolicyName: 'default', Policy }))
    expect(await repaired(one, lost)).toEqual(['policy/LogsEncryptTheLogGroup', 'policy/AlarmsPublishToTheTopic'])
    const TargetKeyId = (await client.send(new CreateKeyCommand({}))).KeyMetadata?.KeyId
    await client.send(new UpdateAliasCommand({ AliasName: alias, TargetKeyId }))
    succeeded((await aws.install(one.list, one.scope)).outcome)
    expect((await key())?.KeyId).toBe(KeyId)
  })

  test('that waits for its deletion is taken back when it is wanted again', async () => {
    const one = await life()
    await born(one)
    const KeyId = (await key())?.KeyId
    await (await kms()).send(new ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays: 7 }))
    const { plan, outcome } = await aws.install(one.list, one.scope)
    succeeded(outcome)
    expect(fieldsOf(plan, id)).toContain('state')
    expect(await key()).toMatchObject({ KeyId, KeyState: 'Enabled' })
    await unchanged(one)
  })

  test('stays at teardown with what it encrypted; with the data it goes, and AWS says until when it can be taken back', async () => {
    const one = await life()
    await born(one)
    const KeyId = (await key())?.Arn
    const kept = await aws.teardown(one.list, one.scope)
    succeeded(kept.outcome)
    expect(told(kept.plan)).toEqual(['remove SNS topic', 'retain log group', 'retain KMS alias', 'retain KMS key'])
    const gone = await aws.teardown(one.list, one.scope, true)
    succeeded(gone.outcome)
    expect(gone.outcome.done.flatMap(({ said }) => said)).toEqual([
      expect.stringMatching(
        new RegExp(`^AWS keeps the key ${KeyId} until \\d{4}-\\d{2}-\\d{2}, free of charge; aws kms`),
      ),
    ])
    expect((await (await kms()).send(new DescribeKeyCommand({ KeyId }))).KeyMetadata?.KeyState).toBe('PendingDeletion')
    expect((await aws.teardown(one.list, one.scope, true)).plan.steps).toEqual([])
    // A new guard makes a new key; the old one goes its way.
    succeeded((await aws.install(one.list, one.scope)).outcome)
    expect((await key())?.Arn).not.toBe(KeyId)
  })

  test('stays with its alias, even where all data goes, while somebody else reads the log group that it encrypts', async () => {
    const one = await life()
    await born(one)
    await readBySomebodyElse(one.scope.names.logGroup)
    const gone = await aws.teardown(one.list, one.scope, true)
    succeeded(gone.outcome)
    expect(told(gone.plan)).toEqual(['remove SNS topic', 'retain log group', 'retain KMS alias', 'retain KMS key'])
    expect(stepOf(gone.plan, id)?.why).toContain('the guard other')
    expect((await key())?.KeyState).toBe('Enabled')
  })

  test('made a moment before the command was cut off, it is found by its tags', async () => {
    const one = await life()
    await aws.manifest(one.scope).remember(id, 'making')
    const tags = tagsFor({ guard: 'cg-test', costTag: undefined }, id, {})
    const Tags = Object.entries(tags).map(([TagKey, TagValue]) => ({ TagKey, TagValue }))
    const made = (await (await kms()).send(new CreateKeyCommand({ Tags }))).KeyMetadata?.Arn
    succeeded((await aws.install(one.list, one.scope)).outcome)
    expect((await key())?.Arn).toBe(made)
    await unchanged(one)
  })
})

describe('the policy of the key', () => {
  const root = `arn:aws:iam::${ACCOUNT}:root`
  const s3 = { bucket: undefined, expireDays: 365, largeBodies: false }
  const readers = [
    `arn:aws:iam::${ACCOUNT}:role/audit-*`,
    `arn:aws:sts::${ACCOUNT}:assumed-role/AWSReservedSSO_Admin_1/tanaka`,
  ]

  test('never takes the administration of the key from the account, readers or no readers', () => {
    for (const logReaders of [[], readers]) {
      const { Statement } = keyPolicy(aws.scope({ kmsKey: 'own', s3, logReaders }))
      expect(Statement[0]).toEqual({
        Sid: 'TheAccountAdministers',
        Effect: 'Allow',
        Principal: { AWS: root },
        Action: 'kms:*',
        Resource: '*',
      })
      const denies = Statement.filter((each) => each.Effect === 'Deny')
      expect(denies.map((each) => each.Action)).toEqual(logReaders.length === 0 ? [] : ['kms:Decrypt'])
    }
  })

  test('denies to all but readers and root to decrypt through S3, a session standing for its role', () => {
    const { Statement } = keyPolicy(aws.scope({ kmsKey: 'own', s3, logReaders: readers }))
    expect(Statement.at(-1)?.Condition).toEqual({
      StringEquals: { 'kms:ViaService': `s3.${REGION}.amazonaws.com` },
      ArnNotLike: {
        'aws:PrincipalArn': [
          root,
          `arn:aws:iam::${ACCOUNT}:role/audit-*`,
          `arn:aws:iam::${ACCOUNT}:role/AWSReservedSSO_Admin_1`,
          `arn:aws:iam::${ACCOUNT}:role/*/AWSReservedSSO_Admin_1`,
        ],
      },
      Bool: { 'aws:PrincipalIsAWSService': 'false' },
    })
  })

  test('tells whether whoever runs init is among the readers', () => {
    expect(mayRead(`arn:aws:iam::${ACCOUNT}:user/boss`, [])).toBe(true)
    expect(mayRead(root, readers)).toBe(true)
    expect(mayRead(`arn:aws:iam::${ACCOUNT}:user/boss`, readers)).toBe(false)
    expect(mayRead(`arn:aws:sts::${ACCOUNT}:assumed-role/audit-team/sato`, readers)).toBe(true)
    expect(mayRead(`arn:aws:sts::${ACCOUNT}:assumed-role/AWSReservedSSO_Admin_1/suzuki`, readers)).toBe(true)
    const withPath = [`arn:aws:iam::${ACCOUNT}:role/aws-reserved/sso.amazonaws.com/*/AWSReservedSSO_Admin_*`]
    expect(mayRead(`arn:aws:sts::${ACCOUNT}:assumed-role/AWSReservedSSO_Admin_1/suzuki`, withPath)).toBe(true)
  })

  test('is written for China with its own suffixes', () => {
    const scope = {
      ...aws.scope({ kmsKey: 'own', s3, logReaders: readers }),
      partition: 'aws-cn',
      region: 'cn-north-1',
    }
    const text = JSON.stringify(keyPolicy(scope))
    expect(text).toContain('"logs.cn-north-1.amazonaws.com.cn"')
    expect(text).toContain('"s3.cn-north-1.amazonaws.com.cn"')
  })
})

describe('a key of the account', () => {
  const plan = async (kmsKey: string) => {
    const one = await life({ kmsKey })
    const made = await aws.plan(one.list, one.scope)
    return made.steps.find((step) => step.id.startsWith('existing-key/'))
  }

  test('is refused with the very statements its policy lacks, used once they are there, and never changed', async () => {
    const client = await kms()
    const Policy = JSON.stringify({
      ...keyPolicy(aws.scope()),
      Statement: keyPolicy(aws.scope()).Statement.slice(0, 1),
    })
    const { KeyMetadata } = await client.send(new CreateKeyCommand({ Policy }))
    const arn = KeyMetadata?.Arn ?? ''
    expect(await plan(arn)).toMatchObject({
      do: 'refuse',
      why: `the policy of the KMS key ${arn} does not let logs.${REGION}.amazonaws.com, cloudwatch.amazonaws.com use it`,
      suggestion: expect.stringContaining('{"Sid":"LogsEncryptTheLogGroup"'),
    })
    const whole = { KeyId: arn, PolicyName: 'default', Policy: JSON.stringify(keyPolicy(aws.scope())) }
    await client.send(new PutKeyPolicyCommand(whole))
    expect(await plan(arn)).toMatchObject({ do: 'keep' })
    const one = await life({ kmsKey: arn })
    succeeded((await aws.install(one.list, one.scope)).outcome)
    const torn = await aws.teardown(one.list, one.scope, true)
    expect(torn.plan.steps.map((step) => step.kind)).not.toContain('KMS key')
  })

  test('that is absent, in another region, disabled or about to be deleted is refused', async () => {
    const why = async (arn: string) => (await plan(arn))?.why
    expect(await why(`arn:aws:kms:${REGION}:${ACCOUNT}:key/00000000-0000-0000-0000-000000000000`)).toMatch(
      /there is no/,
    )
    expect(await why(`arn:aws:kms:eu-west-1:${ACCOUNT}:key/4711`)).toMatch(/is in region eu-west-1/)
    const client = await kms()
    const { KeyMetadata } = await client.send(new CreateKeyCommand({}))
    const KeyId = KeyMetadata?.Arn ?? ''
    await client.send(new DisableKeyCommand({ KeyId: KeyMetadata?.KeyId }))
    expect(await why(KeyId)).toMatch(/is disabled/)
    await client.send(new ScheduleKeyDeletionCommand({ KeyId: KeyMetadata?.KeyId, PendingWindowInDays: 7 }))
    expect(await why(KeyId)).toMatch(/is pendingdeletion, to be deleted on/)
  })
})

test('the plan names the key first', async () => {
  const one = await life()
  expect(stepOf(await aws.plan(one.list, one.scope), id)?.why).toBe(
    'encrypts the log group and the topic; rotated every year',
  )
})
