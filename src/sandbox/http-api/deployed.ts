/** What was deployed of one HTTP API, as the emulator keeps it. */
import {
  type Authorizer,
  GetAuthorizerCommand,
  GetIntegrationsCommand,
  GetRoutesCommand,
  GetStagesCommand,
  type Integration,
  type Route,
  type Stage,
} from '@aws-sdk/client-apigatewayv2'
import { GetPolicyCommand } from '@aws-sdk/client-lambda'
import type { Document } from '../iam/evaluate.ts'
import { orAbsent } from '../refusals/refuse.ts'
import type { World } from '../world.ts'

export interface Api {
  readonly id: string
  readonly region: string
}

export interface DeployedRoute extends Route {
  readonly integration: Integration | undefined
  readonly authorizer: Pick<Authorizer, 'JwtConfiguration'> | undefined
  /** Of the function that the route leads to. */
  readonly functionName: string | undefined
  readonly policy: Document | undefined
}

/** Undefined: there is no `$default` stage that deploys by itself, so nothing is served. */
export interface Deployed {
  readonly stage: Stage
  readonly routes: readonly DeployedRoute[]
}

/** The stage whose routes begin at `/`. */
const STAGE = '$default'

/** Of an integration's URI: the function's ARN, alone or within API Gateway's own. */
const functionOf = (integration: Integration | undefined): string | undefined =>
  /:function:([^/:]+)/.exec(integration?.IntegrationUri ?? '')?.[1]

export async function readDeployed(world: World, { id: ApiId, region }: Api): Promise<Deployed | undefined> {
  const { apigateway, lambda } = world.clients(region)
  const [stages, routes, integrations] = await Promise.all([
    apigateway.send(new GetStagesCommand({ ApiId })),
    apigateway.send(new GetRoutesCommand({ ApiId })),
    apigateway.send(new GetIntegrationsCommand({ ApiId })),
  ])
  const stage = stages.Items?.find((one) => one.StageName === STAGE && one.AutoDeploy)
  if (stage === undefined) return undefined
  const whole = async (route: Route): Promise<DeployedRoute> => {
    const integration = integrations.Items?.find((one) => route.Target === `integrations/${one.IntegrationId}`)
    const FunctionName = functionOf(integration)
    const [authorizer, policy] = await Promise.all([
      route.AuthorizerId
        ? orAbsent(apigateway.send(new GetAuthorizerCommand({ ApiId, AuthorizerId: route.AuthorizerId })))
        : undefined,
      FunctionName ? orAbsent(lambda.send(new GetPolicyCommand({ FunctionName }))) : undefined,
    ])
    const document = policy?.Policy === undefined ? undefined : (JSON.parse(policy.Policy) as Document)
    return { ...route, integration, authorizer, functionName: FunctionName, policy: document }
  }
  return { stage, routes: await Promise.all((routes.Items ?? []).map(whole)) }
}
