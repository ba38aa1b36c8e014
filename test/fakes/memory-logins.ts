import { randomUUID } from 'node:crypto'
import type { Invited, Logins, NotSent } from '../../src/provision/page-users/logins.ts'
import type { Login } from '../../src/provision/page-users/standing.ts'
import type { Clock } from '../../src/runtime/ports.ts'
import { Faults } from './faults.ts'

/** Fake of the page's user pool: people and their mails, in memory. */
export class MemoryLogins extends Faults implements Logins {
  readonly #logins = new Map<string, Login>()
  readonly #clock: Clock
  /** Addresses that were written to, in order. */
  readonly mails: string[] = []
  /** What keeps mails from going out, if anything; and whether the user is made all the same. */
  mute: { readonly notSent: NotSent; readonly made: boolean } | undefined

  constructor(clock: Clock, ...logins: readonly Login[]) {
    super()
    this.#clock = clock
    for (const login of logins) this.#logins.set(login.sub, login)
  }

  /** As if something happened in Cognito. */
  set(login: Login): void {
    this.#logins.set(login.sub, login)
  }

  async find(name: string): Promise<Login | undefined> {
    this.strike('find')
    return [...this.#logins.values()].find(({ sub, email, username }) => [sub, email, username].includes(name))
  }
  async all(): Promise<readonly Login[]> {
    this.strike('all')
    return [...this.#logins.values()]
  }
  async invite(email: string): Promise<Invited> {
    this.strike('invite')
    const known = await this.find(email)
    if (known !== undefined) return { login: known, wasThere: true, notSent: undefined }
    if (this.mute?.made === false) return { login: undefined, wasThere: false, notSent: this.mute.notSent }
    const sub = randomUUID()
    const now = this.#clock.now()
    const made = {
      sub,
      username: sub,
      email,
      status: 'FORCE_CHANGE_PASSWORD',
      enabled: true,
      createdAt: now,
      changedAt: now,
    }
    this.#logins.set(sub, made)
    if (this.mute === undefined) this.mails.push(email)
    return { login: made, wasThere: false, notSent: this.mute?.notSent }
  }
  async inviteAgain(username: string): Promise<'sent' | 'not-invited' | 'gone' | NotSent> {
    this.strike('inviteAgain')
    const known = await this.find(username)
    if (known === undefined) return 'gone'
    if (known.status !== 'FORCE_CHANGE_PASSWORD') return 'not-invited'
    if (this.mute !== undefined) return this.mute.notSent
    this.#logins.set(known.sub, { ...known, changedAt: this.#clock.now() })
    this.mails.push(known.email)
    return 'sent'
  }
  async remove(username: string): Promise<void> {
    this.strike('remove')
    const known = await this.find(username)
    if (known !== undefined) this.#logins.delete(known.sub)
  }
  async hasSecondFactor(username: string): Promise<boolean | undefined> {
    return (await this.find(username)) === undefined ? undefined : false
  }
}
