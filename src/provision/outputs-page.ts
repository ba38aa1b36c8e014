/** What of a guard's things makes the self-service page: names, ARNs and where the console shows them. Pure. */
import { consoleDomain, logGroupUrl } from './cloudwatch/console.ts'
import { consolePages } from './console-pages.ts'
import type { Inputs } from './engine/resource.ts'
import type { Output } from './outputs.ts'
import { type ApiFact, pageFacts, signInHost } from './page.ts'

/** Ids that AWS chose are known once the things are made: before that, the console's list of all. */
export function pageOutputs(
  inputs: Pick<Inputs, 'names' | 'region' | 'partition' | 'account' | 'settings' | 'remembered'>,
): readonly Output[] {
  if (inputs.settings.page === undefined) return []
  const { names, region, partition, account } = inputs
  const { api, userPoolId, clientId, url: opened } = pageFacts(inputs)
  const pools = `https://${region}.${consoleDomain(partition)}/cognito/v2/idp/user-pools`
  const url = `${userPoolId === undefined ? pools : `${pools}/${userPoolId}/overview`}?region=${region}`
  const arn =
    userPoolId === undefined ? undefined : `arn:${partition}:cognito-idp:${region}:${account}:userpool/${userPoolId}`
  return [
    ...servingOutputs(inputs, api, opened),
    { key: 'page.userPool', what: 'accounts of the page', name: names.page.userPool, arn, url },
    {
      key: 'page.domain',
      what: 'sign-in to the page',
      name: signInHost(names.page.domain, inputs),
      arn: undefined,
      url,
    },
    { key: 'page.client', what: 'sign-in client', name: clientId ?? names.page.client, arn: undefined, url },
  ]
}

/** What serves it; the first row is what people open. */
function servingOutputs(
  {
    names,
    region,
    partition,
    account,
    settings,
  }: Pick<Inputs, 'names' | 'region' | 'partition' | 'account' | 'settings'>,
  api: ApiFact | undefined,
  opened: string | undefined,
): readonly Output[] {
  const { page, arn } = names
  const where = { region, partition, account }
  const domain = consoleDomain(partition)
  const apis = `https://${region}.${domain}/apigateway/main`
  const apiUrl =
    api === undefined ? `${apis}/apis?region=${region}` : `${apis}/api-detail?api=${api.id}&region=${region}`
  const group = (name: string) => ({
    name,
    arn: `arn:${partition}:logs:${region}:${account}:log-group:${name}`,
    url: logGroupUrl(name, where),
  })
  return [
    { key: 'page.url', what: 'the page', name: opened ?? page.api, arn: undefined, url: opened ?? apiUrl },
    {
      key: 'page.api',
      what: 'HTTP API of the page',
      name: page.api,
      arn: api && `arn:${partition}:apigateway:${region}::/apis/${api.id}`,
      url: apiUrl,
    },
    {
      key: 'page.function',
      what: 'function of the page',
      name: page.function,
      arn: arn.function(page.function),
      url: consolePages(where).function(page.function),
    },
    { key: 'page.functionLog', what: 'log of the page’s function', ...group(page.functionLogs) },
    { key: 'page.accessLog', what: 'who asked for the page', ...group(page.accessLogs) },
    {
      key: 'page.role',
      what: 'role of the page',
      name: page.role,
      arn: arn.role(page.role, settings.rolePath),
      url: consolePages(where).role(page.role),
    },
  ]
}
