import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { keyOf } from '../../src/runtime/domain/metering/principal.ts'
import { type ParsedUsage, parseRecord, stripBodies } from '../../src/runtime/domain/metering/usage.ts'
import { ACCOUNT, readCases } from './metering.ts'

interface RecordCase {
  readonly it: string
  readonly set?: Readonly<Record<string, unknown>>
  readonly text?: string
  readonly result: {
    readonly kind: ParsedUsage['kind']
    readonly why?: string
    readonly code?: string
    readonly principal?: string
    readonly tokens?: unknown
    readonly source?: string | null
    readonly tier?: string | null
    readonly units?: unknown
    readonly model?: unknown
  }
}
const { counts, cacheWrites, bodies, failed, ignored, malformed } =
  readCases<Record<'counts' | 'cacheWrites' | 'bodies' | 'failed' | 'ignored' | 'malformed', readonly RecordCase[]>>(
    'log-records.json',
  )

/** The ordinary record that the cases change. */
const ordinary = () => ({
  timestamp: '2026-11-18T02:10:00Z',
  accountId: ACCOUNT,
  region: 'us-east-1',
  requestId: '62f746b4-84e6-4ceb-95bd-447e7184d454',
  operation: 'Converse',
  modelId: 'global.anthropic.claude-opus-4-7',
  input: { inputContentType: 'application/json', inputTokenCount: 10 },
  output: { outputContentType: 'application/json', outputTokenCount: 20 },
  inferenceRegion: 'us-east-1',
  schemaType: 'ModelInvocationLog',
  schemaVersion: '1.0',
  identity: { arn: `arn:aws:iam::${ACCOUNT}:user/tanaka` },
  requestMetadata: { source: 'claude-code' },
})

function messageOf({ set = {}, text }: Pick<RecordCase, 'set' | 'text'>): string {
  if (text !== undefined) return text
  const record: Record<string, unknown> = ordinary()
  for (const [path, value] of Object.entries(set)) {
    const [first = '', second] = path.split('.')
    const holder = second === undefined ? record : (record[first] as Record<string, unknown>)
    if (value === '(gone)') delete holder[second ?? first]
    else holder[second ?? first] = value
  }
  return JSON.stringify(record)
}

/** What the case speaks of, and no more. */
function seen(parsed: ParsedUsage, wanted: RecordCase['result']): unknown {
  const caller = parsed.kind === 'usage' ? parsed.usage.caller : parsed.kind === 'failed' ? parsed.caller : undefined
  const all = {
    kind: parsed.kind,
    why: 'why' in parsed ? parsed.why : undefined,
    code: parsed.kind === 'failed' ? parsed.code : undefined,
    principal: caller === undefined ? undefined : keyOf(caller.base),
    tokens: parsed.kind === 'usage' ? parsed.usage.tokens : undefined,
    source: parsed.kind === 'usage' ? (parsed.usage.source ?? null) : undefined,
    tier: parsed.kind === 'usage' ? (parsed.usage.tier ?? null) : undefined,
    units: parsed.kind === 'usage' ? (parsed.usage.units ?? null) : undefined,
    model: parsed.kind === 'usage' ? parsed.usage.model : undefined,
  }
  return Object.fromEntries(Object.entries(all).filter(([key]) => key in wanted))
}

describe.each([
  ['a record that counts', counts],
  ['the time for which a cache was written', cacheWrites],
  ['what only bodies tell', bodies],
  ['a call that failed', failed],
  ['a message that is no invocation', ignored],
  ['a record that cannot be right', malformed],
])('%s', (_kind, group) => {
  it.each(group.map((one) => [one.it, one] as const))('%s', (_it, one) => {
    const parsed = parseRecord(messageOf(one), { account: ACCOUNT })
    expect(seen(parsed, one.result)).toEqual(one.result)
  })
})

describe('a malformed record', () => {
  it('keeps its request id and time where it has usable ones', () => {
    const parsed = parseRecord(messageOf({ set: { 'input.inputTokenCount': -5 } }), { account: ACCOUNT })
    expect(parsed).toEqual({
      kind: 'malformed',
      why: 'inputTokenCount is no count of tokens',
      requestId: '62f746b4-84e6-4ceb-95bd-447e7184d454',
      at: Date.UTC(2026, 10, 18, 2, 10),
    })
  })
})

describe('without an expected account', () => {
  it('a record is taken for its own account', () => {
    const set = { accountId: '999999999999', identity: { arn: 'arn:aws:iam::999999999999:user/sato' } }
    const parsed = parseRecord(messageOf({ set }), { account: undefined })
    expect(seen(parsed, { kind: 'usage', principal: 'user/sato' })).toEqual({ kind: 'usage', principal: 'user/sato' })
  })
})

