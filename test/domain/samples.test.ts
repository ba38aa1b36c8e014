import { describe, expect, it } from 'vitest'
import { chargeFor } from '../../src/runtime/domain/metering/charge.ts'
import { parseRecord } from '../../src/runtime/domain/metering/usage.ts'
import { parseUsd, sum, toDecimal } from '../../src/runtime/domain/money/money.ts'
import { Analysis, type ChargeLine } from '../../src/runtime/usecases/analyze.ts'
import { charging, expectedSamples, sampleLines } from './metering.ts'

const analyzed = () => {
  const analysis = new Analysis({ ...charging(), account: undefined })
  const charges: ChargeLine[] = []
  for (const line of sampleLines()) analysis.add(line, (charge) => charges.push(charge))
  analysis.endFile()
  return { analysis, charges }
}

describe('the sample records', () => {
  const { summary, records } = expectedSamples()
  const counted = records.filter((record) => record.kind === 'counted')
  const byId = new Map(
    sampleLines()
      .map((line) => parseRecord(line, { account: '123456789012' }))
      .flatMap((parsed) => (parsed.kind === 'usage' ? [[parsed.usage.requestId, parsed.usage] as const] : [])),
  )

  it.each(counted.map((record) => [record.note, record] as const))('%s', (_note, record) => {
    const usage = byId.get(record.requestId ?? '')
    if (usage === undefined) throw new Error('the record was not read as usage')
    const charge = chargeFor(usage, charging())

    expect(charge.principal).toBe(record.principal)
    expect(charge.assumed > 0n).toBe(record.unpriced === true)
    if (record.unpriced) return
    const { cacheWriteUnknown, ...tokens } = usage.tokens
    expect({ ...tokens, cacheWrite5m: tokens.cacheWrite5m + cacheWriteUnknown }).toEqual(record.tokens)
    expect(charge.month).toBe(record.monthInTokyo)
    expect(usage.source ?? null).toBe(record.source)
    expect({ model: charge.model, scope: charge.scope }).toEqual({ model: record.model, scope: record.scope })
    expect(toDecimal(charge.cost)).toBe(record.usd)
  })

  it('give one line per counted request, in order, and nothing for the others', () => {
    const { charges } = analyzed()
    expect(charges.map((charge) => charge.requestId)).toEqual(counted.map((record) => record.requestId))
    const priced = counted.filter((record) => !record.unpriced)
    expect(
      charges
        .filter((charge) => !charge.unpriced)
        .map(({ requestId, principal, model, scope, usd }) => ({
          requestId,
          principal,
          model,
          scope,
          usd,
        })),
    ).toEqual(
      priced.map(({ requestId, principal, model, scope, usd }) => ({ requestId, principal, model, scope, usd })),
    )
    expect(charges.filter((charge) => charge.unpriced).map((charge) => charge.model)).toEqual([
      'newlab.wonder-9',
      'arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/a1b2c3d4e5f6',
    ])
  })

  it('add up to the summary, the priced money exactly', () => {
    const { analysis, charges } = analyzed()
    const result = analysis.result()

    expect({
      counted: result.requests,
      failed: result.failed,
      duplicates: result.duplicates,
      malformed: result.malformed,
      ignored: result.ignored,
    }).toEqual({
      counted: summary.counted,
      failed: summary.failed,
      duplicates: summary.duplicates,
      malformed: summary.malformed,
      ignored: summary.ignored,
    })
    const priced = sum(charges.filter((charge) => !charge.unpriced).map((charge) => parseUsd(charge.usd)))
    expect(toDecimal(priced)).toBe(summary.pricedUsd)
    const { total, assumed } = analysis.money
    expect(total - assumed).toBe(priced)
    expect(result.totalUsd).toBe(toDecimal(total))
  })

  it('stay the same when every line is delivered three times', () => {
    const analysis = new Analysis({ ...charging(), account: '123456789012' })
    for (const line of [...sampleLines(), ...sampleLines(), ...sampleLines()]) analysis.add(line)
    const once = analyzed().analysis.result()

    expect(analysis.result()).toEqual({
      ...once,
      duplicates: 3 * (28 + 1 + 1) - 28 - 1,
      malformed: 3 * once.malformed,
      ignored: 3 * once.ignored,
    })
  })
})
