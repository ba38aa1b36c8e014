/** Where Cognito's sign-in is played: a localhost port for each user pool, known by the addresses that AWS would give it. */
import { DescribeUserPoolDomainCommand } from '@aws-sdk/client-cognito-identity-provider'
import { poolOf } from '../cognito/pools.ts'
import type { Issuers } from '../http-api/jwt.ts'
import type { World } from '../world.ts'
import { PoolDoor } from './pool-door.ts'
import { loadProvider } from './provider.ts'
import { PoolUsers } from './users.ts'

/** https://docs.aws.amazon.com/general/latest/gr/cognito_identity.html */
const ISSUER = /https:\/\/cognito-idp\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?\/([\w-]+)/
const DOMAIN = /https:\/\/([a-z0-9-]+)\.auth\.([a-z0-9-]+)\.amazoncognito\.com/

const all = (pattern: RegExp): RegExp => new RegExp(pattern, 'g')

export class SignIn implements Issuers {
  readonly #world: World
  readonly #say: (line: string) => void
  readonly #doors = new Map<string, Promise<PoolDoor>>()
  #isThere: Promise<boolean> | undefined
  #agedMs = 0

  constructor(world: World, say: (line: string) => void) {
    this.#world = world
    this.#say = say
  }
  /** Tokens look this much older to the authorizer than they are: how a test sees one expire. */
  age(milliseconds: number): void {
    this.#agedMs += milliseconds
  }
  tokenNow(): number {
    return Date.now() + this.#agedMs
  }
  /** False in a published install: the provider is a tool of development. Said once. */
  isThere(): Promise<boolean> {
    this.#isThere ??= loadProvider().then((module) => {
      if (module === undefined) {
        this.#say('nobody can sign in to the page here: that needs the package oidc-provider, which is not installed')
      }
      return module !== undefined
    })
    return this.#isThere
  }
  #open(region: string, pool: string): Promise<PoolDoor> {
    const failed = (error: Error) => this.#world.work.start('sign-in', () => Promise.reject(error))
    const opening = this.#doors.get(pool) ?? new PoolDoor(new PoolUsers(this.#world, region, pool), pool, failed).open()
    this.#doors.set(pool, opening)
    return opening
  }
  async #doorOf(issuer: string): Promise<PoolDoor | undefined> {
    const [, region, pool] = ISSUER.exec(issuer) ?? []
    if (region === undefined || pool === undefined || !(await this.isThere())) return undefined
    return this.#open(region, pool)
  }
  async localIssuer(issuer: string): Promise<string> {
    return (await this.#doorOf(issuer))?.issuer ?? issuer
  }
  async #domainDoor(domain: string): Promise<PoolDoor | undefined> {
    const [, Domain, region] = DOMAIN.exec(domain) ?? []
    if (region === undefined || !(await this.isThere())) return undefined
    const { cognito } = this.#world.clients(region)
    const { DomainDescription } = await cognito.send(new DescribeUserPoolDomainCommand({ Domain }))
    const pool = DomainDescription?.UserPoolId
    return pool === undefined ? undefined : this.#open(region, pool)
  }
  /** The same text with the addresses of Cognito as they are played here. */
  async local(text: string): Promise<string> {
    let local = text
    for (const [issuer] of text.matchAll(all(ISSUER))) local = local.replaceAll(issuer, await this.localIssuer(issuer))
    for (const [domain] of text.matchAll(all(DOMAIN))) {
      local = local.replaceAll(domain, (await this.#domainDoor(domain))?.origin ?? domain)
    }
    return local
  }
  /** False: there is no such user pool; issuers that are not Cognito's are nobody's business here. */
  async hasIssuer(issuer: string): Promise<boolean> {
    const [, region, pool] = ISSUER.exec(issuer) ?? []
    if (region === undefined || pool === undefined) return true
    return (await poolOf(this.#world, region, pool)) !== undefined
  }
  async stop(): Promise<void> {
    this.#agedMs = 0
    const doors = [...this.#doors.values()]
    this.#doors.clear()
    for (const door of doors) await (await door).close()
  }
}
