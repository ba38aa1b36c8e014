/** Where Cognito's sign-in is played: a localhost port for each user pool, known by the addresses that AWS would give it. */
import { poolOf } from '../cognito/pools.ts'
import type { Issuers } from '../http-api/jwt.ts'
import type { World } from '../world.ts'

/** https://docs.aws.amazon.com/general/latest/gr/cognito_identity.html */
const ISSUER = /https:\/\/cognito-idp\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?\/([\w-]+)/

export class SignIn implements Issuers {
  readonly #world: World
  #agedMs = 0

  constructor(world: World) {
    this.#world = world
  }
  /** Tokens look this much older to the authorizer than they are: how a test sees one expire. */
  age(milliseconds: number): void {
    this.#agedMs += milliseconds
  }
  tokenNow(): number {
    return Date.now() + this.#agedMs
  }
  async localIssuer(issuer: string): Promise<string> {
    return issuer
  }
  /** False: there is no such user pool; issuers that are not Cognito's are nobody's business here. */
  async hasIssuer(issuer: string): Promise<boolean> {
    const [, region, pool] = ISSUER.exec(issuer) ?? []
    if (region === undefined || pool === undefined) return true
    return (await poolOf(this.#world, region, pool)) !== undefined
  }
  async stop(): Promise<void> {
    this.#agedMs = 0
  }
}
