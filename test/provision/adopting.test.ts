/** What the engine promises of things that were there before the guard. */
import { beforeEach, describe, expect, test } from 'vitest'
import type { Step } from '../../src/provision/engine/plan.ts'
import { reconcile, type ToyOptions, ToyWorld, toy } from './toys.ts'
import { succeeded } from './world.ts'

let world: ToyWorld
beforeEach(() => {
  world = new ToyWorld()
})

const theirs = (options: ToyOptions = {}) => toy(world, 'theirs', { ownership: { by: 'adopted' }, ...options })
const engine = (options: ToyOptions = {}) => reconcile([theirs(options)], 'mine', world.facts)
const there = (value: string) => world.things.set('theirs', { value, tags: { owner: 'finance' } })
const brief = (steps: readonly Step[]) => steps.map((step) => `${step.do} ${step.id}`)

async function adopted(options: ToyOptions = {}) {
  const reconciler = engine(options)
  const plan = await reconciler.plan()
  succeeded(await reconciler.apply(plan, () => {}))
  return plan
}
async function givenBack(options: ToyOptions = {}) {
  const reconciler = engine(options)
  const plan = await reconciler.planTeardown({ deleteData: true })
  return { plan, outcome: succeeded(await reconciler.apply(plan, () => {})) }
}

describe('a thing that was there before the guard', () => {
  test('is adopted once: what changes is shown, what was there is written down before, no tag is put on it', async () => {
    there('as the owner had it')
    let knownWhenChanged: string | undefined
    world.during = () => {
      knownWhenChanged = world.facts.get('theirs')
    }
    const plan = await adopted()
    expect(plan.steps).toMatchObject([
      { do: 'adopt', id: 'theirs', differences: [{ field: 'value', is: 'as the owner had it', want: 'wanted' }] },
    ])
    expect(knownWhenChanged).toBe('as the owner had it')
    expect(world.things.get('theirs')?.value).toBe('wanted')
    expect(brief((await engine().plan()).steps)).toEqual(['keep theirs'])
  })

  test('is adopted also where nothing of it has to change', async () => {
    there('wanted')
    expect(brief((await adopted()).steps)).toEqual(['adopt theirs'])
    expect(world.log).toEqual([])
    expect(brief((await engine().plan()).steps)).toEqual(['keep theirs'])
  })

  test('is mended when somebody changes it, and still given back as it was at first', async () => {
    there('as the owner had it')
    await adopted()
    there('changed by hand')
    expect(brief((await adopted()).steps)).toEqual(['update theirs'])
    await givenBack()
    expect(world.things.get('theirs')?.value).toBe('as the owner had it')
  })

  test('is refused where it does not exist, with the way to have one made', async () => {
    expect((await engine().plan()).steps).toMatchObject([
      { do: 'refuse', reason: 'unfit', why: 'there is no toy named name-of-theirs that could be adopted' },
    ])
  })

  test('is refused where it does not fit, before anything is changed or written down', async () => {
    there('as the owner had it')
    const steps = (await engine({ unfit: () => 'it is too small' }).plan()).steps
    expect(steps).toMatchObject([{ do: 'refuse', reason: 'unfit', why: 'it is too small', suggestion: 'take another' }])
    expect(world.facts.size).toBe(0)
  })

  test('is refused where the guard made it itself', async () => {
    world.things.set('theirs', { value: 'wanted', tags: { guard: 'mine' } })
    expect((await engine().plan()).steps).toMatchObject([{ do: 'refuse', reason: 'unfit' }])
  })

  test('is given back as it was, never removed, and again there is nothing to do', async () => {
    there('as the owner had it')
    await adopted()
    const { plan, outcome } = await givenBack()
    expect(plan.steps).toMatchObject([
      { do: 'give-back', differences: [{ field: 'value', is: 'wanted', want: 'as the owner had it' }] },
    ])
    expect(outcome.done[0]?.said).toEqual(['given back, value is as the owner had it again'])
    expect(world.things.get('theirs')).toEqual({ value: 'as the owner had it', tags: { owner: 'finance' } })
    expect(world.facts.size).toBe(0)
    expect((await givenBack()).plan.steps).toEqual([])
  })

  test('keeps what somebody changed since', async () => {
    there('as the owner had it')
    await adopted()
    there('the owner’s new wish')
    const { plan } = await givenBack()
    expect(plan.steps).toMatchObject([{ do: 'give-back', differences: [] }])
    expect(world.things.get('theirs')?.value).toBe('the owner’s new wish')
  })

  test('is left alone by a teardown that never adopted it', async () => {
    there('as the owner had it')
    expect((await givenBack()).plan.steps).toEqual([])
  })

  test('is given back when it is not wanted any more', async () => {
    there('as the owner had it')
    await adopted()
    expect(brief((await adopted({ want: () => undefined })).steps)).toEqual(['give-back theirs'])
    expect(world.things.get('theirs')?.value).toBe('as the owner had it')
  })

  test('an adoption that was cut off goes on, and remembers what was there at first', async () => {
    there('as the owner had it')
    world.fail('update:theirs', new Error('the network is gone'), 1)
    const reconciler = engine()
    const { failed } = await reconciler.apply(await reconciler.plan(), () => {})
    expect(failed).toHaveLength(1)
    expect(brief((await adopted()).steps)).toEqual(['update theirs'])
    await givenBack()
    expect(world.things.get('theirs')?.value).toBe('as the owner had it')
  })

  test('goes back before the settings record, which holds the note of what it was', async () => {
    there('as the owner had it')
    world.things.set('record', { value: 'wanted', tags: { guard: 'mine', id: 'record', state: 'wanted' } })
    const list = [theirs(), toy(world, 'record', { needs: ['theirs'], diesLast: true })]
    await adopted()
    world.log.length = 0
    const both = reconcile(list, 'mine', world.facts)
    succeeded(await both.apply(await both.planTeardown({ deleteData: true }), () => {}))
    expect(world.log).toEqual(['give-back:theirs', 'remove:record'])
  })

  test('of somebody else, where it was not to be adopted, is refused with the way to adopt it', async () => {
    there('as the owner had it')
    const { adoption } = theirs()
    const list = [{ ...toy(world, 'theirs'), ...(adoption ? { adoption } : {}) }]
    expect((await reconcile(list).plan()).steps).toMatchObject([
      { do: 'refuse', reason: 'not-ours', suggestion: expect.stringContaining('--adopt toy') },
    ])
  })
})
