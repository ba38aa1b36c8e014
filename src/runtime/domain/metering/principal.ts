import type { Brand } from '../base/brand.ts'
import { hash64 } from '../base/hash.ts'
import { memoized } from '../base/memo.ts'

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

/** The session that stands for all sessions of a role beyond the first two hundred of a month. */
export const OTHERS = '(others)'
/** Longest name kept, in bytes; longer ones end in a hash. IAM itself allows 64 characters. */
export const MAX_NAME_BYTES = 256

// The characters of IAM names; `~` is none of them, so a name that was changed can never be mistaken for a real one.
const IAM_NAME = /^[\w+=,.@-]+$/
const KEPT_NAME = /^[\w+=,.@~-]{1,256}$/

/** A name as it may stand in a key: IAM's characters, at most 256 bytes; whatever was changed or cut ends in a hash. */
export function boundedName(name: string): string {
  if (name.length <= MAX_NAME_BYTES && IAM_NAME.test(name)) return name
  return `${name.slice(0, MAX_NAME_BYTES - 17).replace(/[^\w+=,.@-]/g, '_')}~${hash64(name)}`
}

const ARN = /^arn:[^:]+:(iam|sts)::(\d{12}):([^/]+)(?:\/(.+))?$/s

/** Who called, from the record's `identity.arn`; any partition. What is no identity of this account is unattributed. */
export function callerOf(arn: string | undefined, account: string): Caller {
  if (arn === undefined) return nobody(arn, account)
  const caller = callerInOwnAccount(arn)
  return caller !== 'nobody' && caller.base.account === account ? caller : nobody(arn, account)
}

const nobody = (arn: string | undefined, account: string): Caller => ({
  arn: arn?.slice(0, 2048),
  base: { kind: 'unattributed', account },
  session: undefined,
})

const callerInOwnAccount = memoized((arn) => readCaller(arn) ?? 'nobody')

function readCaller(arn: string): Caller | undefined {
  const [, service, account, type, rest] = ARN.exec(arn) ?? []
  if (account === undefined) return undefined
  const is = (base: Principal, session?: string): Caller => ({ arn: arn.slice(0, 2048), base, session })
  if (service === 'iam' && type === 'root' && rest === undefined) return is({ kind: 'root', account })
  if (rest === undefined) return undefined
  // A path belongs to the ARN, not to the name: names are unique in the account.
  const last = rest.slice(rest.lastIndexOf('/') + 1)
  if (last === '') return undefined
  if (service === 'iam' && (type === 'user' || type === 'role')) {
    return is({ kind: type, account, name: boundedName(last) })
  }
  if (service === 'sts' && type === 'federated-user') return is({ kind: 'federated', account, name: boundedName(rest) })
  if (service !== 'sts' || type !== 'assumed-role') return undefined
  const slash = rest.indexOf('/')
  const role = slash < 0 ? rest : rest.slice(0, slash)
  if (role === '') return undefined
  return is(
    { kind: 'role', account, name: boundedName(role) },
    slash < 0 ? undefined : boundedName(rest.slice(slash + 1)),
  )
}

/** Whose balance it is: the session where the role is one of `sessionRoles`, else the base. */
export function attribute(caller: Caller, sessionRoles: readonly string[]): Principal {
  const { base, session } = caller
  if (base.kind !== 'role' || session === undefined || !matchesAny(base.name, sessionRoles)) return base
  return { kind: 'session', account: base.account, role: base.name, name: session }
}

export function keyOf(principal: Principal): PrincipalKey {
  switch (principal.kind) {
    case 'session':
      return `session/${principal.role}/${principal.name}` as PrincipalKey
    case 'root':
      return `root/${principal.account}` as PrincipalKey
    case 'unattributed':
      return 'unattributed' as PrincipalKey
    default:
      return `${principal.kind}/${principal.name}` as PrincipalKey
  }
}

/** Reads a key as `keyOf` writes it; undefined for anything else, root of another account included. */
export function parseKey(text: string, account: string): Principal | undefined {
  if (text === 'unattributed') return { kind: 'unattributed', account }
  const [kind, first, second, ...more] = text.split('/')
  if (first === undefined || more.length > 0) return undefined
  if (kind === 'root') return first === account && second === undefined ? { kind: 'root', account } : undefined
  if (!KEPT_NAME.test(first)) return undefined
  if (kind === 'session') {
    if (second === undefined || !(second === OTHERS || KEPT_NAME.test(second))) return undefined
    return { kind, account, role: first, name: second }
  }
  if (second !== undefined) return undefined
  return kind === 'user' || kind === 'role' || kind === 'federated' ? { kind, account, name: first } : undefined
}

/** The role of a session, in whose pot its charges count too; undefined for everybody else. */
export function roleKeyOf(key: PrincipalKey): PrincipalKey | undefined {
  return key.startsWith('session/') ? (`role/${key.split('/')[1]}` as PrincipalKey) : undefined
}

/** Whether a name fits one of the patterns; `*` stands for any characters, case counts. */
export const matchesAny = (name: string, patterns: readonly string[]): boolean =>
  patterns.some((pattern) => matches(name, pattern))

function matches(name: string, pattern: string): boolean {
  const pieces = pattern.split('*')
  const first = pieces[0] ?? ''
  const last = pieces[pieces.length - 1] ?? ''
  if (pieces.length === 1) return name === pattern
  if (name.length < first.length + last.length || !name.startsWith(first) || !name.endsWith(last)) return false
  let from = first.length
  const end = name.length - last.length
  for (const piece of pieces.slice(1, -1)) {
    const found = name.indexOf(piece, from)
    if (found < 0 || found + piece.length > end) return false
    from = found + piece.length
  }
  return true
}

/** Roles that only AWS may change: of Identity Center and of services. Nothing can be attached to them. */
export const isProtectedRole = (name: string): boolean => matchesAny(name, ['AWSReservedSSO_*', 'AWSServiceRoleFor*'])

/** Where the sessions of a role are charged once two hundred of them are known in a month. */
export const othersOf = (role: string, account: string): Principal => ({ kind: 'session', account, role, name: OTHERS })
