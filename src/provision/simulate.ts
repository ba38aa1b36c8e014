/**
 * Asks IAM beforehand what somebody may do: attached and inline policies, groups, boundary and the organization's
 * policies are all counted by AWS itself. It is no proof: session policies and conditional service control policies are
 * not in it (https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_testing-policies.html).
 */
import {
  type ContextEntry,
  type EvaluationResult,
  type IAMClient,
  paginateSimulatePrincipalPolicy,
} from '@aws-sdk/client-iam'
import { inParallel } from '../runtime/parallel.ts'
import type { Right } from './step-right.ts'

export type Finding =
  | { readonly is: 'allowed' }
  /** `by`: the policy that denies it, where AWS names one. */
  | {
      readonly is: 'denied'
      readonly how: 'nobody-allows' | 'denied-by' | 'boundary' | 'organization'
      readonly by?: string
    }
  /** The answer depends on keys that only a real call carries (MFA, the source address). */
  | { readonly is: 'unsure'; readonly keys: readonly string[] }

/** AWS's results come in pages; more actions than this in one question are several questions. */
const ACTIONS_AT_ONCE = 100
const RESOURCES_AT_ONCE = 30
/** IAM throttles the simulator readily. */
const QUESTIONS_AT_ONCE = 3

interface Question {
  readonly actions: readonly string[]
  readonly resources: readonly string[]
  readonly context: readonly ContextEntry[]
}

/** One finding per right, in their order. @param source ARN of the user or role whose policies are judged. */
export async function simulate(
  iam: IAMClient,
  source: string,
  rights: readonly Right[],
  region: string,
): Promise<readonly Finding[]> {
  const found = new Map<string, Finding>()
  await inParallel(questionsFor(rights, region), QUESTIONS_AT_ONCE, async ({ context, actions, resources }) => {
    const pages = paginateSimulatePrincipalPolicy(
      { client: iam },
      {
        PolicySourceArn: source,
        ActionNames: [...actions],
        ResourceArns: [...resources],
        ContextEntries: [...context],
        MaxItems: 1000,
      },
    )
    for await (const page of pages) {
      for (const result of page.EvaluationResults ?? []) {
        for (const [resource, finding] of findingsIn(result, resources)) {
          found.set(keyFor(result.EvalActionName ?? '', resource, context), finding)
        }
      }
    }
  })
  return rights.map((right) => {
    const context = contextFor(right, region)
    const each = right.on.map((resource) => found.get(keyFor(right.action, resource, context)))
    return each.find((one) => one?.is === 'allowed') ?? each.find((one) => one?.is === 'unsure') ?? each[0] ?? unasked
  })
}

/** AWS left this pair out of its answer. */
const unasked: Finding = { is: 'unsure', keys: [] }

const keyFor = (action: string, resource: string, context: readonly ContextEntry[]): string =>
  [action.toLowerCase(), resource, JSON.stringify(context)].join('\n')

/** What the conditions of policies look at, as far as it is known before the call. */
function contextFor({ action, when = {} }: Right, region: string): readonly ContextEntry[] {
  // IAM is one for all regions and counts as us-east-1 in this key (other partitions: left open).
  const isGlobal = action.startsWith('iam:')
  const requested = !isGlobal ? region : /^(?:cn|us-gov)-/.test(region) ? undefined : 'us-east-1'
  const entries = {
    ...(requested === undefined ? {} : { 'aws:RequestedRegion': requested }),
    'aws:SecureTransport': 'true',
    ...when,
  }
  return Object.entries(entries).map(([ContextKeyName, value]) => ({
    ContextKeyName,
    ContextKeyValues: [value],
    ContextKeyType: ContextKeyName === 'aws:SecureTransport' ? 'boolean' : 'string',
  }))
}

/** As few questions as can be: things about which the same actions are asked go together. */
function questionsFor(rights: readonly Right[], region: string): readonly Question[] {
  const byThing = new Map<string, { resource: string; context: readonly ContextEntry[]; actions: Set<string> }>()
  for (const right of rights) {
    const context = contextFor(right, region)
    for (const resource of right.on) {
      const key = keyFor('', resource, context)
      const thing = byThing.get(key) ?? { resource, context, actions: new Set() }
      byThing.set(key, thing)
      thing.actions.add(right.action)
    }
  }
  const alike = new Map<string, { actions: readonly string[]; resources: string[]; context: readonly ContextEntry[] }>()
  for (const { resource, context, actions } of byThing.values()) {
    const sorted = [...actions].sort()
    const key = keyFor(sorted.join(), '', context)
    const group = alike.get(key) ?? { actions: sorted, resources: [], context }
    alike.set(key, group)
    group.resources.push(resource)
  }
  return [...alike.values()].flatMap(({ actions, resources, context }) =>
    chunks(actions, ACTIONS_AT_ONCE).flatMap((some) =>
      chunks(resources, RESOURCES_AT_ONCE).map((things) => ({ actions: some, resources: things, context })),
    ),
  )
}

const chunks = <T>(all: readonly T[], size: number): readonly (readonly T[])[] =>
  Array.from({ length: Math.ceil(all.length / size) }, (_, index) => all.slice(index * size, (index + 1) * size))

/**
 * The decision of each resource stands below the action; above it stands the most restrictive of them, which counts
 * alone where the organization ends the simulation early.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_EvaluationResult.html
 */
function findingsIn(result: EvaluationResult, resources: readonly string[]): readonly (readonly [string, Finding])[] {
  const specific = result.ResourceSpecificResults ?? []
  if (result.OrganizationsDecisionDetail?.AllowedByOrganizations === false) {
    return resources.map((resource) => [resource, { is: 'denied', how: 'organization' }])
  }
  if (specific.length === 0) {
    const about = resources.length > 1 && result.EvalResourceName ? [result.EvalResourceName] : resources
    const finding = findingOf(result.EvalActionName ?? '', result.EvalDecision, {
      ...result,
      keys: result.MissingContextValues,
    })
    return about.map((resource) => [resource, finding])
  }
  return specific.map((one) => [
    one.EvalResourceName ?? '',
    findingOf(result.EvalActionName ?? '', one.EvalResourceDecision, { ...one, keys: one.MissingContextValues }),
  ])
}

/** Keys that go with a call exactly where `Right.when` says so: elsewhere a real call lacks them too. */
const ALWAYS_SAID = new Set(['iam:passedtoservice', 'iam:policyarn', 'iam:permissionsboundary'])

/** AWS lists every key that any of the policies mentions: only those that a call of this service could carry matter. */
function couldMatter(action: string, key: string): boolean {
  const [service] = key.toLowerCase().split(':')
  if (ALWAYS_SAID.has(key.toLowerCase())) return false
  return service === 'aws' || service === action.toLowerCase().split(':')[0]
}

function findingOf(
  action: string,
  decision: string | undefined,
  detail: Pick<EvaluationResult, 'MatchedStatements' | 'PermissionsBoundaryDecisionDetail'> & {
    readonly keys: readonly string[] | undefined
  },
): Finding {
  if (decision === 'allowed') return { is: 'allowed' }
  const keys = (detail.keys ?? []).filter((key) => couldMatter(action, key))
  if (keys.length > 0) return { is: 'unsure', keys }
  if (detail.PermissionsBoundaryDecisionDetail?.AllowedByPermissionsBoundary === false) {
    return { is: 'denied', how: 'boundary' }
  }
  const by = detail.MatchedStatements?.[0]?.SourcePolicyId
  if (decision === 'explicitDeny') return { is: 'denied', how: 'denied-by', ...(by === undefined ? {} : { by }) }
  return { is: 'denied', how: 'nobody-allows' }
}
