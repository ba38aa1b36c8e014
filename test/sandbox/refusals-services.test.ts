/**
 * What AWS refuses and the emulator does not: refused by the sandbox's own code (src/sandbox/refusals). These tests
 * show that the sandbox does what AWS documents; they are no proof by a third party.
 */
import { BedrockClient, PutModelInvocationLoggingConfigurationCommand } from '@aws-sdk/client-bedrock'
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  PutRetentionPolicyCommand,
  PutSubscriptionFilterCommand,
} from '@aws-sdk/client-cloudwatch-logs'
import {
  BatchWriteItemCommand,
  CreateTableCommand,
  DescribeTableCommand,
  DynamoDBClient,
  GetItemCommand,
  TransactWriteItemsCommand,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb'
import { AddPermissionCommand, LambdaClient } from '@aws-sdk/client-lambda'
import {
  CreateScheduleCommand,
  type CreateScheduleCommandInput,
  CreateScheduleGroupCommand,
  DeleteScheduleGroupCommand,
  SchedulerClient,
} from '@aws-sdk/client-scheduler'
import {
  CreateTopicCommand,
  PublishCommand,
  SNSClient,
  SubscribeCommand,
  UnsubscribeCommand,
} from '@aws-sdk/client-sns'
import { beforeAll, describe, expect, test } from 'vitest'
import { sandboxForTests } from '../support/sandbox.ts'
import { functionOf, roleFor } from './_functions.ts'

sandboxForTests()
const region = 'us-east-1'
const arn = (service: string, rest: string) => `arn:aws:${service}:${region}:123456789012:${rest}`
const once = { maxAttempts: 1 }

describe('CloudWatch Logs and Bedrock refuse', () => {
  const logs = () => new CloudWatchLogsClient({ region, ...once })
  beforeAll(async () => {
    await logs().send(new CreateLogGroupCommand({ logGroupName: '/models' }))
  })

  test('a retention that is none of the 22', async () => {
    const put = (retentionInDays: number) =>
      logs().send(new PutRetentionPolicyCommand({ logGroupName: '/models', retentionInDays }))
    await expect(put(17)).rejects.toMatchObject({ name: 'InvalidParameterException', message: /Value '17'/ })
    await expect(put(365)).resolves.toBeDefined()
  })

  test('a filter to a function that does not let this very log group in', async () => {
    const destinationArn = await functionOf('closed', 'export const handler = async () => 1')
    const put = () =>
      logs().send(
        new PutSubscriptionFilterCommand({
          logGroupName: '/models',
          filterName: 'f',
          filterPattern: '',
          destinationArn,
        }),
      )
    const refused = {
      name: 'InvalidParameterException',
      message:
        'Could not execute the lambda function. Make sure you have given CloudWatch Logs permission to execute your function.',
    }
    const permit = (StatementId: string, group: string) =>
      new LambdaClient({ region }).send(
        new AddPermissionCommand({
          FunctionName: 'closed',
          StatementId,
          Principal: 'logs.amazonaws.com',
          Action: 'lambda:InvokeFunction',
          SourceAccount: '123456789012',
          SourceArn: arn('logs', `log-group:${group}:*`),
        }),
      )
    await expect(put()).rejects.toMatchObject(refused)
    await permit('other', '/other')
    await expect(put()).rejects.toMatchObject(refused)
    await permit('this', '/models')
    await expect(put()).resolves.toBeDefined()
  })

  test.each([
    ['an absent group', '/nowhere', 'logging', ['logs:*'], 'bedrock.amazonaws.com'],
    ['a role that may not write', '/models', 'powerless', ['logs:CreateLogStream'], 'bedrock.amazonaws.com'],
    ['a role that trusts somebody else', '/models', 'foreign', ['logs:*'], 'ec2.amazonaws.com'],
  ])('a logging configuration with %s', async (_, logGroupName, role, actions, service) => {
    const roleArn = await roleFor(role, service, actions)
    const loggingConfig = { cloudWatchConfig: { logGroupName, roleArn } }
    const put = new BedrockClient({ region, ...once }).send(
      new PutModelInvocationLoggingConfigurationCommand({ loggingConfig }),
    )
    await expect(put).rejects.toMatchObject({
      name: 'ValidationException',
      message: `Failed to validate permissions for log group: ${logGroupName}, with role: ${roleArn}. Verify the IAM role permissions are correct.`,
    })
  })
})

describe('Scheduler refuses', () => {
  const scheduler = () => new SchedulerClient({ region, ...once })
  const good: CreateScheduleCommandInput = {
    Name: 'schedule',
    ScheduleExpression: 'rate(1 minute)',
    FlexibleTimeWindow: { Mode: 'OFF' },
    Target: { Arn: arn('lambda', 'function:x'), RoleArn: 'arn:aws:iam::123456789012:role/for-scheduler' },
  }
  const create = (more: Partial<CreateScheduleCommandInput>) =>
    scheduler().send(new CreateScheduleCommand({ ...good, ...more }))
  beforeAll(async () => {
    await roleFor('for-scheduler', 'scheduler.amazonaws.com', ['lambda:InvokeFunction'])
  })

  test.each([
    ['a bad cron', { ScheduleExpression: 'cron(0 9 * * *)' }, /Invalid Schedule Expression/],
    ['nonsense', { ScheduleExpression: 'every minute' }, /Invalid Schedule Expression/],
    ['a bad zone', { ScheduleExpressionTimezone: 'Asia/Tokio' }, /Timezone Asia\/Tokio/],
    [
      'an absent role',
      { Target: { Arn: arn('lambda', 'function:x'), RoleArn: 'arn:aws:iam::123456789012:role/none' } },
      /must allow AWS EventBridge Scheduler to assume the role/,
    ],
    [
      'an age below a minute',
      {
        Target: {
          ...good.Target,
          Arn: 'x',
          RoleArn: good.Target?.RoleArn,
          RetryPolicy: { MaximumEventAgeInSeconds: 59 },
        },
      },
      /between 60 and 86400/,
    ],
  ])('%s', async (_, more, message) => {
    await expect(create(more)).rejects.toMatchObject({ name: 'ValidationException', message })
  })

  test('a schedule in an absent group, a group twice, and removing an absent group', async () => {
    await expect(create({ GroupName: 'nowhere' })).rejects.toMatchObject({ name: 'ResourceNotFoundException' })
    await scheduler().send(new CreateScheduleGroupCommand({ Name: 'group' }))
    const again = scheduler().send(new CreateScheduleGroupCommand({ Name: 'group' }))
    await expect(again).rejects.toMatchObject({ name: 'ConflictException' })
    const remove = scheduler().send(new DeleteScheduleGroupCommand({ Name: 'nowhere' }))
    await expect(remove).rejects.toMatchObject({ name: 'ResourceNotFoundException' })
  })
})

describe('SNS and DynamoDB refuse', () => {
  test('a bad address, a subject of two lines, and to unsubscribe what is pending', async () => {
    const sns = new SNSClient({ region, ...once })
    const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: 'refusing' }))
    const subscribe = (Endpoint: string) =>
      sns.send(new SubscribeCommand({ TopicArn, Protocol: 'email', Endpoint, ReturnSubscriptionArn: true }))
    await expect(subscribe('not an address')).rejects.toMatchObject({
      name: 'InvalidParameterException',
      message: 'Invalid parameter: Email address',
    })
    const { SubscriptionArn } = await subscribe('boss@example.com')
    await expect(sns.send(new UnsubscribeCommand({ SubscriptionArn }))).rejects.toMatchObject({ message: /pending/ })
    await expect(sns.send(new UnsubscribeCommand({ SubscriptionArn: 'PendingConfirmation' }))).rejects.toMatchObject({
      name: 'InvalidParameterException',
    })
    await expect(sns.send(new PublishCommand({ TopicArn, Subject: 'two\nlines', Message: 'x' }))).rejects.toMatchObject(
      {
        message: 'Invalid parameter: Subject',
      },
    )
  })

  test('time to live twice and 26 items in a batch; the same token is the same transaction', async () => {
    const dynamodb = new DynamoDBClient({ region, ...once })
    const TableName = 'refusing'
    await dynamodb.send(
      new CreateTableCommand({
        TableName,
        BillingMode: 'PAY_PER_REQUEST',
        KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
        AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
      }),
    )
    const TimeToLiveSpecification = { Enabled: true, AttributeName: 'expiresAt' }
    const enable = () => dynamodb.send(new UpdateTimeToLiveCommand({ TableName, TimeToLiveSpecification }))
    await enable()
    await expect(enable()).rejects.toMatchObject({
      name: 'ValidationException',
      message: 'TimeToLive is already enabled',
    })
    const puts = Array.from({ length: 26 }, (_, at) => ({ PutRequest: { Item: { pk: { S: String(at) } } } }))
    const batch = dynamodb.send(new BatchWriteItemCommand({ RequestItems: { [TableName]: puts } }))
    await expect(batch).rejects.toMatchObject({ name: 'ValidationException', message: /Too many items/ })
    const add = {
      TableName,
      Key: { pk: { S: 'sum' } },
      UpdateExpression: 'ADD spent :one',
      ExpressionAttributeValues: { ':one': { N: '1' } },
    }
    const transact = (TransactItems = [{ Update: add }]) =>
      dynamodb.send(new TransactWriteItemsCommand({ ClientRequestToken: 'the-same', TransactItems }))
    await transact()
    await transact()
    const { Item } = await dynamodb.send(new GetItemCommand({ TableName, Key: add.Key, ConsistentRead: true }))
    expect(Item?.['spent']).toEqual({ N: '1' })
    const other = { Update: { ...add, ExpressionAttributeValues: { ':one': { N: '2' } } } }
    await expect(transact([other])).rejects.toMatchObject({ name: 'IdempotentParameterMismatchException' })
  })
})

