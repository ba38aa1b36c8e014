/** People and programs of a story: each calls Bedrock through the real SDK with their own keys. */
import {
  BedrockRuntimeClient,
  ConverseCommand,
  ConverseStreamCommand,
  InvokeModelCommand,
  InvokeModelWithResponseStreamCommand,
} from '@aws-sdk/client-bedrock-runtime'
import type { Keys, Sandbox } from '../../src/sandbox/index.ts'

/** Global Opus 5.5: 4 dollars in, 20 out, 0.20 cache read per million. */
export const OPUS = 'global.anthropic.claude-opus-5-5'

export type Way = 'converse' | 'converse-stream' | 'invoke' | 'invoke-stream'

export interface Asking {
  /** Words the sandbox understands: `1000 in, 200 out, 5000 cache read`. */
  readonly tokens: string
  readonly model?: string
  readonly source?: string
  readonly way?: Way
}

export class Worker {
  readonly #client: BedrockRuntimeClient
  readonly #sandbox: Sandbox

  constructor(sandbox: Sandbox, keys: Keys) {
    this.#sandbox = sandbox
    this.#client = new BedrockRuntimeClient({
      endpoint: sandbox.endpoint,
      region: sandbox.region,
      credentials: keys,
      maxAttempts: 1,
    })
  }

  /** One call; comes back when everything that follows from it (record, ingest, check, mails) is done. */
  async asks(asking: Asking): Promise<void> {
    await this.#call(asking)
    await this.#sandbox.idle()
  }

  /** What AWS says to this person's next call: `allowed`, or the error's name and message. */
  async tries(asking: Asking = { tokens: '0 in, 0 out' }): Promise<string> {
    try {
      await this.asks(asking)
      return 'allowed'
    } catch (error) {
      if (!(error instanceof Error)) throw error
      await this.#sandbox.idle()
      return `${error.name}: ${error.message}`
    }
  }

  async #call({ tokens, model = OPUS, source, way = 'converse' }: Asking): Promise<void> {
    const text = `tokens: ${tokens}`
    const messages = [{ role: 'user' as const, content: [{ text }] }]
    const requestMetadata = source === undefined ? undefined : { source }
    const body = JSON.stringify({ max_tokens: 100, messages: [{ role: 'user', content: text }] })
    if (way === 'converse') {
      await this.#client.send(new ConverseCommand({ modelId: model, messages, requestMetadata }))
    } else if (way === 'converse-stream') {
      const answer = await this.#client.send(new ConverseStreamCommand({ modelId: model, messages, requestMetadata }))
      await drained(answer.stream)
    } else if (way === 'invoke') {
      await this.#client.send(new InvokeModelCommand({ modelId: model, body }))
    } else {
      const answer = await this.#client.send(new InvokeModelWithResponseStreamCommand({ modelId: model, body }))
      await drained(answer.body)
    }
  }
}

async function drained(stream: AsyncIterable<unknown> | undefined): Promise<void> {
  let events = 0
  for await (const _ of stream ?? []) events += 1
  if (events === 0) throw new Error('the stream was empty')
}
