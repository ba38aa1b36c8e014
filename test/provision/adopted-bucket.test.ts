/** A bucket that was there before the guard and takes the copy of the log: its whole life, on the emulator. */
import { CreateKeyCommand, DisableKeyCommand, PutKeyPolicyCommand } from '@aws-sdk/client-kms'
import {
  CreateBucketCommand,
  DeleteBucketPolicyCommand,
  GetBucketEncryptionCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketPolicyCommand,
  GetBucketTaggingCommand,
  ListObjectsV2Command,
  PutBucketEncryptionCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketOwnershipControlsCommand,
  PutBucketPolicyCommand,
  PutBucketTaggingCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Settings } from '../../src/provision/guard.ts'
import { logCopyResources } from '../../src/provision/log-copy.ts'
import { adoptedBucketId } from '../../src/provision/resources/adopted-bucket.ts'
import { manifestRecord } from '../../src/provision/resources/manifest-record.ts'
import { tableResource } from '../../src/provision/resources/table.ts'
import { type Moto, startMoto } from '../support/moto.ts'
import { fieldsOf, type Life, repaired, stepOf, unchanged } from './life.ts'
import { ACCOUNT, REGION, succeeded, told, type World, world } from './world.ts'

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

const Bucket = 'finance-archive'
const id = adoptedBucketId(Bucket, REGION)
const s3 = () => aws.clients.s3()
const wish: Partial<Settings> = {
  adopt: ['log-bucket'],
  s3: { bucket: Bucket, expireDays: 30, largeBodies: false },
}

