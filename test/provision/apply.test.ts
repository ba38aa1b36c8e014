import { describe, expect, test } from 'vitest'
import { NotYet, reconcile, ToyWorld, toy } from './toys.ts'

const quiet = () => {}

describe('applying a plan', () => {
  test('makes what is needed before who needs it, and the rest at the same time', async () => {
    const world = new ToyWorld()
    const engine = reconcile([
      toy(world, 'roof', { needs: ['left', 'right'] }),
      toy(world, 'left', { needs: ['ground'] }),
      toy(world, 'right', { needs: ['ground'] }),
      toy(world, 'ground'),
    ])
    const outcome = await engine.apply(await engine.plan(), quiet)
    expect(outcome.failed).toEqual([])
    expect(world.log).toEqual(['create:ground', 'create:left', 'create:right', 'create:roof'])
    expect(world.mostAtOnce).toBe(2)
  })

  test('never has more than eight changes under way', async () => {
    const world = new ToyWorld()
    const engine = reconcile(Array.from({ length: 30 }, (_, index) => toy(world, `t${index}`)))
    await engine.apply(await engine.plan(), quiet)
    expect(world.things.size).toBe(30)
    expect(world.mostAtOnce).toBe(8)
  })

  test('takes away who needs something before what is needed', async () => {
    const world = new ToyWorld()
    const list = () => [toy(world, 'ground'), toy(world, 'house', { needs: ['ground'] })]
    const engine = reconcile(list())
    await engine.apply(await engine.plan(), quiet)
    world.log.length = 0
    await engine.apply(await engine.planTeardown({ deleteData: false }), quiet)
    expect(world.log).toEqual(['remove:house', 'remove:ground'])
  })

  test('takes away what is not wanted any more only after those who used it were changed', async () => {
    const world = new ToyWorld()
    let wish: string | undefined = 'wanted'
    const list = [
      toy(world, 'old', { want: () => wish }),
      toy(world, 'user', { needs: ['old'], want: () => `${wish}` }),
    ]
    const engine = reconcile(list)
    await engine.apply(await engine.plan(), quiet)
    world.log.length = 0
    wish = undefined
    await engine.apply(await engine.plan(), quiet)
    expect(world.log).toEqual(['update:user', 'remove:old'])
  })

  test('a step that fails stops who needs it, not its neighbours, and nothing is hidden', async () => {
    const world = new ToyWorld()
    const broken = new Error('AWS said no')
    world.fail('create:a', broken)
    const engine = reconcile([
      toy(world, 'a'),
      toy(world, 'on-a', { needs: ['a'] }),
      toy(world, 'on-on-a', { needs: ['on-a'] }),
      toy(world, 'b'),
    ])
    const outcome = await engine.apply(await engine.plan(), quiet)
    expect(outcome.done.map(({ step }) => step.id)).toEqual(['b'])
    expect(outcome.failed.map(({ step, error }) => [step.id, error])).toEqual([['a', broken]])
    expect(outcome.notAttempted.map(({ step, because }) => [step.id, because])).toEqual([
      ['on-a', 'a did not succeed'],
      ['on-on-a', 'on-a did not succeed'],
    ])
  })

  test('run again after a failure, it goes on where it stopped', async () => {
    const world = new ToyWorld()
    world.fail('create:b', new Error('once'), 1)
    const engine = reconcile([toy(world, 'a'), toy(world, 'b', { needs: ['a'] }), toy(world, 'c', { needs: ['b'] })])
    await engine.apply(await engine.plan(), quiet)
    world.log.length = 0
    const outcome = await engine.apply(await engine.plan(), quiet)
    expect(outcome.failed).toEqual([])
    expect(world.log).toEqual(['create:b', 'create:c'])
  })

  test('what IAM has not propagated yet is waited for, and said once it takes more than two seconds', async () => {
    const world = new ToyWorld()
    world.fail('create:a', new NotYet('the role cannot be assumed'), 5)
    const engine = reconcile([toy(world, 'a')])
    const outcome = await engine.apply(await engine.plan(), quiet)
    expect(outcome.failed).toEqual([])
    expect(world.log).toEqual(Array.from({ length: 6 }, () => 'create:a'))
    expect(engine.progress.map(({ state, text }) => [state, text])).toEqual([
      ['started', undefined],
      ['waiting', 'waiting for AWS to know what was just made (the role cannot be assumed)'],
      ['done', undefined],
    ])
  })

  test('what never propagates fails at its deadline', async () => {
    const world = new ToyWorld()
    world.fail('create:a', new NotYet('the role cannot be assumed'))
    const engine = reconcile([toy(world, 'a')])
    const outcome = await engine.apply(await engine.plan(), quiet)
    expect(outcome.failed).toMatchObject([{ error: { code: 'waited-too-long', retry: 'soon' } }])
    expect(engine.slept.reduce((sum, ms) => sum + ms, 0)).toBeGreaterThanOrEqual(180_000)
    expect(engine.slept.reduce((sum, ms) => sum + ms, 0)).toBeLessThan(190_000)
  })

  test('a change that AWS accepts and does not make is a failure', async () => {
    const world = new ToyWorld()
    const engine = reconcile([toy(world, 'a')])
    world.during = () => {
      world.things.set('a', { value: 'something else', tags: world.things.get('a')?.tags ?? {} })
    }
    const outcome = await engine.apply(await engine.plan(), quiet)
    expect(outcome.failed).toMatchObject([
      { error: { message: 'gave up waiting for toy name-of-a to show value after 180 s' } },
    ])
  })

  test('a resource that appeared since the plan stops everything that was not begun', async () => {
    const world = new ToyWorld()
    const engine = reconcile([toy(world, 'a'), toy(world, 'b', { needs: ['a'] }), toy(world, 'c', { needs: ['b'] })])
    const plan = await engine.plan()
    world.things.set('a', { value: 'by somebody', tags: { guard: 'mine' } })
    const outcome = await engine.apply(plan, quiet)
    expect(outcome.failed).toMatchObject([{ error: { code: 'changed-since-the-plan' } }])
    expect(outcome.notAttempted.map(({ step }) => step.id)).toEqual(['b', 'c'])
    expect(world.log).toEqual([])
  })

  test('a resource that differs in another way than the plan said is not touched', async () => {
    const world = new ToyWorld()
    const list = (want: string) => [toy(world, 'a', { want: () => want })]
    const first = reconcile(list('one'))
    await first.apply(await first.plan(), quiet)
    const engine = reconcile(list('two'))
    const plan = await engine.plan()
    world.things.set('a', { value: 'three', tags: world.things.get('a')?.tags ?? {} })
    const outcome = await engine.apply(plan, quiet)
    expect(outcome.failed).toMatchObject([
      { error: { message: 'the toy name-of-a changed since the plan: now value is three' } },
    ])
    expect(world.things.get('a')?.value).toBe('three')
  })

  test('what somebody else has brought about meanwhile is done', async () => {
    const world = new ToyWorld()
    const [one, two] = [reconcile([toy(world, 'a')]), reconcile([toy(world, 'a')])]
    const plan = await two.plan()
    await one.apply(await one.plan(), quiet)
    const outcome = await two.apply(plan, quiet)
    expect(outcome.done.map(({ step }) => step.do)).toEqual(['create'])
    expect(world.log).toEqual(['create:a'])
  })

  test('a removal whose resource now belongs to somebody else is not carried out', async () => {
    const world = new ToyWorld()
    const engine = reconcile([toy(world, 'a')])
    await engine.apply(await engine.plan(), quiet)
    const plan = await engine.planTeardown({ deleteData: false })
    world.things.set('a', { value: 'wanted', tags: { guard: 'another' } })
    const outcome = await engine.apply(plan, quiet)
    expect(outcome.failed).toMatchObject([{ error: { code: 'changed-since-the-plan' } }])
    expect(world.things.has('a')).toBe(true)
  })

  test('the record stays while anything else could not be removed', async () => {
    const world = new ToyWorld()
    const list = [
      toy(world, 'data'),
      toy(world, 'record', { needs: ['data'], diesLast: true }),
      toy(world, 'a', { needs: ['record'] }),
      toy(world, 'b', { needs: ['record'] }),
    ]
    const engine = reconcile(list)
    await engine.apply(await engine.plan(), quiet)
    world.fail('remove:b', new Error('still in use'), 1)
    const outcome = await engine.apply(await engine.planTeardown({ deleteData: true }), quiet)
    expect(outcome.failed.map(({ step }) => step.id)).toEqual(['b'])
    expect([...world.things.keys()].sort()).toEqual(['b', 'data', 'record'])
    const second = await engine.apply(await engine.planTeardown({ deleteData: true }), quiet)
    expect(second.failed).toEqual([])
    expect(world.things.size).toBe(0)
  })

  test('stopped on request, it finishes what is under way and says what it left', async () => {
    const world = new ToyWorld()
    const stop = new AbortController()
    world.during = () => stop.abort()
    const engine = reconcile([toy(world, 'a'), toy(world, 'b', { needs: ['a'] })])
    const outcome = await engine.apply(await engine.plan(), quiet, stop.signal)
    expect(outcome.done.map(({ step }) => step.id)).toEqual(['a'])
    expect(outcome.notAttempted.map(({ step, because }) => [step.id, because])).toEqual([['b', 'stopped on request']])
  })

  test('stopped on request, it does not wait for AWS to catch up', async () => {
    const world = new ToyWorld()
    const stop = new AbortController()
    world.fail('create:a', new NotYet('the role cannot be assumed'))
    const engine = reconcile([toy(world, 'a')])
    const plan = await engine.plan()
    const outcome = await engine.apply(plan, (event) => event.state === 'waiting' && stop.abort(), stop.signal)
    expect(outcome.failed).toEqual([])
    expect(outcome.notAttempted.map(({ because }) => because)).toEqual(['stopped on request'])
    // The wait is told, and so can be left, with the fifth look; the pause that follows is the last.
    expect(engine.slept).toEqual([400, 600, 900, 1350, 2025])
  })

  test('needs that run in a circle are a fault of ours and said so', async () => {
    const world = new ToyWorld()
    const engine = reconcile([toy(world, 'a', { needs: ['b'] }), toy(world, 'b', { needs: ['a'] })])
    await expect(engine.apply(await engine.plan(), quiet)).rejects.toMatchObject({
      code: 'circular-needs',
      fault: 'bug',
    })
  })
})
