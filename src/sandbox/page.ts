/** The page that a guard has in the sandbox, as somebody with a browser would come to it. */
import { GetApisCommand } from '@aws-sdk/client-apigatewayv2'
import {
  AdminSetUserPasswordCommand,
  ListUserPoolsCommand,
  ListUsersCommand,
} from '@aws-sdk/client-cognito-identity-provider'
import type { DataPlane } from './http-api/data-plane.ts'
import { Browser, type Credentials, signIn, type Tokens, type WalkStart } from './sign-in/walk.ts'
import type { World } from './world.ts'

export interface SignedIn extends Tokens {
  /** Asks the page's API as this person: `ask('spend')`, `ask('everybody?month=2026-11')`. */
  ask(what: string): Promise<{ readonly status: number; readonly body: unknown }>
}

export class Page {
  readonly #world: World
  readonly #plane: DataPlane

  constructor(world: World, plane: DataPlane) {
    this.#world = world
    this.#plane = plane
  }
  /** Of the first HTTP API there is, or of the one whose name begins so. */
  async url(beginning = ''): Promise<string | undefined> {
    const { region } = this.#world
    const { Items = [] } = await this.#world.clients(region).apigateway.send(new GetApisCommand({}))
    const found = Items.find(({ Name = '', ProtocolType }) => ProtocolType === 'HTTP' && Name.startsWith(beginning))
    return found && `${await this.#plane.endpoint({ id: found.ApiId ?? '', region })}/`
  }
  /** In every pool that knows the address. */
  async setPassword(address: string, Password: string): Promise<void> {
    const { cognito } = this.#world.clients()
    const { UserPools = [] } = await cognito.send(new ListUserPoolsCommand({ MaxResults: 60 }))
    let found = 0
    for (const { Id: UserPoolId } of UserPools) {
      const { Users = [] } = await cognito.send(new ListUsersCommand({ UserPoolId }))
      for (const { Username, Attributes = [] } of Users) {
        if (!Attributes.some(({ Name, Value }) => Name === 'email' && Value === address)) continue
        await cognito.send(new AdminSetUserPasswordCommand({ UserPoolId, Username, Password, Permanent: true }))
        found += 1
      }
    }
    if (found === 0) throw new Error(`nobody was invited as ${address}`)
  }
  async signIn(who: Credentials, url: string | undefined, browser = new Browser()): Promise<SignedIn> {
    const at = url ?? (await this.url())
    if (at === undefined) throw new Error('there is no page here: nobody deployed an HTTP API')
    const answer = await fetch(`${at}config.json`)
    if (!answer.ok) throw new Error(`the page does not say how to sign in: ${answer.status} ${await answer.text()}`)
    const tokens = await signIn((await answer.json()) as WalkStart, who, browser)
    const headers = { authorization: `Bearer ${tokens.accessToken}` }
    const ask = async (what: string) => {
      const told = await fetch(`${at}api/${what}`, { headers })
      return { status: told.status, body: (await told.json()) as unknown }
    }
    return { ...tokens, ask }
  }
}
