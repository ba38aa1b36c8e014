/** The rights to make, change and remove what serves the page. API Gateway judges verbs on paths; its ids are its own choice. */
import type { RightsScope } from './permissions.ts'
import { type About, type Change, need, type Right, type Rights, remembering, tags } from './step-right.ts'

const place = ({ partition, region }: RightsScope, path: string): string =>
  `arn:${partition}:apigateway:${region}::/${path}`

const VERBS: Readonly<Record<Change, string>> = { create: 'POST', update: 'PATCH', remove: 'DELETE' }

/** Of a part of the API. */
const part = ({ change, scope }: About, path: string): readonly Right[] =>
  need('apigateway', place(scope, change === 'create' ? `apis/*/${path}` : `apis/*/${path}/*`), [VERBS[change]])

export const httpApi: Rights = (about) => {
  const { change, differs, scope } = about
  if (change !== 'update') {
    const path = change === 'create' ? 'apis' : 'apis/*'
    return [...need('apigateway', place(scope, path), [VERBS[change]]), ...remembering(about)]
  }
  const [tag, untag] = tags(about, 'POST', 'DELETE')
  return [
    ...need('apigateway', place(scope, 'apis/*'), [
      differs('description', 'addresses', 'endpoint') && 'PATCH',
      differs('cors', 'routes from elsewhere', 'stages from elsewhere') && 'DELETE',
    ]),
    ...need('apigateway', place(scope, 'tags/*'), [tag ?? false, untag ?? false]),
    ...remembering(about),
  ]
}

export const apiIntegration: Rights = (about) => part(about, 'integrations')
export const apiAuthorizer: Rights = (about) => part(about, 'authorizers')
export const apiRoute: Rights = (about) => part(about, 'routes')

/**
 * "To turn on logging for an API, your user must have the following permissions":
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-logging.html
 */
const LOG_DELIVERY = [
  ...['CreateLogDelivery', 'GetLogDelivery', 'UpdateLogDelivery', 'DeleteLogDelivery', 'ListLogDeliveries'],
  ...['PutResourcePolicy', 'DescribeResourcePolicies'],
]

/** Who lets a stage write its access log is asked for the delivery of it. */
export const apiStage: Rights = (about) => [
  ...part(about, 'stages'),
  ...(about.differs('throttling of single routes')
    ? need('apigateway', place(about.scope, 'apis/*/stages/*'), ['DELETE'])
    : []),
  ...(about.change === 'remove' ? [] : need('logs', '*', LOG_DELIVERY)),
]

export const apiPermission: Rights = ({ change, scope }) =>
  need('lambda', scope.names.arn.function(scope.names.page.function), [
    change !== 'remove' && 'AddPermission',
    change !== 'create' && 'RemovePermission',
  ])
