import { describe, expect, it } from 'vitest'
import { fnv1a32, hash64 } from '../../src/runtime/domain/base/hash.ts'
import { chargeFor, contentHash, failedCallFor, labelOf } from '../../src/runtime/domain/metering/charge.ts'
import { parseRecord, type Usage } from '../../src/runtime/domain/metering/usage.ts'
import { parseUsd, zero } from '../../src/runtime/domain/money/money.ts'
import { makeBook, noKeptPrices, parseOverride } from '../../src/runtime/domain/money/price-book.ts'
import { ACCOUNT, charging } from './metering.ts'

const PROFILE = `arn:aws:bedrock:us-east-1:${ACCOUNT}:application-inference-profile/a1b2c3d4e5f6`

function usageOf(more: Readonly<Record<string, unknown>> = {}): Usage {
  const parsed = parseRecord(
    JSON.stringify({
      schemaType: 'ModelInvocationLog',
      timestamp: '2026-10-31T23:59:59Z',
      accountId: ACCOUNT,
      region: 'us-east-1',
      requestId: 'r-1',
      operation: 'Converse',
      modelId: PROFILE,
      identity: { arn: `arn:aws:sts::${ACCOUNT}:assumed-role/team/sato` },
      input: { inputTokenCount: 1000, cacheWriteInputTokenCount: 10 },
      output: { outputTokenCount: 10 },
      requestMetadata: { source: 'my-tool' },
      ...more,
    }),
    { account: ACCOUNT },
  )
  if (parsed.kind !== 'usage') throw new Error(parsed.kind)
  return parsed.usage
}

const profiles = new Map([[PROFILE, { model: 'anthropic.claude-sonnet-4-6', scope: 'regional' as const }]])
const book = (parts: Partial<Parameters<typeof makeBook>[0]>) =>
  makeBook({ kept: noKeptPrices, profiles: new Map(), assumedCacheTtl: '5m', ...parts })

describe('a charge', () => {
  it('is complete: who, what, when in the guard’s zone, how much', () => {
    expect(chargeFor(usageOf(), charging({ book: book({ profiles }) }))).toMatchObject({
      requestId: 'r-1',
      month: '2026-11',
      day: '2026-11-01',
      principal: 'role/team',
      model: 'anthropic.claude-sonnet-4-6',
      loggedModel: PROFILE,
      scope: 'regional',
      rateId: 'anthropic.claude-sonnet-4-6/regional/standard/default/2023-01-01',
      label: 'other',
      cost: parseUsd('0.00350625'),
      assumed: zero,
    })
  })

  it('is wholly assumed where the price is', () => {
    const charge = chargeFor(usageOf(), charging())
    expect(charge.assumed).toBe(charge.cost)
    expect(charge.cost).toBe(parseUsd('0.0159375'))
    expect(charge.model).toBe(PROFILE)
  })

  it('has a content that no setting changes', () => {
    const override = parseOverride({
      model: PROFILE,
      scope: 'both',
      input: '1',
      output: '2',
      cacheRead: '1',
      cacheWrite5m: '1',
      cacheWrite1h: '1',
      validFrom: '2026-01-01',
      setAt: '2026-01-01T00:00:00Z',
      setBy: 'somebody',
    })
    const hashes = [
      charging(),
      charging({ book: book({ profiles }) }),
      charging({ book: book({ kept: { ...noKeptPrices, overrides: [override] }, assumedCacheTtl: '1h' }) }),
      charging({ sessionRoles: ['*'] }),
      charging({ labels: ['my-tool'] }),
      charging({ zoning: [{ from: '0000-00', zone: 'UTC' }] }),
    ].map((how) => contentHash(chargeFor(usageOf(), how)))
    expect(new Set(hashes)).toEqual(new Set([hashes[0]]))
    expect(hashes[0]).toMatch(/^[0-9a-f]{16}$/)
  })

  it('is the same whether or not the reader understood tier and units', () => {
    const usage = usageOf()
    const hash = contentHash(chargeFor(usage, charging()))
    expect(contentHash(chargeFor({ ...usage, tier: 'flex', units: { images: 2 } }, charging()))).toBe(hash)
  })

  it('has another content when the record said something else', () => {
    const hash = (more: Readonly<Record<string, unknown>>) => contentHash(chargeFor(usageOf(more), charging()))
    const hashes = [
      hash({}),
      hash({ modelId: 'global.anthropic.claude-opus-4-7' }),
      hash({ modelId: 'us.anthropic.claude-opus-4-7' }),
      hash({ identity: { arn: `arn:aws:sts::${ACCOUNT}:assumed-role/team/other` } }),
      hash({ output: { outputTokenCount: 11 } }),
      hash({ input: { inputTokenCount: 1000, cacheReadInputTokenCount: 10 } }),
    ]
    expect(new Set(hashes).size).toBe(hashes.length)
  })
})

describe('a failed call', () => {
  it('is counted for the same principal and month as a charge would be', () => {
    const parsed = parseRecord(
      JSON.stringify({
        schemaType: 'ModelInvocationLog',
        timestamp: '2026-10-31T23:59:59Z',
        accountId: ACCOUNT,
        requestId: 'r-2',
        identity: { arn: `arn:aws:sts::${ACCOUNT}:assumed-role/AWSReservedSSO_Dev_0/sato` },
        errorCode: 'ThrottlingException',
      }),
      { account: ACCOUNT },
    )
    if (parsed.kind !== 'failed') throw new Error(parsed.kind)
    expect(failedCallFor(parsed, charging())).toEqual({
      requestId: 'r-2',
      at: Date.UTC(2026, 9, 31, 23, 59, 59),
      month: '2026-11',
      principal: 'session/AWSReservedSSO_Dev_0/sato',
      code: 'ThrottlingException',
    })
  })
})

describe('a label', () => {
  it('is one of those configured, other, or none', () => {
    const labels = ['claude-code']
    expect(['claude-code', 'Claude-Code', '__proto__', undefined].map((source) => labelOf(source, labels))).toEqual([
      'claude-code',
      'other',
      'other',
      'none',
    ])
  })
})

describe('hashes', () => {
  it('are FNV-1a as published', () => {
    // http://www.isthe.com/chongo/src/fnv/test_fnv.c
    expect(['', 'a', 'foobar'].map(fnv1a32)).toEqual([0x811c9dc5, 0xe40c292c, 0xbf9cf968])
  })

  it('of 64 bits differ for texts that differ', () => {
    const texts = Array.from({ length: 20_000 }, (_, index) => `${'x'.repeat(index % 40)}${index}`)
    expect(new Set(texts.map(hash64)).size).toBe(new Set(texts).size)
    expect(hash64('a')).toMatch(/^[0-9a-f]{16}$/)
  })
})
