import {
  GetAccountSummaryCommand,
  GetRoleCommand,
  GetUserCommand,
  type IAMClient,
  paginateListRoles,
  paginateListUsers,
  type SummaryKeyType,
} from '@aws-sdk/client-iam'
import { monthOf, previousMonth, type Zoning } from '../domain/base/calendar.ts'
import { isProtectedRole, keyOf, type PrincipalKey, parseKey } from '../domain/metering/principal.ts'
import type { Clock, Directory, Ledger } from '../ports.ts'
import { isAbsent, isAccessDenied, isValidation } from './aws-errors.ts'
import { type Bearer, IamAttachments } from './iam-attachments.ts'

interface Parts {
  readonly iam: IAMClient
  readonly ledger: Pick<Ledger, 'balances'>
  readonly account: string
  readonly zoning: Zoning
  readonly clock: Clock
}

/** AWS's default where the account summary does not say (IAM quotas page, read 2026-11). */
const defaultPolicyQuota = 10

/** Who a bare name may mean: IAM's users and roles, and whoever the ledger has seen this month and the last. */
export class IamDirectory implements Directory {
  readonly #parts: Parts
  readonly #attachments: IamAttachments

  constructor(parts: Parts) {
    this.#parts = parts
    this.#attachments = new IamAttachments(parts.iam)
  }

  async find(name: string): Promise<readonly { key: PrincipalKey; from: 'iam' | 'ledger' }[]> {
    const { account } = this.#parts
    const bearers: Bearer[] = [
      { kind: 'user', account, name },
      { kind: 'role', account, name },
    ]
    const found = await Promise.all(bearers.map(async (bearer) => ({ bearer, name: await this.#nameInIam(bearer) })))
    const keys = new Map<PrincipalKey, 'iam' | 'ledger'>()
    for (const { bearer, name } of found) if (name !== undefined) keys.set(keyOf({ ...bearer, name }), 'iam')
    for (const key of await this.#seen(name)) if (!keys.has(key)) keys.set(key, 'ledger')
    return [...keys].map(([key, from]) => ({ key, from }))
  }

  async known(principal: PrincipalKey): Promise<PrincipalKey | undefined> {
    const parsed = parseKey(principal, this.#parts.account)
    if (parsed?.kind === 'user' || parsed?.kind === 'role') {
      const name = await this.#nameInIam(parsed)
      return name === undefined ? undefined : keyOf({ ...parsed, name })
    }
    if (parsed?.kind !== 'session') return parsed && keyOf(parsed)
    const role = await this.#nameInIam({ kind: 'role', account: parsed.account, name: parsed.role })
    return role === undefined ? undefined : keyOf({ ...parsed, role })
  }

  async names(): Promise<readonly PrincipalKey[]> {
    const { iam: client, account } = this.#parts
    const keys: PrincipalKey[] = []
    try {
      for await (const { Users } of paginateListUsers({ client, pageSize: 1000 }, {}))
        for (const { UserName: name = '' } of Users ?? []) keys.push(keyOf({ kind: 'user', account, name }))
      for await (const { Roles } of paginateListRoles({ client, pageSize: 1000 }, {}))
        for (const { RoleName: name = '' } of Roles ?? []) keys.push(keyOf({ kind: 'role', account, name }))
    } catch (error) {
      // A courtesy for names that were mistyped: an operator without this right is told less.
      if (!isAccessDenied(error)) throw error
    }
    return keys
  }

  async freeSlots(principal: PrincipalKey): Promise<number | undefined> {
    const parsed = parseKey(principal, this.#parts.account)
    if (parsed?.kind !== 'user' && parsed?.kind !== 'role') return undefined
    if (parsed.kind === 'role' && isProtectedRole(parsed.name)) return undefined
    const quotaName: SummaryKeyType = parsed.kind === 'user' ? 'AttachedPoliciesPerUserQuota' : ROLE_QUOTA
    const { SummaryMap } = await this.#parts.iam.send(new GetAccountSummaryCommand({}))
    const quota = SummaryMap?.[quotaName] ?? defaultPolicyQuota
    try {
      return Math.max(0, quota - (await this.#attachments.policiesOf(parsed)).length)
    } catch (error) {
      if (isAbsent(error)) return undefined
      throw error
    }
  }

  /** IAM compares names without case and answers the true spelling. */
  async #nameInIam(bearer: Bearer): Promise<string | undefined> {
    try {
      if (bearer.kind === 'user') {
        const { User } = await this.#parts.iam.send(new GetUserCommand({ UserName: bearer.name }))
        return User?.UserName
      }
      const { Role } = await this.#parts.iam.send(new GetRoleCommand({ RoleName: bearer.name }))
      return Role?.RoleName
    } catch (error) {
      // A name that IAM could never hold is no user's: e-mail addresses are fine, spaces are not.
      if (isAbsent(error) || isValidation(error)) return undefined
      throw error
    }
  }

  async #seen(name: string): Promise<readonly PrincipalKey[]> {
    const { ledger, clock, zoning, account } = this.#parts
    const month = monthOf(clock.now(), zoning)
    const keys = new Set<PrincipalKey>()
    for (const each of [month, previousMonth(month)]) {
      for await (const balance of ledger.balances(each)) {
        const parsed = parseKey(balance.principal, account)
        if (parsed !== undefined && 'name' in parsed && parsed.name.toLowerCase() === name.toLowerCase())
          keys.add(balance.principal)
      }
    }
    return [...keys]
  }
}

const ROLE_QUOTA: SummaryKeyType = 'AttachedPoliciesPerRoleQuota'
