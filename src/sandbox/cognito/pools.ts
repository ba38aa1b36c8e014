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

export class KeptPools {
  readonly #world: World
  /** ARN → tags, once they were changed by name. */
  readonly #tags = new Map<string, Tags>()
  /** Pool → what SetUserPoolMfaConfig said last. */
  readonly #mfa = new Map<string, string>()

  constructor(world: World) {
    this.#world = world
  }
  reset(): void {
    this.#tags.clear()
    this.#mfa.clear()
  }
  #arn(call: Passing, id: string): string {
    return `arn:${this.#world.partition}:cognito-idp:${call.inRegion}:${this.#world.account}:userpool/${id}`
  }
  async #tagsOf(call: Passing, arn: string): Promise<Tags | undefined> {
    const pool = await poolOf(this.#world, call.inRegion, arn.split('/').pop() ?? '')
    return pool && (this.#tags.get(arn) ?? pool.UserPoolTags ?? {})
  }
  async #tagging(call: Passing): Promise<Answer> {
    const arn = text(call, 'ResourceArn')
    const tags = await this.#tagsOf(call, arn)
    if (tags === undefined) {
      const message = `User pool ${arn.split('/').pop()} does not exist.`
      return errorAnswer(call.wire, { code: 'ResourceNotFoundException', message })
    }
    if (call.operation === 'ListTagsForResource') return jsonAnswer({ Tags: tags })
    const gone = (call.input['TagKeys'] ?? []) as readonly string[]
    const kept = Object.entries({ ...tags, ...(call.input['Tags'] as Tags | undefined) })
    this.#tags.set(arn, Object.fromEntries(kept.filter(([key]) => !gone.includes(key))))
    return jsonAnswer({})
  }
  /** What an update leaves out becomes AWS's default again, but not what cannot be changed. */
  async #update(call: Passing): Promise<Answer | undefined> {
    const id = text(call, 'UserPoolId')
    const pool = await poolOf(this.#world, call.inRegion, id)
    if (pool === undefined) return undefined
    const lasting = LASTING.flatMap((key) => (pool[key] === undefined ? [] : [[key, pool[key]] as const]))
    const tags = (call.input['UserPoolTags'] as Tags | undefined) ?? pool.UserPoolTags
    const changed = { ...call.input, ...Object.fromEntries(lasting), ...(tags ? { UserPoolTags: tags } : {}) }
    if (call.input['UserPoolTags'] !== undefined) this.#tags.delete(this.#arn(call, id))
    this.#mfa.set(id, String(call.input['MfaConfiguration'] ?? 'OFF'))
    return this.#world.upstream.forward({ ...call.request, body: Buffer.from(JSON.stringify(changed)) })
  }
  #described(call: Passing, answer: Answer): Answer | undefined {
    if (answer.status !== 200) return undefined
    const body = JSON.parse(answer.body.toString('utf8')) as { UserPool?: Record<string, unknown> }
    const id = String(body.UserPool?.['Id'])
    const tags = this.#tags.get(this.#arn(call, id))
    const mfa = this.#mfa.get(id)
    if (body.UserPool && tags) body.UserPool['UserPoolTags'] = tags
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
      { on: ['cognito-idp:DescribeUserPool'], after: async (call, answer) => this.#described(call, answer) },
    ]
  }
}
