import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type IngestCosts, measureIngest } from '../../bench/ingest.ts'
import { itemBytes, transactedUnits } from '../../src/runtime/aws/item-size.ts'
import { type Moto, startMoto } from '../support/moto.ts'

describe('what recording costs', () => {
  let moto: Moto
  let costs: IngestCosts
  beforeAll(async () => {
    moto = await startMoto()
    costs = await measureIngest()
  })
  afterAll(async () => await moto.stop())

  it('is at most 2.6 write units per record for fifty records by five principals with two models', () => {
    expect(costs.writeUnitsPerRecord[50]).toBe(2.6)
  })

  it('is known for small batches, which cost more', () => {
    // Three people, one record each: entry, balance and detail. One record: the same three.
    expect(costs.writeUnitsPerRecord[3]).toBe(6)
    expect(costs.writeUnitsPerRecord[1]).toBe(6)
  })

  it('takes at most seven requests to DynamoDB, and two once prices, people and sessions are known', () => {
    expect(costs.requestsPerBatch).toBeLessThanOrEqual(7)
    expect(costs.requestsPerWarmBatch).toBe(2)
  })

  it('leaves a balance below one KiB at the end of a month, and an entry as well, whatever names people have', () => {
    expect(costs.largestBalanceBytes).toBeGreaterThan(500)
    expect(costs.largestBalanceBytes).toBeLessThan(1024)
    expect(costs.largestEntryBytes).toBeLessThan(1024)
  })
})

describe('the size of an item', () => {
  it.each([
    [{ pk: { S: 'é' } }, 4],
    [{ n: { N: '0' } }, 2],
    [{ n: { N: '100' } }, 3],
    [{ n: { N: '1234' } }, 4],
    [{ n: { N: '-12345' } }, 6],
    [{ n: { N: '12000000' } }, 3],
    [{ b: { BOOL: true } }, 2],
    [{ s: { SS: ['ab', 'c'] } }, 4],
    [{ l: { L: [{ S: 'ab' }] } }, 7],
    [{ m: { M: { a: { S: 'bc' } } } }, 8],
  ])('follows the rules of DynamoDB: %j', (item, bytes) => {
    expect(itemBytes(item)).toBe(bytes)
  })

  it('costs two units for each started KiB in a transaction', () => {
    expect([1, 1024, 1025, 4096].map(transactedUnits)).toEqual([2, 2, 4, 8])
  })
})
