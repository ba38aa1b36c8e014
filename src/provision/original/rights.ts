/**
 * What `import-original` needs beyond what the guard needs, as data. Nobody knows the names that a stack of the original has
 * given its things, so reading is not bound to names; what changes something is bound to what it can be bound to.
 */

import { adminScope } from '../admin-scope.ts'
import type { Names } from '../names.ts'
import { servicePrincipal } from '../partition.ts'
import { allow, document, type PolicyDocument } from '../permissions.ts'

export function importRights(names: Names): PolicyDocument {
  const { arn } = adminScope(names)
  const bearers = [arn('iam', 'user/*'), arn('iam', 'role/*')]
  return document(
    allow('FindTheOriginal', {
      to: [
        ...['lambda:ListFunctions', 'lambda:GetFunctionConfiguration', 'lambda:GetPolicy', 'lambda:ListTags'],
        ...['scheduler:ListSchedules', 'scheduler:GetSchedule', 'sns:ListSubscriptionsByTopic'],
        ...['logs:DescribeLogGroups', 'logs:DescribeSubscriptionFilters', 'logs:FilterLogEvents'],
        ...['iam:ListPolicies', 'iam:GetPolicy', 'iam:GetPolicyVersion', 'iam:ListEntitiesForPolicy'],
        ...['bedrock:GetModelInvocationLoggingConfiguration', 'dynamodb:DescribeTable', 'dynamodb:Scan'],
      ],
      on: '*',
    }),
    // The guard goes on with its log group, which is not among the guard's own names.
    allow('ReadItsLogGroup', {
      to: ['logs:ListTagsForResource', 'logs:PutSubscriptionFilter'],
      on: [arn('logs', 'log-group:*')],
    }),
    allow('StopIt', { to: ['scheduler:UpdateSchedule', 'logs:DeleteSubscriptionFilter'], on: '*' }),
    // UpdateSchedule hands the schedule its role again.
    allow('HandItsRoleBack', {
      to: 'iam:PassRole',
      on: arn('iam', 'role/*'),
      when: {
        StringEquals: { 'iam:PassedToService': servicePrincipal('scheduler', { partition: 'aws', region: '' }) },
      },
    }),
    allow('TakeItsDenyOff', { to: ['iam:DetachUserPolicy', 'iam:DetachRolePolicy'], on: bearers }),
  )
}
