/** Errors on order: the next `times` calls (of one method, or of any) throw `error`, as AWS would. */
export class Faults {
  #orders: { error: Error; left: number; method: string | undefined }[] = []

  inject(error: Error, times = 1, method?: string): void {
    this.#orders.push({ error, left: times, method })
  }

  /** To be called first in every method of a fake. */
  protected strike(method: string): void {
    const order = this.#orders.find((each) => each.left > 0 && (each.method === undefined || each.method === method))
    if (order === undefined) return
    order.left -= 1
    throw order.error
  }
}

/** An error with AWS's name on it. */
export const awsError = (name: string, message = name): Error => Object.assign(new Error(message), { name })

/**
 * What becomes of one call: `refused` does nothing and throws, `unheard` does it and throws all the same, `killed` does
 * nothing and never answers because its process is gone, `killed-late` does it first.
 */
export type Blow = 'fine' | 'refused' | 'unheard' | 'killed' | 'killed-late'

/** Why a call under fire threw, whatever port it was. */
export const INJECTED = 'injected by the test'

/** The port, with `blow` asked before each call; a killed caller hears of it through `die` and of nothing else again. */
export function underFire<Port extends object>(port: Port, blow: () => Promise<Blow>, die: (why: Error) => void): Port {
  const gone = () => {
    die(new Error(INJECTED))
    return new Promise<never>(() => {})
  }
  return new Proxy(port, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name, target)
      if (typeof member !== 'function') return member
      return async (...given: readonly unknown[]) => {
        const fate = await blow()
        if (fate === 'refused') throw new Error(INJECTED)
        if (fate === 'killed') return await gone()
        const answer: unknown = await Reflect.apply(member, target, given)
        if (fate === 'unheard') throw new Error(INJECTED)
        return fate === 'killed-late' ? await gone() : answer
      }
    },
  })
}