/** What an owner has set up for themselves. */
const owner = {
  statement: {
    Sid: 'AuditorsRead',
    Effect: 'Allow',
    Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` },
    Action: 's3:GetObject',
    Resource: `arn:aws:s3:::${Bucket}/*`,
  },
  rule: { ID: 'ten-years', Status: 'Enabled' as const, Filter: { Prefix: '' }, Expiration: { Days: 3653 } },
  tag: { Key: 'team', Value: 'finance' },
}
const policyWith = (...Statement: object[]) => JSON.stringify({ Version: '2012-10-17', Statement })

async function theirs(how: { ownership?: 'ObjectWriter' | 'BucketOwnerEnforced'; policy?: string } = {}) {
  const client = await s3()
  await client.send(new CreateBucketCommand({ Bucket }))
  const Rules = [{ ObjectOwnership: how.ownership ?? 'BucketOwnerEnforced' }]
  await client.send(new PutBucketOwnershipControlsCommand({ Bucket, OwnershipControls: { Rules } }))
  const LifecycleConfiguration = { Rules: [owner.rule] }
  await client.send(new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration }))
  await client.send(new PutBucketTaggingCommand({ Bucket, Tagging: { TagSet: [owner.tag] } }))
  await client.send(new PutObjectCommand({ Bucket, Key: 'year/2025.csv', Body: 'x' }))
  await encrypted({ SSEAlgorithm: 'AES256' })
  if (how.policy !== '') {
    await client.send(new PutBucketPolicyCommand({ Bucket, Policy: how.policy ?? policyWith(owner.statement) }))
  }
}
async function encrypted(how: { SSEAlgorithm: 'AES256' | 'aws:kms'; KMSMasterKeyID?: string }) {
  const ServerSideEncryptionConfiguration = { Rules: [{ ApplyServerSideEncryptionByDefault: how }] }
  await (await s3()).send(new PutBucketEncryptionCommand({ Bucket, ServerSideEncryptionConfiguration }))
}

function life(overrides: Partial<Settings> = wish, of: World = aws, known: readonly string[] = []): Life {
  const scope = of.scope(overrides)
  const list = [
    tableResource(of.clients, scope),
    manifestRecord(of.manifest(scope), scope, '1.0.0'),
    ...logCopyResources(of.clients, scope, { known, thorough: true }).filter(({ id }) => !/key|alias/.test(id)),
  ]
  return { aws: of, scope, list, id }
}
async function adopted(): Promise<Life> {
  const one = life()
  const { plan, outcome } = await aws.install(one.list, one.scope)
  succeeded(outcome)
  expect(stepOf(plan, id)?.do).toBe('adopt')
  return one
}
const sids = async () => {
  const { Policy } = await (await s3()).send(new GetBucketPolicyCommand({ Bucket }))
  return (JSON.parse(Policy ?? '{}') as { Statement: { Sid: string }[] }).Statement.map(({ Sid }) => Sid)
}
/** All of it that is not the guard's. */
async function ofTheOwner() {
  const client = await s3()
  const [lifecycle, encryption, tags, objects] = await Promise.all([
    client.send(new GetBucketLifecycleConfigurationCommand({ Bucket })),
    client.send(new GetBucketEncryptionCommand({ Bucket })),
    client.send(new GetBucketTaggingCommand({ Bucket })),
    client.send(new ListObjectsV2Command({ Bucket })),
  ])
  return {
    rules: lifecycle.Rules?.map(({ ID, Expiration }) => [ID, Expiration?.Days]),
    algorithm:
      encryption.ServerSideEncryptionConfiguration?.Rules?.[0]?.ApplyServerSideEncryptionByDefault?.SSEAlgorithm,
    tags: tags.TagSet,
    objects: objects.Contents?.map(({ Key }) => Key),
  }
}
const asTheyHadIt = {
  rules: [['ten-years', 3653]],
  algorithm: 'AES256',
  tags: [owner.tag],
  objects: ['year/2025.csv'],
}
const refusal = async (of: Life = life()) => stepOf(await of.aws.plan(of.list, of.scope), id)

describe('a bucket that was there before the guard', () => {
  test('gets one statement beside its owner’s, shown before; all else of it stays, and the second time nothing is done', async () => {
    await theirs()
    const one = life()
    expect(fieldsOf(await aws.plan(one.list, one.scope), id)).toEqual(['policy/CostGuardBedrockLogsWrite-cg-test'])
    await adopted()
    expect(await sids()).toEqual(['AuditorsRead', 'CostGuardBedrockLogsWrite-cg-test'])
    expect(await ofTheOwner()).toEqual(asTheyHadIt)
    await unchanged(one)
  })

  test('that lets Bedrock in already is not touched at all, and not at its end either', async () => {
    const letIn = {
      Sid: 'TheyDidIt',
      Effect: 'Allow',
      Principal: { Service: 'bedrock.amazonaws.com' },
      Action: ['s3:PutObject'],
      Resource: `arn:aws:s3:::${Bucket}/*`,
      Condition: { StringEquals: { 'aws:SourceAccount': ACCOUNT } },
    }
    await theirs({ policy: policyWith(letIn) })
    const one = await adopted()
    expect(await sids()).toEqual(['TheyDidIt'])
    succeeded((await aws.teardown(one.list, one.scope, true)).outcome)
    expect(await sids()).toEqual(['TheyDidIt'])
  })

  test('that two guards use has a statement of each, and goes on for one when the other goes', async () => {
    await theirs()
    const one = await adopted()
    const another = life({ ...wish, guard: 'other' })
    succeeded((await aws.install(another.list, another.scope)).outcome)
    expect(await sids()).toEqual([
      ...['AuditorsRead', 'CostGuardBedrockLogsWrite-cg-test'],
      'CostGuardBedrockLogsWrite-other',
    ])
    succeeded((await aws.teardown(one.list, one.scope, true)).outcome)
    expect(await sids()).toEqual(['AuditorsRead', 'CostGuardBedrockLogsWrite-other'])
    await unchanged(another)
  })

  test('whose policy somebody took the statement out of gets it again', async () => {
    await theirs()
    const one = await adopted()
    const Policy = policyWith(owner.statement)
    const lost = async () => (await s3()).send(new PutBucketPolicyCommand({ Bucket, Policy }))
    expect(await repaired(one, lost)).toEqual(['policy/CostGuardBedrockLogsWrite-cg-test'])
    expect(await sids()).toEqual(['AuditorsRead', 'CostGuardBedrockLogsWrite-cg-test'])
  })

  test('is given back with what its owner added meanwhile, never deleted, not even with all data; again there is nothing to do', async () => {
    await theirs()
    const one = await adopted()
    const added = { ...owner.statement, Sid: 'AddedSince' }
    const { Policy } = await (await s3()).send(new GetBucketPolicyCommand({ Bucket }))
    const { Statement } = JSON.parse(Policy ?? '{}') as { Statement: object[] }
    await (await s3()).send(new PutBucketPolicyCommand({ Bucket, Policy: policyWith(...Statement, added) }))
    const { plan, outcome } = await aws.teardown(one.list, one.scope, true)
    succeeded(outcome)
    expect(told(plan)).toContain('give-back S3 bucket')
    expect(told(plan)).not.toContain('remove S3 bucket')
    expect(await sids()).toEqual(['AuditorsRead', 'AddedSince'])
    expect(await ofTheOwner()).toEqual(asTheyHadIt)
    const again = await aws.teardown(one.list, one.scope, true)
    succeeded(again.outcome)
    expect(again.plan.steps.filter((step) => step.kind === 'S3 bucket')).toEqual([])
  })

  test('that had no policy has none afterwards', async () => {
    await theirs({ policy: '' })
    const one = await adopted()
    expect(await sids()).toEqual(['CostGuardBedrockLogsWrite-cg-test'])
    succeeded((await aws.teardown(one.list, one.scope)).outcome)
    await expect(sids()).rejects.toMatchObject({ name: 'NoSuchBucketPolicy' })
  })

  test('is given back when the copy is switched off', async () => {
    await theirs()
    const before = await adopted()
    const known = [...(await aws.manifest(before.scope).facts()).keys()]
    const off = life({ adopt: ['log-bucket'] }, aws, known)
    const { plan, outcome } = await aws.install(off.list, off.scope)
    succeeded(outcome)
    expect(stepOf(plan, id)?.do).toBe('give-back')
    expect(await sids()).toEqual(['AuditorsRead'])
    expect(await ofTheOwner()).toEqual(asTheyHadIt)
  })

  test('deleted by its owner while the guard used it: the next install says so, and a teardown does not stumble', async () => {
    await theirs()
    const one = await adopted()
    await (await s3()).send(new DeleteBucketPolicyCommand({ Bucket }))
    await moto.reset()
    succeeded((await aws.install(one.list.slice(0, 2), one.scope)).outcome)
    await aws.manifest(one.scope).remember(id, JSON.stringify({ policy: null }))
    expect((await refusal(one))?.do).toBe('refuse')
    succeeded((await aws.teardown(one.list, one.scope, true)).outcome)
  })
})

describe('a bucket that cannot take the copy is refused, with what to do, and not touched', () => {
  test('because it is not there', async () => {
    expect(await refusal()).toMatchObject({ do: 'refuse', why: expect.stringContaining(Bucket) })
  })

  test('because it still has ACLs', async () => {
    await theirs({ ownership: 'ObjectWriter' })
    expect(await refusal()).toMatchObject({
      do: 'refuse',
      reason: 'unfit',
      why: expect.stringContaining('object ownership is ObjectWriter'),
      suggestion: expect.stringContaining('put-bucket-ownership-controls'),
    })
    expect(await sids()).toEqual(['AuditorsRead'])
  })

  test('because a Deny of its owner keeps Bedrock out', async () => {
    const only = {
      Sid: 'OnlyUs',
      Effect: 'Deny',
      Principal: '*',
      Action: 's3:Put*',
      Resource: `arn:aws:s3:::${Bucket}/*`,
    }
    await theirs({ policy: policyWith(owner.statement, only) })
    expect(await refusal()).toMatchObject({ why: expect.stringContaining('a Deny in the policy'), reason: 'unfit' })
    const tls = { ...only, Condition: { Bool: { 'aws:SecureTransport': 'false' } } }
    await (await s3()).send(new PutBucketPolicyCommand({ Bucket, Policy: policyWith(owner.statement, tls) }))
    expect((await refusal())?.do).toBe('adopt')
  })

  test('because its key does not let Bedrock encrypt, is disabled, or is AWS’s own for S3', async () => {
    await theirs()
    const kms = await aws.clients.kms()
    const { KeyMetadata } = await kms.send(new CreateKeyCommand({}))
    const KeyId = KeyMetadata?.Arn ?? ''
    await encrypted({ SSEAlgorithm: 'aws:kms', KMSMasterKeyID: KeyId })
    const step = await refusal()
    expect(step).toMatchObject({
      why: expect.stringContaining(
        'does not let bedrock.amazonaws.com use it (the bucket finance-archive is encrypted with it)',
      ),
      suggestion: expect.stringContaining('"kms:GenerateDataKey"'),
    })
    const missing = JSON.parse(/\[.*\]/.exec(step?.do === 'refuse' ? step.suggestion : '')?.[0] ?? '[]') as object[]
    await kms.send(new PutKeyPolicyCommand({ KeyId, PolicyName: 'default', Policy: policyWith(...missing) }))
    expect((await refusal())?.do).toBe('adopt')
    await kms.send(new DisableKeyCommand({ KeyId: KeyMetadata?.KeyId }))
    expect((await refusal())?.why).toContain('is disabled')
    await encrypted({ SSEAlgorithm: 'aws:kms' })
    expect((await refusal())?.why).toContain('is managed by AWS')
  })

  test('because it is in another account or another region', async () => {
    for (const [name, why] of [
      ['AccessDenied', 'belongs to another account'],
      ['PermanentRedirect', 'is not in us-east-1'],
    ] as const) {
      const strange = world(({ operation }) => {
        if (operation === 'GetBucketTagging') throw Object.assign(new Error('no'), { name })
      })
      expect(await refusal(life(wish, strange))).toMatchObject({ do: 'refuse', why: expect.stringContaining(why) })
    }
  })
})
