/**
 * User pools as AWS treats them and the emulator does not: what an update must not lose, what a deletion is refused for, tags.
 * Ours, written from AWS's documentation and from errors people posted.
 */
import {
  DescribeUserPoolCommand,
  DescribeUserPoolDomainCommand,
  type UserPoolType,
} from '@aws-sdk/client-cognito-identity-provider'
import { type Answer, errorAnswer, jsonAnswer } from '../door/answer.ts'
import { orAbsent, type Refusal, refusing, text } from '../refusals/refuse.ts'
import type { Hook, Passing, World } from '../world.ts'

/** Set when a pool is made and never again; the emulator forgets them at an update. */
const LASTING = ['UsernameAttributes', 'AliasAttributes', 'UsernameConfiguration'] as const
type Tags = Record<string, string>

const invalid = (message: string): Refusal => ({ code: 'InvalidParameterException', message })

export async function poolOf(world: World, region: string, UserPoolId: string): Promise<UserPoolType | undefined> {
  const { cognito } = world.clients(region)
  return (await orAbsent(cognito.send(new DescribeUserPoolCommand({ UserPoolId }))))?.UserPool
}

/** What the emulator says of a pool beside its settings. */
const TOLD = ['Id', 'Arn', 'Name', 'Status', 'CreationDate', 'LastModifiedDate', 'EstimatedNumberOfUsers']
const NOT_SET = new Set([...TOLD, 'SchemaAttributes', 'Domain', 'MfaConfiguration'])
const UPDATE = 'AWSCognitoIdentityProviderService.UpdateUserPool'

export class KeptPools {
  readonly #world: World
  /** Pool → what SetUserPoolMfaConfig said last. */
  readonly #mfa = new Map<string, string>()

  constructor(world: World) {
    this.#world = world
  }
  reset(): void {
    this.#mfa.clear()
  }
  /** The emulator takes every setting at an update, even those that AWS does not. */
  #put(call: Passing, settings: object): Promise<Answer> {
    const { request } = call
    const body = Buffer.from(JSON.stringify(settings))
    return this.#world.upstream.forward({ ...request, headers: { ...request.headers, 'x-amz-target': UPDATE }, body })
  }
  async #tagging(call: Passing): Promise<Answer> {
    const id = text(call, 'ResourceArn').split('/').pop() ?? ''
    const pool = await poolOf(this.#world, call.inRegion, id)
    if (pool === undefined) {
      return errorAnswer(call.wire, {
        code: 'ResourceNotFoundException',
        message: `User pool ${id} does not exist.`,
      })
    }
    const tags: Tags = pool.UserPoolTags ?? {}
    if (call.operation === 'ListTagsForResource') return jsonAnswer({ Tags: tags })
    const gone = (call.input['TagKeys'] ?? []) as readonly string[]
    const wanted = Object.entries({ ...tags, ...(call.input['Tags'] as Tags | undefined) })
    const UserPoolTags = Object.fromEntries(wanted.filter(([key]) => !gone.includes(key)))
    const settings = Object.fromEntries(Object.entries(pool).filter(([key]) => !NOT_SET.has(key)))
    const answer = await this.#put(call, { ...settings, UserPoolId: id, UserPoolTags })
    return answer.status === 200 ? jsonAnswer({}) : answer
  }
  /** What an update leaves out becomes AWS's default again, but not what cannot be changed, nor tags. */
  async #update(call: Passing): Promise<Answer | undefined> {
    const id = text(call, 'UserPoolId')
    const pool = await poolOf(this.#world, call.inRegion, id)
    if (pool === undefined) return undefined
    const lasting = LASTING.flatMap((key) => (pool[key] === undefined ? [] : [[key, pool[key]] as const]))
    const UserPoolTags = call.input['UserPoolTags'] ?? pool.UserPoolTags ?? {}
    this.#mfa.set(id, String(call.input['MfaConfiguration'] ?? 'OFF'))
    return this.#put(call, { ...call.input, ...Object.fromEntries(lasting), UserPoolTags })
  }
  #described(answer: Answer): Answer | undefined {
    if (answer.status !== 200) return undefined
    const body = JSON.parse(answer.body.toString('utf8')) as { UserPool?: Record<string, unknown> }
    const mfa = this.#mfa.get(String(body.UserPool?.['Id']))
    if (body.UserPool && mfa) body.UserPool['MfaConfiguration'] = mfa
    return { ...answer, body: Buffer.from(JSON.stringify(body)) }
  }
  async #deletionRefused(call: Passing): Promise<Refusal | undefined> {
    const pool = await poolOf(this.#world, call.inRegion, text(call, 'UserPoolId'))
    if (pool?.DeletionProtection === 'ACTIVE') {
      return invalid(
        'The user pool cannot be deleted because deletion protection is activated. Deletion protection must be inactivated first.',
      )
    }
    if (pool?.Domain === undefined) return undefined
    return invalid('User pool cannot be deleted. It has a domain configured that should be deleted first.')
  }
  async #domainRefused(call: Passing): Promise<Refusal | undefined> {
    const Domain = text(call, 'Domain')
    const reserved = ['aws', 'amazon', 'cognito'].find((word) => Domain.includes(word))
    if (reserved !== undefined) return invalid(`Domain cannot contain reserved word: ${reserved}`)
    const { cognito } = this.#world.clients(call.inRegion)
    const found = await cognito.send(new DescribeUserPoolDomainCommand({ Domain }))
    if (found.DomainDescription?.UserPoolId !== undefined) {
      return invalid('Domain already associated with another user pool.')
    }
    const pool = await poolOf(this.#world, call.inRegion, text(call, 'UserPoolId'))
    return pool?.Domain === undefined ? undefined : invalid('User pool already has a domain configured.')
  }
  hooks(): Hook[] {
    const names = ['TagResource', 'UntagResource', 'ListTagsForResource'].map((one) => `cognito-idp:${one}`)
    return [
      ...refusing('cognito-idp', {
        DeleteUserPool: (call) => this.#deletionRefused(call),
        CreateUserPoolDomain: (call) => this.#domainRefused(call),
      }),
      { on: names, before: (call) => this.#tagging(call) },
      { on: ['cognito-idp:UpdateUserPool'], before: (call) => this.#update(call) },
      {
        on: ['cognito-idp:SetUserPoolMfaConfig'],
        after: async (call, answer) => {
          if (answer.status === 200) this.#mfa.set(text(call, 'UserPoolId'), text(call, 'MfaConfiguration'))
          return undefined
        },
      },
      { on: ['cognito-idp:DescribeUserPool'], after: async (_, answer) => this.#described(answer) },
    ]
  }
}
