import {
  CloudWatchLogsClient,
  CreateLogStreamCommand,
  PutLogEventsCommand,
  ResourceAlreadyExistsException,
} from '@aws-sdk/client-cloudwatch-logs'
import type { Sandbox } from '../../src/sandbox/index.ts'

let written = 0

/** One call worth 0.33 USD (100,000 input tokens at 3.30 USD a million), written to a log group as Bedrock does; waits until it is counted. */
export async function logCall(
  sandbox: Sandbox,
  how: { readonly logGroup: string; readonly user: string; readonly minutesAgo?: number },
): Promise<void> {
  const { endpoint, region, admin: credentials } = sandbox
  const logs = new CloudWatchLogsClient({ endpoint, region, credentials })
  const where = { logGroupName: how.logGroup, logStreamName: 'aws/bedrock/modelinvocations' }
  await logs.send(new CreateLogStreamCommand(where)).catch((error: unknown) => {
    if (!(error instanceof ResourceAlreadyExistsException)) throw error
  })
  const timestamp = sandbox.now() - (how.minutesAgo ?? 0) * 60_000
  written += 1
  const message = JSON.stringify({
    schemaType: 'ModelInvocationLog',
    schemaVersion: '1.0',
    timestamp: new Date(timestamp).toISOString().replace(/\.\d+Z/, 'Z'),
    accountId: sandbox.account,
    region: sandbox.region,
    requestId: `c0ffee00-0000-4000-8000-${String(written).padStart(12, '0')}`,
    operation: 'Converse',
    modelId: 'anthropic.claude-sonnet-4-5-20250929-v1:0',
    identity: { arn: `arn:aws:iam::${sandbox.account}:user/${how.user}` },
    input: { inputTokenCount: 100_000, cacheReadInputTokenCount: 0, cacheWriteInputTokenCount: 0 },
    output: { outputTokenCount: 0 },
  })
  await logs.send(new PutLogEventsCommand({ ...where, logEvents: [{ timestamp, message }] }))
  await sandbox.idle()
}
