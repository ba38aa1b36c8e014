/** A small world of named things with a value each: everything the engine promises can be shown with it. */
import type { ErrorRules, Room } from '../../src/provision/engine/judging.ts'
import type { Progress, Reconciler } from '../../src/provision/engine/plan.ts'
import { reconcilerOver } from '../../src/provision/engine/reconciler.ts'
import type { Adoption, Observed, Refusal, Resource, Tags } from '../../src/provision/engine/resource.ts'
import { namesFor } from '../../src/provision/names.ts'
import { clock } from './world.ts'

export interface Thing {
  value: string
  tags: Tags
}

export class Denied extends Error {
  readonly action: string
  constructor(action: string) {
    super(`not authorized to perform: ${action}`)
    this.action = action
  }
}
export class NotYet extends Error {}

/** What AWS is to the real resources. */
export class ToyWorld {
  readonly things = new Map<string, Thing>()
  /** The manifest. */
  readonly facts = new Map<string, string>()
  /** `create:a`, in the order in which they began. */
  readonly log: string[] = []
  /** Thrown by the next so many `create:a`, `update:a`, `remove:a`, `read:a`. */
  readonly failures = new Map<string, { error: Error; times: number }>()
  readonly running = new Set<string>()
  mostAtOnce = 0
  /** Called inside every change, while it runs. */
  during: (what: string) => void | Promise<void> = () => {}

  fail(what: string, error: Error, times = Number.POSITIVE_INFINITY): void {
    this.failures.set(what, { error, times })
  }

  async act(what: string, change: () => void): Promise<void> {
    this.log.push(what)
    this.running.add(what)
    this.mostAtOnce = Math.max(this.mostAtOnce, this.running.size)
    await new Promise((resolve) => setImmediate(resolve))
    try {
      this.trip(what)
      change()
      await this.during(what)
    } finally {
      this.running.delete(what)
    }
  }

  trip(what: string): void {
    const failure = this.failures.get(what)
    if (!failure || failure.times === 0) return
    failure.times -= 1
    throw failure.error
  }
}

export interface ToyOptions {
  readonly needs?: readonly string[]
  readonly want?: () => string | undefined
  readonly onTeardown?: Resource['onTeardown']
  readonly ownership?: Resource['ownership']
  readonly immutable?: boolean
  readonly refuse?: Resource['refuse']
  /** Looks during which it is `settling`. */
  readonly settles?: { looks: number }
  readonly diesLast?: boolean
  readonly follows?: Resource['follows']
  /** With `ownership: { by: 'adopted' }`. */
  readonly unfit?: () => string | undefined
}

export function toy(world: ToyWorld, id: string, options: ToyOptions = {}): Resource {
  const resource: Resource = {
    id,
    kind: 'toy',
    name: `name-of-${id}`,
    why: `shows ${id}`,
    ownership: options.ownership ?? { by: 'tag' },
    onTeardown: options.onTeardown ?? 'remove',
    needs: options.needs ?? [],
    ...(options.diesLast ? { diesLast: true } : {}),
    ...(options.follows ? { follows: options.follows } : {}),
    ...(options.refuse ? { refuse: options.refuse } : {}),
    desired: () => (options.want ? options.want() : 'wanted'),
    async read(): Promise<Observed<unknown>> {
      world.trip(`read:${id}`)
      if (options.settles && options.settles.looks > 0) {
        options.settles.looks -= 1
        return { state: 'settling', for: `${id} to make up its mind` }
      }
      const thing = world.things.get(id)
      return thing ? { state: 'present', actual: thing.value, tags: thing.tags } : { state: 'absent' }
    },
    diff: (desired, actual) =>
      desired === actual
        ? []
        : [
            {
              field: 'value',
              is: String(actual),
              want: String(desired),
              how: options.immutable ? 'impossible' : 'in-place',
            },
          ],
    create: (desired, doing) =>
      world.act(`create:${id}`, () => world.things.set(id, { value: String(desired), tags: doing.tags })),
    update: (desired, _actual, _differences, doing) =>
      world.act(`update:${id}`, () => {
        const tags = { ...world.things.get(id)?.tags, ...doing.tags }
        world.things.set(id, { value: String(desired), tags })
      }),
    remove: () => world.act(`remove:${id}`, () => void world.things.delete(id)),
  }
  if (options.ownership?.by === 'adopted') return { ...resource, adoption: adoption(world, id, options) }
  if (options.onTeardown !== 'restore') return resource
  return {
    ...resource,
    isOurs: (actual) => actual === 'wanted',
    restore: async () => {
      await world.act(`restore:${id}`, () => world.things.set(id, { value: 'as before', tags: {} }))
      return `${id} is as before`
    },
  }
}

/** A toy is given back when it still has the value that the guard gave it. */
const adoption = (world: ToyWorld, id: string, { unfit }: ToyOptions): Adoption => ({
  flag: '--adopt toy',
  before: (actual) => String(actual),
  async fitness(): Promise<readonly Refusal[]> {
    const why = unfit?.()
    return why === undefined ? [] : [{ why: 'unfit', message: why, suggestion: 'take another' }]
  },
  toGiveBack: (actual, before) =>
    actual === 'wanted' && before !== 'wanted' ? [{ field: 'value', is: 'wanted', want: before, how: 'in-place' }] : [],
  giveBack: (_actual, before) =>
    world.act(`give-back:${id}`, () => {
      const thing = world.things.get(id)
      if (thing) thing.value = before
    }),
})

export interface Toys extends Reconciler {
  readonly progress: Progress[]
  readonly slept: number[]
}

const errors: ErrorRules = {
  isNotPropagatedYet: (error) => error instanceof NotYet,
  isAccessDenied: (error) => error instanceof Denied,
  deniedAction: (error) => (error instanceof Denied ? error.action : undefined),
}

const names = namesFor('mine', { account: '', region: '', partition: 'aws' })

export function reconcile(
  resources: readonly Resource[],
  guard = 'mine',
  facts: Map<string, string> = new Map(),
): Toys {
  const slept: number[] = []
  const room: Room = {
    guard,
    resources,
    // The toys ask nothing of their surroundings.
    inputs: { now: clock.now(), names, remembered: (id: string) => facts.get(id) } as never,
    clock,
    sleeper: {
      sleep: async (milliseconds) => {
        slept.push(milliseconds)
      },
    },
    tags: {
      wanted: (id, desired) => ({ guard, id, state: String(desired) }),
      owner: (tags) => tags?.['guard'],
      differences: (wanted, actual) =>
        Object.entries(wanted)
          .filter(([key, value]) => actual?.[key] !== value)
          .map(([key, want]) => ({ field: `tag/${key}`, is: actual?.[key] ?? '(none)', want, how: 'in-place' })),
      stateIs: (tags, desired) => tags?.['state'] === String(desired),
    },
    errors,
    remember: async (id, fact) => {
      if (fact === undefined) facts.delete(id)
      else facts.set(id, fact)
    },
  }
  const engine = reconcilerOver(room)
  const progress: Progress[] = []
  return {
    ...engine,
    progress,
    slept,
    apply: (plan, report, stop) =>
      engine.apply(
        plan,
        (event) => {
          progress.push(event)
          report(event)
        },
        stop,
      ),
  }
}
