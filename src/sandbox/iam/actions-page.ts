/**
 * What IAM is asked where somebody makes the page: API Gateway knows verbs and paths, Cognito operations and pools.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonapigatewaymanagementv2.html
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncognitouserpools.html
 */
import { poolOf } from '../cognito/pools.ts'
import type { Passing, World } from '../world.ts'
import type { Need } from './actions.ts'
import type { Context } from './evaluate.ts'

/** What the caller of CreateStage must be let do: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-logging.html */
const LOG_DELIVERY = ['CreateLogDelivery', 'PutResourcePolicy', 'DescribeResourcePolicies']

const hasTags = (tags: unknown): boolean => typeof tags === 'object' && tags !== null && Object.keys(tags).length > 0

/**
 * The verb on the path without its version. Tags given at creation, and tags set later, are asked for by name as well: AWS answers
 * "not authorized to perform: apigateway:TagResource on resource: arn:aws:apigateway:us-west-2::/apis/…/stages" (seen in reports,
 * not in its reference).
 */
export function apiGatewayNeeds(world: World, call: Passing): readonly Need[] {
  const { method, path } = call.request
  const place = decodeURIComponent((path.split('?')[0] ?? '/').replace(/^\/v2/, ''))
  const resources = [`arn:${world.partition}:apigateway:${call.inRegion}::${place}`]
  const needs: Need[] = [{ action: `apigateway:${method}`, resources }]
  if (call.operation === 'TagResource' || (method === 'POST' && hasTags(call.input['tags']))) {
    needs.push({ action: 'apigateway:TagResource', resources })
  }
  if (call.operation === 'UntagResource') needs.push({ action: 'apigateway:UntagResource', resources })
  const isLogged = call.operation.endsWith('Stage') && hasTags(call.input['accessLogSettings'])
  if (isLogged) needs.push(...LOG_DELIVERY.map((action) => ({ action: `logs:${action}`, resources: ['*'] })))
  return needs
}

const contextFor = (kind: 'Request' | 'Resource', tags: unknown): Context =>
  Object.fromEntries(
    Object.entries((tags ?? {}) as Record<string, string>).map(([key, value]) => [`aws:${kind}Tag/${key}`, value]),
  )

/** These name no pool, or are asked on every pool: the reference gives them no resource type. */
const WITHOUT_POOL = new Set(['CreateUserPool', 'ListUserPools', 'DescribeUserPoolDomain'])
/** What anybody may call: they carry no signature. */
const UNSIGNED = new Set(['InitiateAuth', 'RespondToAuthChallenge', 'GetUser', 'ChangePassword', 'ForgotPassword'])
export const isUnsigned = ({ service, operation }: Pick<Passing, 'service' | 'operation'>): boolean =>
  service === 'cognito-idp' && UNSIGNED.has(operation)

/** Policies hang on the tags of a pool, its id being AWS's choice. */
export async function cognitoNeeds(world: World, call: Passing): Promise<readonly Need[]> {
  const { operation, input } = call
  if (isUnsigned(call)) return []
  const pool = input['UserPoolId']
  const arn = `arn:${world.partition}:cognito-idp:${call.inRegion}:${world.account}:userpool/`
  const named = typeof input['ResourceArn'] === 'string' ? input['ResourceArn'] : `${arn}${String(pool ?? '*')}`
  const resources = WITHOUT_POOL.has(operation) ? ['*'] : [named]
  const requested = contextFor('Request', input['UserPoolTags'] ?? input['Tags'])
  const has = WITHOUT_POOL.has(operation) ? undefined : await poolOf(world, call.inRegion, named.split('/').pop() ?? '')
  const context = { ...requested, ...contextFor('Resource', has?.UserPoolTags) }
  const needs: Need[] = [{ action: `cognito-idp:${operation}`, resources, context }]
  if (operation === 'CreateUserPool' && hasTags(input['UserPoolTags'])) {
    needs.push({ action: 'cognito-idp:TagResource', resources: [`${arn}*`, '*'], context })
  }
  return needs
}
