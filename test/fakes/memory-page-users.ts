import type { PageUser, PageUsers } from '../../src/runtime/ports.ts'
import { Faults } from './faults.ts'

/** Fake of the page's users. It keeps what it is told. */
export class MemoryPageUsers extends Faults implements PageUsers {
  readonly #users = new Map<string, PageUser>()

  constructor(...users: readonly PageUser[]) {
    super()
    for (const user of users) this.#users.set(user.sub, user)
  }

  async find(sub: string): Promise<PageUser | undefined> {
    this.strike('find')
    return this.#users.get(sub)
  }
  async all(): Promise<readonly PageUser[]> {
    this.strike('all')
    return [...this.#users.values()]
  }
  async put(user: PageUser): Promise<void> {
    this.strike('put')
    this.#users.set(user.sub, user)
  }
  async remove(sub: string): Promise<void> {
    this.strike('remove')
    this.#users.delete(sub)
  }
}
