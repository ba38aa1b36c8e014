/** Log records of every form, at random. */
import fc from 'fast-check'

export const ACCOUNT = '123456789012'
const arn = (rest: string) => `arn:aws:bedrock:us-east-1:${ACCOUNT}:${rest}`

export const KNOWN_PROFILE = arn('application-inference-profile/knownknown12')
const UNKNOWN_PROFILE = arn('application-inference-profile/unknownunkn1')
const ROUTER = arn('default-prompt-router/anthropic.claude:1')
const PROMPT = arn('prompt/PROMPT1234:3')

const names = [
  'anthropic.claude-opus-5-5',
  'anthropic.claude-sonnet-5-5',
  'anthropic.claude-haiku-5-5',
  'anthropic.claude-fable-5-1',
  'anthropic.claude-opus-4-7',
  'anthropic.claude-opus-4-6-v1',
  'anthropic.claude-opus-4-5-20251101-v1:0',
  'anthropic.claude-opus-4-1-20250805-v1:0',
  'anthropic.claude-sonnet-4-6',
  'anthropic.claude-sonnet-4-5-20250929-v1:0',
  'anthropic.claude-sonnet-4-20250514-v1:0',
  'anthropic.claude-haiku-4-5-20251001-v1:0',
  'amazon.nova-pro-v1:0',
  'anthropic.claude-unheard-of-9',
]

/** Every form of modelId but the bare and prefixed ones. */
const forms = (name: string): readonly string[] => [
  ...['', 'us.', 'eu.', 'apac.', 'jp.', 'au.', 'ca.', 'in.', 'us-gov.', 'latam.'].map((prefix) => `${prefix}${name}`),
  `${name}[1m]`,
  arn(`inference-profile/us.${name}`),
  `arn:aws-us-gov:bedrock:us-gov-west-1:${ACCOUNT}:inference-profile/us-gov.${name}`,
  `arn:aws:bedrock:us-east-1::foundation-model/${name}`,
  ...(name.startsWith('amazon') ? [] : [`global.${name}`, `global.${name}[1m]`]),
  ...(name.startsWith('amazon')
    ? []
    : [arn(`inference-profile/global.${name}`), `arn:aws:bedrock:::foundation-model/${name}`]),
]

const unlisted = [
  UNKNOWN_PROFILE,
  arn('provisioned-model/abcdefghijkl'),
  arn('custom-model-deployment/abcdefghijkl'),
  arn('imported-model/abcdefghijkl'),
  arn('prompt-router/abcdefghijkl'),
  ROUTER,
  PROMPT,
  `arn:aws:sagemaker:us-east-1:${ACCOUNT}:endpoint/mine-v1`,
]

const modelId = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...names).chain((name) => fc.constantFrom(...forms(name))) },
  { weight: 1, arbitrary: fc.constantFrom(KNOWN_PROFILE, ...unlisted) },
)

const sts = (rest: string) => `arn:aws:sts::${ACCOUNT}:${rest}`
const iam = (rest: string) => `arn:aws:iam::${ACCOUNT}:${rest}`
const identity = fc.constantFrom<string | undefined>(
  iam('user/tanaka'),
  iam('user/dev/tokyo/tanaka'),
  iam('user/BedrockAPIKey-ab12'),
  iam('user/build'),
  sts('assumed-role/build/1'),
  sts('assumed-role/team-role/sato'),
  sts('assumed-role/Dev-tools/sato'),
  sts('assumed-role/Dev-tools/kato'),
  sts('assumed-role/Dev-tools'),
  sts('assumed-role/AWSReservedSSO_Developer_0123456789abcdef/kato@example.com'),
  sts('assumed-role/AWSReservedSSO_Developer_0123456789abcdef/sato@example.com'),
  sts('assumed-role/agents/BedrockAgents-AB12-0d3f'),
  sts('federated-user/bob'),
  iam('root'),
  'arn:aws-cn:iam::123456789012:user/li',
  'arn:aws:iam::999999999999:user/tanaka',
  undefined,
)

/** From the end of September to the beginning of December 2026: clocks go back within it, months turn. */
const moment = fc.oneof(
  fc.integer({ min: Date.UTC(2026, 9, 8) / 1000, max: Date.UTC(2026, 11, 3) / 1000 }),
  fc
    .tuple(
      fc.constantFrom(Date.UTC(2026, 9, 31), Date.UTC(2026, 10, 1), Date.UTC(2026, 10, 30)),
      fc.integer({ min: 0, max: 172_800 }),
    )
    .map(([start, seconds]) => start / 1000 + seconds),
)

