import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { samePrice } from '../../src/commands/_prices.ts'
import { checkDiscounts, checkUnset, readDiscounts } from '../../src/commands/_prices-own.ts'
import { checkRegions } from '../../src/commands/_prices-refresh.ts'
import { comparisonText } from '../../src/commands/_view/price-list.ts'
import { pricesScreen } from '../../src/commands/_view/prices.ts'
import { candidatesFrom } from '../../src/provision/price-list/candidates.ts'
import { compare } from '../../src/provision/price-list/compare.ts'
import { readOfferFile } from '../../src/provision/price-list/offer-file.ts'
import { makeBook, noKeptPrices, parseOverride } from '../../src/runtime/domain/money/price-book.ts'

const book = makeBook({
  kept: {
    ...noKeptPrices,
    discounts: [
      { of: '*', multiplier: '0.95', validFrom: '2026-01-01', setAt: '2026-01-01T00:00:00Z', setBy: 'x' },
      { of: '*', multiplier: '0.93', validFrom: '2026-11-01', setAt: '2026-11-01T00:00:00Z', setBy: 'x' },
    ],
  },
  profiles: new Map(),
  assumedCacheTtl: '5m',
})
const today = '2026-11-20'
const widest = (text: string): number =>
  Math.max(...text.split('\n').map((line) => (line.includes('https://') ? 0 : [...line].length)))

describe('typed wrong, refused before anything changes', () => {
  test.each([
    ['anthropic', 'bad-assignment'],
    ['=0.9', 'bad-assignment'],
    ['anthropic=', 'bad-multiplier'],
    ['anthropic=0', 'bad-multiplier'],
    ['anthropic=10.000001', 'bad-multiplier'],
    ['anthropic=0.1234567', 'bad-multiplier'],
    ['anthropic=-0.9', 'bad-multiplier'],
    ['anthropic=10%', 'bad-multiplier'],
  ])('%s', (typed, code) => expect(() => readDiscounts([typed])).toThrow(expect.objectContaining({ code })))

  test('a key twice, no key at all, a day that is none, a region that is none', () => {
    const how = { remove: [], from: undefined, force: false }
    expect(() => readDiscounts(['all=0.9', '*=0.8'])).toThrow('* is given twice')
    expect(() => checkDiscounts([], how)).toThrow(expect.objectContaining({ code: 'no-discount' }))
    expect(() => checkDiscounts([], { ...how, remove: ['all'], from: '2026-02-30' })).toThrow('is no day')
    expect(() => checkUnset({ model: 'x', scope: undefined, from: 'soon' })).toThrow('is no day')
    expect(() => checkRegions(['us-east-1,mars'])).toThrow('"mars" is not an AWS region')
    expect(checkRegions(['us-east-1,eu-central-1', 'us-east-1'])).toEqual(['us-east-1', 'eu-central-1'])
  })

  test('a model in any of its forms is meant by its stem', () => {
    expect(readDiscounts(['us.anthropic.claude-opus-4-6-v1=0.80', 'all=0.9', 'anthropic=1'])).toEqual([
      { of: 'anthropic.claude-opus-4-6', multiplier: '0.80' },
      { of: '*', multiplier: '0.9' },
      { of: 'anthropic', multiplier: '1' },
    ])
  })
})

test('the same price again is the one that is there, however it is written', () => {
  const typed = { cacheRead: undefined, cacheWrite5m: undefined, cacheWrite1h: undefined, scope: undefined }
  const price = (input: string, validFrom = '2026-11-01') =>
    parseOverride({
      model: 'newlab.wonder-9',
      input,
      output: '15',
      ...typed,
      validFrom,
      setAt: '2026-11-02',
      setBy: 'x',
    })
  expect(samePrice(price('3.0'), [price('4'), price('3')])).toEqual(price('3'))
  expect(samePrice(price('3.1'), [price('3')])).toBeUndefined()
  expect(samePrice(price('3', '2026-11-02'), [price('3')])).toBeUndefined()
})

describe('the screen', () => {
  const shown = { book, unpriced: [], today, all: false, screen: 80 }

  test('of the book fits into 80 columns and names discounts in force and what has no tokens', () => {
    const { text } = pricesScreen({ ...shown, model: undefined })
    expect(widest(text)).toBeLessThanOrEqual(80)
    expect(text).toContain('Discount: * × 0.93 from 2026-11-01')
    expect(text).not.toContain('× 0.95')
    expect(text).toMatch(/amazon\.nova-canvas \(0\.\d+ by\s+image\)/)
  })

  test('names the source of each row below the table, by its mark', () => {
    const { text } = pricesScreen({ ...shown, model: 'claude' })
    const marks = [...text.matchAll(/20\d\d-\d\d-\d\d +(\d+|[SL])$/gm)].map(([, mark]) => mark)
    expect(marks.length).toBeGreaterThan(10)
    const known = [...text.matchAll(/^ {2}(\d+|[SL]): \S/gm)].map(([, mark]) => mark)
    expect([...new Set(marks)].toSorted()).toEqual(known.toSorted())
  })

  test('of a list fits into 80 columns too', () => {
    const files = ['AmazonBedrock.us-east-1', 'AmazonBedrockFoundationModels.us-east-1'].map((name) =>
      readOfferFile(readFileSync(new URL(`../cases/price-list/${name}.json`, import.meta.url), 'utf8'), name),
    )
    const regions = ['us-east-1']
    const read = candidatesFrom(files, { stems: book.rates.map(({ stem }) => stem), regions, today })
    const at = { today, setAt: `${today}T00:00:00Z`, setBy: 'x' }
    const found = compare(read, { book, listed: [], regions, ...at })
    const text = comparisonText(found, { sources: [], published: ['2026-11-18T12:00:00Z'], regions, width: 80 })
    expect(widest(text)).toBeLessThanOrEqual(80)
    expect(text).toContain('AWS’s price list for us-east-1 of 2026-11-18')
    expect(text).toContain('Palmyra Vision 9: no model id is known for this name')
  })
})
