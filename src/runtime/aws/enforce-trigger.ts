import { InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda'
import { GuardError } from '../domain/base/guard-error.ts'
import type { EnforceCaller, EnforceTrigger } from '../ports.ts'
import type { EnforceAnswer, EnforceEvent } from '../protocol.ts'
import { isAbsent } from './aws-errors.ts'

const poke: EnforceEvent = { kind: 'check', from: 'poke' }

/** Wakes enforce without waiting: an asynchronous invocation. */
export class LambdaEnforceTrigger implements EnforceTrigger {
  readonly #client: LambdaClient
  readonly #functionName: string

  constructor(parts: { client: LambdaClient; functionName: string }) {
    this.#client = parts.client
    this.#functionName = parts.functionName
  }

  async poke(): Promise<void> {
    await this.#client.send(
      new InvokeCommand({
        FunctionName: this.#functionName,
        InvocationType: 'Event',
        Payload: new TextEncoder().encode(JSON.stringify(poke)),
      }),
    )
  }
}

/** Runs enforce and waits for its answer: commands write the wish and let the one writer of attachments act. */
export class LambdaEnforceCaller implements EnforceCaller {
  readonly #client: LambdaClient
  readonly #functionName: string

  constructor(parts: { client: LambdaClient; functionName: string }) {
    this.#client = parts.client
    this.#functionName = parts.functionName
  }

  /** @throws GuardError `enforce-failed` when the function failed or is gone: the wish is kept, its effect is not known. */
  async ask(event: EnforceEvent): Promise<EnforceAnswer> {
    const asked = this.#client.send(
      new InvokeCommand({
        FunctionName: this.#functionName,
        InvocationType: 'RequestResponse',
        Payload: new TextEncoder().encode(JSON.stringify(event)),
      }),
    )
    const answer = await asked.catch((error: unknown) => {
      throw isAbsent(error) ? this.#gone(error) : error
    })
    const text = new TextDecoder().decode(answer.Payload)
    if (answer.FunctionError !== undefined) {
      throw new GuardError({
        code: 'enforce-failed',
        fault: 'aws',
        message: `the check by ${this.#functionName} failed: ${text.slice(0, 500)}`,
        suggestions: ['the wish is kept and the next check, within a minute, tries again', 'cost-guard status'],
      })
    }
    return JSON.parse(text) as EnforceAnswer
  }

  #gone(cause: unknown): GuardError {
    return new GuardError({
      code: 'enforce-failed',
      fault: 'aws',
      message: `the wish is kept, but nothing acts on it: the function ${this.#functionName} does not exist`,
      suggestions: ['cost-guard plan, to see what is missing', 'cost-guard init, to make it again'],
      cause,
    })
  }
}
