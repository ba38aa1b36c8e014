import type { Brand } from './brand.ts'

/**
 * Who is charged. A user and a role of one name stay two; cost without an owner is still cost.
 * Sessions are principals only for the roles configured so (by default `AWSReservedSSO_*`).
 */
export type Principal =
  | { readonly kind: 'user' | 'role'; readonly account: string; readonly name: string }
  | { readonly kind: 'session'; readonly account: string; readonly role: string; readonly name: string }
  | { readonly kind: 'root'; readonly account: string }
  | { readonly kind: 'federated'; readonly account: string; readonly name: string }
  | { readonly kind: 'unattributed'; readonly account: string }

/** `user/NAME`, `role/NAME`, `session/ROLE/NAME`, `root/ACCOUNT`, `federated/NAME`, `unattributed`. */
export type PrincipalKey = Brand<string, 'PrincipalKey'>

/** The identity of a log record before any setting is applied; `base` never depends on settings. */
export interface Caller {
  readonly arn: string | undefined
  /** The user, role (never a session), root, federated user or unattributed. */
  readonly base: Principal
  /** The session name of an assumed role. */
  readonly session: string | undefined
}
