import type { IAMClient } from '@aws-sdk/client-iam'
import type { Instant, Zoning } from '../domain/base/calendar.ts'
import { GuardError } from '../domain/base/guard-error.ts'
import { blockGroup, blockPolicies, isBlockPolicy, policyFor, undatedPolicy } from '../domain/judging/block-policy.ts'
import { isProtectedRole, keyOf, matchesAny, type PrincipalKey, parseKey } from '../domain/metering/principal.ts'
import { inParallel } from '../parallel.ts'
import type { Attachment, BlockAnswer, Clock, Enforcer, ReleaseAnswer } from '../ports.ts'
import { isAbsent, isAccessDenied } from './aws-errors.ts'
import { type AttachAnswer, type Bearer, IamAttachments, type PolicyRef } from './iam-attachments.ts'

interface Parts {
  readonly iam: IAMClient
  readonly guard: string
  readonly account: string
  readonly partition: string
  readonly zoning: Zoning
  /** Name patterns nobody may block, whatever IAM would allow. */
  readonly protectedPrincipals: readonly string[]
  readonly clock: Clock
}

/** What of ours a principal carries now. */
interface Held {
  readonly policies: readonly PolicyRef[]
  readonly inGroup: boolean
}

interface Blocked {
  readonly answer: BlockAnswer
  readonly policy?: string
  readonly by?: 'managed' | 'group'
}

/** IAM calls at once: IAM throttles early, and its one endpoint may be far away. */
const callsAtOnce = 5

/** Attaches and takes off the block policies that init made. Touches nothing else, whatever it finds. */
export class IamEnforcer implements Enforcer {
  readonly #parts: Parts
  readonly #iam: IamAttachments
  readonly #group: string
  readonly #undated: string

  constructor(parts: Parts) {
    this.#parts = parts
    this.#iam = new IamAttachments(parts.iam)
    this.#group = blockGroup(parts.guard)
    this.#undated = undatedPolicy(parts.guard)
  }

  async attached(): Promise<readonly Attachment[]> {
    const { guard, zoning, clock, account } = this.#parts
    const names = blockPolicies(guard, clock.now(), zoning)
    const managed = await inParallel(names, callsAtOnce, async (policy) => {
      const bearers = await this.#iam.bearersOf(this.#arnOf(policy))
      return bearers.map((bearer) => ({ principal: keyOf({ ...bearer, account }), policy, by: 'managed' as const }))
    })
    const members = await this.#iam.membersOf(this.#group)
    const inGroup = members.map((name) => ({
      principal: keyOf({ kind: 'user', name, account }),
      policy: this.#undated,
      by: 'group' as const,
    }))
    return [...managed.flat(), ...inGroup]
  }

