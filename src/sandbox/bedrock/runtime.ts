/** bedrock-runtime: each call is judged by its caller's IAM policies, answered with a canned text, and logged. */
import { randomUUID } from 'node:crypto'
import type { LoggingConfig } from '@aws-sdk/client-bedrock'
import { type Answer, errorAnswer } from '../door/answer.ts'
import { contextOf, judge, refusalText } from '../iam/authorise.ts'
import type { Caller } from '../iam/callers.ts'
import type { BedrockCounts } from '../metrics/bedrock-counts.ts'
import type { Hook, Passing, World } from '../world.ts'
import { type Canned, canned } from './canned.ts'
import type { InvocationLog } from './log.ts'
import { type ResolvedModel, resolveModel } from './model.ts'
import type { Profiles } from './profiles.ts'
import { converseBody, invokeBody, invokeEvents, modelAnswer } from './responses.ts'

const operations = ['Converse', 'ConverseStream', 'InvokeModel', 'InvokeModelWithResponseStream']
const statuses: Readonly<Record<string, number>> = {
  ThrottlingException: 429,
  ServiceUnavailableException: 503,
  InternalServerException: 500,
  ModelTimeoutException: 408,
  ModelNotReadyException: 429,
  ModelErrorException: 424,
}

export class BedrockRuntime {
  readonly #world: World
  readonly #profiles: Profiles
  readonly #log: InvocationLog
  readonly #counts: BedrockCounts

  constructor(parts: { world: World; profiles: Profiles; log: InvocationLog; counts: BedrockCounts }) {
    this.#world = parts.world
    this.#profiles = parts.profiles
    this.#log = parts.log
    this.#counts = parts.counts
  }
  hooks(): Hook[] {
    return [{ on: operations.map((one) => `bedrock-runtime:${one}`), before: (call) => this.#serve(call) }]
  }
  async #serve(call: Passing): Promise<Answer | undefined> {
    const { caller } = call
    if (!caller) return undefined
    const at = this.#world.clock.now()
    const requestId = randomUUID()
    const modelId = String(call.input['modelId'])
    const { modelId: _, ...body } = call.input
    const model = resolveModel(modelId, { account: this.#world.account, region: call.inRegion }, this.#profiles)
    const answer = canned(body)
    const fail = (code: string, message: string, status: number) => ({ code, message, status })
    const error = !model
      ? fail('ValidationException', 'The provided model identifier is invalid.', 400)
      : ((await this.#refused(call, caller, model)) ??
        (answer.fail
          ? fail(answer.fail, `${answer.fail} as asked for by the prompt`, statuses[answer.fail] ?? 400)
          : undefined))
    // A wrong model id reaches no model and is not logged; refused and failed calls are, without tokens.
    if (model && !(answer.unlogged && !error))
      await this.#write(call, { at, requestId, modelId, caller, model, body, answer, errorCode: error?.code })
    if (error || !model)
      return errorAnswer('rest-json', {
        ...(error ?? fail('ValidationException', '', 400)),
        headers: { 'x-amzn-requestid': requestId },
      })
    this.#counts.answered(call.inRegion, answer.unlogged ?? 'runtime', modelId, answer.tokens)
    return modelAnswer(call.operation, model.base, requestId, answer)
  }
  async #refused(call: Passing, caller: Caller, model: ResolvedModel) {
    const action = call.operation.endsWith('Stream') ? 'bedrock:InvokeModelWithResponseStream' : 'bedrock:InvokeModel'
    const identity = await this.#world.identities.of(caller)
    const context = {
      ...contextOf(this.#world, caller, call.inRegion),
      ...(model.profileArn ? { 'bedrock:InferenceProfileArn': model.profileArn } : {}),
    }
    for (const resource of model.resources) {
      const decision = judge(identity, { action, resources: [resource], context })
      if (decision.effect === 'allow') continue
      return { code: 'AccessDeniedException', message: refusalText(caller, action, resource, decision), status: 403 }
    }
    return undefined
  }
  async #write(call: Passing, made: Made): Promise<void> {
    const config = await this.#log.config(call.inRegion)
    if (!config) return
    await this.#log.write(call.inRegion, JSON.stringify(this.#record(call, made, config)))
    if (config.cloudWatchConfig) this.#counts.delivered(call.inRegion)
  }
  /** https://docs.aws.amazon.com/bedrock/latest/userguide/model-invocation-logging.html "Log entry format" */
  #record(call: Passing, made: Made, config: LoggingConfig): object {
    const { at, requestId, modelId, caller, model, body, answer, errorCode } = made
    const { tokens } = answer
    const withText = config.textDataDeliveryEnabled === true && errorCode === undefined
    const metadata = metadataOf(call)
    const input = {
      inputContentType: 'application/json',
      ...(withText ? { inputBodyJson: body } : {}),
      inputTokenCount: tokens.input,
      cacheReadInputTokenCount: tokens.cacheRead,
      cacheWriteInputTokenCount: tokens.cacheWrite5m + tokens.cacheWrite1h,
    }
    const output = {
      outputContentType: 'application/json',
      ...(withText ? { outputBodyJson: loggedBody(call.operation, model.base, answer) } : {}),
      outputTokenCount: tokens.output,
    }
    return {
      timestamp: new Date(at).toISOString().replace(/\.\d+Z$/, 'Z'),
      accountId: this.#world.account,
      region: call.inRegion,
      requestId,
      operation: call.operation,
      modelId,
      ...(metadata ? { requestMetadata: metadata } : {}),
      ...(errorCode ? { errorCode, input: { inputContentType: 'application/json' } } : { input, output }),
      identity: { arn: caller.arn },
      ...(errorCode ? {} : { inferenceRegion: model.inferenceRegion }),
      schemaType: 'ModelInvocationLog',
      schemaVersion: '1.0',
    }
  }
}

interface Made {
  readonly at: number
  readonly requestId: string
  readonly modelId: string
  readonly caller: Caller
  readonly model: ResolvedModel
  readonly body: Readonly<Record<string, unknown>>
  readonly answer: Canned
  readonly errorCode: string | undefined
}

/** Converse takes it in the body and ignores the header; InvokeModel takes the header. */
function metadataOf(call: Passing): unknown {
  if (call.operation.startsWith('Converse')) return call.input['requestMetadata']
  const header = call.request.headers['x-amzn-bedrock-request-metadata']
  return header ? (JSON.parse(header) as unknown) : undefined
}

function loggedBody(operation: string, base: string, answer: Canned): unknown {
  if (operation === 'InvokeModel') return invokeBody(base, answer)
  return operation === 'InvokeModelWithResponseStream' ? invokeEvents(base, answer) : converseBody(answer)
}
