/** The users of one pool as its sign-in needs them, read from the emulator at every question. */
import {
  AdminGetUserCommand,
  DescribeUserPoolClientCommand,
  InitiateAuthCommand,
  ListUsersCommand,
  RespondToAuthChallengeCommand,
  type UserPoolClientType,
} from '@aws-sdk/client-cognito-identity-provider'
import { orAbsent } from '../refusals/refuse.ts'
import type { World } from '../world.ts'

export interface Person {
  /** `sub`; in a pool whose users sign in by e-mail this is their user name too. */
  readonly sub: string
  readonly username: string
  readonly email: string
}

export type Checked =
  | { readonly as: 'signed-in'; readonly person: Person }
  /** A temporary password: a new one must be chosen. */
  | { readonly as: 'change'; readonly session: string; readonly username: string }
  | { readonly as: 'refused'; readonly why: string }

/** What a person may be told; anything else is a failure of the sandbox. */
const SAID: Readonly<Record<string, string>> = {
  NotAuthorizedException: 'Incorrect e-mail or password.',
  UserNotFoundException: 'Incorrect e-mail or password.',
  InvalidPasswordException: 'This password is too simple: see the rules in the mail.',
  ResourceNotFoundException: 'This took too long. Sign in again.',
}
const wrong: Checked = { as: 'refused', why: 'Incorrect e-mail or password.' }

async function orRefused(work: Promise<Checked>): Promise<Checked> {
  try {
    return await work
  } catch (error) {
    const why = error instanceof Error ? SAID[error.name] : undefined
    if (why === undefined) throw error
    return { as: 'refused', why }
  }
}

export class PoolUsers {
  readonly #world: World
  readonly #region: string
  readonly #pool: string

  constructor(world: World, region: string, pool: string) {
    this.#world = world
    this.#region = region
    this.#pool = pool
  }
  get #cognito() {
    return this.#world.clients(this.#region).cognito
  }
  async client(ClientId: string): Promise<UserPoolClientType | undefined> {
    const asked = new DescribeUserPoolClientCommand({ UserPoolId: this.#pool, ClientId })
    return (await orAbsent(this.#cognito.send(asked)))?.UserPoolClient
  }
  /** Undefined: gone or disabled. */
  async person(username: string): Promise<Person | undefined> {
    try {
      const asked = new AdminGetUserCommand({ UserPoolId: this.#pool, Username: username })
      const { UserAttributes = [], Username = '', Enabled } = await this.#cognito.send(asked)
      const attribute = (name: string) => UserAttributes.find(({ Name }) => Name === name)?.Value ?? ''
      return Enabled ? { sub: attribute('sub'), username: Username, email: attribute('email') } : undefined
    } catch (error) {
      if (error instanceof Error && error.name === 'UserNotFoundException') return undefined
      throw error
    }
  }
  /** By e-mail in any spelling of case, as in a pool that is not case sensitive. */
  async #named(email: string): Promise<string | undefined> {
    const { Users = [] } = await this.#cognito.send(new ListUsersCommand({ UserPoolId: this.#pool }))
    const wanted = email.trim().toLowerCase()
    const found = Users.find(({ Username, Attributes = [] }) =>
      [Username, ...Attributes.filter(({ Name }) => Name === 'email').map(({ Value }) => Value)].some(
        (one) => one?.toLowerCase() === wanted,
      ),
    )
    return found?.Username
  }
  check(ClientId: string, email: string, PASSWORD: string): Promise<Checked> {
    return orRefused(this.#check(ClientId, email, PASSWORD))
  }
  async #check(ClientId: string, email: string, PASSWORD: string): Promise<Checked> {
    const USERNAME = await this.#named(email)
    if (USERNAME === undefined) return wrong
    const AuthParameters = { USERNAME, PASSWORD }
    const answer = await this.#cognito.send(
      new InitiateAuthCommand({ AuthFlow: 'USER_PASSWORD_AUTH', ClientId, AuthParameters }),
    )
    if (answer.ChallengeName === 'NEW_PASSWORD_REQUIRED') {
      return { as: 'change', session: answer.Session ?? '', username: USERNAME }
    }
    return this.#in(USERNAME)
  }
  /** The second factor, where a pool asks for one, is not played: the password was right. */
  async #in(username: string): Promise<Checked> {
    const person = await this.person(username)
    return person === undefined ? wrong : { as: 'signed-in', person }
  }
  change(ClientId: string, session: string, username: string, NEW_PASSWORD: string): Promise<Checked> {
    const asked = new RespondToAuthChallengeCommand({
      ChallengeName: 'NEW_PASSWORD_REQUIRED',
      ClientId,
      Session: session,
      ChallengeResponses: { USERNAME: username, NEW_PASSWORD },
    })
    return orRefused(this.#cognito.send(asked).then(() => this.#in(username)))
  }
}