describe('whatever a message holds', () => {
  const outcome = (message: string) => {
    const parsed = parseRecord(message, { account: ACCOUNT })
    if (parsed.kind === 'usage') {
      for (const [name, count] of Object.entries(parsed.usage.tokens)) {
        if (!Number.isInteger(count) || count < 0 || count > 1_000_000_000) throw new Error(`${name} is ${count}`)
      }
    }
    return parsed.kind
  }
  const kinds = ['usage', 'failed', 'ignored', 'malformed']

  it('any text is given a name and nothing is thrown', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(kinds).toContain(outcome(text))
      }),
    )
  })

  it('any JSON is given a name and nothing is thrown', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(kinds).toContain(outcome(text))
      }),
    )
  })

  it('any JSON in any place of a record is given a name, and only whole sane counts are charged', () => {
    const places = [
      ...Object.keys(ordinary()),
      'input.inputTokenCount',
      'input.cacheReadInputTokenCount',
      'input.cacheWriteInputTokenCount',
      'output.outputTokenCount',
      'output.outputBodyJson',
      'identity.arn',
      'requestMetadata.source',
      'errorCode',
    ]
    fc.assert(
      fc.property(fc.constantFrom(...places), fc.jsonValue(), (place, value) => {
        expect(kinds).toContain(outcome(messageOf({ set: { [place]: value } })))
      }),
      { numRuns: 2000 },
    )
  })

  it('a body of any shape never changes more than how writes are shared out', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.nat(100_000), (body, written) => {
        const set = { 'input.cacheWriteInputTokenCount': written, 'output.outputBodyJson': body }
        const parsed = parseRecord(messageOf({ set }), { account: ACCOUNT })
        if (parsed.kind !== 'usage') throw new Error(parsed.kind)
        const { cacheWrite5m, cacheWrite1h, cacheWriteUnknown, ...rest } = parsed.usage.tokens
        expect(cacheWrite5m + cacheWrite1h + cacheWriteUnknown).toBe(written)
        expect(rest).toEqual({ input: 10, output: 20, cacheRead: 0 })
      }),
    )
  })

  it('a body of any shape gives a known tier and few units, and never another model', () => {
    const words = fc.constantFrom('service_tier', 'serviceTier', 'images', 'usage', 'meta', 'type', 'trace', 'model')
    const leaf = fc.oneof(fc.jsonValue({ maxDepth: 1 }), fc.constantFrom('flex', 'batch', 'claude-x', 1e300, -1, ['a']))
    const inner = fc.oneof(leaf, fc.dictionary(words, leaf, { maxKeys: 4 }))
    const whole = fc.dictionary(words, inner, { maxKeys: 6 })
    const body = fc.oneof(whole, fc.array(whole, { maxLength: 9 }))
    fc.assert(
      fc.property(body, body, (asked, answered) => {
        const input = { inputTokenCount: 0, inputBodyJson: asked }
        const output = { outputTokenCount: 0, outputBodyJson: answered }
        const parsed = parseRecord(messageOf({ set: { input, output } }), { account: ACCOUNT })
        if (parsed.kind !== 'usage') throw new Error(parsed.kind)
        const { tier = 'default', units = {}, model } = parsed.usage
        expect(['default', 'priority', 'flex', 'batch']).toContain(tier)
        expect(model).toMatchObject({ model: 'anthropic.claude-opus-4-7', scope: 'global' })
        for (const number of Object.values(units)) expect(number >= 1 && number <= 3600).toBe(true)
      }),
      { numRuns: 300 },
    )
  })

  it('an object nested a hundred thousand deep is given a name', () => {
    expect(kinds).toContain(outcome(`${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`))
  })
})

describe('what is kept of a bad record', () => {
  const secret = 'my secret prompt'

  it('holds no body, no metadata and no prompt, wherever it stood', () => {
    const set = {
      'input.inputBodyJson': { messages: [{ content: secret }] },
      'output.outputBodyJson': [secret],
      requestMetadata: { source: secret },
      note: secret,
      'identity.note': secret,
    }
    const excerpt = stripBodies(messageOf({ set }))
    expect(excerpt).not.toContain(secret)
    const { requestMetadata: _left, ...rest } = ordinary()
    expect(JSON.parse(excerpt)).toEqual(rest)
    expect(stripBodies(JSON.stringify({ ...ordinary(), input: secret, output: [secret] }))).not.toContain(secret)
  })

  it('ends before the first body when the JSON is cut off', () => {
    const cut = `{"requestId":"r1","input":{"inputBodyJson":{"prompt":"${secret}`
    expect(stripBodies(cut)).toBe('{"requestId":"r1","input":{')
  })

  it('is at most 4,096 bytes, whatever it was', () => {
    const nasty = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constant('\u0000'.repeat(9000)),
      fc.constant('田'.repeat(9000)),
    )
    fc.assert(
      fc.property(nasty, fc.dictionary(fc.constantFrom(...Object.keys(ordinary())), nasty), (text, record) => {
        expect(Buffer.byteLength(stripBodies(text))).toBeLessThanOrEqual(4096)
        expect(Buffer.byteLength(stripBodies(JSON.stringify(record)))).toBeLessThanOrEqual(4096)
        expect(
          Buffer.byteLength(stripBodies(JSON.stringify({ identity: { arn: text }, input: record }))),
        ).toBeLessThanOrEqual(4096)
      }),
    )
  })
})
