import {
  CreateBucketCommand,
  DeleteBucketPolicyCommand,
  DeletePublicAccessBlockCommand,
  GetBucketLocationCommand,
  GetBucketPolicyCommand,
  GetBucketTaggingCommand,
  ListObjectVersionsCommand,
  PutBucketEncryptionCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketOwnershipControlsCommand,
  PutBucketPolicyCommand,
  PutBucketTaggingCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Settings } from '../../src/provision/guard.ts'
import { logCopyResources } from '../../src/provision/log-copy.ts'
import { namesOf } from '../../src/provision/names.ts'
import { logBucketId, logBucketResource } from '../../src/provision/resources/log-bucket.ts'
import { tableResource } from '../../src/provision/resources/table.ts'
import { TAG } from '../../src/provision/tags.ts'
import { type Moto, startMoto } from '../support/moto.ts'
import { born, died, fieldsOf, type Life, repaired, stepOf, unchanged } from './life.ts'
import { ACCOUNT, REGION, type Scope, succeeded, told, type World, world } from './world.ts'

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

const Bucket = `cg-test-log-${ACCOUNT}-${REGION}`
const id = logBucketId(Bucket, REGION)
const copy = { bucket: undefined, expireDays: 365, largeBodies: false }
const s3 = () => aws.clients.s3()

function life(overrides: Partial<Settings> = { s3: copy }, of: World = aws): Life {
  const scope = of.scope(overrides)
  return { aws: of, scope, list: logCopyResources(of.clients, scope, { known: [], thorough: true }), id }
}
const bucketAlone = (overrides: Partial<Settings> = { s3: copy }): Life => {
  const scope = aws.scope(overrides)
  return { aws, scope, list: [logBucketResource(aws.clients, scope, scope.names.logBucket)], id }
}
const policyOf = async () => {
  const { Policy } = await (await s3()).send(new GetBucketPolicyCommand({ Bucket }))
  return JSON.parse(Policy ?? '{}') as { Statement: { Sid: string; Resource: unknown; Condition: unknown }[] }
}
/** The emulator takes a Deny without looking at its conditions: the policy steps aside while objects are put. */
const put = async (...keys: string[]) => {
  const client = await s3()
  const policy = JSON.stringify(await policyOf())
  await client.send(new DeleteBucketPolicyCommand({ Bucket }))
  for (const Key of keys) await client.send(new PutObjectCommand({ Bucket, Key, Body: 'x' }))
  await client.send(new PutBucketPolicyCommand({ Bucket, Policy: policy }))
}
const versions = async () => {
  const page = await (await s3()).send(new ListObjectVersionsCommand({ Bucket }))
  return [...(page.Versions ?? []), ...(page.DeleteMarkers ?? [])].length
}

