/** Somebody has removed a part of the guard by hand, whichever: the teardown does the rest and leaves nothing. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Inputs, Resource } from '../../src/provision/engine/resource.ts'
import { type Moto, startMoto } from '../support/moto.ts'
import { leftOvers, wholeStack } from './everything.ts'
import { archive, configure, logging } from './mortal.ts'
import { scopeOf, settingsOf, succeeded, type World, world } from './world.ts'

let moto: Moto
beforeAll(async () => {
  moto = await startMoto()
})
afterAll(() => moto.stop())

// The bare emulator keeps no tags of dashboards.
const scope = scopeOf(settingsOf({ emails: ['ops@example.com'], cloudwatchDashboard: false, alarms: false }))
const kinds = [
  ...['table', 'manifest', 'log-group', 'role', 'bedrock-logging', 'topic', 'policy', 'group', 'queue'],
  ...['function', 'log-subscription', 'schedule-group', 'schedule'],
]
const kindOf = ({ id }: Resource): string => id.slice(0, id.indexOf('/'))

/** As somebody in the console would: what takes several steps (protection off, then delete) is done to its end. */
async function removeByHand(resource: Resource, aws: World): Promise<void> {
  const facts = await aws.manifest(scope).facts()
  const inputs: Inputs = { ...scope, remembered: (id) => facts.get(id) }
  const doing = { tags: {}, remember: async () => {}, say: () => {}, answer: () => {} }
  for (let tries = 0; tries < 5; tries++) {
    const seen = await resource.read(inputs)
    if (seen.state !== 'present' || resource.isOurs?.(seen.actual, inputs) === false) return
    if (resource.restore) await resource.restore(seen.actual, doing, inputs)
    else await resource.remove(seen.actual, doing, inputs)
  }
  throw new Error(`${resource.id} is still there`)
}

describe('a teardown of a guard of which somebody has removed', () => {
  test('the kinds of parts that are tried are all there are', async () => {
    const found = new Set((await wholeStack(world(), scope)).map(kindOf))
    expect([...found].filter((kind) => !kinds.includes(kind) && !OTHERS.includes(kind))).toEqual([])
  })

  test.each(kinds)('a %s, removes the rest, and again finds nothing', async (kind) => {
    await moto.reset()
    await configure()
    const aws = world()
    succeeded((await aws.install(await wholeStack(aws, scope), scope)).outcome)
    const part = (await wholeStack(aws, scope)).filter((one) => kindOf(one) === kind).at(-1)
    if (part === undefined) throw new Error(`no ${kind} in the stack`)
    await removeByHand(part, aws)
    succeeded((await aws.teardown(await wholeStack(aws, scope), scope, true)).outcome)
    expect(await leftOvers(aws.clients, 'cg-test')).toEqual([])
    // Whose table is gone has nothing that remembers what the account logged before.
    if (kind !== 'table' && kind !== 'manifest') expect(await logging()).toEqual(archive)
    expect((await aws.teardown(await wholeStack(aws, scope), scope, true)).plan.steps).toEqual([])
  })
})

/** Only where the settings ask for them, or gone with their topic; their own life is in their own tests. */
const OTHERS = ['topic-mail', 'log-bucket', 'log-key', 'key-alias', 'alarm', 'dashboard', 'topic-alarms']
