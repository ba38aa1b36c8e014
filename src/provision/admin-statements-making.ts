/** The admin's rights to make and repair: what the guard keeps, what works, and what blocks. */
import { type AdminScope, of } from './admin-scope.ts'
import { servicePrincipal } from './partition.ts'
import { allow, type Statement } from './permissions.ts'

export function makingData({ names, table, functions, logGroups, arn }: AdminScope): readonly Statement[] {
  return [
    allow('Table', {
      to: of(
        'dynamodb',
        ...['CreateTable', 'UpdateTable', 'DescribeContinuousBackups', 'UpdateContinuousBackups'],
        ...['DescribeTimeToLive', 'UpdateTimeToLive', 'ListTagsOfResource', 'TagResource', 'UntagResource'],
        // Before a table that was there is adopted: does it hold anything that is not a guard's?
        'Scan',
      ),
      on: table,
    }),
    // Of a table or topic that is to be adopted: whose key encrypts it, and whom does that key let in?
    allow('LookAtKeys', { to: of('kms', 'DescribeKey', 'GetKeyPolicy'), on: arn('kms', 'key/*') }),
    // AWS judges the list of log groups on no resource.
    allow('FindLogGroups', { to: 'logs:DescribeLogGroups', on: '*' }),
    allow('LogGroups', {
      to: of(
        'logs',
        ...[
          'CreateLogGroup',
          'PutRetentionPolicy',
          'DeleteRetentionPolicy',
          'TagResource',
          'UntagResource',
          'ListTagsForResource',
        ],
        ...['DescribeSubscriptionFilters', 'PutSubscriptionFilter', 'FilterLogEvents'],
      ),
      on: logGroups,
    }),
    // The destination is judged as well as the log group.
    allow('Subscribe', { to: 'logs:PutSubscriptionFilter', on: functions }),
    allow('BedrockLogging', {
      to: of('bedrock', 'GetModelInvocationLoggingConfiguration', 'PutModelInvocationLoggingConfiguration'),
      on: '*',
    }),
    allow('Topic', {
      to: of(
        'sns',
        ...['CreateTopic', 'GetTopicAttributes', 'SetTopicAttributes', 'ListTagsForResource', 'TagResource'],
        ...['UntagResource', 'Subscribe', 'Unsubscribe'],
      ),
      on: names.arn.topic,
    }),
    allow('DeadLetters', {
      to: of(
        'sqs',
        ...['CreateQueue', 'GetQueueUrl', 'GetQueueAttributes', 'SetQueueAttributes'],
        ...['ListQueueTags', 'TagQueue', 'UntagQueue'],
      ),
      on: names.arn.deadLetters,
    }),
  ]
}

export function makingWorkers({ names, functions, schedules, roles, place }: AdminScope): readonly Statement[] {
  return [
    allow('Functions', {
      to: of(
        'lambda',
        ...['CreateFunction', 'GetFunction', 'UpdateFunctionCode', 'UpdateFunctionConfiguration'],
        ...['GetFunctionEventInvokeConfig', 'PutFunctionEventInvokeConfig', 'DeleteFunctionConcurrency'],
        ...['AddPermission', 'RemovePermission', 'GetPolicy', 'ListTags', 'TagResource', 'UntagResource'],
      ),
      on: functions,
    }),
    allow('Schedules', {
      to: of(
        'scheduler',
        ...['CreateScheduleGroup', 'GetScheduleGroup', 'ListTagsForResource', 'TagResource', 'UntagResource'],
        ...['CreateSchedule', 'GetSchedule', 'UpdateSchedule'],
      ),
      on: schedules,
    }),
    allow('Roles', {
      to: of(
        'iam',
        ...['CreateRole', 'GetRole', 'UpdateRole', 'UpdateAssumeRolePolicy', 'TagRole', 'UntagRole'],
        ...['GetRolePolicy', 'PutRolePolicy', 'PutRolePermissionsBoundary', 'DeleteRolePermissionsBoundary'],
        // What somebody else hung on a role of the guard is seen, and taken off.
        ...['ListRolePolicies', 'ListAttachedRolePolicies', 'DeleteRolePolicy', 'DetachRolePolicy'],
      ),
      on: roles,
    }),
    allow('HandRoles', {
      to: 'iam:PassRole',
      on: roles,
      when: {
        StringEquals: {
          'iam:PassedToService': (['lambda', 'scheduler', 'bedrock'] as const).map((each) =>
            servicePrincipal(each, place),
          ),
        },
      },
    }),
    allow('BlockGroup', {
      to: of('iam', 'CreateGroup', 'GetGroup', 'ListAttachedGroupPolicies'),
      on: names.arn.blockGroup,
    }),
  ]
}

export function makingBlocks({ names, policies, arn }: AdminScope): readonly Statement[] {
  return [
    allow('BlockPolicies', {
      to: of(
        'iam',
        ...['CreatePolicy', 'GetPolicy', 'GetPolicyVersion', 'CreatePolicyVersion', 'ListPolicyVersions'],
        ...['DeletePolicyVersion', 'DeletePolicy', 'TagPolicy', 'UntagPolicy', 'ListEntitiesForPolicy'],
      ),
      on: policies,
    }),
    allow('GroupDeny', {
      to: of('iam', 'AttachGroupPolicy', 'DetachGroupPolicy'),
      on: names.arn.blockGroup,
      // The group carries this one alone.
      when: { ArnLike: { 'iam:PolicyARN': names.arn.policy(names.undatedPolicy) } },
    }),
    // A month's policy that is over goes at the next init; whoever still carries it must lose it first.
    allow('Unblock', {
      to: of('iam', 'DetachUserPolicy', 'DetachRolePolicy'),
      on: [arn('iam', 'user/*'), arn('iam', 'role/*')],
      when: { ArnLike: { 'iam:PolicyARN': policies } },
    }),
  ]
}