  async block(principal: PrincipalKey, until: Instant | 'no-end'): Promise<Blocked> {
    const bearer = this.#bearer(principal)
    if (!bearer || this.#isUntouchable(bearer)) return { answer: 'protected' }
    const held = await this.#held(bearer)
    if (held === 'absent') return { answer: 'no-such-principal' }
    if (held === 'not-allowed') return { answer: 'not-allowed' }
    const wanted = policyFor(this.#parts.guard, until, this.#parts.zoning)
    const dated = await this.#hang(bearer, held, wanted)
    if (dated.answer !== 'no-policy') return dated
    // Init makes the policies of a year: what ends later, or under a guard not renewed for long, takes the one without an end.
    const undated = wanted === this.#undated ? dated : await this.#hang(bearer, held, this.#undated)
    if (undated.answer !== 'no-policy') return undated
    // A user deleted a moment ago and a missing policy are one error of IAM's.
    return { answer: (await this.#held(bearer)) === 'absent' ? 'no-such-principal' : 'no-policy' }
  }

  async release(principal: PrincipalKey, known: readonly Omit<Attachment, 'principal'>[] = []): Promise<ReleaseAnswer> {
    const bearer = this.#bearer(principal)
    if (!bearer) return 'already'
    const held = await this.#held(bearer)
    if (held === 'absent') return 'no-such-principal'
    if (held === 'not-allowed') {
      throw new GuardError({
        code: 'release-not-allowed',
        fault: 'aws',
        message: `${principal} cannot be released: the guard may not read what is attached there`,
        suggestions: ['run cost-guard init again: it restores the rights of the guard'],
      })
    }
    const told = known.filter(({ policy, by }) => by === 'managed' && isBlockPolicy(this.#parts.guard, policy))
    const arns = new Set([...held.policies.map(({ arn }) => arn), ...told.map(({ policy }) => this.#arnOf(policy))])
    let released = held.inGroup
    for (const arn of arns) if (await this.#iam.detach(bearer, arn)) released = true
    const member = held.inGroup || (bearer.kind === 'user' && known.some(({ by }) => by === 'group'))
    if (member) await this.#iam.leave(bearer.name, this.#group)
    return released || member ? 'released' : 'already'
  }

  /** Puts `wanted` on first and only then takes the other policies of ours off. */
  async #hang(bearer: Bearer, held: Held, wanted: string): Promise<Blocked> {
    const there = held.policies.some((policy) => policy.name === wanted)
    // Also where it is listed: IAM shows for some seconds what was taken off a moment ago, and attaching twice is once.
    const answer = await this.#iam.attach(bearer, this.#arnOf(wanted))
    const attached = there ? 'attached' : answer
    switch (attached) {
      case 'attached':
        for (const policy of held.policies) if (policy.name !== wanted) await this.#iam.detach(bearer, policy.arn)
        if (held.inGroup) await this.#iam.leave(bearer.name, this.#group)
        return { answer: there ? 'already' : 'blocked', policy: wanted, by: 'managed' }
      case 'quota':
        return bearer.kind === 'user'
          ? this.#throughGroup(bearer, held, wanted)
          : this.#exchange(bearer, held, wanted, { answer: 'attachment-quota' })
      case 'absent':
        return { answer: 'no-policy' }
      case 'protected':
      case 'not-allowed':
        return { answer: attached }
    }
  }

  /** The user's quota is full: the guard's own group carries the deny. */
  async #throughGroup(bearer: Bearer, held: Held, wanted: string): Promise<Blocked> {
    const answered = await this.#iam.join(bearer.name, this.#group)
    const joined: AttachAnswer = held.inGroup ? 'attached' : answered
    if (joined !== 'attached') {
      const answer = joined === 'not-allowed' ? joined : 'attachment-quota'
      return this.#exchange(bearer, held, wanted, { answer })
    }
    const inGroup: Blocked = { answer: held.inGroup ? 'already' : 'blocked', policy: this.#undated, by: 'group' }
    // One of the full slots may be an older deny of ours: under the group's deny it is exchanged without a gap.
    const exchanged = await this.#exchange(bearer, held, wanted, inGroup)
    if (exchanged.by === 'managed') await this.#iam.leave(bearer.name, this.#group)
    return exchanged
  }

  /**
   * Exchanges older policies of ours for `wanted` where no slot is free to attach first. The moment between is the only
   * one without a deny; if the slot is lost in it, the next check tries again.
   */
  async #exchange(bearer: Bearer, held: Held, wanted: string, otherwise: Blocked): Promise<Blocked> {
    if (held.policies.length === 0) return otherwise
    for (const policy of held.policies) await this.#iam.detach(bearer, policy.arn)
    const attached = await this.#iam.attach(bearer, this.#arnOf(wanted))
    return attached === 'attached' ? { answer: 'blocked', policy: wanted, by: 'managed' } : otherwise
  }

  async #held(bearer: Bearer): Promise<Held | 'absent' | 'not-allowed'> {
    try {
      const policies = await this.#iam.policiesOf(bearer)
      const groups = bearer.kind === 'user' ? await this.#iam.groupsOf(bearer.name) : []
      return {
        policies: policies.filter((policy) => this.#isOurs(policy)),
        inGroup: groups.includes(this.#group),
      }
    } catch (error) {
      if (isAbsent(error)) return 'absent'
      if (isAccessDenied(error)) return 'not-allowed'
      throw error
    }
  }

  /** By name and ARN: a policy of that name under another path is somebody else's. */
  #isOurs(policy: PolicyRef): boolean {
    return isBlockPolicy(this.#parts.guard, policy.name) && policy.arn === this.#arnOf(policy.name)
  }

  #arnOf(policy: string): string {
    return `arn:${this.#parts.partition}:iam::${this.#parts.account}:policy/${policy}`
  }

  #bearer(principal: PrincipalKey): Bearer | undefined {
    const parsed = parseKey(principal, this.#parts.account)
    return parsed?.kind === 'user' || parsed?.kind === 'role' ? parsed : undefined
  }

  #isUntouchable(bearer: Bearer): boolean {
    return (
      matchesAny(bearer.name, this.#parts.protectedPrincipals) ||
      (bearer.kind === 'role' && isProtectedRole(bearer.name))
    )
  }
}
