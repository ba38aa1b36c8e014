/** The original guard in the sandbox, as far as it is known: what its stack leaves in an account where it has run for a while. */
import {
  BedrockClient,
  DeleteModelInvocationLoggingConfigurationCommand,
  PutModelInvocationLoggingConfigurationCommand,
} from '@aws-sdk/client-bedrock'
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  PutRetentionPolicyCommand,
  PutSubscriptionFilterCommand,
} from '@aws-sdk/client-cloudwatch-logs'
import { CreateTableCommand, DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb'
import {
  AttachRolePolicyCommand,
  AttachUserPolicyCommand,
  CreatePolicyCommand,
  CreateRoleCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  IAMClient,
  ListEntitiesForPolicyCommand,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam'
import {
  AddPermissionCommand,
  CreateFunctionCommand,
  DeleteFunctionCommand,
  LambdaClient,
} from '@aws-sdk/client-lambda'
import {
  CreateScheduleCommand,
  DeleteScheduleCommand,
  GetScheduleCommand,
  SchedulerClient,
} from '@aws-sdk/client-scheduler'
import { CreateTopicCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns'
import { strToU8, zipSync } from 'fflate'
import type { Sandbox } from '../../src/sandbox/index.ts'

export const LOG_GROUP = '/aws/bedrock/claude-cost'
export const FUNCTION = 'claude-cost-handler'
const TABLE = 'claude-cost-CostTable-1ABC'
const DENY = 'claude-cost-deny'
const SCHEDULES = ['claude-cost-cap-check', 'claude-cost-daily-report'] as const

export interface OriginalRows {
  /** `user:tanaka` → dollars of the month. */
  readonly month: string
  /** The only day on which it counted anything. */
  readonly day: string
  readonly totals: Readonly<Record<string, string>>
}

export interface OriginalOptions {
  /** `tanaka:50,sato:0` */
  readonly limits: string
  readonly excluded?: string
  readonly retentionDays?: number
  readonly rows?: OriginalRows
}

export class OriginalGuard {
  readonly #sandbox: Sandbox
  constructor(sandbox: Sandbox) {
    this.#sandbox = sandbox
  }
  get #how() {
    return { endpoint: this.#sandbox.endpoint, region: this.#sandbox.region, credentials: this.#sandbox.admin }
  }
  get denyArn(): string {
    return `arn:aws:iam::${this.#sandbox.account}:policy/${DENY}`
  }
  get functionArn(): string {
    return `arn:aws:lambda:${this.#sandbox.region}:${this.#sandbox.account}:function:${FUNCTION}`
  }

  async install({ limits, excluded = '', retentionDays, rows }: OriginalOptions): Promise<void> {
    const roles = await this.#roles()
    const iam = new IAMClient(this.#how)
    await iam.send(
      new CreatePolicyCommand({
        PolicyName: DENY,
        PolicyDocument: JSON.stringify({
          Version: '2012-10-17',
          Statement: [
            {
              Effect: 'Deny',
              Action: ['bedrock:InvokeModel', 'bedrock:InvokeModelWithResponseStream'],
              Resource: [
                'arn:aws:bedrock:*::foundation-model/anthropic.claude-*',
                'arn:aws:bedrock:*:*:inference-profile/*anthropic.claude-*',
              ],
            },
          ],
        }),
      }),
    )
    const sns = new SNSClient(this.#how)
    const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: 'claude-cost-alerts' }))
    await sns.send(new SubscribeCommand({ TopicArn, Protocol: 'email', Endpoint: 'boss@example.com' }))
    await this.#table(rows)
    await new LambdaClient(this.#how).send(
      new CreateFunctionCommand({
        FunctionName: FUNCTION,
        Runtime: 'python3.13',
        Handler: 'index.handler',
        Role: roles.lambda,
        Code: { ZipFile: zipSync({ 'index.mjs': strToU8('export const handler = async () => "ok"') }) },
        Tags: { 'aws:cloudformation:stack-name': 'claude-cost' },
        Environment: {
          Variables: {
            ...{ TABLE_NAME: TABLE, SNS_TOPIC_ARN: TopicArn ?? '', DENY_POLICY_ARN: this.denyArn },
            ...{ COST_LIMITS: limits, EXCLUDE_USERS: excluded, JPY_RATE: '160', WARNING_THRESHOLD_PERCENT: '75' },
            MODEL_PRICING:
              '{"opus":{"input":5,"output":25},"sonnet":{"input":3,"output":15},"haiku":{"input":1,"output":5}}',
            TARGET_SOURCES: 'claude-code,claude-desktop',
          },
        },
      }),
    )
    await this.#logging(roles.logging, retentionDays)
    const scheduler = new SchedulerClient(this.#how)
    for (const Name of SCHEDULES) {
      await scheduler.send(
        new CreateScheduleCommand({
          Name,
          ScheduleExpression: Name === SCHEDULES[0] ? 'rate(1 minute)' : 'cron(0 9 * * ? *)',
          ScheduleExpressionTimezone: 'Asia/Tokyo',
          FlexibleTimeWindow: { Mode: 'OFF' },
          Target: { Arn: this.functionArn, RoleArn: roles.scheduler, Input: JSON.stringify({ action: Name }) },
        }),
      )
    }
  }

  /** Somebody else's function takes the second slot of its log group. */
  async secondFilter(): Promise<void> {
    const lambda = new LambdaClient(this.#how)
    const role = `arn:aws:iam::${this.#sandbox.account}:role/claude-cost-lambda`
    const { FunctionArn } = await lambda.send(
      new CreateFunctionCommand({
        ...{ FunctionName: 'security', Runtime: 'nodejs22.x', Handler: 'index.handler', Role: role },
        Code: { ZipFile: zipSync({ 'index.mjs': strToU8('export const handler = async () => "ok"') }) },
      }),
    )
    await this.#letLogsCall('security')
    await new CloudWatchLogsClient(this.#how).send(
      new PutSubscriptionFilterCommand({
        ...{ logGroupName: LOG_GROUP, filterName: 'security', filterPattern: 'x', destinationArn: FunctionArn },
      }),
    )
  }

  /** As its cap check does it. */
  async blocks(kind: 'user' | 'role', name: string): Promise<void> {
    const iam = new IAMClient(this.#how)
    const PolicyArn = this.denyArn
    if (kind === 'user') await iam.send(new AttachUserPolicyCommand({ UserName: name, PolicyArn }))
    else await iam.send(new AttachRolePolicyCommand({ RoleName: name, PolicyArn }))
  }

  async blocked(): Promise<readonly string[]> {
    const { PolicyUsers = [], PolicyRoles = [] } = await new IAMClient(this.#how).send(
      new ListEntitiesForPolicyCommand({ PolicyArn: this.denyArn }),
    )
    return [
      ...PolicyUsers.map((one) => `user/${one.UserName}`),
      ...PolicyRoles.map((one) => `role/${one.RoleName}`),
    ].sort()
  }

  async schedules(): Promise<readonly string[]> {
    const scheduler = new SchedulerClient(this.#how)
    return Promise.all(
      SCHEDULES.map(async (Name) => {
        const { State, ScheduleExpression, Target } = await scheduler.send(new GetScheduleCommand({ Name }))
        return `${Name} ${State} ${ScheduleExpression} ${Target?.Input}`
      }),
    )
  }

  /** Its stack is deleted: its custom resource takes the account's logging configuration with it, whoever uses it by then. */
  async stackDeleted(): Promise<void> {
    await new BedrockClient(this.#how).send(new DeleteModelInvocationLoggingConfigurationCommand({}))
    const lambda = new LambdaClient(this.#how)
    await lambda.send(new DeleteFunctionCommand({ FunctionName: FUNCTION }))
    const scheduler = new SchedulerClient(this.#how)
    for (const Name of SCHEDULES) await scheduler.send(new DeleteScheduleCommand({ Name }))
  }

  /** The configuration names it still: Bedrock says nothing and writes nothing. */
  async loggingRoleDeleted(): Promise<void> {
    const iam = new IAMClient(this.#how)
    const RoleName = 'claude-cost-logging'
    await iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName: 'write' }))
    await iam.send(new DeleteRoleCommand({ RoleName }))
  }

  async #roles(): Promise<Record<'lambda' | 'logging' | 'scheduler', string>> {
    const iam = new IAMClient(this.#how)
    const made = async (name: string, Service: string) => {
      const { Role } = await iam.send(
        new CreateRoleCommand({
          RoleName: name,
          AssumeRolePolicyDocument: JSON.stringify({
            Version: '2012-10-17',
            Statement: [{ Effect: 'Allow', Principal: { Service }, Action: 'sts:AssumeRole' }],
          }),
        }),
      )
      return Role?.Arn ?? ''
    }
    const logging = await made('claude-cost-logging', 'bedrock.amazonaws.com')
    await iam.send(
      new PutRolePolicyCommand({
        RoleName: 'claude-cost-logging',
        PolicyName: 'write',
        PolicyDocument: JSON.stringify({
          Version: '2012-10-17',
          Statement: [{ Effect: 'Allow', Action: ['logs:CreateLogStream', 'logs:PutLogEvents'], Resource: '*' }],
        }),
      }),
    )
    return {
      lambda: await made('claude-cost-lambda', 'lambda.amazonaws.com'),
      logging,
      scheduler: await made('claude-cost-scheduler', 'scheduler.amazonaws.com'),
    }
  }

  async #table(rows: OriginalRows | undefined): Promise<void> {
    const dynamo = new DynamoDBClient(this.#how)
    await dynamo.send(
      new CreateTableCommand({
        TableName: TABLE,
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: [
          { AttributeName: 'id', AttributeType: 'S' },
          { AttributeName: 'period', AttributeType: 'S' },
        ],
        KeySchema: [
          { AttributeName: 'id', KeyType: 'HASH' },
          { AttributeName: 'period', KeyType: 'RANGE' },
        ],
      }),
    )
    const put = (id: string, period: string, usd: string) =>
      dynamo.send(
        new PutItemCommand({ TableName: TABLE, Item: { id: { S: id }, period: { S: period }, totalUsd: { N: usd } } }),
      )
    const month = rows?.month ?? ''
    for (const [id, usd] of Object.entries(rows?.totals ?? {})) {
      await put(id, month, usd)
      await put(`ud:${id.slice(id.indexOf(':') + 1)}`, rows?.day ?? '', usd)
      await put(`um:${id.slice(id.indexOf(':') + 1)}`, `${month}#opus`, usd)
    }
    await dynamo.send(
      new PutItemCommand({ TableName: TABLE, Item: { id: { S: `dedup:${month}:r-1` }, period: { S: month } } }),
    )
  }

  async #logging(roleArn: string, retentionInDays: number | undefined): Promise<void> {
    const logs = new CloudWatchLogsClient(this.#how)
    await logs.send(new CreateLogGroupCommand({ logGroupName: LOG_GROUP }))
    if (retentionInDays !== undefined)
      await logs.send(new PutRetentionPolicyCommand({ logGroupName: LOG_GROUP, retentionInDays }))
    await this.#letLogsCall(FUNCTION)
    await logs.send(
      new PutSubscriptionFilterCommand({
        ...{
          logGroupName: LOG_GROUP,
          filterName: 'claude-cost-filter',
          filterPattern: '',
          destinationArn: this.functionArn,
        },
      }),
    )
    await new BedrockClient(this.#how).send(
      new PutModelInvocationLoggingConfigurationCommand({
        loggingConfig: { cloudWatchConfig: { logGroupName: LOG_GROUP, roleArn }, textDataDeliveryEnabled: false },
      }),
    )
  }

  async #letLogsCall(FunctionName: string): Promise<void> {
    await new LambdaClient(this.#how).send(
      new AddPermissionCommand({
        ...{ FunctionName, StatementId: 'logs', Action: 'lambda:InvokeFunction', Principal: 'logs.amazonaws.com' },
        SourceArn: `arn:aws:logs:${this.#sandbox.region}:${this.#sandbox.account}:log-group:${LOG_GROUP}:*`,
      }),
    )
  }
}
