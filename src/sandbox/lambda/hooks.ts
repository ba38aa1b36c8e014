/** Lambda's part of a call: keeps packages, answers Invoke, retries asynchronous events, fills dead-letter queues. */
import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { GetFunctionEventInvokeConfigCommand } from '@aws-sdk/client-lambda'
import { PublishCommand } from '@aws-sdk/client-sns'
import { SendMessageCommand } from '@aws-sdk/client-sqs'
import type { Invocation } from '../calls.ts'
import { type Answer, errorAnswer } from '../door/answer.ts'
import { sessionCaller } from '../iam/callers.ts'
import { evaluate } from '../iam/evaluate.ts'
import type { Hook, Passing, World } from '../world.ts'
import { type FunctionHost, nameOf, type Ran } from './host.ts'

/** AWS waits one minute before the first retry and two before the second; here a moment stands for both. */
const RETRY_MS = [100, 200]

const zipOf = (call: Passing): Buffer | undefined => {
  const code = (call.input['Code'] ?? call.input) as { ZipFile?: string }
  return typeof code.ZipFile === 'string' ? Buffer.from(code.ZipFile, 'base64') : undefined
}

export class AsyncInvoker {
  readonly #world: World
  readonly #host: FunctionHost

  constructor(world: World, host: FunctionHost) {
    this.#world = world
    this.#host = host
  }
  /** Takes the event and returns; retries and dead letters happen in the background. */
  accept(region: string, name: string, event: unknown, by: Invocation['by']): void {
    this.#world.work.start(`${by} invocation of ${nameOf(name)}`, () => this.#deliver(region, name, event, by))
  }
  async #deliver(region: string, name: string, event: unknown, by: Invocation['by']): Promise<void> {
    const { lambda } = this.#world.clients(region)
    const FunctionName = nameOf(name)
    const settings = await lambda
      .send(new GetFunctionEventInvokeConfigCommand({ FunctionName }))
      .catch((error: unknown) => {
        if (error instanceof Error && error.name === 'ResourceNotFoundException') return undefined
        throw error
      })
    const retries = settings?.MaximumRetryAttempts ?? 2
    for (let attempt = 1; ; attempt++) {
      const ran = await this.#host.run(region, name, event, by, attempt)
      if (!ran.error) return
      if (attempt > retries) {
        await this.#giveUp(region, name, event, ran, attempt, settings?.DestinationConfig?.OnFailure?.Destination)
        return
      }
      await sleep(RETRY_MS[attempt - 1] ?? 200)
    }
  }
  async #giveUp(
    region: string,
    name: string,
    event: unknown,
    ran: Ran,
    attempts: number,
    destination?: string,
  ): Promise<void> {
    const configuration = await this.#host.configuration(region, name)
    const letter = configuration.DeadLetterConfig?.TargetArn
    const error = ran.error?.errorMessage ?? ''
    if (letter) await this.#send(region, configuration.Role ?? '', letter, JSON.stringify(event), ran.requestId, error)
    if (!destination) return
    const record = {
      version: '1.0',
      timestamp: new Date(this.#world.clock.now()).toISOString(),
      requestContext: {
        requestId: ran.requestId,
        functionArn: `${configuration.FunctionArn}:$LATEST`,
        condition: 'RetriesExhausted',
        approximateInvokeCount: attempts,
      },
      requestPayload: event,
      responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
      responsePayload: JSON.parse(ran.payload) as unknown,
    }
    await this.#send(region, configuration.Role ?? '', destination, JSON.stringify(record), ran.requestId, error)
  }
  /** The dead letter is sent with the function's own role: without the right it is lost, as in AWS. */
  async #send(
    region: string,
    roleArn: string,
    target: string,
    body: string,
    requestId: string,
    error: string,
  ): Promise<void> {
    const service = target.split(':')[2] ?? ''
    const action = service === 'sqs' ? 'sqs:SendMessage' : 'sns:Publish'
    const { policies } = await this.#world.identities.of(sessionCaller('', '', roleArn))
    if (evaluate(policies, { action, resources: [target], context: {} }).effect !== 'allow') {
      throw new Error(`dead letter lost: ${roleArn} may not ${action} on ${target}`)
    }
    const clients = this.#world.clients(region)
    const text = (value: string) => ({ DataType: 'String', StringValue: value })
    const attributes = { RequestID: text(requestId), ErrorCode: text('200'), ErrorMessage: text(error.slice(0, 1024)) }
    const [, , , , account, name] = target.split(':')
    if (service === 'sqs') {
      const QueueUrl = `${this.#world.upstream.url}/${account}/${name}`
      await clients.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: body, MessageAttributes: attributes }))
    } else {
      await clients.sns.send(new PublishCommand({ TopicArn: target, Message: body, MessageAttributes: attributes }))
    }
  }
}

export function lambdaHooks(host: FunctionHost, async: AsyncInvoker): Hook[] {
  const name = (call: Passing) => String(call.input['FunctionName'])
  const ok = (answer: Answer) => answer.status < 300
  // Ours: the emulator echoes the event for any name. Every package passes this door, so what is not here is nowhere.
  const notFound = (call: Passing): Answer => {
    const message = `Function not found: ${host.arnOf(call.inRegion, name(call))}`
    return errorAnswer('rest-json', { code: 'ResourceNotFoundException', message, status: 404 })
  }
  const invoke = async (call: Passing): Promise<Answer | undefined> => {
    if (!host.has(call.inRegion, name(call))) return notFound(call)
    const kind = call.request.headers['x-amz-invocation-type'] ?? 'RequestResponse'
    const text = call.request.body.toString('utf8')
    let event: unknown
    try {
      event = text === '' ? {} : JSON.parse(text)
    } catch (error) {
      const message = `Could not parse request body into json: ${error instanceof Error ? error.message : ''}`
      return errorAnswer('rest-json', { code: 'InvalidRequestContentException', message })
    }
    const headers = { 'content-type': 'application/json', 'x-amzn-requestid': randomUUID() }
    if (kind === 'DryRun') return { status: 204, headers, body: Buffer.alloc(0) }
    if (kind === 'Event') {
      async.accept(call.inRegion, name(call), event, 'async')
      return { status: 202, headers, body: Buffer.alloc(0) }
    }
    const ran = await host.run(call.inRegion, name(call), event, 'invoke', 1)
    const tail = Buffer.from(ran.output).subarray(-4096).toString('base64')
    return {
      status: 200,
      headers: {
        ...headers,
        'x-amz-executed-version': '$LATEST',
        ...(ran.error ? { 'x-amz-function-error': 'Unhandled' } : {}),
        ...(call.request.headers['x-amz-log-type'] === 'Tail' ? { 'x-amz-log-result': tail } : {}),
      },
      body: Buffer.from(ran.payload),
    }
  }
  return [
    { on: ['lambda:Invoke'], before: invoke },
    {
      on: ['lambda:CreateFunction', 'lambda:UpdateFunctionCode'],
      async after(call, answer) {
        const zip = zipOf(call)
        const isDryRun = call.input['DryRun'] === true
        if (ok(answer) && zip && !isDryRun) await host.deploy(call.inRegion, name(call), zip)
        return undefined
      },
    },
    {
      on: ['lambda:UpdateFunctionConfiguration'],
      async after(call, answer) {
        if (ok(answer)) await host.cool(call.inRegion, name(call))
        return undefined
      },
    },
    {
      on: ['lambda:DeleteFunction'],
      async after(call, answer) {
        if (ok(answer)) await host.remove(call.inRegion, name(call))
        return undefined
      },
    },
  ]
}
