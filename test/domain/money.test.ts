import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { GuardError } from '../../src/runtime/domain/base/guard-error.ts'
import {
  add,
  divideHalfEven,
  parseUsd,
  percentOf,
  pico,
  subtract,
  sum,
  toCents,
  toDecimal,
} from '../../src/runtime/domain/money/money.ts'

const refused = (text: string): string => {
  try {
    return toDecimal(parseUsd(text))
  } catch (error) {
    if (error instanceof GuardError) return error.code
    throw error
  }
}

describe('an amount that is typed', () => {
  it.each([
    ['50', '50'],
    ['$50', '50'],
    [' 12.50 ', '12.5'],
    ['0', '0'],
    ['0.000000000001', '0.000000000001'],
    ['1000000000000', '1000000000000'],
    ['007', '7'],
  ])('"%s" is %s dollars', (text, decimal) => {
    expect(refused(text)).toBe(decimal)
  })

  it.each([
    '',
    '-1',
    '+1',
    '1e3',
    'NaN',
    'Infinity',
    '1,000',
    '1.',
    '.5',
    '0x10',
    '1 000',
    '1000000000001',
    '0.0000000000001',
    '５０',
    '$',
    '$$5',
  ])('"%s" is refused', (text) => {
    expect(refused(text)).toBe('bad-amount')
  })
})

describe('an amount for programs', () => {
  it('is the shortest exact decimal', () => {
    expect(
      [0n, 1n, 10n ** 12n, 1_500_000_000_000n, -500_000_000_000n].map((amount) => toDecimal(pico(amount))),
    ).toEqual(['0', '0.000000000001', '1', '1.5', '-0.5'])
  })

  it('is read back as it was', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 24n }), (amount) => {
        expect(parseUsd(toDecimal(pico(amount)))).toBe(amount)
      }),
    )
  })
})

describe('an amount for people', () => {
  const cent = 10n ** 10n
  it.each([
    [0n, '0.00'],
    [1n, '<0.01'],
    [cent - 1n, '<0.01'],
    [cent, '0.01'],
    [cent + cent / 2n, '0.02'],
    [2n * cent + cent / 2n, '0.02'],
    [2n * cent + cent / 2n + 1n, '0.03'],
    [123_456_789n * cent, '1,234,567.89'],
    [100n * cent, '1.00'],
    [-123_456n * cent, '-1,234.56'],
  ])('%s pico-dollars are %s', (amount, text) => {
    expect(toCents(pico(amount))).toBe(text)
  })

  it('is rounded half to even, below zero as above', () => {
    expect([5n, 15n, 25n, -5n, -15n, -25n, 14n, 16n].map((value) => divideHalfEven(value, 10n))).toEqual([
      0n,
      2n,
      2n,
      0n,
      -2n,
      -2n,
      1n,
      2n,
    ])
  })

  it('never shows a hundred percent before the limit is reached', () => {
    expect(percentOf(pico(999_999n), pico(1_000_000n))).toBe(99)
    expect(percentOf(pico(1_000_000n), pico(1_000_000n))).toBe(100)
    expect(percentOf(pico(1n), pico(0n))).toBeUndefined()
  })
})

describe('sums', () => {
  const amounts = fc.array(fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }).map(pico))

  it('do not depend on order or grouping', () => {
    fc.assert(
      fc.property(amounts, amounts, (some, others) => {
        expect(sum([...some, ...others])).toBe(add(sum(others), sum(some)))
        expect(subtract(sum([...some, ...others]), sum(others))).toBe(sum([...some].reverse()))
      }),
    )
  })
})
