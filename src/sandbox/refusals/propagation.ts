/** Eventual consistency on demand: what was just made is not believed for the first n tries. */
import type { Hook, World } from '../world.ts'

/**
 * Counts down per thing and user of the thing. `due(role, 'lambda')` is true for the first n tries after the role (or
 * its policies) changed.
 */
export class Propagation {
  readonly #tries: number
  readonly #left = new Map<string, number>()
  readonly #changed = new Set<string>()

  constructor(tries: number) {
    this.#tries = tries
  }
  reset(): void {
    this.#left.clear()
    this.#changed.clear()
  }
  changed(thing: string): void {
    if (this.#tries === 0) return
    this.#changed.add(thing)
    for (const key of this.#left.keys()) if (key.startsWith(`${thing}|`)) this.#left.delete(key)
  }
  /** True: not there yet. Each question counts as a try. */
  due(thing: string, by: string): boolean {
    if (!this.#changed.has(thing)) return false
    const key = `${thing}|${by}`
    const left = this.#left.get(key) ?? this.#tries
    this.#left.set(key, Math.max(0, left - 1))
    return left > 0
  }
}

/** Notes which roles and function permissions are new. */
export function propagationHooks(world: World): Hook[] {
  const { propagation } = world
  return [
    {
      on: ['iam:CreateRole', 'iam:UpdateAssumeRolePolicy', 'iam:PutRolePolicy', 'iam:AttachRolePolicy'],
      async after(call, answer) {
        if (answer.status === 200) propagation.changed(`role/${String(call.input['RoleName'])}`)
        return undefined
      },
    },
    {
      on: ['lambda:AddPermission'],
      async after(call, answer) {
        if (answer.status < 300) propagation.changed(`function/${String(call.input['FunctionName']).split(':').pop()}`)
        return undefined
      },
    },
  ]
}
