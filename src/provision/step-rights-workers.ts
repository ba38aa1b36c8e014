/** The rights to make, change and remove what acts: functions, schedules, and everything in IAM. */
import { logGroupArns, type RightsScope } from './permissions.ts'
import { CONFIGURATION } from './resources/function-state.ts'
import { handing, need, type Right, type Rights, remembering, tags } from './step-right.ts'

export const role: Rights = (about) => {
  const { change, differs, name, scope } = about
  const { permissionsBoundary: boundary, rolePath } = scope.settings
  const changed = [
    differs('permissionsBoundary') &&
      (boundary === undefined ? 'DeleteRolePermissionsBoundary' : 'PutRolePermissionsBoundary'),
    differs('policy') && 'PutRolePolicy',
    differs('trust') && 'UpdateAssumeRolePolicy',
    differs('description') && 'UpdateRole',
    ...(differs('rights from elsewhere') ? ['DeleteRolePolicy', 'DetachRolePolicy'] : []),
    ...tags(about, 'TagRole', 'UntagRole'),
  ]
  const made = ['CreateRole', 'TagRole', 'PutRolePolicy']
  const gone = ['ListAttachedRolePolicies', 'ListRolePolicies', 'DeleteRolePolicy', 'DeleteRole']
  const rights = need(
    'iam',
    scope.names.arn.role(name, rolePath),
    { create: made, update: changed, remove: gone }[change],
  )
  // Organizations that ask for a boundary allow these only with it.
  return boundary === undefined || change === 'remove'
    ? rights
    : rights.map((right) => ({ ...right, when: { 'iam:PermissionsBoundary': boundary } }))
}

export const blockPolicy: Rights = (about) => {
  const { change, differs, name, scope } = about
  const made = ['CreatePolicy', 'TagPolicy']
  const changed = [
    ...(differs('deny') ? ['ListPolicyVersions', 'CreatePolicyVersion', 'DeletePolicyVersion'] : []),
    ...tags(about, 'TagPolicy', 'UntagPolicy'),
  ]
  const gone = ['ListEntitiesForPolicy', 'ListPolicyVersions', 'DeletePolicy']
  return need('iam', scope.names.arn.policy(name), { create: made, update: changed, remove: gone }[change])
}

export const blockGroup: Rights = (about) => {
  const { change, scope } = about
  const { blockGroup: arn, policy } = scope.names.arn
  const withPolicy = (action: string): Right => ({
    action: `iam:${action}`,
    on: [arn],
    when: { 'iam:PolicyARN': policy(scope.names.undatedPolicy) },
  })
  if (change === 'update') return [withPolicy('AttachGroupPolicy')]
  const made = [...need('iam', arn, ['CreateGroup']), withPolicy('AttachGroupPolicy')]
  const gone = [
    ...need('iam', arn, ['GetGroup', 'ListAttachedGroupPolicies', 'ListGroupPolicies', 'DeleteGroup']),
    withPolicy('DetachGroupPolicy'),
  ]
  return [...(change === 'create' ? made : gone), ...remembering(about)]
}

const CODE = ['code', 'architecture']
const RETRIES = ['asyncRetries', 'asyncMaxAgeSeconds', 'deadLetters']

export const lambdaFunction: Rights = (about) => {
  const { change, differs, name, scope } = about
  const arn = scope.names.arn.function(name)
  const { functions, functionRoles, page } = scope.names
  const key = (['ingest', 'enforce', 'report'] as const).find((each) => functions[each] === name)
  const role = name === page.function ? page.role : key && functionRoles[key]
  const pass = role === undefined ? [] : [handing(scope, role, 'lambda')]
  if (change === 'create') {
    return [...need('lambda', arn, ['CreateFunction', 'TagResource', 'PutFunctionEventInvokeConfig']), ...pass]
  }
  // Before anything of a guard goes, enforce is asked to release everybody.
  if (change === 'remove') return need('lambda', arn, [key === 'enforce' && 'InvokeFunction', 'DeleteFunction'])
  return [
    ...need('lambda', arn, [
      differs(...CONFIGURATION) && 'UpdateFunctionConfiguration',
      differs(...CODE) && 'UpdateFunctionCode',
      differs(...RETRIES) && 'PutFunctionEventInvokeConfig',
      differs('reservedConcurrency') && 'DeleteFunctionConcurrency',
      ...tags(about, 'TagResource', 'UntagResource'),
    ]),
    ...(differs(...CONFIGURATION) ? pass : []),
  ]
}

export const subscription: Rights = (about) => {
  const { change, differs, fields, scope } = about
  const { names } = scope
  const ingest = names.arn.function(names.functions.ingest)
  const group = logGroupArns(scope, names.logGroup)
  if (change === 'remove') {
    return [
      ...need('logs', group, ['DeleteSubscriptionFilter']),
      ...need('lambda', ingest, ['RemovePermission']),
      ...remembering(about),
    ]
  }
  const permits = change === 'create' || differs('permission')
  // The same statement cannot be replaced: one that is there and wrong goes first.
  const wrong = fields.some((field) => field.startsWith('permission/'))
  return [
    ...need('lambda', ingest, [permits && 'AddPermission', wrong && 'RemovePermission']),
    ...need('logs', group, ['PutSubscriptionFilter']),
    // The destination is judged as well as the log group.
    ...need('logs', ingest, ['PutSubscriptionFilter']),
    ...(change === 'create' ? remembering(about) : []),
  ]
}

const schedulerArn = ({ partition, region, account }: RightsScope, rest: string) =>
  `arn:${partition}:scheduler:${region}:${account}:${rest}`

export const scheduleGroup: Rights = (about) => {
  const { change, scope } = about
  const made = ['CreateScheduleGroup', 'TagResource']
  const changed = tags(about, 'TagResource', 'UntagResource')
  const arn = schedulerArn(scope, `schedule-group/${about.name}`)
  return need('scheduler', arn, { create: made, update: changed, remove: ['DeleteScheduleGroup'] }[change])
}

export const schedule: Rights = ({ change, name, scope }) => {
  const arn = schedulerArn(scope, `schedule/${scope.names.scheduleGroup}/${name}`)
  const action = { create: 'CreateSchedule', update: 'UpdateSchedule', remove: 'DeleteSchedule' }[change]
  const pass = change === 'remove' ? [] : [handing(scope, scope.names.schedulerRole, 'scheduler')]
  return [...need('scheduler', arn, [action]), ...pass]
}
