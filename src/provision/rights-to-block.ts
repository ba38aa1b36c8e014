/** What enforce may do in IAM: hang the guard's own denies on people and take them off again. Nothing else. */
import { allow, deny, type RightsScope, type Statement } from './permissions.ts'

/** The block policies, dated (the first of a month, whichever) and undated. */
export const blockPolicyArns = ({ names }: Pick<RightsScope, 'names'>): readonly [string, string] => [
  names.arn.policy(names.datedPolicy('????-??-01')),
  names.arn.policy(names.undatedPolicy),
]

const iam = (scope: RightsScope, rest: string) => `arn:${scope.partition}:iam::${scope.account}:${rest}`

/** All roles of this guard; they carry the rights that enforce must never be able to touch. */
export const ownRoleArns = (scope: RightsScope): readonly string[] =>
  Object.values(scope.names.functionRoles)
    .concat(scope.names.schedulerRole, scope.names.loggingRole, scope.settings.page ? [scope.names.page.role] : [])
    .map((name) => scope.names.arn.role(name, scope.settings.rolePath))

/** Name patterns → the ARNs of the users and roles so named, under any path. */
export const protectedArns = (scope: RightsScope): readonly string[] =>
  scope.settings.protectedPrincipals.flatMap((name) =>
    ['user', 'role'].flatMap((kind) => [iam(scope, `${kind}/${name}`), iam(scope, `${kind}/*/${name}`)]),
  )

export function rightsToBlock(scope: RightsScope): readonly Statement[] {
  const users = iam(scope, 'user/*')
  const roles = iam(scope, 'role/*')
  const onlyBlockPolicies = { ArnLike: { 'iam:PolicyARN': blockPolicyArns(scope) } }
  return [
    allow('BlockAndReleaseUsers', {
      to: ['iam:AttachUserPolicy', 'iam:DetachUserPolicy'],
      on: users,
      when: onlyBlockPolicies,
    }),
    allow('BlockAndReleaseRoles', {
      to: ['iam:AttachRolePolicy', 'iam:DetachRolePolicy'],
      on: roles,
      when: onlyBlockPolicies,
    }),
    // AddUserToGroup is authorised on the group alone: the one way to block by membership that can be bound.
    allow('BlockByGroup', {
      to: ['iam:AddUserToGroup', 'iam:RemoveUserFromGroup', 'iam:GetGroup'],
      on: scope.names.arn.blockGroup,
    }),
    allow('SeeWhoIsBlocked', { to: 'iam:ListEntitiesForPolicy', on: blockPolicyArns(scope) }),
    allow('SeeUsers', { to: ['iam:ListAttachedUserPolicies', 'iam:ListGroupsForUser'], on: users }),
    allow('SeeRoles', { to: 'iam:ListAttachedRolePolicies', on: roles }),
    // Attach only: what was protected after it had been blocked must still be releasable.
    deny('NeverTheseWhateverElseIsAllowed', {
      to: ['iam:AttachUserPolicy', 'iam:AttachRolePolicy'],
      on: [
        ...ownRoleArns(scope),
        iam(scope, 'role/aws-service-role/*'),
        iam(scope, 'role/aws-reserved/*'),
        ...protectedArns(scope),
      ],
    }),
  ]
}
