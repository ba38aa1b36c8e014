/** The emulator behind the sandbox: plain forwarding, and SDK clients for the sandbox's own questions. */
import http from 'node:http'
import { ApiGatewayV2Client } from '@aws-sdk/client-apigatewayv2'
import { BedrockClient } from '@aws-sdk/client-bedrock'
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch'
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs'
import { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { IAMClient } from '@aws-sdk/client-iam'
import { KMSClient } from '@aws-sdk/client-kms'
import { LambdaClient } from '@aws-sdk/client-lambda'
import { S3Client } from '@aws-sdk/client-s3'
import { SchedulerClient } from '@aws-sdk/client-scheduler'
import { SNSClient } from '@aws-sdk/client-sns'
import { SQSClient } from '@aws-sdk/client-sqs'
import { STSClient } from '@aws-sdk/client-sts'
import type { Answer } from './door/answer.ts'
import type { Request } from './door/decode.ts'

/** Clients that talk to the emulator directly: not recorded, not judged, fake keys, nothing read from the machine. */
export interface Clients {
  readonly apigateway: ApiGatewayV2Client
  readonly bedrock: BedrockClient
  readonly cloudwatch: CloudWatchClient
  readonly cognito: CognitoIdentityProviderClient
  readonly dynamodb: DynamoDBClient
  readonly iam: IAMClient
  readonly kms: KMSClient
  readonly lambda: LambdaClient
  readonly logs: CloudWatchLogsClient
  readonly s3: S3Client
  readonly scheduler: SchedulerClient
  readonly sns: SNSClient
  readonly sqs: SQSClient
  readonly sts: STSClient
}

export interface Upstream {
  readonly url: string
  forward(request: Request): Promise<Answer>
  /** A plain request to the emulator's own interface (`/moto-api/…`). */
  post(path: string, body: string): Promise<Answer>
  clients(region: string): Clients
  close(): void
}

export function createUpstream(url: string): Upstream {
  const { hostname, port } = new URL(url)
  const byRegion = new Map<string, Clients>()
  const send = (request: Request): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const { method, path, body } = request
      const headers = { ...request.headers, 'content-length': String(body.length) }
      delete (headers as Record<string, string>)['transfer-encoding']
      delete (headers as Record<string, string>)['connection']
      const outgoing = http.request({ hostname, port, method, path, headers, agent: false }, (incoming) => {
        const chunks: Buffer[] = []
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
        incoming.on('error', reject)
        incoming.on('end', () => {
          const answered: Record<string, string> = {}
          for (const [name, value] of Object.entries(incoming.headers)) answered[name] = String(value)
          resolve({ status: incoming.statusCode ?? 500, headers: answered, body: Buffer.concat(chunks) })
        })
      })
      outgoing.on('error', reject)
      outgoing.end(body)
    })
  const make = (region: string): Clients => {
    const config = {
      endpoint: url,
      region,
      credentials: { accessKeyId: 'sandbox', secretAccessKey: 'sandbox' },
      maxAttempts: 2,
    }
    return {
      apigateway: new ApiGatewayV2Client(config),
      bedrock: new BedrockClient(config),
      cloudwatch: new CloudWatchClient(config),
      cognito: new CognitoIdentityProviderClient(config),
      dynamodb: new DynamoDBClient(config),
      iam: new IAMClient(config),
      kms: new KMSClient(config),
      lambda: new LambdaClient(config),
      logs: new CloudWatchLogsClient(config),
      s3: new S3Client(config),
      scheduler: new SchedulerClient(config),
      sns: new SNSClient(config),
      sqs: new SQSClient(config),
      sts: new STSClient(config),
    }
  }
  return {
    url,
    forward: send,
    post: (path, text) =>
      send({ method: 'POST', path, headers: { host: `${hostname}:${port}` }, body: Buffer.from(text) }),
    clients(region) {
      const known = byRegion.get(region) ?? make(region)
      byRegion.set(region, known)
      return known
    },
    close() {
      for (const clients of byRegion.values()) for (const client of Object.values(clients)) client.destroy()
    },
  }
}
