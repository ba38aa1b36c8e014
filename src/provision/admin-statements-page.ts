/** The admin's rights on all that makes the self-service page, and on the accounts of those who open it. */
import { type AdminScope, of } from './admin-scope.ts'
import { serving } from './admin-statements-serving.ts'
import { allow, type Statement } from './permissions.ts'

/** What `--dashboard` needs beyond all else. A policy of its own, as that of the copy in S3. */
export const paging = (scope: AdminScope): readonly Statement[] => [
  ...signingIn(scope),
  ...inviting(scope),
  ...serving(scope),
]

/**
 * A user pool has no name before it is made, so what may be done with one hangs on its tag; to find it, every pool of the guard's
 * name is looked at. https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncognitouserpools.html
 */
function signingIn({ names, arn }: AdminScope): readonly Statement[] {
  const tag = (kind: 'Request' | 'Resource') => ({
    StringEquals: { [`aws:${kind}Tag/cost-guard:guard`]: names.guard },
  })
  const anyPool = arn('cognito-idp', 'userpool/*')
  return [
    // A pool that is yet to be made has nothing to bind TagResource to, so this can tag any pool, and then change it: decision 12.
    allow('MakeUserPool', { to: of('cognito-idp', 'CreateUserPool', 'TagResource'), on: '*', when: tag('Request') }),
    // AWS judges these two on no resource: which pool has a domain is asked before one is made.
    allow('FindUserPools', { to: of('cognito-idp', 'ListUserPools', 'DescribeUserPoolDomain'), on: '*' }),
    allow('LookAtUserPools', { to: 'cognito-idp:DescribeUserPool', on: anyPool }),
    allow('OwnUserPool', {
      to: of(
        'cognito-idp',
        ...['UpdateUserPool', 'DeleteUserPool', 'GetUserPoolMfaConfig', 'SetUserPoolMfaConfig'],
        ...['TagResource', 'UntagResource', 'CreateUserPoolDomain', 'DeleteUserPoolDomain'],
        ...['CreateUserPoolClient', 'DescribeUserPoolClient', 'ListUserPoolClients', 'UpdateUserPoolClient'],
        'DeleteUserPoolClient',
      ),
      on: anyPool,
      when: tag('Resource'),
    }),
    // Cognito makes itself this role when a pool mails through SES:
    // https://docs.aws.amazon.com/cognito/latest/developerguide/using-service-linked-roles.html
    allow('LetCognitoMailBySes', {
      to: 'iam:CreateServiceLinkedRole',
      on: `${arn('iam', 'role/aws-service-role')}/${MAILER}/AWSServiceRoleForAmazonCognitoIdpEmailService`,
      when: { StringEquals: { 'iam:AWSServiceName': MAILER } },
    }),
  ]
}
const MAILER = 'email.cognito-idp.amazonaws.com'

/** `dashboard users`: the accounts themselves. Who sees what is in the table, which every operator may write. */
const inviting = ({ names, arn }: AdminScope): readonly Statement[] => [
  allow('InviteToThePage', {
    to: of('cognito-idp', 'AdminCreateUser', 'AdminGetUser', 'AdminDeleteUser', 'ListUsers'),
    on: arn('cognito-idp', 'userpool/*'),
    when: { StringEquals: { 'aws:ResourceTag/cost-guard:guard': names.guard } },
  }),
]
