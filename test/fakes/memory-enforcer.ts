import type { Instant, Zoning } from '../../src/runtime/domain/base/calendar.ts'
import { policyFor, undatedPolicy } from '../../src/runtime/domain/judging/block-policy.ts'
import { isProtectedRole, type PrincipalKey, parseKey } from '../../src/runtime/domain/metering/principal.ts'
import type { Attachment, BlockAnswer, Enforcer, ReleaseAnswer } from '../../src/runtime/ports.ts'
import { Faults } from './faults.ts'

interface Bearer {
  /** Policies that are not the guard's. */
  foreign: number
  readonly policies: Set<string>
  inGroup: boolean
}

/** AWS's default quota of managed policies on a user or role. */
const quota = 10

/** IAM as the guard sees it: users and roles that exist, with a quota of attachments and roles nobody may touch. */
export class MemoryEnforcer extends Faults implements Enforcer {
  readonly #guard: string
  readonly #account: string
  readonly #zoning: Zoning
  readonly #bearers = new Map<PrincipalKey, Bearer>()
  /** Policies that were never made, as a year after the last `init`. */
  readonly missing = new Set<string>()
  /** Principals IAM refuses to change by policy. */
  readonly forbidden = new Set<PrincipalKey>()
  /** Every call that wrote, in order. */
  readonly writes: string[] = []
  /** How often everything was listed. */
  listings = 0
  /** Runs before each write: a test's chance to change the world in between. */
  before: (write: string) => Promise<void> = async () => undefined

  constructor(parts: { guard: string; account: string; zoning: Zoning }) {
    super()
    this.#guard = parts.guard
    this.#account = parts.account
    this.#zoning = parts.zoning
  }

  add(principal: PrincipalKey, foreign = 0): void {
    this.#bearers.set(principal, { foreign, policies: new Set(), inGroup: false })
  }

  vanish(principal: PrincipalKey): void {
    this.#bearers.delete(principal)
  }

  setForeign(principal: PrincipalKey, foreign: number): void {
    const bearer = this.#bearers.get(principal)
    if (bearer) bearer.foreign = foreign
  }

  /** What an admin does in the console. */
  detachByHand(principal: PrincipalKey): void {
    this.#bearers.get(principal)?.policies.clear()
  }

  attachByHand(principal: PrincipalKey, policy: string): void {
    this.#bearers.get(principal)?.policies.add(policy)
  }

  /** What a call of this principal would be stopped by at `at`: the names of denies in force. */
  denies(principal: PrincipalKey, at: Instant): readonly string[] {
    const bearer = this.#bearers.get(principal)
    if (bearer === undefined) return []
    const hanging = [...bearer.policies, ...(bearer.inGroup ? [undatedPolicy(this.#guard)] : [])]
    return hanging.filter((policy) => policy === undatedPolicy(this.#guard) || at < endOf(policy))
  }

  async attached(): Promise<readonly Attachment[]> {
    this.strike('attached')
    this.listings += 1
    return [...this.#bearers].flatMap(([principal, bearer]) => [
      ...[...bearer.policies].map((policy) => ({ principal, policy, by: 'managed' as const })),
      ...(bearer.inGroup ? [{ principal, policy: undatedPolicy(this.#guard), by: 'group' as const }] : []),
    ])
  }

  async block(
    principal: PrincipalKey,
    until: Instant | 'no-end',
  ): Promise<{ answer: BlockAnswer; policy?: string; by?: 'managed' | 'group' }> {
    await this.before(`block ${principal}`)
    this.strike('block')
    const who = parseKey(principal, this.#account)
    if (who?.kind !== 'user' && who?.kind !== 'role') return { answer: 'protected' }
    if (who.kind === 'role' && isProtectedRole(who.name)) return { answer: 'protected' }
    const bearer = this.#bearers.get(principal)
    if (bearer === undefined) return { answer: 'no-such-principal' }
    if (this.forbidden.has(principal)) return { answer: 'not-allowed' }
    const undated = undatedPolicy(this.#guard)
    const policy = [policyFor(this.#guard, until, this.#zoning), undated].find((name) => !this.missing.has(name))
    if (policy === undefined) return { answer: 'no-policy' }
    const there = bearer.policies.has(policy)
    const ours = bearer.policies.size
    if (!there && ours === 0 && bearer.foreign >= quota) {
      if (who.kind === 'role') return { answer: 'attachment-quota' }
      const already = bearer.inGroup
      bearer.inGroup = true
      if (!already) this.writes.push(`join ${principal}`)
      return { answer: already ? 'already' : 'blocked', policy: undated, by: 'group' }
    }
    bearer.policies.clear()
    bearer.policies.add(policy)
    bearer.inGroup = false
    if (!there) this.writes.push(`attach ${principal} ${policy}`)
    return { answer: there ? 'already' : 'blocked', policy, by: 'managed' }
  }

  async release(principal: PrincipalKey): Promise<ReleaseAnswer> {
    await this.before(`release ${principal}`)
    this.strike('release')
    const who = parseKey(principal, this.#account)
    if (who?.kind !== 'user' && who?.kind !== 'role') return 'already'
    const bearer = this.#bearers.get(principal)
    if (bearer === undefined) return 'no-such-principal'
    if (bearer.policies.size === 0 && !bearer.inGroup) return 'already'
    bearer.policies.clear()
    bearer.inGroup = false
    this.writes.push(`release ${principal}`)
    return 'released'
  }
}

/** The date in a policy's name, in UTC: tests of the month's end run in a guard of zone UTC. */
const endOf = (policy: string): number => Date.parse(`${policy.slice(-10)}T00:00:00Z`)
