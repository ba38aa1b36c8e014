/**
 * The least an admin needs to run this tool, as data: printed by `cost-guard iam-policy`, checked against every call in
 * the tests. Bound to the guard's own names wherever AWS lets a call be bound.
 */

import { adminScope } from './admin-scope.ts'
import { installing, operating, removing } from './admin-statements.ts'
import { copying } from './admin-statements-copy.ts'
import { paging } from './admin-statements-page.ts'
import type { Names } from './names.ts'
import { allow, document, type PolicyDocument, type Statement } from './permissions.ts'

/** By what somebody does: most people only operate; few install; fewer tear down. */
export interface AdminRights {
  /** `init`, `plan`: makes, reads and repairs everything. */
  readonly install: PolicyDocument
  /** `status`, `limits`, `block`, `unblock`, `prices`, `report`: no right to change anything in IAM. */
  readonly operate: PolicyDocument
  /** What `teardown` needs beyond `install`. */
  readonly teardown: PolicyDocument
}

export function adminRights(names: Names): AdminRights {
  const scope = adminScope(names)
  return {
    operate: document(...operating(scope)),
    install: document(...operating(scope), ...installing(scope)),
    teardown: document(...removing(scope)),
  }
}

/** What the copy in S3 and a KMS key need besides: a second policy for the same people. */
export const copyPolicy = (names: Names): PolicyDocument => document(...copying(adminScope(names)))

/** What the self-service page needs besides: another one. */
export const pagePolicy = (names: Names): PolicyDocument => document(...paging(adminScope(names)))

const listOf = (value: string | readonly string[] | undefined): readonly string[] =>
  value === undefined ? [] : typeof value === 'string' ? [value] : value

/** Characters of a managed policy without spaces. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
export const MANAGED_POLICY_CHARACTERS = 6_144

/** Characters of all inline policies of a role, same source. */
export const INLINE_POLICY_CHARACTERS = 10_240

/** Everything in one document, for who does it all: short enough to be a role's inline policy. */
export const adminPolicy = (names: Names): PolicyDocument =>
  fitting(compact(everything(names), names), INLINE_POLICY_CHARACTERS)

/** The names of statements only explain: they go where a long name leaves no room for them. */
const fitting = (whole: PolicyDocument, characters: number): PolicyDocument =>
  JSON.stringify(whole).length <= characters
    ? whole
    : { ...whole, Statement: whole.Statement.map(({ Sid: _, ...rest }) => rest) }

/**
 * The same in two, each short enough to be a managed policy: what the guard keeps (data, logs, mail), and what acts (functions,
 * schedules, all of IAM). Always both, so that a script need not know how long a guard's name is.
 */
export function adminHalves(names: Names): readonly [PolicyDocument, PolicyDocument] {
  const all = everything(names)
  const half = (keep: boolean) =>
    fitting(
      compact(
        all.filter((each) => acts(each) !== keep),
        names,
      ),
      MANAGED_POLICY_CHARACTERS,
    )
  return [half(true), half(false)]
}

const everything = (names: Names): readonly Statement[] => {
  const { install, teardown } = adminRights(names)
  return [...install.Statement, ...teardown.Statement]
}

const acts = ({ Action }: Statement): boolean =>
  listOf(Action).some((action) => /^(?:iam|lambda|scheduler):/.test(action))

/**
 * What concerns the guard's own things becomes one statement: an action counts only for ARNs of its own service and kind, so
 * together they allow what they allow apart.
 */
function compact(all: readonly Statement[], names: Names): PolicyDocument {
  const scope = adminScope(names)
  const own = new Set<string>(
    [
      scope.table,
      ...scope.functions,
      ...scope.roles,
      ...scope.policies,
      ...scope.logGroups,
      ...scope.schedules,
      ...scope.watching,
    ].concat([names.arn.topic, names.arn.deadLetters, names.arn.blockGroup]),
  )
  const mergeable = (each: Statement) =>
    each.Condition === undefined && listOf(each.Resource).every((resource) => own.has(resource))
  const merged = all.filter(mergeable)
  const union = (values: readonly (readonly string[])[]) => [...new Set(values.flat())]
  return document(
    allow('OwnThings', {
      to: union(merged.map((each) => listOf(each.Action))),
      on: union(merged.map((each) => listOf(each.Resource))),
    }),
    ...all.filter((each) => !mergeable(each)),
  )
}
