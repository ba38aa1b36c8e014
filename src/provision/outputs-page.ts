/** What of a guard's things makes the self-service page: names, ARNs and where the console shows them. Pure. */
import { consoleDomain } from './cloudwatch/console.ts'
import type { Inputs } from './engine/resource.ts'
import type { Output } from './outputs.ts'
import { pageFacts } from './page.ts'

/** Ids that AWS chose are known once the things are made: before that, the console's list of all. */
export function pageOutputs(
  inputs: Pick<Inputs, 'names' | 'region' | 'partition' | 'account' | 'settings' | 'remembered'>,
): readonly Output[] {
  if (inputs.settings.page === undefined) return []
  const { names, region, partition, account } = inputs
  const { userPoolId, clientId, signIn } = pageFacts(inputs)
  const pools = `https://${region}.${consoleDomain(partition)}/cognito/v2/idp/user-pools`
  const url = `${userPoolId === undefined ? pools : `${pools}/${userPoolId}/overview`}?region=${region}`
  const arn =
    userPoolId === undefined ? undefined : `arn:${partition}:cognito-idp:${region}:${account}:userpool/${userPoolId}`
  const host = signIn === undefined ? names.page.domain : new URL(signIn.authorize).host
  return [
    { key: 'page.userPool', what: 'accounts of the page', name: names.page.userPool, arn, url },
    { key: 'page.domain', what: 'sign-in to the page', name: host, arn: undefined, url },
    { key: 'page.client', what: 'sign-in client', name: clientId ?? names.page.client, arn: undefined, url },
  ]
}
