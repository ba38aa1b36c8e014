/**
 * Where people sign in: `https://<prefix>.auth.<region>.amazoncognito.com`. A prefix is one pool's in the whole region, whoever's account
 * it is in (https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-assign-domain-prefix.html), and a pool has one.
 */
import {
  CreateUserPoolDomainCommand,
  DeleteUserPoolDomainCommand,
  DescribeUserPoolDomainCommand,
  type DomainDescriptionType,
} from '@aws-sdk/client-cognito-identity-provider'
import { isDomainAbsent, isDomainStillThere, isDomainTaken } from '../../runtime/aws/aws-errors.ts'
import { GuardError } from '../../runtime/domain/base/guard-error.ts'
import { unlessAbsent } from '../absent.ts'
import type { AwsClients } from '../clients.ts'
import { field } from '../differences.ts'
import type { Inputs, Observed, Refusal, Resource } from '../engine/resource.ts'
import { pageFacts, pageIds, signInHost } from '../page.ts'
import type { RightsScope } from '../permissions.ts'
import { findUserPool } from './find-user-pool.ts'

export interface UserPoolDomainDesired {
  readonly prefix: string
}
export interface UserPoolDomainActual {
  readonly prefix: string
  readonly poolId: string
}

export function userPoolDomainResource(
  clients: AwsClients,
  scope: RightsScope,
): Resource<UserPoolDomainDesired, UserPoolDomainActual> {
  const { names, region } = scope
  const ids = pageIds(scope)

  const make = async (Domain: string, UserPoolId: string | undefined) => {
    const cognito = await clients.cognito()
    try {
      await cognito.send(new CreateUserPoolDomainCommand({ Domain, UserPoolId }))
    } catch (error) {
      if (isDomainStillThere(error)) throw notGoneYet(error)
      // AWS tells of prefixes of other accounts only now, and of one's own that a moment ago was another pool's.
      if (isDomainTaken(error)) {
        throw (await describe(clients, Domain))?.Status === 'DELETING'
          ? notGoneYet(error)
          : taken(Domain, region, error)
      }
      throw error
    }
  }
  const drop = async ({ prefix, poolId }: UserPoolDomainActual) => {
    const cognito = await clients.cognito()
    try {
      await unlessAbsent(cognito.send(new DeleteUserPoolDomainCommand({ Domain: prefix, UserPoolId: poolId })))
    } catch (error) {
      if (!isDomainAbsent(error)) throw error
    }
  }
  return {
    id: ids.domain,
    kind: 'sign-in domain',
    name: names.page.domain,
    why: 'the page on which people sign in',
    ownership: { by: 'parent', parent: ids.userPool },
    onTeardown: 'remove',
    needs: [ids.userPool],

    desired: (inputs) => (inputs.settings.page === undefined ? undefined : { prefix: names.page.domain }),

    read: (inputs) => readDomain(clients, inputs),

    diff: (desired, actual) => field('prefix', { is: actual.prefix, want: desired.prefix }),

    async refuse({ prefix }, observed, inputs) {
      if (observed.state === 'present' && observed.actual.prefix === prefix) return []
      const domain = await describe(clients, prefix)
      const pool = domain?.UserPoolId
      if (pool === undefined || pool === pageFacts(inputs).userPoolId) return []
      const account = domain?.AWSAccountId
      const whose = account === undefined || account === inputs.account ? '' : ` of the account ${account}`
      return [takenBy(prefix, region, `the user pool ${pool}${whose} has it`)]
    },

    create: ({ prefix }, _doing, inputs) => make(prefix, pageFacts(inputs).userPoolId),

    async update({ prefix }, actual) {
      await drop(actual)
      try {
        await make(prefix, actual.poolId)
      } catch (error) {
        if (!(error instanceof GuardError) || error.code !== TAKEN) throw error
        // A pool has one prefix, so the former one had to go first. Without any, nobody could sign in.
        const [back] = await Promise.allSettled([make(actual.prefix, actual.poolId)])
        throw takenInPlaceOf(actual.prefix, back.status === 'fulfilled', error)
      }
    },

    remove: drop,
  }
}

const describe = async (clients: AwsClients, Domain: string): Promise<DomainDescriptionType | undefined> => {
  const cognito = await clients.cognito()
  return (await unlessAbsent(cognito.send(new DescribeUserPoolDomainCommand({ Domain }))))?.DomainDescription
}

/** A new one is not there for up to a minute. */
async function readDomain(clients: AwsClients, inputs: Inputs): Promise<Observed<UserPoolDomainActual>> {
  const pool = await findUserPool(clients, inputs)
  if (pool?.Id === undefined || pool.Domain === undefined) return { state: 'absent' }
  const domain = await describe(clients, pool.Domain)
  if (domain?.UserPoolId !== pool.Id) return { state: 'absent' }
  if (domain.Status === 'CREATING' || domain.Status === 'UPDATING') {
    return { state: 'settling', for: `https://${signInHost(pool.Domain, inputs)} to open` }
  }
  if (domain.Status === 'DELETING') return { state: 'settling', for: `the sign-in domain ${pool.Domain} to be gone` }
  return { state: 'present', actual: { prefix: pool.Domain, poolId: pool.Id }, tags: undefined }
}

const SUGGESTION = 'choose another first part of the sign-in address with --dashboard-prefix'

const takenBy = (prefix: string, region: string, who: string): Refusal => ({
  why: 'occupied',
  message: `the sign-in domain ${prefix} is taken in ${region}: ${who}`,
  suggestion: SUGGESTION,
})

const TAKEN = 'sign-in-domain-taken'

const taken = (prefix: string, region: string, cause: unknown): GuardError =>
  new GuardError({
    code: TAKEN,
    fault: 'user',
    retry: 'no',
    message: `${takenBy(prefix, region, 'a user pool of another account has it').message}; until it has one, nobody can open the page`,
    suggestions: [`${SUGGESTION}: init then goes on with what is made`],
    cause,
  })

function takenInPlaceOf(former: string, isBack: boolean, error: GuardError): GuardError {
  const [why] = error.message.split('; until')
  const now = isBack
    ? `people sign in at ${former} as before`
    : `${former} could not be put back, and nobody can sign in`
  return new GuardError({
    code: TAKEN,
    fault: 'user',
    retry: 'no',
    message: `${why}; ${now}`,
    suggestions: [`${SUGGESTION}, or keep the former one: --dashboard-prefix ${former}`],
    cause: error,
  })
}

const notGoneYet = (cause: unknown): GuardError =>
  new GuardError({
    code: 'sign-in-domain-still-there',
    fault: 'aws',
    retry: 'after-propagation',
    message: 'Cognito to see that the former sign-in domain is gone',
    cause,
  })
