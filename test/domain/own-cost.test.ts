import { describe, expect, test } from 'vitest'
import { parseUsd, sum, toDecimal } from '../../src/runtime/domain/money/money.ts'
import { OWN_PRICES, type OwnCostInput, ownCost } from '../../src/runtime/domain/money/own-cost.ts'
import { OWN_PRICE_SOURCES, OWN_PRICES_READ } from '../../src/runtime/domain/money/own-cost-sources.ts'

/** 20 people, 200 calls each on 22 days, everything that is on by default. */
const team: OwnCostInput = {
  people: 20,
  requestsPerMonth: 88_000,
  checkMinutes: 1,
  alarms: true,
  dashboard: true,
  ownKey: false,
}
const partOf = (input: OwnCostInput, what: string) => {
  const part = ownCost(input).parts.find((one) => one.what === what)
  return part === undefined ? undefined : toDecimal(part.usd)
}

describe('what the guard itself costs', () => {
  test('a team of twenty pays less than three dollars a month with everything on by default', () => {
    expect(ownCost(team).total).toBeLessThan(parseUsd('3'))
    // Not because something was forgotten.
    expect(ownCost(team).total).toBeGreaterThan(parseUsd('2'))
  })

  test('the sum is the sum of its parts, to the last pico-dollar', () => {
    const { parts, total } = ownCost({ ...team, ownKey: true, s3: true, bodies: true })
    expect(sum(parts.map(({ usd }) => usd))).toBe(total)
    expect(parts.length).toBe(new Set(parts.map(({ what }) => what)).size)
  })

  test('alarms cost ten cents for each metric in them, eleven metrics with an S3 copy', () => {
    expect(partOf(team, 'Alarms')).toBe('1')
    expect(partOf({ ...team, s3: true }, 'Alarms')).toBe('1.1')
    expect(partOf({ ...team, alarms: false }, 'Alarms')).toBeUndefined()
  })

  test('two metrics are paid all month; the third is written only while somebody cannot be blocked', () => {
    expect(partOf(team, 'Custom metrics')).toBe('0.6')
  })

  test('the dashboard is named and free; an account with three others pays three dollars more', () => {
    expect(partOf(team, 'Dashboard')).toBe('0')
    expect(OWN_PRICES.dashboard).toEqual(['3.00', 1])
    expect(partOf({ ...team, dashboard: false }, 'Dashboard')).toBeUndefined()
  })

  test('each call is asked for again by every catch-up of the two hours after it, a consistent unit each time', () => {
    const reads = (requestsPerMonth: number) =>
      Number(partOf({ ...team, requestsPerMonth, checkMinutes: 60 }, 'DynamoDB reads'))
    const [million, two] = [reads(1_000_000), reads(2_000_000)]
    expect(two - million).toBeGreaterThanOrEqual((8 * 1_000_000 * 0.125) / 1e6)
  })

  test('the page costs a team of twenty a few cents, and nothing where there is none', () => {
    // 5,280 requests: 0.00528 API, 0.001056 and 0.00704 Lambda, 0.00396 reads, 0.002376 logs.
    expect(Number(partOf({ ...team, page: true }, 'Page'))).toBeCloseTo(0.01971, 4)
    expect(partOf(team, 'Page')).toBeUndefined()
  })

  test('a key of its own costs a dollar and its requests', () => {
    expect(Number(partOf({ ...team, ownKey: true }, 'KMS key'))).toBeGreaterThan(1)
    expect(partOf(team, 'KMS key')).toBeUndefined()
  })

  test('a copy in S3 costs an object for each batch and what it keeps, bodies and all', () => {
    const busy = { ...team, s3: true }
    const small = Number(partOf(busy, 'S3 copy'))
    // At most one object every five seconds of the working time, and never more than one a call.
    expect(small).toBeGreaterThan(0.2)
    expect(small).toBeLessThan(0.88 * 0.5)
    expect(Number(partOf({ ...busy, bodies: true }, 'S3 copy'))).toBeGreaterThan(small)
    expect(partOf(team, 'S3 copy')).toBeUndefined()
  })

  test('checking every minute does not ask the key: only records and mails do', () => {
    const withKey = { ...team, ownKey: true }
    expect(partOf({ ...withKey, checkMinutes: 60 }, 'KMS key')).toBe(partOf(withKey, 'KMS key'))
    expect(Number(partOf({ ...withKey, addresses: 50 }, 'KMS key'))).toBeGreaterThan(Number(partOf(withKey, 'KMS key')))
  })

  test('logging bodies, checking more often and more calls each cost more; nobody using it still costs its checks', () => {
    const { total } = ownCost(team)
    expect(ownCost({ ...team, bodies: true }).total).toBeGreaterThan(total)
    expect(ownCost({ ...team, checkMinutes: 5 }).total).toBeLessThan(total)
    expect(ownCost({ ...team, requestsPerMonth: 440_000 }).total).toBeGreaterThan(total)
    const idle = ownCost({ ...team, people: 0, requestsPerMonth: 0 })
    expect(idle.total).toBeLessThan(total)
    expect(idle.parts.map(({ what }) => what)).not.toContain('Invocation log')
    expect(idle.parts.map(({ what }) => what)).toContain('DynamoDB reads')
  })

  test('each price says where and when it was read', () => {
    expect(Object.keys(OWN_PRICE_SOURCES).sort()).toEqual(Object.keys(OWN_PRICES).sort())
    for (const source of Object.values(OWN_PRICE_SOURCES)) expect(source).toMatch(/^https:\/\/aws\.amazon\.com\//)
    expect(OWN_PRICES_READ).toMatch(/^\d{4}-\d{2}$/)
  })
})
