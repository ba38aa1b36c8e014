/** iam-policy: which names the policy is bound to, and the document that is asked for. */
import {
  adminHalves,
  adminPolicy,
  copyPolicy,
  INLINE_POLICY_CHARACTERS,
  MANAGED_POLICY_CHARACTERS,
  pagePolicy,
} from '../provision/admin-rights.ts'
import { type Names, namesOf } from '../provision/names.ts'
import { importRights } from '../provision/original/rights.ts'
import type { PolicyDocument } from '../provision/permissions.ts'
import { type GivenSettings, validateSettings } from '../provision/settings.ts'
import { checkAccount, checkGuardName, checkRegion, partitionOf } from './_where.ts'

export interface PolicyFlags {
  readonly guard: string
  readonly region: string
  readonly account: string
  readonly 'log-group'?: string | undefined
  readonly table?: string | undefined
  readonly topic?: string | undefined
  readonly 'log-bucket'?: string | undefined
  readonly for?: string | undefined
  readonly part?: string | undefined
}

/** @throws GuardError where a name cannot be one: a star typed into it would widen what the policy allows. */
export function policyFor(flags: PolicyFlags): { readonly policy: PolicyDocument; readonly note: string | undefined } {
  const names = namesTyped(flags)
  const policy = documentFor(names, flags)
  const length = JSON.stringify(policy).length
  const most = flags.part === undefined ? INLINE_POLICY_CHARACTERS : MANAGED_POLICY_CHARACTERS
  if (length <= most) return { policy, note: undefined }
  const what = flags.part === undefined ? 'a role’s inline policies hold' : 'a managed policy holds'
  const instead = flags.part === undefined ? 'print it in two with --part' : 'give it to a role as its inline policy'
  return { policy, note: `these ${length} characters are more than the ${most} that ${what}: ${instead}` }
}

function namesTyped(flags: PolicyFlags): Names {
  const { guard, account, region } = flags
  checkGuardName(guard)
  if (account !== '*') checkAccount(account)
  if (region !== '*') checkRegion(region)
  const typed: GivenSettings = {
    logGroup: flags['log-group'],
    table: flags.table,
    topic: flags.topic,
    logBucket: flags['log-bucket'],
    s3Logs: flags['log-bucket'] !== undefined,
  }
  const given = Object.fromEntries(Object.entries(typed).filter(([, value]) => value !== undefined))
  return namesOf(validateSettings({ guard, ...given }), { account, region, partition: partitionOf(region) })
}

function documentFor(names: Names, flags: PolicyFlags): PolicyDocument {
  if (flags.for === 'import-original') return importRights(names)
  if (flags.for === 'dashboard') return pagePolicy(names)
  if (flags.for !== undefined) return copyPolicy(names)
  if (flags.part === undefined) return adminPolicy(names)
  return adminHalves(names)[flags.part === '1' ? 0 : 1]
}
