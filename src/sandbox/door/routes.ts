/** The REST operations of the services the guard uses, by method and path. */
const f = '/[0-9-]+/functions'
const apiVerbs = { GET: 'Get', PATCH: 'Update', DELETE: 'Delete' } as const
/** What an HTTP API consists of, all of one pattern. */
const partsOfApi = (path: string, id: string, name: string): readonly (readonly [string, string, string])[] => [
  ['POST', `/v2/apis/{apiId}/${path}`, `Create${name}`],
  ['GET', `/v2/apis/{apiId}/${path}`, `Get${name}s`],
  ['GET', `/v2/apis/{apiId}/${path}/{${id}}`, `Get${name}`],
  ['PATCH', `/v2/apis/{apiId}/${path}/{${id}}`, `Update${name}`],
  ['DELETE', `/v2/apis/{apiId}/${path}/{${id}}`, `Delete${name}`],
]
const table: Readonly<Record<string, readonly (readonly [string, string, string])[]>> = {
  lambda: [
    ['POST', `${f}`, 'CreateFunction'],
    ['GET', `${f}`, 'ListFunctions'],
    ['GET', `${f}/{FunctionName}`, 'GetFunction'],
    ['DELETE', `${f}/{FunctionName}`, 'DeleteFunction'],
    ['GET', `${f}/{FunctionName}/configuration`, 'GetFunctionConfiguration'],
    ['PUT', `${f}/{FunctionName}/configuration`, 'UpdateFunctionConfiguration'],
    ['PUT', `${f}/{FunctionName}/code`, 'UpdateFunctionCode'],
    ['POST', `${f}/{FunctionName}/invocations`, 'Invoke'],
    ['POST', `${f}/{FunctionName}/policy`, 'AddPermission'],
    ['GET', `${f}/{FunctionName}/policy`, 'GetPolicy'],
    ['DELETE', `${f}/{FunctionName}/policy/{StatementId}`, 'RemovePermission'],
    ['PUT', `${f}/{FunctionName}/event-invoke-config`, 'PutFunctionEventInvokeConfig'],
    ['POST', `${f}/{FunctionName}/event-invoke-config`, 'UpdateFunctionEventInvokeConfig'],
    ['GET', `${f}/{FunctionName}/event-invoke-config`, 'GetFunctionEventInvokeConfig'],
    ['DELETE', `${f}/{FunctionName}/event-invoke-config`, 'DeleteFunctionEventInvokeConfig'],
    ['PUT', `${f}/{FunctionName}/concurrency`, 'PutFunctionConcurrency'],
    ['GET', `${f}/{FunctionName}/concurrency`, 'GetFunctionConcurrency'],
    ['DELETE', `${f}/{FunctionName}/concurrency`, 'DeleteFunctionConcurrency'],
    ['GET', `${f}/{FunctionName}/versions`, 'ListVersionsByFunction'],
    ['GET', '/2017-03-31/tags/{Resource}', 'ListTags'],
    ['POST', '/2017-03-31/tags/{Resource}', 'TagResource'],
    ['DELETE', '/2017-03-31/tags/{Resource}', 'UntagResource'],
  ],
  scheduler: [
    ['GET', '/schedules', 'ListSchedules'],
    ['POST', '/schedules/{Name}', 'CreateSchedule'],
    ['PUT', '/schedules/{Name}', 'UpdateSchedule'],
    ['GET', '/schedules/{Name}', 'GetSchedule'],
    ['DELETE', '/schedules/{Name}', 'DeleteSchedule'],
    ['GET', '/schedule-groups', 'ListScheduleGroups'],
    ['POST', '/schedule-groups/{Name}', 'CreateScheduleGroup'],
    ['GET', '/schedule-groups/{Name}', 'GetScheduleGroup'],
    ['DELETE', '/schedule-groups/{Name}', 'DeleteScheduleGroup'],
    ['GET', '/tags/{ResourceArn}', 'ListTagsForResource'],
    ['POST', '/tags/{ResourceArn}', 'TagResource'],
    ['DELETE', '/tags/{ResourceArn}', 'UntagResource'],
  ],
  bedrock: [
    ['PUT', '/logging/modelinvocations', 'PutModelInvocationLoggingConfiguration'],
    ['GET', '/logging/modelinvocations', 'GetModelInvocationLoggingConfiguration'],
    ['DELETE', '/logging/modelinvocations', 'DeleteModelInvocationLoggingConfiguration'],
    ['POST', '/inference-profiles', 'CreateInferenceProfile'],
    ['GET', '/inference-profiles', 'ListInferenceProfiles'],
    ['GET', '/inference-profiles/{inferenceProfileIdentifier}', 'GetInferenceProfile'],
    ['DELETE', '/inference-profiles/{inferenceProfileIdentifier}', 'DeleteInferenceProfile'],
    ['GET', '/foundation-models', 'ListFoundationModels'],
    ['GET', '/foundation-model-availability/{modelId}', 'GetFoundationModelAvailability'],
    ['POST', '/listTagsForResource', 'ListTagsForResource'],
    ['POST', '/tagResource', 'TagResource'],
    ['POST', '/untagResource', 'UntagResource'],
  ],
  apigateway: [
    ['POST', '/v2/apis', 'CreateApi'],
    ['GET', '/v2/apis', 'GetApis'],
    ...(['GET', 'PATCH', 'DELETE'] as const).map(
      (method) => [method, '/v2/apis/{apiId}', `${apiVerbs[method]}Api`] as const,
    ),
    ...partsOfApi('authorizers', 'authorizerId', 'Authorizer'),
    ...partsOfApi('integrations', 'integrationId', 'Integration'),
    ...partsOfApi('routes', 'routeId', 'Route'),
    ...partsOfApi('stages', 'stageName', 'Stage'),
    ['DELETE', '/v2/apis/{apiId}/stages/{stageName}/accesslogsettings', 'DeleteAccessLogSettings'],
    ['DELETE', '/v2/apis/{apiId}/stages/{stageName}/routesettings/{routeKey}', 'DeleteRouteSettings'],
    ['DELETE', '/v2/apis/{apiId}/cors', 'DeleteCorsConfiguration'],
    ['GET', '/v2/tags/{resourceArn}', 'GetTags'],
    ['POST', '/v2/tags/{resourceArn}', 'TagResource'],
    ['DELETE', '/v2/tags/{resourceArn}', 'UntagResource'],
  ],
  'bedrock-runtime': [
    ['POST', '/model/{modelId}/converse', 'Converse'],
    ['POST', '/model/{modelId}/converse-stream', 'ConverseStream'],
    ['POST', '/model/{modelId}/invoke', 'InvokeModel'],
    ['POST', '/model/{modelId}/invoke-with-response-stream', 'InvokeModelWithResponseStream'],
    ['POST', '/model/{modelId}/count-tokens', 'CountTokens'],
  ],
}

