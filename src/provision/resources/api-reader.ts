/**
 * What is asked of API Gateway about the page's HTTP API. Its control plane takes few calls a second from an account
 * (https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html), and the parts of the API ask the same things at
 * the same time: whoever asks while an answer is on its way gets that answer.
 */
import {
  type Api,
  type ApiGatewayV2Client,
  type Authorizer,
  GetApiCommand,
  type GetApiCommandOutput,
  GetApisCommand,
  GetAuthorizersCommand,
  GetIntegrationsCommand,
  GetRoutesCommand,
  GetStagesCommand,
  type Integration,
  type Route,
  type Stage,
} from '@aws-sdk/client-apigatewayv2'
import { isAccessDenied } from '../../runtime/aws/aws-errors.ts'
import { unlessAbsent } from '../absent.ts'
import type { AwsClients } from '../clients.ts'
import type { Inputs, Observed } from '../engine/resource.ts'
import { pageIds, readApiFact } from '../page.ts'
import { TAG } from '../tags.ts'

export type FoundApi = Api | GetApiCommandOutput

export interface ApiReader {
  /** The guard's own: as remembered, else by name and tag among all of the region. */
  find(inputs: Inputs): Promise<FoundApi | undefined>
  /** Its id without asking, where it is remembered. */
  idOf(inputs: Inputs): Promise<string | undefined>
  /** These are undefined where the API is gone. */
  integrations(apiId: string): Promise<readonly Integration[] | undefined>
  authorizers(apiId: string): Promise<readonly Authorizer[] | undefined>
  routes(apiId: string): Promise<readonly Route[] | undefined>
  stages(apiId: string): Promise<readonly Stage[] | undefined>
}

interface Page<Item> {
  readonly Items?: Item[] | undefined
  readonly NextToken?: string | undefined
}

/** The SDK has no paginators for this service. */
async function allOf<Item>(ask: (NextToken: string | undefined) => Promise<Page<Item>>): Promise<readonly Item[]> {
  const all: Item[] = []
  let token: string | undefined
  do {
    const page = await ask(token)
    all.push(...(page.Items ?? []))
    token = page.NextToken || undefined
  } while (token !== undefined)
  return all
}

export function apiReader(clients: Pick<AwsClients, 'apigateway'>): ApiReader {
  const onTheWay = new Map<string, Promise<unknown>>()
  const once = <T>(key: string, ask: (client: ApiGatewayV2Client) => Promise<T>): Promise<T> => {
    const open = onTheWay.get(key) as Promise<T> | undefined
    if (open !== undefined) return open
    const asked = clients
      .apigateway()
      .then(ask)
      .finally(() => onTheWay.delete(key))
    onTheWay.set(key, asked)
    return asked
  }
  const get = (ApiId: string) =>
    once(`api ${ApiId}`, (client) => unlessAbsent(client.send(new GetApiCommand({ ApiId }))))
  const find = async (inputs: Inputs): Promise<FoundApi | undefined> => {
    const { api: id } = pageIds(inputs)
    const remembered = readApiFact(inputs.remembered(id))
    const known = remembered === undefined ? undefined : await get(remembered.id)
    if (known !== undefined) return known
    const all = await once('apis', (client) => allOf((NextToken) => client.send(new GetApisCommand({ NextToken }))))
    const named = all.filter((one) => one.Name === inputs.names.page.api)
    return named.find(({ Tags }) => Tags?.[TAG.guard] === inputs.names.guard && Tags[TAG.resource] === id)
  }
  return {
    find,
    idOf: async (inputs) => readApiFact(inputs.remembered(pageIds(inputs).api))?.id ?? (await find(inputs))?.ApiId,
    integrations: (ApiId) =>
      once(`integrations ${ApiId}`, (client) =>
        unlessAbsent(allOf((NextToken) => client.send(new GetIntegrationsCommand({ ApiId, NextToken })))),
      ),
    authorizers: (ApiId) =>
      once(`authorizers ${ApiId}`, (client) =>
        unlessAbsent(allOf((NextToken) => client.send(new GetAuthorizersCommand({ ApiId, NextToken })))),
      ),
    routes: (ApiId) =>
      once(`routes ${ApiId}`, (client) =>
        unlessAbsent(allOf((NextToken) => client.send(new GetRoutesCommand({ ApiId, NextToken })))),
      ),
    stages: (ApiId) =>
      once(`stages ${ApiId}`, (client) =>
        unlessAbsent(allOf((NextToken) => client.send(new GetStagesCommand({ ApiId, NextToken })))),
      ),
  }
}

/** Whoever neither wants a page nor ever had one needs no right to look for it. */
export async function unlessNotConcerned<A>(inputs: Inputs, look: Promise<Observed<A>>): Promise<Observed<A>> {
  try {
    return await look
  } catch (error) {
    const concerned = inputs.settings.page !== undefined || inputs.remembered(pageIds(inputs).api) !== undefined
    if (concerned || !isAccessDenied(error)) throw error
    return { state: 'absent' }
  }
}
