/** The admin's rights on what serves the self-service page: the HTTP API, and a function with its role and logs. */
import { type AdminScope, of } from './admin-scope.ts'
import { servicePrincipal } from './partition.ts'
import { allow, logGroupArns, type Statement } from './permissions.ts'

export const serving = (scope: AdminScope): readonly Statement[] => [...servingApi(scope), ...servingFunction(scope)]

/**
 * API Gateway judges verbs on paths, and the id of an API is its own choice. That the parts of an API (a route, a stage) count as
 * tagged like the API itself AWS nowhere promises, so this reaches all HTTP and WebSocket APIs of the region.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonapigatewaymanagementv2.html
 */
function servingApi({ place, arn }: AdminScope): readonly Statement[] {
  const api = (path: string) => `arn:${place.partition}:apigateway:${place.region}::/${path}`
  return [
    allow('HttpApis', {
      to: of('apigateway', 'GET', 'POST', 'PATCH', 'DELETE', 'TagResource', 'UntagResource'),
      on: [api('apis'), api('apis/*')],
    }),
    allow('ApiTags', {
      to: of('apigateway', 'POST', 'PUT', 'DELETE', 'TagResource', 'UntagResource'),
      // API Gateway asks for an API that is made with tags on an ARN with its own beginning twice over:
      // https://github.com/hashicorp/terraform-provider-aws/issues/16023
      on: [api('tags/*'), `arn:${place.partition}:apigateway:${place.region}::${api('tags/*')}`],
    }),
    // The access log of a stage is delivered by CloudWatch Logs, which asks whoever sets it up, on no resource:
    // https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-logging.html
    allow('AccessLogDelivery', {
      to: of(
        'logs',
        ...['CreateLogDelivery', 'GetLogDelivery', 'UpdateLogDelivery', 'DeleteLogDelivery', 'ListLogDeliveries'],
        ...['PutResourcePolicy', 'DescribeResourcePolicies'],
      ),
      on: '*',
    }),
    // API Gateway makes itself this role with the first API of an account:
    // https://docs.aws.amazon.com/apigateway/latest/developerguide/using-service-linked-roles.html
    allow('LetApiGatewayMakeItsRole', {
      to: 'iam:CreateServiceLinkedRole',
      on: `${arn('iam', 'role/aws-service-role')}/${GATEWAY}/AWSServiceRoleForAPIGateway`,
      when: { StringEquals: { 'iam:AWSServiceName': GATEWAY } },
    }),
  ]
}
const GATEWAY = 'ops.apigateway.amazonaws.com'

function servingFunction({ names, place, arn }: AdminScope): readonly Statement[] {
  const { page } = names
  const account = names.arn.table.split(':')[4] ?? '*'
  const roles = [arn('iam', `role/${page.role}`), arn('iam', `role/*/${page.role}`)]
  return [
    allow('PageFunction', {
      to: of(
        'lambda',
        ...['CreateFunction', 'GetFunction', 'UpdateFunctionCode', 'UpdateFunctionConfiguration', 'DeleteFunction'],
        ...['GetFunctionEventInvokeConfig', 'PutFunctionEventInvokeConfig', 'DeleteFunctionConcurrency'],
        ...['AddPermission', 'RemovePermission', 'GetPolicy', 'ListTags', 'TagResource', 'UntagResource'],
      ),
      on: names.arn.function(page.function),
    }),
    allow('PageRole', {
      to: of(
        'iam',
        ...['CreateRole', 'GetRole', 'UpdateRole', 'UpdateAssumeRolePolicy', 'TagRole', 'UntagRole', 'DeleteRole'],
        ...['GetRolePolicy', 'PutRolePolicy', 'PutRolePermissionsBoundary', 'DeleteRolePermissionsBoundary'],
        ...['ListRolePolicies', 'ListAttachedRolePolicies', 'DeleteRolePolicy', 'DetachRolePolicy', 'ListRoleTags'],
      ),
      on: roles,
    }),
    allow('HandPageRole', {
      to: 'iam:PassRole',
      on: roles,
      when: { StringEquals: { 'iam:PassedToService': servicePrincipal('lambda', place) } },
    }),
    allow('PageLogs', {
      to: of(
        'logs',
        ...['CreateLogGroup', 'DeleteLogGroup', 'PutLogGroupDeletionProtection', 'ListTagsForResource'],
        ...['PutRetentionPolicy', 'DeleteRetentionPolicy', 'TagResource', 'UntagResource'],
      ),
      on: [page.functionLogs, page.accessLogs].flatMap((name) => logGroupArns({ ...place, account }, name)),
    }),
  ]
}
