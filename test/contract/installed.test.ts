import { afterAll, beforeAll, expect, test } from 'vitest'
import { ownCostInput } from '../../src/commands/_view/monthly-cost.ts'
import type { AwsClients } from '../../src/provision/clients.ts'
import type { Settings } from '../../src/provision/guard.ts'
import { manifestStore } from '../../src/provision/manifest-store.ts'
import { defaultSettings } from '../../src/provision/settings.ts'
import { readInstalled } from '../../src/runtime/aws/dynamo-installed.ts'
import { ownCost } from '../../src/runtime/domain/money/own-cost.ts'
import { type Moto, startMoto } from '../support/moto.ts'
import { freshTable, newDynamo, TestClock } from './world.ts'

let moto: Moto
beforeAll(async () => {
  moto = await startMoto()
})
afterAll(() => moto.stop())

test('the mail learns the alias and the guard’s own cost from what init saved, the same sum as the plan shows', async () => {
  const client = newDynamo()
  const table = await freshTable(client)
  const clients = { dynamo: async () => client } as unknown as AwsClients
  const team = (settings: Settings) => {
    const input = ownCostInput(settings)
    return { cost: ownCost(input).total, month: { people: input.people, requests: input.requestsPerMonth } }
  }
  const empty = await readInstalled({ client, table })
  expect([empty.alias, empty.ownCost({ people: 1, requests: 1 })]).toEqual([undefined, undefined])

  const plain = { ...defaultSettings('cost-guard'), emails: ['a@example.com'] }
  const dear: Settings = {
    ...plain,
    checkMinutes: 5,
    alarms: !plain.alarms,
    cloudwatchDashboard: !plain.cloudwatchDashboard,
    kmsKey: 'own',
    s3: { bucket: undefined, expireDays: 30, largeBodies: false },
    bodies: { ...plain.bodies, text: true },
    emails: ['a@example.com', 'b@example.com'],
  }
  let alias: string | undefined = 'acme-dev'
  const store = manifestStore({ clients, table, clock: new TestClock('2026-11-20T09:00:00Z'), alias: () => alias })
  for (const settings of [plain, dear]) {
    await store.saveSettings(settings, '1.0.0')
    const installed = await readInstalled({ client, table })
    const { cost, month } = team(settings)
    expect(installed.alias).toBe('acme-dev')
    expect(installed.ownCost(month)).toBe(cost)
  }
  expect(team(dear).cost).not.toBe(team(plain).cost)
  // An admin who may not read the alias does not take it away.
  alias = undefined
  await store.saveSettings(plain, '1.0.0')
  expect((await readInstalled({ client, table })).alias).toBe('acme-dev')
})
