/** What the parts of the self-service page know of each other: their ids in the plan, and what AWS chose for them. Pure. */

import { GuardError } from '../runtime/domain/base/guard-error.ts'
import type { PageConfig } from '../runtime/page-config.ts'
import type { PageStart } from '../runtime/page-protocol.ts'
import type { Inputs, ResourceId } from './engine/resource.ts'
import type { Names } from './names.ts'
import { dnsSuffixOf, signInHostOf } from './partition.ts'

type NamesAndRegion = { readonly names: Pick<Names, 'page'>; readonly region: string }

/** Order of making: api → user pool → domain → client → function → permission → integration → authorizer → routes → stage. */
export const pageIds = ({ names: { page }, region }: NamesAndRegion) => {
  const id = (kind: string, name: string): ResourceId => `${kind}/${name}@${region}`
  return {
    api: id('http-api', page.api),
    userPool: id('user-pool', page.userPool),
    domain: id('user-pool-domain', page.userPool),
    client: id('user-pool-client', page.client),
    function: id('function', page.function),
    functionLogs: id('log-group', page.functionLogs),
    role: id('role', page.role),
    permission: id('api-permission', page.api),
    integration: id('api-integration', page.api),
    authorizer: id('api-authorizer', page.api),
    route: (key: string): ResourceId => id('api-route', `${page.api} ${key}`),
    accessLogs: id('log-group', page.accessLogs),
    stage: id('api-stage', page.api),
  }
}

const PAGE_KINDS = /^(?:page-users|http-api|user-pool|user-pool-domain|user-pool-client|api-[a-z]+)\//

/** Whether a part of the guard belongs to the page alone, which counts nobody and stops nobody. */
export const isOfPage = (id: string, { page }: NamesAndRegion['names']): boolean =>
  PAGE_KINDS.test(id) ||
  [page.function, page.role, page.functionLogs, page.accessLogs].includes(
    id.slice(id.indexOf('/') + 1).replace(/@[^@]*$/, ''),
  )

/** The fact of the HTTP API; its endpoint is AWS's choice. */
export interface ApiFact {
  readonly id: string
  /** Without a slash at the end: `https://abc123.execute-api.eu-west-1.amazonaws.com` */
  readonly endpoint: string
}
export const writeApiFact = (fact: ApiFact): string => JSON.stringify(fact)
export const readApiFact = (text: string | undefined): ApiFact | undefined =>
  text?.startsWith('{') ? (JSON.parse(text) as ApiFact) : undefined

type PageInputs = Pick<Inputs, 'names' | 'region' | 'partition' | 'settings' | 'remembered'>

export interface PageFacts {
  readonly api: ApiFact | undefined
  readonly userPoolId: string | undefined
  readonly clientId: string | undefined
  /** Where people open it, with its last slash; undefined until there is an API or an address was given. */
  readonly url: string | undefined
  readonly signIn: PageStart['signIn'] | undefined
}

/** What is known so far: at the first plan nothing, after each step one thing more. */
export function pageFacts(inputs: PageInputs): PageFacts {
  const ids = pageIds(inputs)
  const api = readApiFact(inputs.remembered(ids.api))
  const userPoolId = inputs.remembered(ids.userPool)
  const origin = inputs.settings.page?.url ?? api?.endpoint
  return {
    api,
    userPoolId,
    clientId: inputs.remembered(ids.client),
    url: origin === undefined ? undefined : `${origin}/`,
    signIn: userPoolId === undefined ? undefined : signInOf(inputs, userPoolId),
  }
}

/** Where people sign in, without `https://`. */
export const signInHost = (prefix: string, { region, partition }: Pick<Inputs, 'region' | 'partition'>): string =>
  `${prefix}.${signInHostOf(partition) ?? 'auth'}.${region}.amazoncognito.com`

/** A page is wished where there can be none: refused before anything is asked of AWS, whose answer would be no address at all. */
export function refuseWithoutSignIn({ partition, settings }: Pick<Inputs, 'partition' | 'settings'>): void {
  if (settings.page === undefined || signInHostOf(partition) !== undefined) return
  const [place, why] =
    partition === 'aws-cn'
      ? ['in China (aws-cn)', 'which AWS does not offer there']
      : [`in the partition ${partition}`, 'whose addresses there this version does not know']
  throw new GuardError({
    code: 'no-page-here',
    fault: 'user',
    message: `there can be no self-service page ${place}: people sign in to it with Amazon Cognito user pools, ${why}`,
    suggestions: ['run the same command with --no-dashboard: the guard and its daily mail work without the page'],
  })
}

/**
 * https://docs.aws.amazon.com/cognito/latest/developerguide/federation-endpoints.html; the hosts:
 * https://docs.aws.amazon.com/general/latest/gr/cognito_identity.html
 */
function signInOf(
  { names, region, partition }: Pick<Inputs, 'names' | 'region' | 'partition'>,
  userPoolId: string,
): PageStart['signIn'] {
  const domain = `https://${signInHost(names.page.domain, { region, partition })}`
  return {
    issuer: `https://cognito-idp.${region}.${dnsSuffixOf(partition)}/${userPoolId}`,
    authorize: `${domain}/oauth2/authorize`,
    token: `${domain}/oauth2/token`,
    logout: `${domain}/logout`,
  }
}

/**
 * What the page's function is told; undefined: no page is wanted. What AWS has yet to choose stands in it as words, which is
 * what a plan shows: the function is made after the API, the pool and the client.
 */
export function pageConfigFor(inputs: PageInputs): PageConfig | undefined {
  const { page } = inputs.settings
  if (page === undefined) return undefined
  const { clientId, url, signIn } = pageFacts(inputs)
  const later = 'known after the user pool is made'
  return {
    shows: page.shows,
    cidrs: page.cidrs,
    url: url ?? 'known after the HTTP API is made',
    clientId: clientId ?? 'known after the app client is made',
    signIn: signIn ?? { issuer: later, authorize: later, token: later, logout: later },
  }
}

/** The API comes first, so that this cannot be. */
export const pageWithoutAddress = (): GuardError =>
  new GuardError({ code: 'page-without-address', fault: 'bug', message: 'the page has no address yet' })
