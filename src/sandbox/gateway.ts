/** The way of one call: decoded, known, judged, refused or answered or forwarded, recorded. */

import type { Call } from './calls.ts'
import { type Answer, errorAnswer, errorCodeOf } from './door/answer.ts'
import { decode, type Request } from './door/decode.ts'
import type { Faults } from './faults.ts'
import { isUnsigned } from './iam/actions-page.ts'
import { authorise } from './iam/authorise.ts'
import { isIamChange } from './iam/hooks.ts'
import { Turns } from './turns.ts'
import type { Hook, Passing, World } from './world.ts'

export interface GatewayParts {
  readonly world: World
  readonly hooks: readonly Hook[]
  readonly faults: Faults
  readonly refuseUnauthorised: boolean
}

/** A failure of the sandbox itself, in the caller's wire form, so that an SDK shows the text and not its own confusion. */
const broken = (call: Passing, error: unknown): Answer => {
  const message = `the sandbox failed at ${call.service}:${call.operation}: ${error instanceof Error ? error.message : String(error)}`
  return errorAnswer(call.wire, { code: 'SandboxFailure', message, status: 500 })
}

export class Gateway {
  readonly #parts: GatewayParts
  readonly #hooks = new Map<string, Hook[]>()
  readonly #turns = new Turns()
  #calls: Call[] = []
  #count = 0

  constructor(parts: GatewayParts) {
    this.#parts = parts
    for (const hook of parts.hooks) {
      for (const on of hook.on) this.#hooks.set(on, [...(this.#hooks.get(on) ?? []), hook])
    }
  }
  calls(): readonly Call[] {
    return [...this.#calls]
  }
  clear(): void {
    this.#calls = []
  }
  async handle(request: Request): Promise<Answer> {
    const { world } = this.#parts
    const decoded = decode(request)
    const caller = world.keys.who(decoded.accessKey)
    const passing: Passing = { ...decoded, request, caller, inRegion: decoded.region || world.region }
    const at = world.clock.now()
    const started = performance.now()
    const asked: Call['asked'][number][] = []
    const id = ++this.#count
    const answer = await this.#answer(passing, asked).catch((error: unknown) => broken(passing, error))
    this.#calls.push({
      id,
      at,
      accessKey: decoded.accessKey,
      caller: caller?.arn,
      role: caller?.of.kind === 'session' ? caller.of.roleArn : undefined,
      region: passing.inRegion,
      service: decoded.service,
      operation: decoded.operation,
      input: decoded.input,
      status: answer.status,
      error: errorCodeOf(answer),
      asked,
      milliseconds: performance.now() - started,
    })
    return answer
  }
  async #answer(call: Passing, asked: Call['asked'][number][]): Promise<Answer> {
    const { world, faults, refuseUnauthorised } = this.#parts
    const unknown = this.#unknownKey(call)
    if (unknown) return unknown
    const fault = await faults.due(call)
    if (fault?.when === 'before') return fault.answer(call)
    if (refuseUnauthorised && call.caller) {
      const refusal = await authorise(world, call, call.caller, asked)
      if (refusal) return refusal
    }
    const answer = await this.#serve(call)
    if (isIamChange(call)) world.identities.forget()
    return fault?.when === 'after' ? fault.answer(call) : answer
  }
  #unknownKey(call: Passing): Answer | undefined {
    if (call.caller || (call.accessKey === undefined && isUnsigned(call))) return undefined
    const isQuery = call.wire === 'query'
    const code = isQuery ? 'InvalidClientTokenId' : 'UnrecognizedClientException'
    const message = 'The security token included in the request is invalid.'
    return errorAnswer(call.wire, { code, message, status: 403 })
  }
  async #serve(call: Passing): Promise<Answer> {
    const hooks = this.#hooks.get(`${call.service}:${call.operation}`) ?? []
    for (const hook of hooks) {
      const answered = await hook.before?.(call)
      if (answered) return answered
    }
    let answer = await this.#turns.take(call, () => this.#parts.world.upstream.forward(call.request))
    for (const hook of hooks) answer = (await hook.after?.(call, answer)) ?? answer
    return answer
  }
}
