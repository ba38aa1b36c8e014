import { readFileSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { documentOf, root, run } from '../support/cli.ts'

const samples = join(root, 'test/cases/records.jsonl')
const text = readFileSync(samples)
const expected = JSON.parse(readFileSync(join(root, 'test/cases/expected.json'), 'utf8')) as {
  summary: Record<string, number>
  records: { requestId: string; kind: string; principal: string; model: string; scope: string; usd: string }[]
}

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'analyze-'))
})
afterAll(() => rm(folder, { recursive: true }))

describe('analyze', () => {
  test('gives one line for every counted request, with the principal, model, scope and exact dollars of the samples', async () => {
    const ran = await run(['analyze', samples, '--charges', '--json'])
    expect(ran.code).toBe(0)
    const lines = ran.stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>)
    const shown = lines.map(({ requestId, principal, model, scope, usd }) => ({
      requestId,
      principal,
      model,
      scope,
      usd,
    }))
    const counted = expected.records.filter((record) => record.kind === 'counted')
    expect(shown.map(({ requestId }) => requestId)).toEqual(counted.map(({ requestId }) => requestId))
    const priced = counted.filter(({ usd }) => usd !== undefined)
    expect(shown.filter(({ requestId }) => priced.some((one) => one.requestId === requestId))).toEqual(
      priced.map(({ requestId, principal, model, scope, usd }) => ({ requestId, principal, model, scope, usd })),
    )
  })

  test('counts with the settings of a guard: the time of cache writes, whose sessions are people, which sources', async () => {
    const call = (id: string, session: string) =>
      JSON.stringify({
        schemaType: 'ModelInvocationLog',
        timestamp: '2026-11-18T02:10:00Z',
        accountId: '123456789012',
        region: 'us-east-1',
        requestId: id,
        operation: 'InvokeModel',
        modelId: 'global.anthropic.claude-opus-4-7',
        input: { inputTokenCount: 0, cacheWriteInputTokenCount: 1_000_000 },
        output: { outputTokenCount: 0 },
        identity: { arn: `arn:aws:sts::123456789012:assumed-role/Developer/${session}` },
        requestMetadata: { source: 'notebook' },
      })
    const input = Buffer.from(`${call('a', 'sato')}\n${call('b', 'kato')}\n`)
    const plain = documentOf(await run(['analyze', '-', '--json'], { input }))
    expect(plain).toMatchObject({
      totalUsd: '12.5',
      principals: [{ principal: 'role/Developer', sources: { other: '12.5' } }],
    })
    const given = ['--assume-cache-ttl', '1h', '--session-role', 'Dev*', '--source', 'notebook']
    expect(documentOf(await run(['analyze', ...given, '-', '--json'], { input }))).toMatchObject({
      totalUsd: '20',
      principals: [
        { principal: 'session/Developer/kato', usd: '10', sources: { notebook: '10' } },
        { principal: 'session/Developer/sato', usd: '10' },
      ],
    })
    const refused = await run(['analyze', '-', '--session-role', 'no role', '--json'], { input })
    expect(refused.code).toBe(2)
    expect(refused.stdout).toContain('is not a role name')
  })

  test('gives one document that agrees with the samples', async () => {
    const document = documentOf(await run(['analyze', samples, '--json']))
    const { counted, failed, duplicates, malformed, ignored } = expected.summary
    expect(document).toMatchObject({ requests: counted, failed, duplicates, malformed, ignored })
    expect(Object.keys(document)).toEqual([
      'totalUsd',
      'requests',
      'failed',
      'duplicates',
      'malformed',
      'ignored',
      'unpriced',
      'principals',
    ])
  })

  test('reads gzip, standard input and a folder as S3 holds it, and passes over the bodies beside the records', async () => {
    const hour = join(folder, 'AWSLogs/123456789012/BedrockModelInvocationLogs/us-east-1/2026/11/18/02')
    await mkdir(join(hour, 'data'), { recursive: true })
    await writeFile(join(hour, '20261118T020000000Z_0123456789abcdef.json.gz'), gzipSync(text))
    await writeFile(join(hour, 'data', 'x_input.json.gz'), gzipSync('{"messages":[]}'))
    const [file, s3, piped, zipped] = await Promise.all([
      run(['analyze', samples, '--json']),
      run(['analyze', folder, '--json']),
      run(['analyze', '--json'], { input: text }),
      run(['analyze', '-', '--json'], { input: gzipSync(text) }),
    ])
    expect(s3.stdout).toBe(file.stdout)
    expect(piped.stdout).toBe(file.stdout)
    expect(zipped.stdout).toBe(file.stdout)
  })

  test('counts what came before the end of a cut gzip, says so, and exits 1', async () => {
    const whole = gzipSync(Buffer.concat([text, text]), { level: 1 })
    const path = join(folder, 'cut.gz')
    await writeFile(path, whole.subarray(0, whole.length - 200))
    const ran = await run(['analyze', path, '--json'])
    expect(ran.code).toBe(1)
    expect(ran.stderr).toContain('ends early')
    expect(documentOf(ran)['requests']).toBeGreaterThan(0)
  })

  test('shows a table of at most 80 columns, but for names that are longer', async () => {
    const ran = await run(['analyze', samples])
    expect(ran.code).toBe(0)
    expect(ran.stdout).toMatchInlineSnapshot(`
      "PRINCIPAL                   USD  REQUESTS    INPUT  OUTPUT  CACHE READ    WRITE
      user/tanaka                0.76        13  114,423  10,021      40,000   33,479
      role/team-a-bedrock-role   0.75         3    1,001   2,500     300,000  100,000
      user/yamada                0.64         3  101,010  23,000           0        0
      user/suzuki                0.47         3      314   4,000     122,000   63,500
      role/app-us-east-1-lambdaRole
                                 0.01         1      219     109           0        0
      federated/bob             <0.01         1       10      10           0        0
      root/123456789012         <0.01         1       10      10           0        0
      session/AWSReservedSSO_Developer_0123456789abcdef/kato@example.com
                                <0.01         1       10      10           0        0
      unattributed              <0.01         1       10      10           0        0
      user/BedrockAPIKey-ab12   <0.01         1       10      10           0        0

      Total 2.63 dollars for 28 requests, of it 0.18 assumed.
      No price is known for arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/a1b2c3d4e5f6 (1 requests): the dearest rate of its provider is assumed.
      No price is known for newlab.wonder-9 (1 requests): the dearest rate of its provider is assumed.
      1 failed calls (free of charge)
      1 duplicates (counted once)
      2 malformed (not JSON: 1, inputTokenCount is no count of tokens: 1)
      2 ignored (not invocations)
      Estimate at list price, before tax, credits and private discounts.
      "
    `)
  })

  test('by day says whose days they are, and that AWS bills others', async () => {
    const ran = await run(['analyze', samples, '--by', 'day', '--timezone', 'Asia/Tokyo'])
    expect(ran.stdout).toMatch(/\nEstimate at list price, .*\nDays are of Asia\/Tokyo; AWS bills months of UTC\.\n$/)
  })

  test('refuses what it cannot read with a way out', async () => {
    const [path, zone, empty] = await Promise.all([
      run(['analyze', '/nowhere', '--json']),
      run(['analyze', samples, '--timezone', 'Mars/Base', '--json']),
      run(['analyze', '--json'], { input: '' }),
    ])
    expect([path.code, zone.code]).toEqual([2, 2])
    expect(documentOf(path)).toMatchObject({ error: { code: 'no-such-path' } })
    expect(documentOf(zone)).toMatchObject({ error: { code: 'bad-time-zone' } })
    expect(documentOf(empty)).toMatchObject({ requests: 0, totalUsd: '0' })
  })
})
