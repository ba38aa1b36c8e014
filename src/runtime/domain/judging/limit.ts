import type { Instant, PeriodKind } from '../base/calendar.ts'
import { GuardError } from '../base/guard-error.ts'
import { isGroup, isGroupName, type Subject, splitGroup } from '../metering/belonging.ts'
import { keyOf, type PrincipalKey, parseKey } from '../metering/principal.ts'
import { type PicoUsd, parseUsd } from '../money/money.ts'

/** What a limit is put on. `everyone` is each principal not named by a limit of its own; `account` is all together. */
export type Pot =
  | { readonly kind: 'user' | 'role' | 'session'; readonly key: PrincipalKey }
  | { readonly kind: 'person' | 'team'; readonly key: string }
  | { readonly kind: 'everyone'; readonly includeRoles: boolean }
  | { readonly kind: 'account' }

/**
 * `<pot>@<per>`: `user/tanaka@month`, `*@month`, `account@month`. One lasting limit per pot and period kind; and one for
 * a time, `user/tanaka@month~`, which stands in its place until it ends.
 */
export type LimitId = string

export interface Limit {
  readonly id: LimitId
  readonly of: Pot
  readonly per: PeriodKind
  readonly amount: PicoUsd
  readonly action: 'block' | 'notify'
  /** Percent of the amount, ascending. */
  readonly warnAt: readonly number[]
  readonly from: Instant
  readonly until?: Instant
  /** Rises with every change; notices are said once per version. */
  readonly version: number
}

/** A temporary pardon: ends at the first of until, grant used up, end of the period that blocked. Outranks limits, not a manual block. */
export interface Waiver {
  readonly id: string
  /** A person or a team: all its members, from what they share there. */
  readonly principal: Subject
  /** Only this limit; undefined: every limit that would block. */
  readonly limit: LimitId | undefined
  /** At most the end of the period that blocked: `waiverUntil` (judge.ts) computes it. */
  readonly until: Instant
  readonly grant: PicoUsd | undefined
  /** What the principal (a role: with its sessions) had spent in the month of `at` when the waiver was given. */
  readonly spentAtGrant: PicoUsd
  readonly by: string
  readonly at: Instant
  readonly reason: string | undefined
}

export interface ManualBlock {
  /** A person or a team: whoever is a member now. */
  readonly principal: Subject
  readonly until: Instant | 'no-end'
  readonly by: string
  readonly at: Instant
  readonly reason: string | undefined
}

/** Metered, warned and reported, never blocked by anything. */
export interface Exclusion {
  /** A key, of a person or a team too, or a pattern such as `role/team-*`: no IAM name holds a star. */
  readonly principal: Subject
  readonly by: string
  readonly at: Instant
  readonly reason: string | undefined
}

/** Everything the admin wishes, read in one go. */
export interface Wishes {
  readonly limits: readonly Limit[]
  readonly waivers: readonly Waiver[]
  readonly blocks: readonly ManualBlock[]
  /** Keys and patterns. */
  readonly excluded: readonly Subject[]
}

/** `user/tanaka`, `role/team-a`, `session/role/name`, `person/p`, `team/t`, `*`, `account`. */
export function potKey(pot: Pot): string {
  if (pot.kind === 'everyone') return '*'
  if (pot.kind === 'account') return 'account'
  return pot.kind === 'person' || pot.kind === 'team' ? `${pot.kind}/${pot.key}` : pot.key
}

export const limitId = (pot: Pot, per: PeriodKind, lasts: 'lasting' | 'for-a-time' = 'lasting'): LimitId =>
  `${potKey(pot)}@${per}${lasts === 'lasting' ? '' : '~'}`

/**
 * The pot a target names without a look-up: `*`, `everyone`, `account`, `user/…`, `role/…`, `session/<role>/<name>`,
 * `person/…`, `team/…` (whether there is one is not asked). Undefined for a bare name (the command looks it up) and for
 * what cannot carry a limit: root, federated users, unattributed calls.
 */