describe('the bucket of the copy', () => {
  test('is made once, closed to the public and to ACLs, and lets Bedrock write for this account and region alone', async () => {
    await born(bucketAlone())
    expect((await policyOf()).Statement).toEqual([
      {
        Sid: 'AmazonBedrockLogsWrite',
        Effect: 'Allow',
        Principal: { Service: 'bedrock.amazonaws.com' },
        Action: 's3:PutObject',
        Resource: `arn:aws:s3:::${Bucket}/AWSLogs/${ACCOUNT}/BedrockModelInvocationLogs/*`,
        Condition: {
          StringEquals: { 'aws:SourceAccount': ACCOUNT },
          ArnLike: { 'aws:SourceArn': `arn:aws:bedrock:${REGION}:${ACCOUNT}:*` },
        },
      },
      expect.objectContaining({ Sid: 'TlsOnly', Effect: 'Deny', Principal: '*', Action: 's3:*' }),
    ])
  })

  test('that S3 refused to make is not taken for the guard’s own when somebody else makes it later', async () => {
    const refusing = world((call) => {
      if (call.operation === 'CreateBucket' && call.phase === 'before')
        throw Object.assign(new Error('no'), { name: 'AccessDenied', $fault: 'client' })
    })
    const { outcome } = await refusing.install(life({ s3: copy }, refusing).list, refusing.scope({ s3: copy }))
    expect(outcome.failed.map(({ step }) => step.id)).toEqual([id])
    await (await s3()).send(new CreateBucketCommand({ Bucket }))
    const one = bucketAlone()
    expect(stepOf(await aws.plan(one.list, one.scope), id)).toMatchObject({ do: 'refuse', reason: 'not-ours' })
  })

  test('whatever of it is changed by hand is found and mended', async () => {
    const one = bucketAlone()
    await born(one)
    const client = await s3()
    expect(await repaired(one, () => client.send(new DeletePublicAccessBlockCommand({ Bucket })))).toEqual([
      'publicAccess',
    ])
    const OwnershipControls = { Rules: [{ ObjectOwnership: 'ObjectWriter' as const }] }
    const acls = () => client.send(new PutBucketOwnershipControlsCommand({ Bucket, OwnershipControls }))
    expect(await repaired(one, acls)).toEqual(['ownership'])
    const ServerSideEncryptionConfiguration = {
      Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms' as const } }],
    }
    const key = () => client.send(new PutBucketEncryptionCommand({ Bucket, ServerSideEncryptionConfiguration }))
    expect(await repaired(one, key)).toEqual(['encryption'])
    const early = { ID: 'early', Status: 'Enabled' as const, Filter: { Prefix: '' }, Expiration: { Days: 1 } }
    const rules = { Bucket, LifecycleConfiguration: { Rules: [early] } }
    const expiring = () => client.send(new PutBucketLifecycleConfigurationCommand(rules))
    expect(await repaired(one, expiring)).toEqual(['expireDays', 'abortUploadsDays', 'otherLifecycleRules'])
    const open = { ...(await policyOf()), Statement: [{ ...(await policyOf()).Statement[0], Condition: {} }] }
    const opened = () => client.send(new PutBucketPolicyCommand({ Bucket, Policy: JSON.stringify(open) }))
    expect(await repaired(one, opened)).toEqual(['policy/AmazonBedrockLogsWrite', 'policy/TlsOnly'])
    const TagSet = [
      { Key: TAG.guard, Value: 'cg-test' },
      { Key: 'owner', Value: 'ops' },
    ]
    const untagged = () => client.send(new PutBucketTaggingCommand({ Bucket, Tagging: { TagSet } }))
    expect(await repaired(one, untagged)).toContain(`tag/${TAG.resource}`)
    const { TagSet: after } = await client.send(new GetBucketTaggingCommand({ Bucket }))
    expect(after).toContainEqual({ Key: 'owner', Value: 'ops' })
  })

  test('takes another expiry, or none, when the admin wishes so', async () => {
    await born(bucketAlone())
    const wish = bucketAlone({ s3: { ...copy, expireDays: undefined } })
    const { plan, outcome } = await aws.install(wish.list, wish.scope)
    succeeded(outcome)
    expect(fieldsOf(plan, id)).toContain('expireDays')
    expect(stepOf(plan, id)).toMatchObject({ do: 'update', because: 'wish' })
    await unchanged(wish)
  })

  test('stays with its objects when the copy is switched off, and takes up again where it was', async () => {
    const one = bucketAlone()
    await born(one)
    await put('AWSLogs/a')
    const scope = aws.scope()
    const known = [...(await aws.manifest(scope).facts()).keys()]
    const off = { ...one, scope, list: logCopyResources(aws.clients, scope, { known, thorough: false }) }
    const { plan, outcome } = await aws.install(off.list, off.scope)
    succeeded(outcome)
    expect(plan.steps).toMatchObject([{ do: 'retain', id, note: expect.stringContaining('--delete-data') }])
    expect(await versions()).toBe(1)
    await unchanged(one)
  })

  test('a bucket of another name of former settings is still known', async () => {
    const former = aws.scope({ s3: { ...copy, bucket: 'former-logs' } })
    const list = logCopyResources(aws.clients, former, { known: [], thorough: false })
    succeeded((await aws.install(list, former)).outcome)
    const scope = aws.scope({ s3: copy })
    const known = [...(await aws.manifest(scope).facts()).keys()]
    const plan = await aws.plan(logCopyResources(aws.clients, scope, { known, thorough: false }), scope)
    expect(plan.steps.map((step) => [step.do, step.name])).toEqual([
      ['create', Bucket],
      ['retain', 'former-logs'],
    ])
  })

  test('is kept at teardown unless its data is to be deleted: then every version of every object goes with it', async () => {
    const one = bucketAlone()
    await born(one)
    const VersioningConfiguration = { Status: 'Enabled' as const }
    await (await s3()).send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration }))
    await put('AWSLogs/a', 'AWSLogs/a', 'AWSLogs/b')
    const kept = await aws.teardown(one.list, one.scope)
    succeeded(kept.outcome)
    expect(told(kept.plan)).toEqual(['retain S3 bucket'])
    expect(await versions()).toBe(3)
    // As above: the emulator would deny the deletion too.
    await (await s3()).send(new DeleteBucketPolicyCommand({ Bucket }))
    await died(one)
    await expect(versions()).rejects.toMatchObject({ name: 'NoSuchBucket' })
  })

  test('made a moment before the command was cut off, it is taken up and tagged', async () => {
    const one = bucketAlone()
    await aws.manifest(one.scope).remember(id, 'making')
    await (await s3()).send(new CreateBucketCommand({ Bucket }))
    const { plan, outcome } = await aws.install(one.list, one.scope)
    succeeded(outcome)
    expect(stepOf(plan, id)?.do).toBe('update')
    await unchanged(one)
  })

  test('one of this account without the tag is refused with both ways out', async () => {
    await (await s3()).send(new CreateBucketCommand({ Bucket }))
    const one = bucketAlone()
    expect(stepOf(await aws.plan(one.list, one.scope), id)).toMatchObject({
      do: 'refuse',
      why: `the bucket ${Bucket} exists already in this account and carries no tag of this guard`,
      suggestion: expect.stringMatching(/--adopt log-bucket.*--log-bucket/),
    })
    expect((await aws.teardown(one.list, one.scope, true)).plan.steps).toEqual([])
  })

  test('one of another account, or of another region, is refused and never touched', async () => {
    const failing = (name: string) =>
      world(({ operation }) => {
        if (operation === 'GetBucketTagging') throw Object.assign(new Error('Access Denied'), { name })
      })
    for (const [name, why] of [
      ['AccessDenied', 'belongs to another account'],
      ['PermanentRedirect', 'is in another region'],
    ] as const) {
      const one = life({ s3: copy }, failing(name))
      expect(stepOf(await one.aws.plan(one.list, one.scope), id)).toMatchObject({
        do: 'refuse',
        why: expect.stringContaining(why),
        suggestion: expect.stringContaining('--log-bucket'),
      })
    }
  })

  test('is made in the region of the guard, whatever it is called', async () => {
    const region = 'eu-central-1'
    const settings = aws.scope({ s3: copy }).settings
    const where = { account: ACCOUNT, region, partition: 'aws' }
    const scope: Scope = { ...aws.scope({ s3: copy }), ...where, names: namesOf(settings, where) }
    const list = [logBucketResource(aws.clients, scope, scope.names.logBucket)]
    succeeded((await aws.install(list, scope)).outcome)
    const { LocationConstraint } = await (await s3()).send(
      new GetBucketLocationCommand({ Bucket: scope.names.logBucket }),
    )
    expect(LocationConstraint).toBe(region)
  })
})