const few = fc.oneof(fc.constantFrom(0, 1, 99_999, 100_000, 100_001, 200_000, 200_001), fc.nat(300_000))

/** How the body tells for how long the cache was written; the total may disagree with it. */
const tells = fc.constantFrom('nothing', 'converse', 'invoke', 'stream', 'other')

function bodyOf(how: string, tier: string, five: number, hour: number): unknown {
  const creation = { cache_creation: { ephemeral_5m_input_tokens: five, ephemeral_1h_input_tokens: hour } }
  if (how === 'converse') {
    const cacheDetails = [
      { ttl: '1h', inputTokens: hour },
      { ttl: '5m', inputTokens: five },
    ]
    return { usage: { cacheDetails }, serviceTier: { type: tier }, metrics: { latencyMs: 3 } }
  }
  if (how === 'invoke') return { usage: { ...creation, service_tier: tier === 'default' ? 'standard' : tier } }
  if (how === 'stream') return [{ type: 'message_start', message: { usage: creation } }, { type: 'ping' }, '[DONE]']
  return how === 'other' ? { words: ['x'] } : undefined
}

/** What answered for a prompt or router. */
function answeredFor(id: string, body: unknown, which: number): unknown {
  if (which === 0 || Array.isArray(body) || (id !== ROUTER && id !== PROMPT)) return body
  const more = { trace: { promptRouter: { invokedModelId: arn('inference-profile/us.anthropic.claude-opus-4-7') } } }
  return { ...(body as object | undefined), ...(id === ROUTER ? more : { model: 'claude-sonnet-4-20250514' }) }
}

/** One line of the log, with its own request id. */
export const record = fc
  .record({
    modelId,
    identity,
    moment,
    input: few,
    output: fc.nat(20_000),
    read: few,
    written: fc.oneof(fc.constant(0), few),
    five: few,
    hour: few,
    tells,
    which: fc.nat(1),
    older: fc.boolean(),
    tier: fc.constantFrom('default', 'default', 'priority', 'flex', 'gratis'),
    source: fc.constantFrom(undefined, 'claude-code', 'notebook', 'x'),
    fate: fc.constantFrom(
      'fine',
      'fine',
      'fine',
      'fine',
      'fine',
      'fine',
      'failed',
      'cut',
      'negative',
      'elsewhere',
      'words',
    ),
    id: fc.uuid(),
  })
  .map((wish) => {
    if (wish.fate === 'words') return 'Permissions are correctly set for Amazon Bedrock logs.'
    const body = answeredFor(
      wish.modelId,
      bodyOf(wish.tells, wish.modelId.includes('nova') ? 'default' : wish.tier, wish.five, wish.hour),
      wish.which,
    )
    const caches = wish.older ? {} : { cacheReadInputTokenCount: wish.read, cacheWriteInputTokenCount: wish.written }
    const failed = wish.fate === 'failed' || wish.fate === 'cut' ? { errorCode: 'ModelStreamErrorException' } : {}
    return JSON.stringify({
      timestamp: new Date(wish.moment * 1000).toISOString().replace('.000Z', 'Z'),
      accountId: wish.fate === 'elsewhere' ? '999999999999' : ACCOUNT,
      region: 'us-east-1',
      requestId: wish.id,
      operation: 'InvokeModel',
      modelId: wish.modelId,
      ...(wish.identity === undefined ? {} : { identity: { arn: wish.identity } }),
      ...(wish.source === undefined ? {} : { requestMetadata: { source: wish.source, team: 'growth' } }),
      input: { inputTokenCount: wish.fate === 'negative' ? -1 : wish.input, ...caches },
      output: {
        ...(body === undefined ? {} : { outputBodyJson: body }),
        outputTokenCount: wish.fate === 'failed' ? 0 : wish.output,
      },
      ...failed,
      schemaType: 'ModelInvocationLog',
      schemaVersion: '1.0',
    })
  })

/** As Bedrock writes it where no bodies are logged: the layout that large files are made of. */
export const withoutBody = record.filter(
  (line) => line.includes('"identity"') && !/outputBodyJson|errorCode|:-1/.test(line),
)

/** Fixed unless told, so that a failing run can be had again: `SEED=7 npx vitest run test/reference`. fast-check prints it. */
export const seed = Number(process.env['SEED'] ?? 20261121)
