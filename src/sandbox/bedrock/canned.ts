/** What the simulated model says, and how many tokens that took: a function of the request alone. */
export interface TokenCounts {
  readonly input: number
  readonly output: number
  readonly cacheRead: number
  readonly cacheWrite5m: number
  readonly cacheWrite1h: number
}

export interface Canned {
  readonly text: string
  readonly tokens: TokenCounts
  /** The prompt said `fail: ThrottlingException`. */
  readonly fail: string | undefined
  /** The prompt said `unlogged: mantle` or `unlogged: batch`: AWS counts the call, and writes no record of it. */
  readonly unlogged: 'runtime' | 'mantle' | undefined
}

const strings = (value: unknown): string[] => {
  if (typeof value === 'string') return [value]
  if (Array.isArray(value)) return value.flatMap(strings)
  if (typeof value !== 'object' || value === null) return []
  const { text, content, inputText, prompt } = value as Record<string, unknown>
  return [text, content, inputText, prompt].flatMap(strings)
}

/** All text a person or program put into the request, whatever the model family. */
export function promptOf(body: Readonly<Record<string, unknown>>): string {
  return [body['system'], body['messages'], body['prompt'], body['inputText']].flatMap(strings).join('\n')
}

const maxTokensOf = (body: Readonly<Record<string, unknown>>): number => {
  const inner = (body['inferenceConfig'] ?? body['textGenerationConfig'] ?? {}) as Record<string, unknown>
  const given = body['max_tokens'] ?? body['max_gen_len'] ?? inner['maxTokens'] ?? inner['maxTokenCount']
  return typeof given === 'number' ? given : 512
}

const names: Readonly<Record<string, keyof TokenCounts>> = {
  in: 'input',
  out: 'output',
  'cache read': 'cacheRead',
  'cache write': 'cacheWrite5m',
  'cache write 5m': 'cacheWrite5m',
  'cache write 1h': 'cacheWrite1h',
}

/** `tokens: 1000 in, 200 out, 5000 cache read, 300 cache write 1h` in the prompt decides (a `;` ends it); else length and max_tokens do. */
export function canned(body: Readonly<Record<string, unknown>>): Canned {
  const prompt = promptOf(body)
  const wish = /\btokens:\s*([^\n;]*)/i.exec(prompt)?.[1]
  const tokens = {
    input: Math.max(1, Math.ceil(prompt.length / 4)),
    output: Math.min(maxTokensOf(body), 256),
    cacheRead: 0,
    cacheWrite5m: 0,
    cacheWrite1h: 0,
  }
  if (wish !== undefined) {
    for (const [, count = '0', name = ''] of wish.matchAll(
      /([\d_]+)\s+(in|out|cache read|cache write(?: 5m| 1h)?)\b/gi,
    )) {
      const key = names[name.toLowerCase()]
      if (key) tokens[key] = Number(count.replaceAll('_', ''))
    }
  }
  const text = `This answer comes from the cost-guard sandbox; no model was asked. (${tokens.output} tokens)`
  const path = /\bunlogged:\s*(\w+)/i.exec(prompt)?.[1]?.toLowerCase()
  const unlogged = path === undefined ? undefined : path === 'mantle' ? 'mantle' : 'runtime'
  return { text, tokens, fail: /\bfail:\s*(\w+)/i.exec(prompt)?.[1], unlogged }
}
