/** Judges a call by its caller's identity policies and refuses as AWS words it. Ours: see evaluate.ts. */
import type { Call } from '../calls.ts'
import { type Answer, errorAnswer } from '../door/answer.ts'
import type { Passing, World } from '../world.ts'
import { needsOf } from './actions.ts'
import type { Caller } from './callers.ts'
import { type Context, type Decision, evaluate, type Question } from './evaluate.ts'
import type { Identity } from './identity.ts'

/** The condition keys every request carries. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html */
export function contextOf(world: World, caller: Caller, region: string): Context {
  const now = world.clock.now()
  const isUser = caller.of.kind === 'user'
  return {
    'aws:CurrentTime': new Date(now).toISOString(),
    'aws:EpochTime': String(Math.floor(now / 1000)),
    'aws:userid': caller.userId,
    'aws:PrincipalArn': caller.of.kind === 'user' ? caller.arn : caller.of.roleArn,
    'aws:PrincipalAccount': world.account,
    'aws:PrincipalType': isUser ? 'User' : 'AssumedRole',
    'aws:RequestedRegion': region,
    'aws:SecureTransport': 'true',
    ...(caller.of.kind === 'user' ? { 'aws:username': caller.of.name } : {}),
  }
}

/** A permissions boundary must allow as well; a deny in it is a deny. */
export function judge(identity: Identity, question: Question): Decision {
  const own = evaluate(identity.policies, question)
  if (own.effect !== 'allow' || !identity.boundary) return own
  return evaluate([identity.boundary], question)
}

/** AWS's sentence, with the denying managed policy's ARN as AWS gives it since January 2026. */
export function refusalText(caller: Caller, action: string, resource: string, decision: Decision): string {
  const on = resource === '*' ? '' : ` on resource: ${resource}`
  const start = `User: ${caller.arn} is not authorized to perform: ${action}${on}`
  if (decision.effect === 'explicit-deny') {
    const policy = decision.policy.arn ? `: ${decision.policy.arn}` : ''
    return `${start} with an explicit deny in an identity-based policy${policy}`
  }
  return `${start} because no identity-based policy allows the ${action} action`
}

const codes: Readonly<Record<string, string>> = {
  iam: 'AccessDenied',
  s3: 'AccessDenied',
  sns: 'AuthorizationError',
  sts: 'AccessDenied',
}

/** Undefined: allowed. Writes what IAM was asked into `asked`. */
export async function authorise(
  world: World,
  call: Passing,
  caller: Caller,
  asked: Call['asked'][number][],
): Promise<Answer | undefined> {
  if (caller.admin) return undefined
  const needs = await needsOf(world, call)
  if (needs.length === 0) return undefined
  let identity: Identity
  try {
    identity = await world.identities.of(caller)
  } catch (error) {
    if (!(error instanceof Error && error.name === 'NoSuchEntityException')) throw error
    // Keys of somebody who was deleted.
    const code = call.wire === 'query' ? 'InvalidClientTokenId' : 'UnrecognizedClientException'
    return errorAnswer(call.wire, {
      code,
      message: 'The security token included in the request is invalid.',
      status: 403,
    })
  }
  const common = contextOf(world, caller, call.inRegion)
  for (const { action, resources, context, refused } of needs) {
    const resource = resources[0] ?? '*'
    asked.push({ action, resource, resources, context: context ?? {} })
    const decision = judge(identity, { action, resources, context: { ...common, ...context } })
    if (decision.effect === 'allow') continue
    const code = refused?.code ?? codes[call.service] ?? 'AccessDeniedException'
    const status = refused?.status ?? (call.wire === 'json' ? 400 : 403)
    return errorAnswer(call.wire, { code, message: refusalText(caller, action, resource, decision), status })
  }
  return undefined
}
