/** The people of the demo: each calls Claude through the AWS SDK, as any program would. */
import type { BedrockRuntimeClient, ConverseCommandInput } from '@aws-sdk/client-bedrock-runtime'
import type { Keys, Sandbox } from '../index.ts'

export const OPUS = 'global.anthropic.claude-opus-5-5'
export const HAIKU = 'us.anthropic.claude-haiku-4-5-20251001-v1:0'

export type CallAnswer =
  | { readonly ok: true; readonly input: number; readonly output: number; readonly cacheRead: number }
  | { readonly ok: false; readonly name: string; readonly message: string }

export interface Member {
  readonly name: string
  /** A call of this size; the tokens are those of the simulated answer. */
  call(model: string, tokens: string, source?: string): Promise<CallAnswer>
}

/** Somebody with these keys; the client is the SDK's own with nothing but an endpoint. */
export async function member(sandbox: Sandbox, name: string, keys: Keys): Promise<Member> {
  const { BedrockRuntimeClient, ConverseCommand } = await import('@aws-sdk/client-bedrock-runtime')
  const client: BedrockRuntimeClient = new BedrockRuntimeClient({
    endpoint: sandbox.endpoint,
    region: sandbox.region,
    credentials: keys,
    maxAttempts: 1,
  })
  return {
    name,
    async call(modelId, tokens, source) {
      const input: ConverseCommandInput = {
        modelId,
        messages: [{ role: 'user', content: [{ text: `tokens: ${tokens}` }] }],
        ...(source ? { requestMetadata: { source } } : {}),
      }
      try {
        const { usage } = await client.send(new ConverseCommand(input))
        const { inputTokens = 0, outputTokens = 0, cacheReadInputTokens = 0 } = usage ?? {}
        return { ok: true, input: inputTokens, output: outputTokens, cacheRead: cacheReadInputTokens }
      } catch (error) {
        // What the SDK throws is what the person sees: it is the point of the story.
        if (error instanceof Error && '$fault' in error) return { ok: false, name: error.name, message: error.message }
        throw error
      }
    },
  }
}

const count = (value: number) => value.toLocaleString('en-US').padStart(9)

export const describeCall = (who: string, answer: CallAnswer): string =>
  answer.ok
    ? `  ${who.padEnd(8)} ${count(answer.input)} in ${count(answer.output)} out ${count(answer.cacheRead)} cached   ok`
    : `  ${who.padEnd(8)} ${answer.name}`
