/** Where the provider keeps its sessions and codes: in this process, until they end. */
import type { Adapter, AdapterPayload } from 'oidc-provider'

interface Kept {
  readonly payload: AdapterPayload
  readonly until: number
}

/** One store for all the kinds that the provider keeps; clients are read from the pool instead. */
export function memoryAdapter(
  clientOf: (id: string) => Promise<AdapterPayload | undefined>,
): new (
  kind: string,
) => Adapter {
  const all = new Map<string, Kept>()
  const living = (key: string): AdapterPayload | undefined => {
    const found = all.get(key)
    if (found !== undefined && found.until > Date.now()) return found.payload
    all.delete(key)
    return undefined
  }
  return class implements Adapter {
    readonly #kind: string
    constructor(kind: string) {
      this.#kind = kind
    }
    #key(id: string): string {
      return `${this.#kind}:${id}`
    }
    async upsert(id: string, payload: AdapterPayload, expiresIn: number): Promise<void> {
      all.set(this.#key(id), { payload, until: expiresIn ? Date.now() + expiresIn * 1000 : Number.POSITIVE_INFINITY })
    }
    async find(id: string): Promise<AdapterPayload | undefined> {
      return this.#kind === 'Client' ? clientOf(id) : living(this.#key(id))
    }
    async findByUid(uid: string): Promise<AdapterPayload | undefined> {
      for (const [key, { payload }] of all)
        if (key.startsWith(`${this.#kind}:`) && payload.uid === uid) return living(key)
      return undefined
    }
    async findByUserCode(): Promise<undefined> {
      return undefined
    }
    async consume(id: string): Promise<void> {
      const found = living(this.#key(id))
      if (found) found.consumed = Math.floor(Date.now() / 1000)
    }
    async destroy(id: string): Promise<void> {
      all.delete(this.#key(id))
    }
    async revokeByGrantId(grantId: string): Promise<void> {
      for (const [key, { payload }] of all) if (payload.grantId === grantId) all.delete(key)
    }
  }
}
