import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseUsd, sum, toDecimal } from '../../src/runtime/domain/money/money.ts'
import { Analysis, type ChargeLine } from '../../src/runtime/usecases/analyze.ts'
import { textsOf, wholeLines } from '../../src/runtime/usecases/lines.ts'
import { SeenIds } from '../../src/runtime/usecases/seen-ids.ts'
import { ACCOUNT, charging, sampleLines } from './metering.ts'

const analysisOf = (lines: readonly string[], account: string | undefined = undefined) => {
  const analysis = new Analysis({ ...charging(), account })
  const charges: ChargeLine[] = []
  for (const line of lines) analysis.add(line, (charge) => charges.push(charge))
  analysis.endFile()
  return { analysis, charges, result: analysis.result() }
}

const record = (requestId: string, more: Readonly<Record<string, unknown>> = {}): string =>
  JSON.stringify({
    timestamp: '2026-11-18T02:10:00Z',
    accountId: ACCOUNT,
    region: 'us-east-1',
    requestId,
    operation: 'Converse',
    modelId: 'global.anthropic.claude-opus-4-7',
    input: { inputTokenCount: 1000 },
    output: { outputTokenCount: 1000 },
    schemaType: 'ModelInvocationLog',
    identity: { arn: `arn:aws:iam::${ACCOUNT}:user/tanaka` },
    ...more,
  })

describe('the answer of analyze', () => {
  it('has every key, even of nothing', () => {
    expect(analysisOf([]).result).toEqual({
      totalUsd: '0',
      requests: 0,
      failed: 0,
      duplicates: 0,
      malformed: 0,
      ignored: 0,
      unpriced: [],
      principals: [],
    })
  })

  it('shows a principal with tokens by class and money by source', () => {
    const { result } = analysisOf([
      record('a', {
        input: { inputTokenCount: 1, cacheReadInputTokenCount: 2, cacheWriteInputTokenCount: 7 },
        output: {
          outputTokenCount: 3,
          outputBodyJson: { usage: { cacheDetails: [{ ttl: '1h', inputTokens: 4 }] } },
        },
        requestMetadata: { source: 'claude-code' },
      }),
      record('b', { requestMetadata: { source: 'my-script' } }),
      record('c'),
    ])
    expect(result.principals).toEqual([
      {
        principal: 'user/tanaka',
        usd: '0.06013975',
        requests: 3,
        inputTokens: 2001,
        outputTokens: 2003,
        cacheReadTokens: 2,
        cacheWrite5mTokens: 3,
        cacheWrite1hTokens: 4,
        sources: { 'claude-code': '0.00013975', none: '0.03', other: '0.03' },
      },
    ])
  })

  it('lists the dearest first, and unpriced models by how often they were used', () => {
    const { result } = analysisOf([
      record('a', { identity: { arn: `arn:aws:iam::${ACCOUNT}:user/cheap` }, output: { outputTokenCount: 0 } }),
      record('b'),
      record('c', { modelId: 'global.newlab.one', identity: { arn: `arn:aws:iam::${ACCOUNT}:user/dear` } }),
      record('d', { modelId: 'global.newlab.two' }),
      record('e', { modelId: 'global.newlab.two' }),
    ])
    expect(result.principals.map((one) => one.principal)).toEqual(['user/tanaka', 'user/dear', 'user/cheap'])
    expect(result.unpriced).toEqual([
      { model: 'newlab.two', requests: 2 },
      { model: 'newlab.one', requests: 1 },
    ])
  })

  it('adds up: by principal, model, day and source the same total', () => {
    const { analysis, charges, result } = analysisOf(sampleLines())
    for (const by of ['principal', 'model', 'day', 'source'] as const) {
      const groups = analysis.groups(by)
      expect(toDecimal(sum(groups.map((group) => group.usd))), by).toBe(result.totalUsd)
      expect(
        groups.reduce((total, group) => total + group.requests, 0),
        by,
      ).toBe(result.requests)
    }
    expect(toDecimal(sum(charges.map((charge) => parseUsd(charge.usd))))).toBe(result.totalUsd)
    for (const principal of result.principals) {
      expect(toDecimal(sum(Object.values(principal.sources).map(parseUsd)))).toBe(principal.usd)
    }
  })

  it('does not depend on the order of the lines', () => {
    const lines = sampleLines()
    const { result } = analysisOf(lines)
    fc.assert(
      fc.property(fc.shuffledSubarray(lines, { minLength: lines.length }), (shuffled) => {
        expect(analysisOf(shuffled).result).toEqual(result)
      }),
      { numRuns: 20 },
    )
  })

  it('says why records were malformed', () => {
    const { analysis, result } = analysisOf(['hello', '{"x', record('a', { accountId: '999999999999' })], ACCOUNT)
    expect(result.malformed).toBe(3)
    expect([...analysis.malformedReasons]).toEqual([
      ['not JSON', 2],
      ['record of another account', 1],
    ])
  })

  it('keeps two hundred sessions of a role and month apart, and lets the rest share one', () => {
    const session = (index: number) => ({ arn: `arn:aws:sts::${ACCOUNT}:assumed-role/AWSReservedSSO_Dev_0/p${index}` })
    const lines = Array.from({ length: 205 }, (_, index) => record(`r${index}`, { identity: session(index) }))
    const { result } = analysisOf([...lines, record('again', { identity: session(3) })])
    expect(result.principals.length).toBe(201)
    expect(result.principals[0]).toMatchObject({ principal: 'session/AWSReservedSSO_Dev_0/(others)', requests: 5 })
    expect(result.principals[1]).toMatchObject({ principal: 'session/AWSReservedSSO_Dev_0/p3', requests: 2 })
  })
})

