/**
 * iam:SimulatePrincipalPolicy, which the emulator lacks, answered by our own evaluator: what it allows is no proof that
 * AWS would. One result per action, the decision of each resource within it, and above them the most restrictive one:
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_EvaluationResult.html
 */
import { type Answer, errorAnswer, xmlAnswer } from '../door/answer.ts'
import type { Hook, Passing, World } from '../world.ts'
import { contextOf, judge } from './authorise.ts'
import { type Caller, sessionCaller, userCaller } from './callers.ts'
import { type Context, type Decision, list } from './evaluate.ts'
import type { Identity } from './identity.ts'
import { contextValue, matches } from './pattern.ts'

const NAMESPACE = 'https://iam.amazonaws.com/doc/2010-05-08/'
/** Results on a page when the caller does not say. */
const PAGE = 100
const DECISIONS = { allow: 'allowed', 'explicit-deny': 'explicitDeny', 'no-allow': 'implicitDeny' } as const
/** From the weakest to the strongest refusal. */
const STRENGTH: readonly Decision['effect'][] = ['allow', 'no-allow', 'explicit-deny']

const texts = (value: unknown): readonly string[] => (Array.isArray(value) ? value.map(String) : [])
const escaped = (text: string) => text.replace(/[<>&]/g, (one) => `&#${one.charCodeAt(0)};`)
const element = (name: string, body: string) => `<${name}>${body}</${name}>`
const members = (name: string, bodies: readonly string[]) =>
  element(name, bodies.map((body) => element('member', body)).join(''))

/** The user or role whose policies are meant; undefined: no ARN of either. */
function principalOf(arn: string): Caller | undefined {
  const kind = /^arn:[^:]*:iam::\d*:(user|role)\//.exec(arn)?.[1]
  if (kind === 'user') return userCaller(arn, '')
  return kind === 'role' ? sessionCaller(arn, '', arn) : undefined
}

/** What the simulator knows by itself is who asks and when; the region and the rest it is told, or it is missing. */
function contextFor(world: World, call: Passing, of: Caller): Context {
  const { 'aws:RequestedRegion': _unknown, ...known } = contextOf(world, of, call.inRegion)
  const given = Array.isArray(call.input['ContextEntries']) ? (call.input['ContextEntries'] as object[]) : []
  const entries = given.map((entry) => {
    const { ContextKeyName, ContextKeyValues } = entry as { ContextKeyName?: string; ContextKeyValues?: unknown }
    const values = texts(ContextKeyValues)
    return [ContextKeyName ?? '', values.length === 1 ? (values[0] ?? '') : values] as const
  })
  return { ...known, ...Object.fromEntries(entries) }
}

/** Keys that statements about this action ask for and nobody gave. */
function missingKeys(identity: Identity, action: string, context: Context): readonly string[] {
  const all = identity.boundary ? [...identity.policies, identity.boundary] : identity.policies
  const about = all
    .flatMap((policy) => list(policy.document.Statement))
    .filter((one) => list(one.Action).some((pattern) => matches(pattern.toLowerCase(), action.toLowerCase())))
  const keys = about.flatMap((one) => Object.values(one.Condition ?? {}).flatMap((wanted) => Object.keys(wanted)))
  return [...new Set(keys)].filter((key) => contextValue(context, key) === undefined)
}

const matched = (decision: Decision): string =>
  members(
    'MatchedStatements',
    decision.effect === 'explicit-deny' ? [element('SourcePolicyId', escaped(decision.policy.name))] : [],
  )

function resultOf(identity: Identity, action: string, resources: readonly string[], context: Context): string {
  const missing = members('MissingContextValues', missingKeys(identity, action, context).map(escaped))
  const each = resources.map((resource) => ({
    resource,
    decision: judge(identity, { action, resources: [resource], context }),
  }))
  const worst = each.toSorted((a, b) => STRENGTH.indexOf(b.decision.effect) - STRENGTH.indexOf(a.decision.effect))[0]
  if (worst === undefined) throw new Error('nothing was asked')
  const named = (resource: string) => element('EvalResourceName', escaped(resource))
  const specific = each.map(
    ({ resource, decision }) =>
      named(resource) +
      element('EvalResourceDecision', DECISIONS[decision.effect]) +
      (identity.boundary
        ? element(
            'PermissionsBoundaryDecisionDetail',
            element('AllowedByPermissionsBoundary', within(identity, action, resource, context)),
          )
        : '') +
      matched(decision) +
      missing,
  )
  return (
    element('EvalActionName', escaped(action)) +
    named(worst.resource) +
    element('EvalDecision', DECISIONS[worst.decision.effect]) +
    matched(worst.decision) +
    missing +
    members('ResourceSpecificResults', specific)
  )
}

const within = (identity: Identity, action: string, resource: string, context: Context): string =>
  String(
    identity.boundary === undefined ||
      judge({ policies: [identity.boundary], boundary: undefined }, { action, resources: [resource], context })
        .effect === 'allow',
  )

async function simulate(world: World, call: Passing): Promise<Answer> {
  const refuse = (code: string, message: string, status = 400) => errorAnswer(call.wire, { code, message, status })
  const source = String(call.input['PolicySourceArn'] ?? '')
  const of = principalOf(source)
  if (!of) return refuse('InvalidInput', `Invalid Entity Arn: ${source} does not clearly define entity type and name.`)
  const actions = texts(call.input['ActionNames'])
  const asked = texts(call.input['ResourceArns'])
  let identity: Identity
  try {
    identity = await world.identities.of(of)
  } catch (error) {
    if (!(error instanceof Error && error.name === 'NoSuchEntityException')) throw error
    return refuse('NoSuchEntity', `${source} cannot be found.`, 404)
  }
  const context = contextFor(world, call, of)
  const from = Number(call.input['Marker'] ?? 0)
  const to = from + Number(call.input['MaxItems'] ?? PAGE)
  const results = actions
    .slice(from, to)
    .map((action) => resultOf(identity, action, asked.length === 0 ? ['*'] : asked, context))
  const more = to < actions.length
  const page = element('IsTruncated', String(more)) + (more ? element('Marker', String(to)) : '')
  return xmlAnswer('SimulatePrincipalPolicy', NAMESPACE, members('EvaluationResults', results) + page)
}

export const simulateHooks = (world: World): Hook[] => [
  { on: ['iam:SimulatePrincipalPolicy'], before: (call) => simulate(world, call) },
]
