/**
 * A small evaluator of identity policies, for the sandbox: an explicit deny wins, without an allow it is refused.
 * Source of the rules: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html and
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
 * It is ours: what it lets pass is no proof that AWS would.
 */
import { conditionHolds } from './condition.ts'
import { matches, substitute } from './pattern.ts'

export type Texts = string | readonly string[]

export interface Statement {
  readonly Sid?: string
  readonly Effect: 'Allow' | 'Deny'
  readonly Action?: Texts
  readonly NotAction?: Texts
  readonly Resource?: Texts
  readonly NotResource?: Texts
  readonly Principal?: unknown
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, Texts | number | boolean>>>>
}

export interface Document {
  readonly Version?: string
  readonly Statement: Statement | readonly Statement[]
}

export interface Policy {
  /** Of a managed policy; an inline one has none. */
  readonly arn: string | undefined
  readonly name: string
  readonly document: Document
}

export type Context = Readonly<Record<string, Texts>>

export interface Question {
  readonly action: string
  /** All the ways in which AWS writes the one thing that is touched (`log-group:x` and `log-group:x:*`). */
  readonly resources: readonly string[]
  readonly context: Context
}

export type Decision =
  | { readonly effect: 'allow' }
  | { readonly effect: 'explicit-deny'; readonly policy: Policy }
  | { readonly effect: 'no-allow' }

export const list = <T>(value: T | readonly T[] | undefined): readonly T[] =>
  value === undefined ? [] : Array.isArray(value) ? (value as readonly T[]) : [value as T]

function appliesTo(statement: Statement, question: Question): boolean {
  const { action, resources, context } = question
  const actionMatches = (patterns: Texts | undefined) =>
    list(patterns).some((pattern) => matches(pattern.toLowerCase(), action.toLowerCase()))
  const resourceMatches = (patterns: Texts | undefined) =>
    list(patterns).some((pattern) => resources.some((one) => matches(substitute(pattern, context), one)))
  if (statement.Action !== undefined ? !actionMatches(statement.Action) : actionMatches(statement.NotAction))
    return false
  if (statement.Resource !== undefined && !resourceMatches(statement.Resource)) return false
  if (statement.NotResource !== undefined && resourceMatches(statement.NotResource)) return false
  return Object.entries(statement.Condition ?? {}).every(([operator, wanted]) =>
    Object.entries(wanted).every(([key, values]) => conditionHolds(operator, key, values, context)),
  )
}

/** What these identity policies together answer to the question. */
export function evaluate(policies: readonly Policy[], question: Question): Decision {
  let allowed = false
  for (const policy of policies) {
    for (const statement of list(policy.document.Statement)) {
      if (!appliesTo(statement, question)) continue
      if (statement.Effect === 'Deny') return { effect: 'explicit-deny', policy }
      allowed = true
    }
  }
  return allowed ? { effect: 'allow' } : { effect: 'no-allow' }
}

/** Whether a resource policy (trust policy, function policy) lets this service in. */
export function serviceMay(document: Document | undefined, service: string, action: string, context: Context): boolean {
  return list(document?.Statement).some((statement) => {
    const principal = statement.Principal as { Service?: Texts } | string | undefined
    const services = typeof principal === 'string' ? [principal] : list(principal?.Service)
    if (statement.Effect !== 'Allow') return false
    if (!services.some((one) => one === '*' || one === service)) return false
    return appliesTo({ ...statement, Resource: undefined }, { action, resources: [], context })
  })
}