describe('a request id', () => {
  it('counts once, also for failed calls, and neither hides the other', () => {
    const failed = record('a', { errorCode: 'ThrottlingException', output: null })
    const { result } = analysisOf([record('a'), record('a'), failed, failed])
    expect(result).toMatchObject({ requests: 1, failed: 1, duplicates: 2 })
  })

  it('that was malformed the first time counts when it comes whole', () => {
    const { result } = analysisOf([record('a', { modelId: null }), record('a')])
    expect(result).toMatchObject({ requests: 1, malformed: 1, duplicates: 0 })
  })

  it('takes at most sixteen bytes to remember, is found again, and no other is taken for it', () => {
    const seen = new SeenIds()
    const ids = Array.from({ length: 150_000 }, (_, index) => `${index.toString(16)}-4ceb-95bd`)
    for (const [index, id] of ids.entries()) {
      if (!seen.add(id)) throw new Error(`${id} was taken for another`)
      if (index > 20_000 && index % 5000 === 0) expect(seen.bytes / seen.size).toBeLessThanOrEqual(16)
    }
    expect(ids.filter((id) => seen.add(id))).toEqual([])
    expect(seen.size).toBe(ids.length)
  })
})

describe('records in other clothes', () => {
  const events = [1, 2].map((id) => ({ id: `${id}`, timestamp: 0, message: record(`r${id}`) }))
  const twice = { requests: 2, malformed: 0, ignored: 0 }

  it('a CloudWatch Logs envelope', () => {
    const envelope = { messageType: 'DATA_MESSAGE', logGroup: 'g', logStream: 's', logEvents: events }
    expect(analysisOf([JSON.stringify(envelope)]).result).toMatchObject(twice)
    expect(analysisOf([JSON.stringify({ messageType: 'CONTROL_MESSAGE', logEvents: [] })]).result).toMatchObject({
      requests: 0,
      ignored: 1,
    })
  })

  it('an export of a log group, with the time before each message', () => {
    const lines = events.map((event) => `2026-11-18T02:10:05.123Z ${event.message}`)
    expect(analysisOf(lines).result).toMatchObject(twice)
  })

  it('what the AWS CLI prints of a log group, over many lines', () => {
    const printed = JSON.stringify({ events, searchedLogStreams: [] }, null, 4).split('\n')
    expect(analysisOf(printed).result).toMatchObject(twice)
  })

  it('records printed over many lines, one after the other', () => {
    const printed = [record('a'), record('b')].flatMap((one) => JSON.stringify(JSON.parse(one), null, 2).split('\n'))
    expect(analysisOf(printed).result).toMatchObject(twice)
    expect(
      analysisOf(
        JSON.stringify(
          [record('a'), record('b')].map((one) => JSON.parse(one)),
          null,
          2,
        ).split('\n'),
      ).result,
    ).toMatchObject(twice)
  })

  it('lines that end as on Windows, and empty lines', () => {
    expect(analysisOf([`${record('a')}\r`, '\r', '', `${record('b')}\r`]).result).toMatchObject(twice)
  })

  it('a document that is cut off does not swallow what follows', () => {
    expect(analysisOf(['{', '  "a": 1,', record('a'), record('b')]).result).toMatchObject({ ...twice, malformed: 1 })
    expect(analysisOf(['{', '  "a": 1,']).result).toMatchObject({ malformed: 1 })
  })

  it('envelopes in envelopes are not followed for ever', () => {
    const wrapped = (text: string, times: number): string =>
      times === 0 ? text : wrapped(JSON.stringify({ events: [{ message: text }] }), times - 1)
    expect(analysisOf([wrapped(record('a'), 1)]).result.requests).toBe(1)
    expect(analysisOf([wrapped(record('a'), 6)]).result).toMatchObject({ requests: 0, ignored: 1 })
    expect(analysisOf([`${'2026-11-18T02:10:05Z '.repeat(50_000)}x`]).result).toMatchObject({ malformed: 1 })
  })

  it('any line is counted as something, and nothing is thrown', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.string({ unit: 'binary' }), fc.json(), fc.constantFrom('{', '}', '[', ']'))),
        (lines) => {
          const { result } = analysisOf(lines)
          expect(result.requests).toBe(0)
          expect(result.malformed + result.ignored).toBeLessThanOrEqual(lines.length + 1)
        },
      ),
    )
  })
})

describe('lines of a stream', () => {
  const collect = async (chunks: readonly Uint8Array[], max?: number) => {
    const lines: string[] = []
    for await (const some of wholeLines(chunks, max)) lines.push(...textsOf(some))
    return lines
  }
  const bytes = (text: string) => new TextEncoder().encode(text)

  it('are whole wherever the chunks are cut, in the middle of a character too', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.string({ unit: 'grapheme' }).map((text) => text.replaceAll('\n', ''))),
        fc.integer({ min: 1, max: 7 }),
        async (lines, size) => {
          const whole = bytes(lines.map((line) => `${line}\n`).join(''))
          const chunks = Array.from({ length: Math.ceil(whole.length / size) }, (_, index) =>
            whole.slice(index * size, (index + 1) * size),
          )
          expect(await collect(chunks)).toEqual(lines)
        },
      ),
    )
  })

  it('need no newline at the end', async () => {
    expect(await collect([bytes('a\nb')])).toEqual(['a', 'b'])
    expect(await collect([bytes('a\nb\n')])).toEqual(['a', 'b'])
    expect(await collect([])).toEqual([])
  })

  it('that are too long are said to be, and their neighbours are kept', async () => {
    const chunks = ['a\nxxxx', 'xxxx', 'xxxx\nb\nyy', 'yyyyyyyyyy', 'yy'].map(bytes)
    expect(await collect(chunks, 6)).toEqual(['a', '(line too long)', 'b', '(line too long)'])
  })
})