export function parsePot(text: string, account: string): Pot | undefined {
  if (text === '*' || text === 'everyone') return { kind: 'everyone', includeRoles: false }
  if (text === 'account') return { kind: 'account' }
  if (isGroup(text)) {
    const [kind, name] = splitGroup(text)
    return isGroupName(name) ? { kind, key: name } : undefined
  }
  const principal = parseKey(text, account)
  if (principal?.kind === 'user' || principal?.kind === 'role' || principal?.kind === 'session') {
    return { kind: principal.kind, key: keyOf(principal) }
  }
  return undefined
}

/** One wish as typed: a target (`everyone` is already `*`) and its amount. */
export interface Assignment {
  readonly target: string
  readonly amount: PicoUsd
}

const assignmentHelp = ["write NAME=AMOUNT, such as tanaka=50, role/team-a=100, '*=20' or account=2000"]

/** @throws GuardError `bad-assignment`, `bad-amount`. Split at the last `=`, because IAM names may contain one. */
export function parseAssignment(text: string): Assignment {
  const at = text.lastIndexOf('=')
  const refuse = (why: string): never => {
    throw new GuardError({
      code: 'bad-assignment',
      fault: 'user',
      message: `"${text}" is not a limit: ${why}`,
      suggestions: assignmentHelp,
    })
  }
  if (at < 0) return refuse('there is no = in it')
  const target = text.slice(0, at).trim()
  const amount = text.slice(at + 1).trim()
  if (target === '') return refuse('nothing stands before the =')
  if (amount === '') return refuse('nothing stands after the =; limits unset takes a limit away, 0 blocks')
  return { target: target === 'everyone' ? '*' : target, amount: parseUsd(amount) }
}

/** Several at once. @throws GuardError for all bad ones together, and `duplicate-limit` when one target is named twice. */
export function parseAssignments(texts: readonly string[]): readonly Assignment[] {
  const problems: GuardError[] = []
  const assignments = texts.flatMap((text) => {
    try {
      return [parseAssignment(text)]
    } catch (error) {
      if (!(error instanceof GuardError)) throw error
      problems.push(error)
      return []
    }
  })
  const [first, ...more] = problems
  if (first !== undefined && more.length === 0) throw first
  if (first !== undefined) {
    throw new GuardError({
      code: first.code,
      fault: 'user',
      message: problems.map(({ message }) => message).join('; '),
      suggestions: [...new Set(problems.flatMap(({ suggestions }) => suggestions))],
    })
  }
  refuseDuplicates(assignments.map(({ target }, index) => ({ id: target, typed: texts[index] ?? target })))
  return assignments
}

/** Again after bare names are looked up: `tanaka=50 user/tanaka=80` is one limit twice. @throws GuardError `duplicate-limit`. */
export function refuseDuplicates(wishes: readonly { readonly id: string; readonly typed: string }[]): void {
  const seen = new Map<string, string>()
  for (const { id, typed } of wishes) {
    const before = seen.get(id)
    if (before !== undefined) {
      throw new GuardError({
        code: 'duplicate-limit',
        fault: 'user',
        message: `"${before}" and "${typed}" set the same limit: nothing was changed`,
        suggestions: ['name each principal once in a command'],
      })
    }
    seen.set(id, typed)
  }
}

/**
 * Warning thresholds: `50,80,95`, whole percent from 1 to 100, or `none`. Answers them ascending.
 * Whole numbers only: a mail that says "80.5 %" helps nobody.
 * @throws GuardError `bad-thresholds`.
 */
export function parseThresholds(text: string): readonly number[] {
  if (text.trim() === 'none') return []
  const refuse = (why: string): never => {
    throw new GuardError({
      code: 'bad-thresholds',
      fault: 'user',
      message: `"${text}" are not warning thresholds: ${why}`,
      suggestions: ['write whole percents from 1 to 100, such as 50,80,95', 'write none for no warning'],
    })
  }
  const thresholds = text.split(',').map((part) => {
    const typed = part.trim()
    if (!/^\d{1,3}%?$/.test(typed)) return refuse(`"${typed}" is not a whole percent`)
    const percent = Number(typed.replace('%', ''))
    return percent >= 1 && percent <= 100 ? percent : refuse(`${percent} is not between 1 and 100`)
  })
  if (new Set(thresholds).size < thresholds.length) return refuse('one stands there twice')
  return thresholds.sort((a, b) => a - b)
}
