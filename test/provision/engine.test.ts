import { describe, expect, test } from 'vitest'
import { changesAnything, refusalsOf, summaryOf } from '../../src/provision/engine/plan.ts'
import type { Resource } from '../../src/provision/engine/resource.ts'
import { Denied, reconcile, ToyWorld, toy } from './toys.ts'

const quiet = () => {}

async function installed(resources: (world: ToyWorld) => readonly Resource[]): Promise<ToyWorld> {
  const world = new ToyWorld()
  const engine = reconcile(resources(world))
  const outcome = await engine.apply(await engine.plan(), quiet)
  expect(outcome.failed).toEqual([])
  world.log.length = 0
  return world
}

describe('a plan', () => {
  test('says what would be made and changes nothing', async () => {
    const world = new ToyWorld()
    const plan = await reconcile([toy(world, 'a'), toy(world, 'b')]).plan()
    expect(plan.steps.map((step) => `${step.do} ${step.id}`)).toEqual(['create a', 'create b'])
    expect(summaryOf(plan)).toMatchObject({ create: 2, keep: 0 })
    expect(world.log).toEqual([])
  })

  test('keeps what is as wanted', async () => {
    const world = await installed((w) => [toy(w, 'a')])
    const plan = await reconcile([toy(world, 'a')]).plan()
    expect(plan.steps.map((step) => step.do)).toEqual(['keep'])
    expect(changesAnything(plan)).toBe(false)
  })

  test('tells what somebody changed in AWS from what the admin wishes differently', async () => {
    const world = await installed((w) => [toy(w, 'drifted'), toy(w, 'wished')])
    const thing = world.things.get('drifted')
    if (thing) thing.value = 'edited by hand'
    const plan = await reconcile([toy(world, 'drifted'), toy(world, 'wished', { want: () => 'other' })]).plan()
    expect(plan.steps).toMatchObject([
      {
        id: 'drifted',
        do: 'update',
        because: 'drift',
        differences: [{ field: 'value', is: 'edited by hand', want: 'wanted' }],
      },
      { id: 'wished', do: 'update', because: 'wish' },
    ])
  })

  test('tells the same of what carries no tag, by the settings record', async () => {
    const list = (w: ToyWorld, wish = 'wanted') => [
      toy(w, 'record', { diesLast: true, want: () => wish }),
      toy(w, 'child', { ownership: { by: 'parent', parent: 'record' }, want: () => wish }),
    ]
    const world = await installed((w) => list(w))
    world.things.set('child', { value: 'edited by hand', tags: {} })
    expect((await reconcile(list(world)).plan()).steps[1]).toMatchObject({ id: 'child', because: 'drift' })
    expect((await reconcile(list(world, 'other')).plan()).steps[1]).toMatchObject({ id: 'child', because: 'wish' })
  })

  test('finds a tag that somebody took away', async () => {
    const world = await installed((w) => [toy(w, 'a')])
    world.things.set('a', { value: 'wanted', tags: { guard: 'mine', id: 'a' } })
    const plan = await reconcile([toy(world, 'a')]).plan()
    expect(plan.steps).toMatchObject([{ do: 'update', differences: [{ field: 'tag/state', is: '(none)' }] }])
  })

  test('removes what is ours and not wanted any more', async () => {
    const world = await installed((w) => [toy(w, 'a')])
    const plan = await reconcile([toy(world, 'a', { want: () => undefined })]).plan()
    expect(plan.steps).toMatchObject([{ do: 'remove', id: 'a', why: 'not wanted any more' }])
  })

  test('brings what follows another thing in line with it in the same run, where that one is made anew', async () => {
    const world = new ToyWorld()
    let id = 'first'
    const toys = () => [
      toy(world, 'parent'),
      toy(world, 'child', { needs: ['parent'], want: () => id, follows: { ids: ['parent'], fields: ['value'] } }),
    ]
    await reconcile(toys()).apply(await reconcile(toys()).plan(), () => {})
    expect((await reconcile(toys()).plan()).steps.map((step) => step.do)).toEqual(['keep', 'keep'])
    world.things.delete('parent')
    const engine = reconcile(toys())
    const plan = await engine.plan()
    expect(plan.steps.map((step) => [step.id, step.do])).toEqual([
      ['parent', 'create'],
      ['child', 'update'],
    ])
    world.during = (what) => {
      if (what === 'create:parent') id = 'second'
    }
    const { failed } = await engine.apply(plan, () => {})
    expect(failed).toEqual([])
    expect(world.things.get('child')?.value).toBe('second')
  })

  test('leaves alone what is not wanted and not ours', async () => {
    const world = new ToyWorld()
    world.things.set('a', { value: 'theirs', tags: {} })
    const plan = await reconcile([toy(world, 'a', { want: () => undefined })]).plan()
    expect(plan.steps).toEqual([])
  })

  test('waits for what has not made up its mind', async () => {
    const world = await installed((w) => [toy(w, 'a')])
    const engine = reconcile([toy(world, 'a', { settles: { looks: 3 } })])
    expect((await engine.plan()).steps.map((step) => step.do)).toEqual(['keep'])
    expect(engine.slept).toEqual([400, 600, 900])
  })

  test('gives up waiting at its deadline and says for what', async () => {
    const world = new ToyWorld()
    const engine = reconcile([toy(world, 'a', { settles: { looks: 1_000_000 } })])
    await expect(engine.plan()).rejects.toMatchObject({
      code: 'waited-too-long',
      message: 'gave up waiting for a to make up its mind after 180 s',
    })
  })
})

