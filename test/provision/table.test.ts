import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { isReadOnly } from '../../src/provision/clients.ts'
import { manifestRecord } from '../../src/provision/resources/manifest-record.ts'
import { tableResource } from '../../src/provision/resources/table.ts'
import { type Moto, startMoto } from '../support/moto.ts'
import { succeeded, told, type World, world } from './world.ts'

let moto: Moto
let aws: World
beforeAll(async () => {
  moto = await startMoto()
})
afterAll(() => moto.stop())
beforeEach(async () => {
  await moto.reset()
  aws = world()
})

const stack = (overrides = {}) => {
  const scope = aws.scope(overrides)
  return {
    scope,
    list: [tableResource(aws.clients, scope), manifestRecord(aws.manifest(scope), scope, '1.0.0')],
    name: scope.names.table,
  }
}

describe('the life of the table', () => {
  test('it is made, and the same plan again changes nothing and writes nothing', async () => {
    const { scope, list } = stack()
    const first = await aws.install(list, scope)
    succeeded(first.outcome)
    expect(told(first.plan)).toEqual(['create DynamoDB table', 'create settings record'])
    aws.calls.length = 0
    const again = await aws.install(list, scope)
    succeeded(again.outcome)
    expect(told(again.plan)).toEqual(['keep DynamoDB table', 'keep settings record'])
    expect(aws.calls.filter((call) => !isReadOnly(call.operation))).toEqual([])
  })
})
