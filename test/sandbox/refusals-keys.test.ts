/**
 * What AWS refuses where a KMS key is in play and the emulator does not: ours, from AWS's documentation. They show that the
 * sandbox does what AWS documents; they are no proof by a third party.
 */
import { BedrockClient, PutModelInvocationLoggingConfigurationCommand } from '@aws-sdk/client-bedrock'
import { AssociateKmsKeyCommand, CloudWatchLogsClient, CreateLogGroupCommand } from '@aws-sdk/client-cloudwatch-logs'
import { IAMClient, PutUserPolicyCommand } from '@aws-sdk/client-iam'
import { CreateAliasCommand, CreateKeyCommand, KMSClient, PutKeyPolicyCommand } from '@aws-sdk/client-kms'
import {
  CreateBucketCommand,
  ListObjectsV2Command,
  PutBucketEncryptionCommand,
  PutBucketPolicyCommand,
  S3Client,
} from '@aws-sdk/client-s3'
import { CreateTopicCommand, PublishCommand, SetTopicAttributesCommand, SNSClient } from '@aws-sdk/client-sns'
import { describe, expect, test } from 'vitest'
import { sandboxForTests } from '../support/sandbox.ts'

const sandbox = sandboxForTests()
const region = 'us-east-1'
const account = '123456789012'
const once = { maxAttempts: 1 }
const kms = () => new KMSClient({ region, ...once })
const root = { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${account}:root` }, Action: 'kms:*', Resource: '*' }
const policy = (...Statement: object[]) => JSON.stringify({ Version: '2012-10-17', Statement })
const service = (Service: string, Action: readonly string[], Condition: object = {}) => ({
  ...{ Effect: 'Allow', Principal: { Service }, Action, Resource: '*', Condition },
})
async function keyOf(...statements: object[]): Promise<{ arn: string; id: string }> {
  const { KeyMetadata } = await kms().send(new CreateKeyCommand({ Policy: policy(root, ...statements) }))
  return { arn: KeyMetadata?.Arn ?? '', id: KeyMetadata?.KeyId ?? '' }
}

describe('with a KMS key', () => {
  test('Bedrock takes no bucket whose key does not let it encrypt, though the bucket does', async () => {
    const Bucket = 'the-copy'
    const s3 = new S3Client({ region, ...once })
    await s3.send(new CreateBucketCommand({ Bucket }))
    const writes = {
      ...service('bedrock.amazonaws.com', ['s3:PutObject']),
      Resource: `arn:aws:s3:::${Bucket}/AWSLogs/${account}/BedrockModelInvocationLogs/*`,
    }
    await s3.send(new PutBucketPolicyCommand({ Bucket, Policy: policy(writes) }))
    const key = await keyOf()
    const ServerSideEncryptionConfiguration = {
      Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms' as const, KMSMasterKeyID: key.arn } }],
    }
    await s3.send(new PutBucketEncryptionCommand({ Bucket, ServerSideEncryptionConfiguration }))
    const put = () =>
      new BedrockClient({ region, ...once }).send(
        new PutModelInvocationLoggingConfigurationCommand({ loggingConfig: { s3Config: { bucketName: Bucket } } }),
      )
    await expect(put()).rejects.toMatchObject({
      name: 'ValidationException',
      message: expect.stringContaining(`policy of its KMS key ${key.arn}`),
    })
    const elsewhere = { StringEquals: { 'aws:SourceAccount': '999999999999' } }
    const letIn = async (condition: object) => {
      const Policy = policy(root, service('bedrock.amazonaws.com', ['kms:GenerateDataKey'], condition))
      await kms().send(new PutKeyPolicyCommand({ KeyId: key.id, PolicyName: 'default', Policy }))
    }
    await letIn(elsewhere)
    await expect(put()).rejects.toMatchObject({ name: 'ValidationException' })
    await letIn({ StringEquals: { 'aws:SourceAccount': account } })
    await expect(put()).resolves.toBeDefined()
  })

  test('CloudWatch Logs takes no key whose policy does not let it in for this very log group', async () => {
    const logs = new CloudWatchLogsClient({ region, ...once })
    await logs.send(new CreateLogGroupCommand({ logGroupName: '/models' }))
    const condition = (group: string) => ({
      ArnEquals: { 'kms:EncryptionContext:aws:logs:arn': `arn:aws:logs:${region}:${account}:log-group:${group}` },
    })
    const actions = ['kms:Encrypt', 'kms:Decrypt', 'kms:GenerateDataKey*', 'kms:Describe*']
    const other = await keyOf(service(`logs.${region}.amazonaws.com`, actions, condition('/other')))
    const own = await keyOf(service(`logs.${region}.amazonaws.com`, actions, condition('/models')))
    const use = (kmsKeyId: string) => logs.send(new AssociateKmsKeyCommand({ logGroupName: '/models', kmsKeyId }))
    await expect(use(other.arn)).rejects.toMatchObject({ name: 'AccessDeniedException' })
    await expect(use(own.arn)).resolves.toBeDefined()
  })

  test('whoever publishes to an encrypted topic needs the key as well, by its ARN or by its alias', async () => {
    const { TopicArn = '' } = await new SNSClient({ region }).send(new CreateTopicCommand({ Name: 'encrypted' }))
    const key = await keyOf()
    await kms().send(new CreateAliasCommand({ AliasName: 'alias/mails', TargetKeyId: key.id }))
    const on = { TopicArn, AttributeName: 'KmsMasterKeyId', AttributeValue: key.arn }
    await new SNSClient({ region }).send(new SetTopicAttributesCommand(on))
    const publish = async (name: string, ...statements: object[]) => {
      const keys = await sandbox.createUser(name, { allow: 'sns:Publish' })
      const iam = new IAMClient({ region })
      for (const [index, one] of statements.entries()) {
        const PolicyDocument = policy(one)
        await iam.send(new PutUserPolicyCommand({ UserName: name, PolicyName: `key-${index}`, PolicyDocument }))
      }
      return new SNSClient({ region, credentials: keys, ...once }).send(new PublishCommand({ TopicArn, Message: 'x' }))
    }
    const use = { Effect: 'Allow', Action: ['kms:GenerateDataKey*', 'kms:Decrypt'], Resource: '*' }
    await expect(publish('none')).rejects.toMatchObject({ name: expect.stringContaining('KMSAccessDenied') })
    const byAlias = (alias: string) => ({ 'ForAnyValue:StringEquals': { 'kms:ResourceAliases': alias } })
    await expect(publish('wrong', { ...use, Condition: byAlias('alias/other') })).rejects.toBeDefined()
    await expect(publish('alias', { ...use, Condition: byAlias('alias/mails') })).resolves.toBeDefined()
    await expect(publish('arn', { ...use, Resource: key.arn })).resolves.toBeDefined()
  })

  test('rights on S3 and KMS are judged by AWS’s names for them, on the bucket, its objects and the tags of a key', async () => {
    const document = policy(
      { Effect: 'Allow', Action: 's3:ListBucket', Resource: 'arn:aws:s3:::mine' },
      {
        Effect: 'Allow',
        Action: ['kms:CreateKey', 'kms:TagResource'],
        Resource: '*',
        Condition: { StringEquals: { 'aws:RequestTag/of': 'us' } },
      },
    )
    const keys = await sandbox.createUser('narrow', { allow: 'sts:GetCallerIdentity' })
    await new IAMClient({ region }).send(
      new PutUserPolicyCommand({ UserName: 'narrow', PolicyName: 'narrow', PolicyDocument: document }),
    )
    const as = { region, credentials: keys, ...once }
    for (const Bucket of ['mine', 'theirs']) await new S3Client({ region }).send(new CreateBucketCommand({ Bucket }))
    const list = (Bucket: string) => new S3Client(as).send(new ListObjectsV2Command({ Bucket }))
    await expect(list('mine')).resolves.toBeDefined()
    await expect(list('theirs')).rejects.toMatchObject({ name: 'AccessDenied' })
    const make = (TagValue: string) =>
      new KMSClient(as).send(new CreateKeyCommand({ Tags: [{ TagKey: 'of', TagValue }] }))
    await expect(make('us')).resolves.toBeDefined()
    await expect(make('them')).rejects.toMatchObject({ name: 'AccessDeniedException' })
  })
})
