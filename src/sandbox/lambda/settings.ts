/** Settings of functions that the emulator forgets: kept here and put into its answers. */
import type { Answer } from '../door/answer.ts'
import type { Hook, Passing } from '../world.ts'
import { nameOf } from './host.ts'

const forgotten = ['DeadLetterConfig', 'LoggingConfig', 'Architectures', 'TracingConfig'] as const
type Kept = Partial<Record<(typeof forgotten)[number], unknown>>
type Configuration = Record<string, unknown>

export class KeptSettings {
  readonly #kept = new Map<string, Kept>()

  reset(): void {
    this.#kept.clear()
  }
  of(region: string, name: string): Kept {
    return this.#kept.get(`${region}/${nameOf(name)}`) ?? {}
  }
  #keep(call: Passing): void {
    const key = `${call.inRegion}/${nameOf(String(call.input['FunctionName']))}`
    const given = Object.fromEntries(
      forgotten.flatMap((name) => (name in call.input ? [[name, call.input[name]]] : [])),
    )
    const old = call.operation === 'CreateFunction' ? {} : this.#kept.get(key)
    const kept: Record<string, unknown> = { ...old, ...given }
    // An empty target ARN takes the queue away.
    if ((kept['DeadLetterConfig'] as { TargetArn?: string } | undefined)?.TargetArn === '')
      delete kept['DeadLetterConfig']
    this.#kept.set(key, kept)
  }
  #fill(call: Passing, answer: Answer): Answer | undefined {
    if (answer.status >= 300) return undefined
    const body = JSON.parse(answer.body.toString('utf8')) as Configuration
    const filled = (one: Configuration): Configuration => ({
      ...one,
      ...this.of(call.inRegion, String(one['FunctionName'])),
    })
    const whole =
      call.operation === 'ListFunctions'
        ? { ...body, Functions: (body['Functions'] as Configuration[]).map(filled) }
        : call.operation === 'GetFunction'
          ? { ...body, Configuration: filled(body['Configuration'] as Configuration) }
          : filled(body)
    return { ...answer, body: Buffer.from(JSON.stringify(whole)) }
  }
  hooks(): Hook[] {
    const changing = ['CreateFunction', 'UpdateFunctionConfiguration', 'UpdateFunctionCode']
    const reading = ['GetFunction', 'GetFunctionConfiguration', 'ListFunctions']
    return [
      {
        on: changing.map((one) => `lambda:${one}`),
        after: async (call, answer) => {
          if (answer.status < 300) this.#keep(call)
          return this.#fill(call, answer)
        },
      },
      { on: reading.map((one) => `lambda:${one}`), after: async (call, answer) => this.#fill(call, answer) },
      {
        on: ['lambda:DeleteFunction'],
        after: async (call, answer) => {
          if (answer.status < 300) this.#kept.delete(`${call.inRegion}/${nameOf(String(call.input['FunctionName']))}`)
          return undefined
        },
      },
    ]
  }
}
