/** The guard's user pool among all: its id is AWS's choice, so it is remembered; without the memory its tags tell. */
import {
  type CognitoIdentityProviderClient,
  DescribeUserPoolCommand,
  paginateListUserPools,
  type UserPoolType,
} from '@aws-sdk/client-cognito-identity-provider'
import { isAccessDenied } from '../../runtime/aws/aws-errors.ts'
import { allPages, unlessAbsent } from '../absent.ts'
import type { AwsClients } from '../clients.ts'
import type { Inputs } from '../engine/resource.ts'
import { pageIds } from '../page.ts'
import { TAG } from '../tags.ts'

/** AWS's most. */
const POOLS_A_PAGE = 60

/** Undefined: there is none of this guard. Names of pools are free: one of the same name without our tags is not it. */
export async function findUserPool(clients: AwsClients, inputs: Inputs): Promise<UserPoolType | undefined> {
  const remembered = inputs.remembered(pageIds(inputs).userPool)
  try {
    const cognito = await clients.cognito()
    const known = remembered === undefined ? undefined : await describe(cognito, remembered)
    return known ?? (await findByTags(cognito, inputs))
  } catch (error) {
    // Whoever neither wants nor ever had one needs no right to look for it.
    if (isAccessDenied(error) && remembered === undefined && inputs.settings.page === undefined) return undefined
    throw error
  }
}

const describe = async (cognito: CognitoIdentityProviderClient, UserPoolId: string) =>
  (await unlessAbsent(cognito.send(new DescribeUserPoolCommand({ UserPoolId }))))?.UserPool

/** One that was made a moment before the command was cut off is found so as well. */
async function findByTags(client: CognitoIdentityProviderClient, inputs: Inputs): Promise<UserPoolType | undefined> {
  const { names } = inputs
  const pools = await allPages(
    paginateListUserPools({ client }, { MaxResults: POOLS_A_PAGE }),
    (page) => page.UserPools,
  )
  for (const { Id, Name } of pools) {
    if (Id === undefined || Name !== names.page.userPool) continue
    const pool = await describe(client, Id)
    const tags = pool?.UserPoolTags
    if (tags?.[TAG.guard] === names.guard && tags[TAG.resource] === pageIds(inputs).userPool) return pool
  }
  return undefined
}