const holdsSlashes = new Set(['Resource', 'ResourceArn', 'resourceArn', 'inferenceProfileIdentifier', 'modelId'])

interface Route {
  readonly method: string
  readonly expression: RegExp
  readonly names: readonly string[]
  readonly operation: string
}
const routes: ReadonlyMap<string, readonly Route[]> = new Map(
  Object.entries(table).map(([service, rows]) => [
    service,
    rows.map(([method, path, operation]) => ({
      method,
      operation,
      names: [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? ''),
      // ARNs hold slashes themselves; a plain name ends at the next one, or GetFunction would be every path below it.
      expression: new RegExp(
        `^${path.replace(/\{(\w+)\}/g, (_, name: string) => (holdsSlashes.has(name) ? '(.+?)' : '([^/]+)'))}/?$`,
      ),
    })),
  ]),
)

/** Unknown paths are named `METHOD /path`: they are still forwarded and recorded. */
export function routeOf(
  scope: string,
  method: string,
  path: string,
): { service: string; operation: string; parameters: Record<string, string> } {
  const [pathname = '/', query = ''] = path.split('?')
  const service = scope === 'bedrock' && pathname.startsWith('/model/') ? 'bedrock-runtime' : scope
  const parameters = Object.fromEntries(new URLSearchParams(query))
  for (const route of routes.get(service) ?? []) {
    const found = route.method === method ? route.expression.exec(pathname) : null
    if (!found) continue
    route.names.forEach((name, at) => {
      parameters[name] = decodeURIComponent(found[at + 1] ?? '')
    })
    return { service, operation: route.operation, parameters }
  }
  return { service, operation: `${method} ${pathname}`, parameters }
}

/** S3 says with a parameter of the query what a request to a bucket is about. */
const PARTS: Readonly<Record<string, string>> = {
  policy: 'BucketPolicy',
  tagging: 'BucketTagging',
  publicAccessBlock: 'PublicAccessBlock',
  ownershipControls: 'BucketOwnershipControls',
  encryption: 'BucketEncryption',
  lifecycle: 'BucketLifecycleConfiguration',
  versioning: 'BucketVersioning',
  location: 'BucketLocation',
}
const VERBS: Readonly<Record<string, string>> = { GET: 'Get', HEAD: 'Head', PUT: 'Put', DELETE: 'Delete' }

/** Path style alone: the SDK uses it where the endpoint is an address. */
export function s3RouteOf(method: string, path: string): { operation: string; input: Record<string, string> } {
  const [pathname = '/', query = ''] = path.split('?')
  const [Bucket = '', ...rest] = pathname.slice(1).split('/').map(decodeURIComponent)
  const Key = rest.join('/')
  const asked = new URLSearchParams(query)
  const part = [...asked.keys()].map((key) => PARTS[key]).find((one) => one !== undefined)
  const verb = VERBS[method] ?? method
  if (Key !== '') return { operation: `${verb}Object`, input: { Bucket, Key } }
  if (part !== undefined) return { operation: `${verb}${part}`, input: { Bucket } }
  if (Bucket === '') return { operation: 'ListBuckets', input: {} }
  if (method === 'POST' && asked.has('delete')) return { operation: 'DeleteObjects', input: { Bucket } }
  if (method === 'GET') {
    return { operation: asked.has('versions') ? 'ListObjectVersions' : 'ListObjectsV2', input: { Bucket } }
  }
  return { operation: method === 'PUT' ? 'CreateBucket' : `${verb}Bucket`, input: { Bucket } }
}
