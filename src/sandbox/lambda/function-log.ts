/** The function's own log: only where its group exists and its role may write there, as in AWS. */
import { CreateLogStreamCommand, PutLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs'
import type { FunctionConfiguration } from '@aws-sdk/client-lambda'
import { sessionCaller } from '../iam/callers.ts'
import { evaluate } from '../iam/evaluate.ts'
import type { World } from '../world.ts'

export interface FunctionLog {
  readonly region: string
  readonly configuration: FunctionConfiguration
  readonly requestId: string
  readonly at: number
  readonly milliseconds: number
  readonly output: string
}

async function mayWrite(world: World, region: string, roleArn: string, group: string): Promise<boolean> {
  const caller = sessionCaller('', '', roleArn)
  const { policies } = await world.identities.of(caller)
  const arn = `arn:${world.partition}:logs:${region}:${world.account}:log-group:${group}`
  const resources = [`${arn}:log-stream:stream`]
  return ['logs:CreateLogStream', 'logs:PutLogEvents'].every(
    (action) => evaluate(policies, { action, resources, context: {} }).effect === 'allow',
  )
}

const isAbsence = (error: unknown): boolean =>
  error instanceof Error && ['ResourceNotFoundException', 'NoSuchEntityException'].includes(error.name)
const isThere = (error: unknown): boolean => error instanceof Error && error.name === 'ResourceAlreadyExistsException'

export async function writeFunctionLog(world: World, log: FunctionLog): Promise<void> {
  const { region, configuration, requestId, at, milliseconds, output } = log
  const logGroupName = `/aws/lambda/${configuration.FunctionName}`
  const day = new Date(at).toISOString().slice(0, 10).replaceAll('-', '/')
  const logStreamName = `${day}/[$LATEST]${requestId.replaceAll('-', '')}`
  const end = at + Math.round(milliseconds)
  const lines = output.split('\n').filter((line) => line !== '')
  const rounded = `${milliseconds.toFixed(2)} ms`
  const logEvents = [
    { timestamp: at, message: `START RequestId: ${requestId} Version: $LATEST` },
    ...lines.map((message) => ({ timestamp: at, message })),
    { timestamp: end, message: `END RequestId: ${requestId}` },
    {
      timestamp: end,
      message: `REPORT RequestId: ${requestId} Duration: ${rounded} Memory Size: ${configuration.MemorySize} MB`,
    },
  ]
  try {
    if (!(await mayWrite(world, region, configuration.Role ?? '', logGroupName))) return
    const { logs } = world.clients(region)
    await logs.send(new CreateLogStreamCommand({ logGroupName, logStreamName })).catch((error: unknown) => {
      if (!isThere(error)) throw error
    })
    await logs.send(new PutLogEventsCommand({ logGroupName, logStreamName, logEvents }))
    await world.logged(region, lines)
  } catch (error) {
    // No log group, or the role is being removed: Lambda then logs nowhere, and says nothing.
    if (!isAbsence(error)) throw error
  }
}
