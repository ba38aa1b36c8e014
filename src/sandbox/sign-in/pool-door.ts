/** One user pool's sign-in on its localhost port: the login form, and everything else by the provider. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Provider } from 'oidc-provider'
import { bodyOf, listenPlain } from '../door/listen-plain.ts'
import type { Door } from '../door/open.ts'
import { type LoginPage, loginPage, messagePage } from './login-page.ts'
import { loadProvider, providerFor } from './provider.ts'
import type { Checked, PoolUsers } from './users.ts'

const text = (response: ServerResponse, status: number, html: string): void => {
  response.writeHead(status, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' })
  response.end(html)
}

export class PoolDoor {
  readonly #users: PoolUsers
  readonly #pool: string
  readonly #failed: (error: Error) => void
  #door: Door | undefined
  #provider: Promise<Provider> | undefined
  /** Login attempt → who must choose a new password. */
  readonly #changing = new Map<string, { session: string; username: string }>()

  constructor(users: PoolUsers, pool: string, failed: (error: Error) => void) {
    this.#users = users
    this.#pool = pool
    this.#failed = failed
  }
  get origin(): string {
    return `http://localhost:${this.#door?.port}`
  }
  /** As the pool's own: its keys are below it. */
  get issuer(): string {
    return `${this.origin}/${this.#pool}`
  }
  async open(): Promise<this> {
    this.#door = await listenPlain((request, response) => {
      this.#serve(request, response).catch((error: unknown) => {
        const why = error instanceof Error ? error.message : String(error)
        if (response.headersSent) response.destroy()
        else text(response, 500, messagePage('The sandbox failed', `<pre>${why.replace(/[<>&]/g, ' ')}</pre>`))
      })
    })
    return this
  }
  async close(): Promise<void> {
    await this.#door?.close()
  }
  async #ready(): Promise<Provider> {
    const module = await loadProvider()
    if (module === undefined) throw new Error('the package oidc-provider is not installed')
    const cookie = this.#pool.replace(/\W/g, '_')
    const provider = await providerFor(module, this.#users, { issuer: this.issuer, cookie })
    provider.on('server_error', (_, error) => this.#failed(error))
    return provider
  }
  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.#provider ??= this.#ready()
    const provider = await this.#provider
    // What the issuer is asked for stands below its own name.
    if (request.url?.startsWith(`/${this.#pool}/`)) request.url = request.url.slice(this.#pool.length + 1)
    if (!request.url?.startsWith('/login/')) {
      provider.callback()(request, response)
      return
    }
    const { uid, params, prompt } = await provider.interactionDetails(request, response)
    if (prompt.name !== 'login') throw new Error(`the provider asks for ${prompt.name}`)
    const show = (page: Omit<LoginPage, 'action'>) =>
      text(response, 200, loginPage({ action: `/login/${uid}`, ...page }))
    if (request.method !== 'POST') {
      this.#changing.delete(uid)
      return show({ asks: 'password' })
    }
    const form = new URLSearchParams((await bodyOf(request)).toString('utf8'))
    const checked = await this.#check(uid, String(params['client_id']), form)
    if (checked.as === 'signed-in') {
      const login = { accountId: checked.person.sub }
      return provider.interactionFinished(request, response, { login }, { mergeWithLastSubmission: false })
    }
    if (checked.as === 'change') {
      this.#changing.set(uid, checked)
      return show({ asks: 'new-password' })
    }
    const asks = form.has('newPassword') && this.#changing.has(uid) ? 'new-password' : 'password'
    return show({ asks, problem: checked.why, email: form.get('email') ?? '' })
  }
  async #check(uid: string, client: string, form: URLSearchParams): Promise<Checked> {
    const changing = this.#changing.get(uid)
    const chosen = form.get('newPassword')
    if (chosen === null || changing === undefined) {
      return this.#users.check(client, form.get('email') ?? '', form.get('password') ?? '')
    }
    const checked = await this.#users.change(client, changing.session, changing.username, chosen)
    if (checked.as === 'signed-in') this.#changing.delete(uid)
    return checked
  }
}