describe('a sandbox with slow propagation', () => {
  const slow = sandboxForTests({ propagation: 2 })

  test('believes a new role and a new permission only at the third try', async () => {
    expect(slow.endpoint).toBe(process.env['AWS_ENDPOINT_URL'])
    const Role = await roleFor('young', 'lambda.amazonaws.com')
    const make = () => functionOf('young', 'export const handler = async () => 1', { role: Role })
    for (let tries = 0; tries < 2; tries++) {
      await expect(make()).rejects.toMatchObject({
        name: 'InvalidParameterValueException',
        message: 'The role defined for the function cannot be assumed by Lambda.',
      })
    }
    expect(await make()).toContain(':function:young')
  })

  test('shows a new table as being created for the first two reads', async () => {
    const dynamodb = new DynamoDBClient({ region, ...once })
    await dynamodb.send(
      new CreateTableCommand({
        TableName: 'young',
        BillingMode: 'PAY_PER_REQUEST',
        KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
        AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
      }),
    )
    const states = []
    for (let reads = 0; reads < 3; reads++) {
      states.push((await dynamodb.send(new DescribeTableCommand({ TableName: 'young' }))).Table?.TableStatus)
    }
    expect(states).toEqual(['CREATING', 'CREATING', 'ACTIVE'])
  })
})
