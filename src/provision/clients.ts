/**
 * The one place of provisioning that builds AWS clients. Each SDK package is imported on first use, so a command that
 * reads one item of the table does not pay for eight other clients. It is imported through sdk/<service>.ts, which names
 * what is used: of a package imported whole at run time the bundler would have to keep every operation.
 */

import type { ApiGatewayV2Client } from '@aws-sdk/client-apigatewayv2'
import type { BedrockClient } from '@aws-sdk/client-bedrock'
import type { CloudWatchClient } from '@aws-sdk/client-cloudwatch'
import type { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs'
import type { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider'
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import type { IAMClient } from '@aws-sdk/client-iam'
import type { KMSClient } from '@aws-sdk/client-kms'
import type { LambdaClient } from '@aws-sdk/client-lambda'
import type { ResourceGroupsTaggingAPIClient } from '@aws-sdk/client-resource-groups-tagging-api'
import type { S3Client } from '@aws-sdk/client-s3'
import type { SchedulerClient } from '@aws-sdk/client-scheduler'
import type { SNSClient } from '@aws-sdk/client-sns'
import type { SQSClient } from '@aws-sdk/client-sqs'
import type { STSClient } from '@aws-sdk/client-sts'
import { quiet } from '../runtime/aws/quiet.ts'

export interface AwsCall {
  /** SDK client name without `Client`: `DynamoDB`, `IAM`, `SNS`. */
  readonly service: string
  /** API operation: `CreateTable`. */
  readonly operation: string
  readonly input: unknown
  /** `before`: about to be sent; `after`: AWS has answered it with success. */
  readonly phase: 'before' | 'after'
}

export interface ClientOptions {
  readonly region: string
  /** Undefined: the SDK's own chain (profile, environment, SSO, instance). */
  readonly credentials?: Credentials | CredentialProvider | undefined
  /** Sees every call; what it throws the caller gets in AWS's place. For tests and for recording. */
  readonly onCall?: ((call: AwsCall) => void | Promise<void>) | undefined
  /** Version of cost-guard, for the user agent in CloudTrail. */
  readonly version?: string | undefined
}
export interface Credentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
}
export type CredentialProvider = () => Promise<Credentials>

/** `const iam = await clients.iam()`: built once per command, on first use. */
export interface AwsClients {
  readonly region: string
  apigateway(): Promise<ApiGatewayV2Client>
  bedrock(): Promise<BedrockClient>
  cloudwatch(): Promise<CloudWatchClient>
  cognito(): Promise<CognitoIdentityProviderClient>
  dynamo(): Promise<DynamoDBClient>
  iam(): Promise<IAMClient>
  kms(): Promise<KMSClient>
  lambda(): Promise<LambdaClient>
  logs(): Promise<CloudWatchLogsClient>
  s3(): Promise<S3Client>
  scheduler(): Promise<SchedulerClient>
  sns(): Promise<SNSClient>
  sqs(): Promise<SQSClient>
  sts(): Promise<STSClient>
  tagging(): Promise<ResourceGroupsTaggingAPIClient>
  /** Closes idle connections. */
  close(): void
}

/**
 * Throttling is retried by the SDK alone (IAM throttles readily when thirty resources are made at once). The endpoint
 * and `AWS_MAX_ATTEMPTS` are read from the environment by the SDK itself.
 */
const MAX_ATTEMPTS = 6

interface Config {
  readonly region: string
  readonly retryMode: 'standard'
  readonly logger: typeof quiet
  readonly maxAttempts?: number
  readonly customUserAgent: [string, string][]
  readonly credentials?: Credentials | CredentialProvider
}
/** What of an SDK client this file touches. */
interface AnyClient {
  destroy(): void
  readonly middlewareStack: {
    add(middleware: unknown, options: { step: 'initialize'; name: string; priority: 'high' }): void
  }
}

export function awsClients(options: ClientOptions): AwsClients {
  const config: Config = {
    region: options.region,
    retryMode: 'standard',
    logger: quiet,
    ...(process.env['AWS_MAX_ATTEMPTS'] ? {} : { maxAttempts: MAX_ATTEMPTS }),
    customUserAgent: [['cost-guard', options.version ?? 'dev']],
    ...(options.credentials ? { credentials: options.credentials } : {}),
  }
  const opened = new Set<AnyClient>()
  const once = <C extends AnyClient>(service: string, load: () => Promise<C>): (() => Promise<C>) => {
    let loading: Promise<C> | undefined
    const open = async () => {
      const client = await load()
      if (options.onCall) watch(client, service, options.onCall)
      opened.add(client)
      return client
    }
    return () => {
      loading ??= open()
      return loading
    }
  }
  return {
    region: options.region,
    apigateway: once('ApiGatewayV2', async () => new (await import('./sdk/apigateway.ts')).ApiGatewayV2Client(config)),
    bedrock: once('Bedrock', async () => new (await import('./sdk/bedrock.ts')).BedrockClient(config)),
    cloudwatch: once('CloudWatch', async () => new (await import('./sdk/cloudwatch.ts')).CloudWatchClient(config)),
    cognito: once(
      'CognitoIdentityProvider',
      async () => new (await import('./sdk/cognito.ts')).CognitoIdentityProviderClient(config),
    ),
    dynamo: once('DynamoDB', async () => new (await import('./sdk/dynamo.ts')).DynamoDBClient(config)),
    iam: once('IAM', async () => new (await import('./sdk/iam.ts')).IAMClient(config)),
    kms: once('KMS', async () => new (await import('./sdk/kms.ts')).KMSClient(config)),
    lambda: once('Lambda', async () => new (await import('./sdk/lambda.ts')).LambdaClient(config)),
    logs: once('CloudWatchLogs', async () => new (await import('./sdk/logs.ts')).CloudWatchLogsClient(config)),
    s3: once('S3', async () => new (await import('./sdk/s3.ts')).S3Client(config)),
    scheduler: once('Scheduler', async () => new (await import('./sdk/scheduler.ts')).SchedulerClient(config)),
    sns: once('SNS', async () => new (await import('./sdk/sns.ts')).SNSClient(config)),
    sqs: once('SQS', async () => new (await import('./sdk/sqs.ts')).SQSClient(config)),
    sts: once('STS', async () => new (await import('./sdk/sts.ts')).STSClient(config)),
    tagging: once(
      'ResourceGroupsTaggingAPI',
      async () => new (await import('./sdk/tagging.ts')).ResourceGroupsTaggingAPIClient(config),
    ),
    close() {
      for (const client of opened) client.destroy()
    },
  }
}

type Handler = (args: { input: unknown }) => Promise<unknown>

function watch(client: AnyClient, service: string, onCall: NonNullable<ClientOptions['onCall']>): void {
  const middleware =
    (next: Handler, context: { commandName?: string }): Handler =>
    async (args) => {
      const operation = (context.commandName ?? 'Unknown').replace(/Command$/, '')
      await onCall({ service, operation, input: args.input, phase: 'before' })
      const answer = await next(args)
      await onCall({ service, operation, input: args.input, phase: 'after' })
      return answer
    }
  client.middlewareStack.add(middleware, { step: 'initialize', name: 'costGuardOnCall', priority: 'high' })
}

/** Names of operations that only read; everything else counts as a change. */
export const isReadOnly = (operation: string): boolean =>
  /^(Get|List|Describe|Query|Scan|BatchGet|Simulate)/.test(operation)
