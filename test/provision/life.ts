/** The life every resource must be able to lead, on the emulator, through the real engine. */
import { expect } from 'vitest'
import { isReadOnly } from '../../src/provision/clients.ts'
import { differencesOf, type Plan, type Step } from '../../src/provision/engine/plan.ts'
import type { Resource, ResourceId } from '../../src/provision/engine/resource.ts'
import { type Scope, succeeded, type World } from './world.ts'

// biome-ignore lint/suspicious/noExplicitAny: resources of different kinds in one list, as the stack holds them
export type AnyResource = Resource<any, any>

export const stepOf = (plan: Plan, id: ResourceId): Step | undefined => plan.steps.find((step) => step.id === id)

export const fieldsOf = (plan: Plan, id: ResourceId): readonly string[] => {
  const step = stepOf(plan, id)
  return step === undefined ? [] : differencesOf(step).map((difference) => difference.field)
}

export interface Life {
  readonly aws: World
  readonly scope: Scope
  readonly list: readonly AnyResource[]
  readonly id: ResourceId
}

/** Installs; a second install finds nothing to do and writes nothing. */
export async function born({ aws, scope, list, id }: Life): Promise<void> {
  const first = await aws.install(list, scope)
  succeeded(first.outcome)
  expect(stepOf(first.plan, id)?.do).toBe('create')
  await unchanged({ aws, scope, list, id })
}

export async function unchanged({ aws, scope, list }: Life): Promise<void> {
  aws.calls.length = 0
  const again = await aws.install(list, scope)
  succeeded(again.outcome)
  expect(again.plan.steps.filter((step) => step.do !== 'keep').map((step) => [step.id, differencesOf(step)])).toEqual(
    [],
  )
  expect(aws.calls.filter((call) => !isReadOnly(call.operation)).map((call) => call.operation)).toEqual([])
}

/** Somebody changes it by hand: the plan says which field, as drift, and the next install repairs exactly that. */
export async function repaired(life: Life, damage: () => Promise<unknown>): Promise<readonly string[]> {
  const { aws, scope, list, id } = life
  await damage()
  const { plan, outcome } = await aws.install(list, scope)
  succeeded(outcome)
  const step = stepOf(plan, id)
  expect(step?.do).toBe('update')
  await unchanged(life)
  return fieldsOf(plan, id)
}

/** Removed, and removed again: the second time there is nothing left to do. */
export async function died({ aws, scope, list, id }: Life): Promise<void> {
  const gone = await aws.teardown(list, scope, true)
  succeeded(gone.outcome)
  expect(stepOf(gone.plan, id)?.do).toBe('remove')
  const again = await aws.teardown(list, scope, true)
  succeeded(again.outcome)
  expect(again.plan.steps).toEqual([])
}

/** A list in which this resource is not wanted any more, as when an option was switched off. */
export const without = (list: readonly AnyResource[], id: ResourceId): readonly AnyResource[] =>
  list.map((resource) => (resource.id === id ? { ...resource, desired: () => undefined } : resource))

export async function switchedOff(life: Life): Promise<void> {
  const { aws, scope, list, id } = life
  const off = without(list, id)
  const { plan, outcome } = await aws.install(off, scope)
  succeeded(outcome)
  expect(stepOf(plan, id)?.do).toBe('remove')
  await unchanged({ ...life, list: off })
  // And on again.
  const on = await aws.install(list, scope)
  succeeded(on.outcome)
  expect(stepOf(on.plan, id)?.do).toBe('create')
}
