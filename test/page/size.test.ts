import { beforeAll, describe, expect, test } from 'vitest'
import type { PageData } from '../../src/runtime/page/reading.ts'
import { pageEverybody, pageModels } from '../../src/runtime/usecases/page-everybody.ts'
import { pageSpend } from '../../src/runtime/usecases/page-spend.ts'
import { PageWorld, pageAdmin } from '../support/page-data.ts'
import { accessClaims, bodyOf, page } from './served.ts'

/** What a function may answer at once: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const LAMBDA_BYTES = 6 * 1024 * 1024

describe('five hundred principals with a month of spend', () => {
  let data: PageData
  beforeAll(async () => {
    const world = new PageWorld()
    await world.limit('*=50')
    await world.limit('account=9000')
    await world.fill(Array.from({ length: 500 }, (_, number) => `session/AWSReservedSSO_Developers/person-${number}`))
    const room = world.room()
    const [spend, everybody, models] = await Promise.all([
      pageSpend(room, pageAdmin),
      pageEverybody(room, pageAdmin),
      pageModels(room, pageAdmin),
    ])
    data = { spend: async () => spend, everybody: async () => everybody, models: async () => models }
  })

  test.each(['everybody', 'models'])('fit into one answer of /api/%s, packed or not', async (what) => {
    const { ask, users } = page({ data })
    await users.put({ ...pageAdmin, sub: 'admin-sub' })
    const claims = accessClaims('admin-sub')
    const plain = await ask(`/api/${what}`, { claims })
    const packed = await ask(`/api/${what}`, { claims, headers: { 'accept-encoding': 'gzip, br' } })
    expect(plain.statusCode).toBe(200)
    expect(JSON.stringify(plain).length).toBeLessThan(LAMBDA_BYTES / 2)
    expect(JSON.stringify(packed).length).toBeLessThan(LAMBDA_BYTES / 10)
    expect(bodyOf(packed).length).toBe(bodyOf(plain).length)
  })
})
