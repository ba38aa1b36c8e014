/** IAM. Quotas: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
import {
  GetGroupCommand,
  GetPolicyCommand,
  GetRoleCommand,
  ListAttachedGroupPoliciesCommand,
  ListAttachedRolePoliciesCommand,
  ListAttachedUserPoliciesCommand,
  ListGroupPoliciesCommand,
  ListPolicyVersionsCommand,
} from '@aws-sdk/client-iam'
import { list, type Statement } from '../iam/evaluate.ts'
import type { Hook, Passing, World } from '../world.ts'
import { orAbsent, type Refusal, refusing, text } from './refuse.ts'

const ATTACHED_MAX = 10
const POLICY_CHARS_MAX = 6144
const INLINE_CHARS_MAX = { user: 2048, role: 10_240, group: 5120 }

const conflict = (message: string): Refusal => ({ code: 'DeleteConflict', message, status: 409 })
const quota = (name: string, max: number): Refusal => ({
  code: 'LimitExceeded',
  message: `Cannot exceed quota for ${name}: ${max}`,
  status: 409,
})
/** Whitespace is not counted. */
const size = (document: string) => document.replace(/\s/g, '').length

const tooLong = (call: Passing, name: string, max: number) =>
  size(text(call, 'PolicyDocument')) > max ? quota(name, max) : undefined

/** Roles of Identity Center and of services belong to AWS. The text was posted in rebuy-de/aws-nuke#441. */
async function protectedRole(world: World, call: Passing): Promise<Refusal | undefined> {
  const name = text(call, 'RoleName')
  const isReserved = name.startsWith('AWSReservedSSO_') || name.startsWith('AWSServiceRoleFor')
  if (!isReserved) return undefined
  const found = await orAbsent(world.clients().iam.send(new GetRoleCommand({ RoleName: name })))
  if (!found) return undefined
  const message = `Cannot perform the operation on the protected role '${name}' - this role is only modifiable by AWS`
  return { code: 'UnmodifiableEntity', message }
}

function malformedTrust(document: string): Refusal | undefined {
  const malformed = (message: string): Refusal => ({ code: 'MalformedPolicyDocument', message })
  let parsed: { Statement?: Statement | Statement[] }
  try {
    parsed = JSON.parse(document)
  } catch (error) {
    if (error instanceof SyntaxError) return malformed('This policy contains invalid Json')
    throw error
  }
  const statements = list(parsed?.Statement)
  if (statements.length === 0) return malformed('Missing required field Statement')
  for (const statement of statements) {
    if (!statement.Principal) return malformed('Missing required field Principal')
    if (!statement.Action) return malformed('Missing required field Action')
    if (statement.Resource) return malformed('Has prohibited field Resource')
    if (statement.Effect !== 'Allow' && statement.Effect !== 'Deny') return malformed('Syntax errors in policy.')
  }
  return undefined
}

async function policyInUse(world: World, PolicyArn: string): Promise<Refusal | undefined> {
  const { iam } = world.clients()
  const found = await orAbsent(iam.send(new GetPolicyCommand({ PolicyArn })))
  if (!found) return undefined
  if ((found.Policy?.AttachmentCount ?? 0) > 0) return conflict('Cannot delete a policy attached to entities.')
  const { Versions = [] } = await iam.send(new ListPolicyVersionsCommand({ PolicyArn }))
  const more =
    "This policy has more than one version. Before you delete a policy, you must delete the policy's versions. The default version is deleted with the policy."
  return Versions.length > 1 ? conflict(more) : undefined
}

async function groupInUse(world: World, GroupName: string): Promise<Refusal | undefined> {
  const { iam } = world.clients()
  const group = await orAbsent(iam.send(new GetGroupCommand({ GroupName })))
  if (!group) return undefined
  if ((group.Users ?? []).length > 0) return conflict('Cannot delete entity, must remove users from group first.')
  const attached = await iam.send(new ListAttachedGroupPoliciesCommand({ GroupName }))
  if ((attached.AttachedPolicies ?? []).length > 0)
    return conflict('Cannot delete entity, must detach all policies first.')
  const inline = await iam.send(new ListGroupPoliciesCommand({ GroupName }))
  return (inline.PolicyNames ?? []).length > 0
    ? conflict('Cannot delete entity, must delete policies first.')
    : undefined
}

export function iamRefusals(world: World): Hook[] {
  const { iam } = world.clients()
  type Attached = Promise<{ AttachedPolicies?: { PolicyArn?: string }[] | undefined }>
  const full = async (call: Passing, name: string, reading: Attached) => {
    const attached = (await orAbsent(reading))?.AttachedPolicies ?? []
    if (attached.some((one) => one.PolicyArn === call.input['PolicyArn'])) return undefined
    return attached.length >= ATTACHED_MAX ? quota(name, ATTACHED_MAX) : undefined
  }
  const onRole = (call: Passing) => protectedRole(world, call)
  const onlyProtected = [
    'DetachRolePolicy',
    'DeleteRolePolicy',
    'DeleteRole',
    'TagRole',
    'UntagRole',
    'PutRolePermissionsBoundary',
    'DeleteRolePermissionsBoundary',
    'UpdateRole',
  ]
  return refusing('iam', {
    ...Object.fromEntries(onlyProtected.map((one) => [one, onRole])),
    AttachUserPolicy: (call) => {
      const UserName = text(call, 'UserName')
      return full(call, 'PoliciesPerUser', iam.send(new ListAttachedUserPoliciesCommand({ UserName })))
    },
    AttachGroupPolicy: (call) => {
      const GroupName = text(call, 'GroupName')
      return full(call, 'PoliciesPerGroup', iam.send(new ListAttachedGroupPoliciesCommand({ GroupName })))
    },
    AttachRolePolicy: async (call) => {
      const RoleName = text(call, 'RoleName')
      const reading = iam.send(new ListAttachedRolePoliciesCommand({ RoleName }))
      return (await onRole(call)) ?? full(call, 'PoliciesPerRole', reading)
    },
    PutRolePolicy: async (call) => (await onRole(call)) ?? tooLong(call, 'RolePolicySize', INLINE_CHARS_MAX.role),
    PutUserPolicy: (call) => tooLong(call, 'UserPolicySize', INLINE_CHARS_MAX.user),
    PutGroupPolicy: (call) => tooLong(call, 'GroupPolicySize', INLINE_CHARS_MAX.group),
    CreatePolicy: (call) => tooLong(call, 'PolicySize', POLICY_CHARS_MAX),
    CreatePolicyVersion: (call) => tooLong(call, 'PolicySize', POLICY_CHARS_MAX),
    CreateRole: (call) => malformedTrust(text(call, 'AssumeRolePolicyDocument')),
    UpdateAssumeRolePolicy: async (call) => (await onRole(call)) ?? malformedTrust(text(call, 'PolicyDocument')),
    DeletePolicy: (call) => policyInUse(world, text(call, 'PolicyArn')),
    DeleteGroup: (call) => groupInUse(world, text(call, 'GroupName')),
  })
}
