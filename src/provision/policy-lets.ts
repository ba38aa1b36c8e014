/**
 * Whether a resource policy (of a bucket, of a key) lets an AWS service in: what Bedrock asks before it takes a logging
 * configuration. Pure. What cannot be known beforehand counts in favour: AWS itself has the last word.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 */
import { statementsOf } from './engine/policy-equal.ts'

export interface ServiceCall {
  readonly service: string
  readonly action: string
  /** Undefined: a policy that hangs on the thing itself, where the resource is `*`. */
  readonly resource?: string
  /** What the conditions will meet. */
  readonly context: Readonly<Record<string, string>>
}

export function lets(document: unknown, call: ServiceCall): boolean {
  const statements = statementsOf(document).filter((each) => concerns(each, call))
  const holds = (each: Statement, whenUnknown: boolean) => conditionsHold(each['Condition'], call.context, whenUnknown)
  const allowed = statements.some((each) => each['Effect'] === 'Allow' && holds(each, true))
  return allowed && !statements.some((each) => each['Effect'] === 'Deny' && holds(each, false))
}

type Statement = Readonly<Record<string, unknown>>

const textsOf = (value: unknown): readonly string[] =>
  value === undefined ? [] : (Array.isArray(value) ? value : [value]).map(String)

function concerns(statement: Statement, { service, action, resource }: ServiceCall): boolean {
  const principal = statement['Principal']
  const named = principal === '*' || textsOf((principal as Statement | undefined)?.['AWS']).includes('*')
  const services = textsOf((principal as Statement | undefined)?.['Service'])
  if (!named && !services.some((one) => one === service || one === '*')) return false
  const wanted = action.toLowerCase()
  const hits = (patterns: readonly string[]) => patterns.some((one) => like(one.toLowerCase(), wanted))
  const acts = textsOf(statement['Action'])
  if (acts.length > 0 ? !hits(acts) : hits(textsOf(statement['NotAction']))) return false
  return resource === undefined || textsOf(statement['Resource']).some((one) => like(one, resource))
}

type Test = (is: string, want: string) => boolean
const TESTS: Readonly<Record<string, Test>> = {
  StringEquals: (is, want) => is === want,
  StringEqualsIgnoreCase: (is, want) => is.toLowerCase() === want.toLowerCase(),
  StringLike: (is, want) => like(want, is),
  ArnEquals: (is, want) => like(want, is),
  ArnLike: (is, want) => like(want, is),
  Bool: (is, want) => is === want.toLowerCase(),
}
const NEGATED = /^(String|Arn)Not(Equals|EqualsIgnoreCase|Like)$/

function conditionsHold(condition: unknown, context: Readonly<Record<string, string>>, whenUnknown: boolean): boolean {
  const known = new Map(Object.entries(context).map(([key, value]) => [key.toLowerCase(), value]))
  return Object.entries((condition ?? {}) as Record<string, Record<string, unknown>>).every(([operator, keys]) => {
    const plain = operator.replace(/^For(Any|All)Values:/, '').replace(/IfExists$/, '')
    const negated = NEGATED.test(plain)
    const test = TESTS[plain.replace('Not', '')]
    return Object.entries(keys).every(([key, values]) => {
      const is = known.get(key.toLowerCase())
      if (is === undefined || test === undefined) return whenUnknown
      return textsOf(values).some((want) => test(is, want)) !== negated
    })
  })
}

/** IAM's wildcards: `*` any run, `?` one character; nothing else is special. */
export const like = (pattern: string, text: string): boolean =>
  pattern === text ||
  new RegExp(
    `^${pattern
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.')}$`,
    's',
  ).test(text)
