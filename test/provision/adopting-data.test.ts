/** A table and a topic that were there before the guard, on the emulator, through the real engine. */
import {
  CreateTableCommand,
  DescribeContinuousBackupsCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  PutItemCommand,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb'
import { CreateKeyCommand, type KMSClient, PutKeyPolicyCommand } from '@aws-sdk/client-kms'
import {
  CreateTopicCommand,
  GetTopicAttributesCommand,
  ListSubscriptionsByTopicCommand,
  ListTagsForResourceCommand,
  SetTopicAttributesCommand,
  SubscribeCommand,
} from '@aws-sdk/client-sns'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { alarmsUse, useStatement } from '../../src/provision/encryption.ts'
import type { Settings } from '../../src/provision/guard.ts'
import { manifestRecord, recordId } from '../../src/provision/resources/manifest-record.ts'
import { tableId, tableResource } from '../../src/provision/resources/table.ts'
import { topicId, topicResource } from '../../src/provision/resources/topic.ts'
import { topicMailResource } from '../../src/provision/resources/topic-mail.ts'
import { TAG } from '../../src/provision/tags.ts'
import { type Moto, startMoto } from '../support/moto.ts'
import { fieldsOf, type Life, stepOf, unchanged } from './life.ts'
import { ACCOUNT, REGION, succeeded, type World, world } from './world.ts'

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

const adopting = async (life: Life) => {
  const done = await aws.install(life.list, life.scope)
  succeeded(done.outcome)
  return done.plan
}
const tornDown = async (life: Life) => {
  const done = await aws.teardown(life.list, life.scope, true)
  succeeded(done.outcome)
  return done
}

describe('a table that was there before the guard', () => {
  const TableName = 'finance-ledger'
  const dynamo = () => aws.clients.dynamo()
  const tags = [{ Key: 'team', Value: 'finance' }]
  async function theirs(keys: readonly string[] = ['pk', 'sk'], Tags = tags): Promise<void> {
    await (await dynamo()).send(
      new CreateTableCommand({
        TableName,
        AttributeDefinitions: keys.map((AttributeName) => ({ AttributeName, AttributeType: 'S' as const })),
        KeySchema: keys.map((AttributeName, index) => ({ AttributeName, KeyType: index === 0 ? 'HASH' : 'RANGE' })),
        BillingMode: 'PROVISIONED',
        ProvisionedThroughput: { ReadCapacityUnits: 5, WriteCapacityUnits: 5 },
        Tags,
      }),
    )
  }
  const put = async (pk: string, more = {}) =>
    (await dynamo()).send(new PutItemCommand({ TableName, Item: { pk: { S: pk }, sk: { S: 'settings' }, ...more } }))
  const life = (overrides: Partial<Settings> = {}): Life => {
    const scope = aws.scope({ table: TableName, adopt: ['table'], ...overrides })
    const list = [tableResource(aws.clients, scope), manifestRecord(aws.manifest(scope), scope, '1.0.0')]
    return { aws, scope, list, id: tableId(TableName, REGION) }
  }
  async function now() {
    const client = await dynamo()
    const [table, ttl, backups] = await Promise.all([
      client.send(new DescribeTableCommand({ TableName })),
      client.send(new DescribeTimeToLiveCommand({ TableName })),
      client.send(new DescribeContinuousBackupsCommand({ TableName })),
    ])
    return {
      billing: table.Table?.BillingModeSummary?.BillingMode ?? 'PROVISIONED',
      protection: table.Table?.DeletionProtectionEnabled === true,
      ttl: ttl.TimeToLiveDescription?.TimeToLiveStatus === 'ENABLED' && ttl.TimeToLiveDescription.AttributeName,
      recovery: backups.ContinuousBackupsDescription?.PointInTimeRecoveryDescription?.PointInTimeRecoveryStatus,
    }
  }
  const refusal = async (overrides: Partial<Settings> = {}) => {
    const one = life(overrides)
    aws.calls.length = 0
    return stepOf(await aws.plan(one.list, one.scope), one.id)
  }
  const asTheyHadIt = { billing: 'PROVISIONED', protection: false, ttl: false, recovery: 'DISABLED' }

  test('gets our TTL, recovery and protection, shown before; its capacity and its tags stay', async () => {
    await theirs()
    const one = life()
    const plan = await adopting(one)
    expect(stepOf(plan, one.id)).toMatchObject({ do: 'adopt', note: expect.stringContaining('provisioned capacity') })
    expect(fieldsOf(plan, one.id)).toEqual(['deletionProtection', 'pointInTimeRecovery', 'timeToLive'])
    expect(await now()).toEqual({ billing: 'PROVISIONED', protection: true, ttl: 'expiresAt', recovery: 'ENABLED' })
    await unchanged(one)
  })

  test('is given back as it was, with the ledger in it, also where all data is to go; again there is nothing to do', async () => {
    await theirs()
    const one = life()
    await adopting(one)
    const { plan, outcome } = await tornDown(one)
    expect(stepOf(plan, one.id)).toMatchObject({ do: 'give-back', why: expect.stringContaining('stays in it') })
    expect(outcome.done.map(({ step }) => step.id).at(-1)).toContain('manifest/')
    expect(await now()).toEqual(asTheyHadIt)
    expect((await tornDown(one)).plan.steps).toEqual([])
  })

  test('keeps the recovery that its owner had on, and the TTL attribute that was ours already', async () => {
    await theirs()
    const Specification = { AttributeName: 'expiresAt', Enabled: true }
    await (await dynamo()).send(new UpdateTimeToLiveCommand({ TableName, TimeToLiveSpecification: Specification }))
    const one = life()
    await adopting(one)
    await tornDown(one)
    expect(await now()).toEqual({ ...asTheyHadIt, ttl: 'expiresAt' })
  })

  test('of other keys, another TTL attribute, another guard or strange items is refused, and nothing is changed', async () => {
    await theirs(['id'])
    expect(await refusal()).toMatchObject({
      do: 'refuse',
      reason: 'unfit',
      why: expect.stringContaining('has the keys id'),
    })
    await moto.reset()
    await theirs(['pk', 'sk'], [{ Key: TAG.guard, Value: 'research' }])
    expect(await refusal()).toMatchObject({ why: expect.stringContaining('the ledger of the guard research') })
    await moto.reset()
    await theirs()
    const Specification = { AttributeName: 'until', Enabled: true }
    await (await dynamo()).send(new UpdateTimeToLiveCommand({ TableName, TimeToLiveSpecification: Specification }))
    expect(await refusal()).toMatchObject({ why: expect.stringContaining('lets items expire by until') })
    await moto.reset()
    await theirs()
    await put('INVOICE#4711')
    expect(await refusal()).toMatchObject({ why: expect.stringContaining("not a guard's: INVOICE#4711") })
    await moto.reset()
    await theirs()
    await put('MANIFEST', { settings: { S: JSON.stringify({ guard: 'research' }) } })
    expect(await refusal()).toMatchObject({ why: expect.stringContaining('the ledger of the guard research') })
    expect(await now()).toEqual(asTheyHadIt)
  })

  test('with what an earlier guard of this name wrote is taken up again', async () => {
    await theirs()
    await put('WISHES')
    const one = life()
    expect(stepOf(await adopting(one), one.id)?.do).toBe('adopt')
  })
})

describe('a topic that was there before the guard', () => {
  const Name = 'platform-alerts'
  const TopicArn = `arn:aws:sns:${REGION}:${ACCOUNT}:${Name}`
  const sns = () => aws.clients.sns()
  const ownerSays = {
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'owner',
        Effect: 'Allow',
        Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` },
        Action: 'sns:Publish',
        Resource: TopicArn,
      },
    ],
  }
  async function theirs(Attributes: Record<string, string> = {}): Promise<void> {
    const client = await sns()
    await client.send(new CreateTopicCommand({ Name, Tags: [{ Key: 'team', Value: 'platform' }] }))
    const all = { Policy: JSON.stringify(ownerSays), DisplayName: 'Platform', ...Attributes }
    for (const [AttributeName, AttributeValue] of Object.entries(all)) {
      await client.send(new SetTopicAttributesCommand({ TopicArn, AttributeName, AttributeValue }))
    }
  }
  const life = (overrides: Partial<Settings> = {}): Life => {
    const scope = aws.scope({
      topic: Name,
      adopt: ['topic'],
      emails: ['ops@example.com', 'boss@example.com'],
      ...overrides,
    })
    const list = [
      tableResource(aws.clients, scope),
      manifestRecord(aws.manifest(scope), scope, '1.0.0'),
      // As in the stack: the record comes first, because what was there is written down in its table.
      { ...topicResource(aws.clients, scope), needs: [recordId('cg-test', REGION)] },
      ...scope.settings.emails.map((address) => topicMailResource(aws.clients, scope, address)),
    ]
    return { aws, scope, list, id: topicId(Name, REGION) }
  }
  async function now() {
    const client = await sns()
    const [{ Attributes }, { Subscriptions }, { Tags }] = await Promise.all([
      client.send(new GetTopicAttributesCommand({ TopicArn })),
      client.send(new ListSubscriptionsByTopicCommand({ TopicArn })),
      client.send(new ListTagsForResourceCommand({ ResourceArn: TopicArn })),
    ])
    return {
      name: Attributes?.['DisplayName'],
      policy: JSON.parse(Attributes?.['Policy'] ?? '{}') as typeof ownerSays,
      readers: (Subscriptions ?? []).map(({ Endpoint }) => Endpoint).sort(),
      tags: Tags,
    }
  }
  const subscribed = async (Endpoint: string) =>
    (await sns()).send(new SubscribeCommand({ TopicArn, Protocol: 'email', Endpoint }))

  test('gets one statement beside its owner’s, so that the guard’s alarms may publish, and the guard’s readers', async () => {
    await theirs()
    const one = life()
    expect(stepOf(await adopting(one), one.id)?.do).toBe('adopt')
    const { name, policy, readers, tags } = await now()
    expect(name).toBe('Platform')
    expect(tags).toEqual([{ Key: 'team', Value: 'platform' }])
    expect(readers).toEqual(['boss@example.com', 'ops@example.com'])
    expect(policy.Statement[0]).toEqual(ownerSays.Statement[0])
    expect(policy.Statement.slice(1)).toMatchObject([
      {
        Sid: 'cost-guard-alarms-of-cg-test',
        Principal: { Service: 'cloudwatch.amazonaws.com' },
        Condition: { ArnLike: { 'aws:SourceArn': `arn:aws:cloudwatch:${REGION}:${ACCOUNT}:alarm:cg-test-*` } },
      },
    ])
    await unchanged(one)
  })

  test('is given back with its owner’s policy and readers, one of whom the guard writes to as well', async () => {
    await theirs()
    await subscribed('ops@example.com')
    await subscribed('platform@example.com')
    const one = life()
    await adopting(one)
    await tornDown(one)
    const { policy, readers } = await now()
    expect(policy).toEqual(ownerSays)
    expect(readers).toEqual(['ops@example.com', 'platform@example.com'])
  })

  test('is left as it is where no alarms are wanted', async () => {
    await theirs()
    const one = life({ alarms: false })
    expect(fieldsOf(await adopting(one), one.id)).toEqual([])
    expect((await now()).policy).toEqual(ownerSays)
  })

  test('encrypted with AWS’s own key for topics is used, and it is said that alarms cannot', async () => {
    await theirs({ KmsMasterKeyId: 'alias/aws/sns' })
    const one = life()
    expect(stepOf(await aws.plan(one.list, one.scope), one.id)).toMatchObject({
      do: 'adopt',
      note: expect.stringContaining('alarms of CloudWatch cannot'),
    })
  })

  test('encrypted with a key of the owner’s asks for that key, whose policy must listen to IAM and let alarms in by name', async () => {
    const kms: KMSClient = await aws.clients.kms()
    const arn = (await kms.send(new CreateKeyCommand({}))).KeyMetadata?.Arn ?? ''
    await theirs({ KmsMasterKeyId: arn })
    const step = async (kmsKey: string, alarms = true) => {
      const one = life({ kmsKey, alarms })
      return stepOf(await aws.plan(one.list, one.scope), one.id)
    }
    const put = (...Statement: object[]) => {
      const Policy = JSON.stringify({ Version: '2012-10-17', Statement })
      return kms.send(new PutKeyPolicyCommand({ KeyId: arn, PolicyName: 'default', Policy }))
    }
    expect(await step('none')).toMatchObject({ do: 'refuse', suggestion: expect.stringContaining(`--kms-key ${arn}`) })
    expect(await step(arn)).toMatchObject({
      do: 'refuse',
      why: expect.stringContaining('does not let cloudwatch.amazonaws.com call kms:Decrypt and kms:GenerateDataKey*'),
      suggestion: expect.stringMatching(/"Sid":"AlarmsPublishToTheTopic".*--no-alarms/),
    })
    expect((await step(arn, false))?.do).toBe('adopt')
    const listening = {
      Effect: 'Allow',
      Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` },
      Action: 'kms:*',
      Resource: '*',
    }
    await put(listening, useStatement(alarmsUse(life().scope)))
    expect((await step(arn))?.do).toBe('adopt')
    await put({ ...listening, Principal: { AWS: `arn:aws:iam::${ACCOUNT}:user/only-me` } })
    expect(await step(arn, false)).toMatchObject({ do: 'refuse', why: expect.stringContaining('leaves no say to IAM') })
  })

  test('whose owner took out all other statements meanwhile is given back closed to all but its account', async () => {
    await theirs()
    const one = life()
    await adopting(one)
    const { policy } = await now()
    const ours = { ...policy, Statement: policy.Statement.slice(1) }
    await (await sns()).send(
      new SetTopicAttributesCommand({ TopicArn, AttributeName: 'Policy', AttributeValue: JSON.stringify(ours) }),
    )
    await tornDown(one)
    expect((await now()).policy.Statement).toMatchObject([{ Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` } }])
  })
})
