import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Moto, startMoto } from '../support/moto.ts'
import { leftOvers } from './everything.ts'
import { archive, configure, logging, mortalGuard, survivesCutOffs } from './mortal.ts'
import { succeeded, world } from './world.ts'

const { scope, init, teardown, teardownWithData } = mortalGuard({ alarms: false })

survivesCutOffs('teardown', { scope, before: [init], run: teardown, isPartOfMore: true })
survivesCutOffs('teardown with data', { scope, before: [init], run: teardownWithData })

describe('a guard that was torn down with its data', () => {
  let moto: Moto
  beforeAll(async () => {
    moto = await startMoto()
  })
  afterAll(() => moto.stop())

  test('leaves nothing of itself, and the account’s logging is as it was', async () => {
    await configure()
    await init(world())
    expect((await leftOvers(world().clients, 'cg-test')).length).toBeGreaterThan(30)
    succeeded((await teardownWithData(world())).outcome as never)
    expect(await leftOvers(world().clients, 'cg-test')).toEqual([])
    expect(await logging()).toEqual(archive)
  })
})
