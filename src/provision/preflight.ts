/**
 * Before anything is changed: may the caller do all that the plan needs? What is missing becomes refusals of the plan,
 * beside all others, so that nobody learns of their rights one by one from steps that fail half-way.
 */
import { GetRoleCommand } from '@aws-sdk/client-iam'
import { errorMessage, isAccessDenied, isNoSimulation } from '../runtime/aws/aws-errors.ts'
import type { AwsClients } from './clients.ts'
import type { Plan, Step } from './engine/plan.ts'
import { askForRights } from './engine/planning.ts'
import type { Names } from './names.ts'
import type { RightsScope } from './permissions.ts'
import { type Finding, simulate } from './simulate.ts'
import type { Right } from './step-right.ts'
import { rightsFor } from './step-rights.ts'

export interface PreflightParts {
  readonly clients: AwsClients
  readonly scope: RightsScope
  /** ARN of whoever runs the command, as STS says it. */
  readonly caller: string
}

interface Needed {
  readonly step: Step
  readonly right: Right
}

const UNCHECKED = 'your rights could not be checked beforehand'

/** The plan, with a refusal for every right that is missing. One that changes nothing asks nothing of AWS. */
export function preflight({ clients, scope, caller }: PreflightParts): (plan: Plan) => Promise<Plan> {
  return async (plan) => {
    const needed = plan.steps.flatMap((step) =>
      rightsFor(step, scope, unread(step, plan)).map((right): Needed => ({ step, right })),
    )
    if (needed.length === 0) return plan
    try {
      const source = await policySource(caller, clients)
      if (source === 'everything') return plan
      if (source === undefined) return noted(plan, `${UNCHECKED}: AWS does not say what ${caller} may do`)
      const rights = needed.map(({ right }) => right)
      return withFindings(plan, needed, {
        findings: await simulate(await clients.iam(), source, rights, scope.region),
        names: scope.names,
      })
    } catch (error) {
      if (!isNoSimulation(error)) throw error
      return noted(plan, `${UNCHECKED}: ${errorMessage(error).replace(/\s*\n\s*/g, ' ')}`)
    }
  }
}

/** What could not be read is, at a first install, about to be made. */
function unread(step: Step, plan: Plan): 'create' | undefined {
  const missing = (one: Step) => one.do === 'refuse' && one.reason === 'no-right'
  if (plan.purpose !== 'install' || !missing(step)) return undefined
  const record = plan.steps.find((one) => one.id.startsWith('manifest/'))
  return record === undefined || record.do === 'create' || missing(record) ? 'create' : undefined
}

/** Whose policies are to be judged; `everything`: root is refused nothing of this; undefined: nobody IAM could judge. */
async function policySource(caller: string, clients: AwsClients): Promise<string | 'everything' | undefined> {
  const [, partition, service, , account] = caller.split(':')
  if (service === 'iam') return caller.endsWith(':root') ? 'everything' : caller
  const [kind, role] = caller.split(':').slice(5).join(':').split('/')
  if (kind !== 'assumed-role' || role === undefined) return undefined
  try {
    const iam = await clients.iam()
    // A session's ARN lacks the path of its role.
    return (await iam.send(new GetRoleCommand({ RoleName: role }))).Role?.Arn
  } catch (error) {
    if (!isAccessDenied(error)) throw error
    return `arn:${partition}:iam::${account}:role/${role}`
  }
}

function withFindings(
  plan: Plan,
  needed: readonly Needed[],
  { findings, names }: { readonly findings: readonly Finding[]; readonly names: Names },
): Plan {
  const denied = new Map<string, { needed: Needed[]; finding: Extract<Finding, { is: 'denied' }> }>()
  const open = new Set<string>()
  const keys = new Set<string>()
  for (const [index, one] of needed.entries()) {
    const finding = findings[index]
    if (finding?.is === 'unsure') {
      open.add(one.right.action)
      for (const key of finding.keys) keys.add(key)
    }
    if (finding?.is !== 'denied') continue
    const key = [one.right.action, finding.how, finding.by].join('\n')
    const entry = denied.get(key) ?? { needed: [], finding }
    denied.set(key, entry)
    entry.needed.push(one)
  }
  const refusals = [...denied.values()].map((entry) => refusal(entry.needed, entry.finding, names))
  const checked = { ...plan, steps: [...refusals, ...plan.steps] }
  if (open.size === 0) return checked
  const why = keys.size === 0 ? 'AWS gave no answer for them' : `that depends on ${[...keys].join(', ')}`
  return noted(checked, `whether you may ${[...open].join(', ')} could not be checked beforehand: ${why}`)
}

const noted = (plan: Plan, note: string): Plan => ({ ...plan, notes: [...(plan.notes ?? []), note] })

/** One per action, however many things it is needed for. */
function refusal(needed: readonly Needed[], finding: Extract<Finding, { is: 'denied' }>, names: Names): Step {
  const [first] = needed
  if (first === undefined) throw new Error('a refusal without a right')
  const { id, kind, name } = first.step
  const others = new Set(needed.map(({ step }) => step.id)).size - 1
  const { why, suggestion } = WORDS[finding.how]({ action: first.right.action, id }, finding.by, names)
  const more = others === 0 ? '' : ` (nor ${others} ${others === 1 ? 'other' : 'others'})`
  return {
    ...{ id, kind, name, suggestion },
    do: 'refuse',
    reason: 'no-right',
    why: `${why}: the ${kind} ${name} cannot be ${CHANGED[first.step.do]}${more}`,
    differences: [],
  }
}

const CHANGED: Readonly<Record<Step['do'], string>> = {
  create: 'made',
  adopt: 'adopted',
  update: 'changed',
  remove: 'removed',
  restore: 'put back',
  'give-back': 'given back',
  // It could not be read either; at a first install it is to be made.
  refuse: 'made',
  keep: 'kept',
  retain: 'kept',
}

type Words = (
  wanted: { readonly action: string; readonly id: string },
  by: string | undefined,
  names: Names,
) => { readonly why: string; readonly suggestion: string }
const WORDS: Readonly<Record<Extract<Finding, { is: 'denied' }>['how'], Words>> = {
  'nobody-allows': ({ action, id }, _by, names) => ({
    why: `you lack the right ${action}`,
    suggestion: askForRights(action, names, id),
  }),
  'denied-by': ({ action }, by) => ({
    why: `you are denied ${action}${by === undefined ? '' : ` by the policy ${by}`}`,
    suggestion: 'ask whoever manages that policy, or run this command as somebody else',
  }),
  boundary: ({ action }) => ({
    why: `your permissions boundary does not let you ${action}`,
    suggestion: 'ask whoever set the boundary, or run this command as somebody else',
  }),
  organization: ({ action }) => ({
    why: `your organization's policies do not let you ${action}`,
    suggestion: "ask whoever manages the organization's service control policies",
  }),
}