describe('refusals', () => {
  test('of all kinds are shown at once, and such a plan changes nothing', async () => {
    const world = await installed((w) => [toy(w, 'stuck')])
    world.things.set('theirs', { value: 'x', tags: { guard: 'another' } })
    world.things.set('nobodys', { value: 'x', tags: {} })
    world.fail('read:secret', new Denied('toy:Read'))
    const refuse: Resource['refuse'] = async () => [
      { why: 'occupied', message: 'both slots are taken', suggestion: 'free one' },
    ]
    const engine = reconcile([
      toy(world, 'fine'),
      toy(world, 'theirs'),
      toy(world, 'nobodys'),
      toy(world, 'stuck', { want: () => 'other', immutable: true }),
      toy(world, 'full', { refuse }),
      toy(world, 'secret'),
    ])
    const plan = await engine.plan()
    expect(refusalsOf(plan).map((step) => [step.id, step.reason, step.why])).toEqual([
      ['secret', 'no-right', 'you lack the right toy:Read: the toy name-of-secret cannot be read'],
      ['theirs', 'not-ours', 'a toy named name-of-theirs exists already and belongs to the guard another'],
      ['nobodys', 'not-ours', 'a toy named name-of-nobodys exists already and carries no tag of this guard'],
      [
        'stuck',
        'immutable-difference',
        'the toy name-of-stuck cannot be changed in place: value is wanted, wanted other',
      ],
      ['full', 'occupied', 'both slots are taken'],
    ])
    await expect(engine.apply(plan, quiet)).rejects.toMatchObject({ code: 'plan-refused' })
    expect(world.log).toEqual([])
  })

  test('name every missing right at once', async () => {
    const world = new ToyWorld()
    world.fail('read:a', new Denied('toy:ReadA'))
    world.fail('read:b', new Denied('toy:ReadB'))
    const plan = await reconcile([toy(world, 'a'), toy(world, 'b')]).plan()
    expect(plan.steps.map((step) => step.why)).toEqual([
      'you lack the right toy:ReadA: the toy name-of-a cannot be read',
      'you lack the right toy:ReadB: the toy name-of-b cannot be read',
    ])
  })

  test('an error that is no lack of rights is thrown as it is', async () => {
    const world = new ToyWorld()
    const broken = new Error('the network is down')
    world.fail('read:a', broken)
    await expect(reconcile([toy(world, 'a')]).plan()).rejects.toBe(broken)
  })
})

describe('a teardown plan', () => {
  const list = (w: ToyWorld) => [
    toy(w, 'data', { onTeardown: 'retain' }),
    toy(w, 'record', { needs: ['data'], diesLast: true, ownership: { by: 'parent', parent: 'data' } }),
    toy(w, 'role', { needs: ['record'] }),
    toy(w, 'function', { needs: ['role'] }),
    toy(w, 'account', { onTeardown: 'restore', needs: ['role'], ownership: { by: 'account-setting' } }),
  ]

  test('goes backwards, keeps data, and restores what was shared', async () => {
    const world = await installed(list)
    const plan = await reconcile(list(world)).planTeardown({ deleteData: false })
    expect(plan.steps.map((step) => `${step.do} ${step.id}`)).toEqual([
      'restore account',
      'remove function',
      'remove role',
      'remove record',
      'retain data',
    ])
  })

  test('carried out, the record dies last and the data stays', async () => {
    const world = await installed(list)
    const engine = reconcile(list(world))
    const outcome = await engine.apply(await engine.planTeardown({ deleteData: false }), quiet)
    expect(outcome.failed).toEqual([])
    expect(world.log.at(-1)).toBe('remove:record')
    expect(world.log.indexOf('remove:function')).toBeLessThan(world.log.indexOf('remove:role'))
    expect([...world.things.keys()].sort()).toEqual(['account', 'data'])
    expect(outcome.done.find(({ step }) => step.id === 'account')?.said).toEqual(['account is as before'])
  })

  test('with the data, only the data goes after the record', async () => {
    const world = await installed(list)
    const engine = reconcile(list(world))
    await engine.apply(await engine.planTeardown({ deleteData: true }), quiet)
    expect(world.log.slice(-2)).toEqual(['remove:record', 'remove:data'])
  })

  test('again finds nothing but what is kept', async () => {
    const world = await installed(list)
    const engine = reconcile(list(world))
    await engine.apply(await engine.planTeardown({ deleteData: false }), quiet)
    expect((await engine.planTeardown({ deleteData: false })).steps.map((step) => step.do)).toEqual(['retain'])
  })

  test('names nothing of others, and nothing that hangs on others', async () => {
    const world = await installed(list)
    world.things.set('data', { value: 'wanted', tags: { guard: 'another' } })
    const plan = await reconcile(list(world)).planTeardown({ deleteData: true })
    expect(plan.steps.map((step) => step.id)).toEqual(['account', 'function', 'role'])
  })
})
