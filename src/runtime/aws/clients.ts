/**
 * The SDK clients of the runtime, each made on first use and kept for the life of the function. Region and endpoint come
 * from the environment (`AWS_REGION`, `AWS_ENDPOINT_URL`), as AWS sets them. The bundler leaves out what a handler never asks for.
 */
import { BedrockClient } from '@aws-sdk/client-bedrock'
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { IAMClient } from '@aws-sdk/client-iam'
import { LambdaClient } from '@aws-sdk/client-lambda'
import { SNSClient } from '@aws-sdk/client-sns'

/** `standard`: three attempts with jitter for throttling and 5xx; cancelled transactions are answered by the ledger itself. */
const retry = { retryMode: 'standard' }

let dynamoClient: DynamoDBClient | undefined
export function dynamo(): DynamoDBClient {
  dynamoClient ??= new DynamoDBClient(retry)
  return dynamoClient
}

let logsClient: CloudWatchLogsClient | undefined
export function logs(): CloudWatchLogsClient {
  logsClient ??= new CloudWatchLogsClient(retry)
  return logsClient
}

let lambdaClient: LambdaClient | undefined
export function lambda(): LambdaClient {
  lambdaClient ??= new LambdaClient(retry)
  return lambdaClient
}

let iamClient: IAMClient | undefined
export function iam(): IAMClient {
  iamClient ??= new IAMClient(retry)
  return iamClient
}

let snsClient: SNSClient | undefined
export function sns(): SNSClient {
  snsClient ??= new SNSClient(retry)
  return snsClient
}

let bedrockClient: BedrockClient | undefined
export function bedrock(): BedrockClient {
  bedrockClient ??= new BedrockClient(retry)
  return bedrockClient
}
