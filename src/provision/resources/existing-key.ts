/** A KMS key of the account that the guard uses and never changes: whether it serves, and what its policy lacks. */
import { DescribeKeyCommand, GetKeyPolicyCommand, type KeyMetadata, type KMSClient } from '@aws-sdk/client-kms'
import { unlessAbsent } from '../absent.ts'
import type { AwsClients } from '../clients.ts'
import { existingKeyId, type KeyUse, keyUses, useStatement } from '../encryption.ts'
import type { Refusal, Resource } from '../engine/resource.ts'
import type { RightsScope } from '../permissions.ts'
import { lets } from '../policy-lets.ts'

/** In the list so that a plan shows it and refuses beside all else; nothing of it is ever changed. */
export function existingKeyResource(clients: AwsClients, scope: RightsScope, arn: string): Resource<string, string> {
  return {
    id: existingKeyId(arn, scope.region),
    kind: 'KMS key',
    name: arn,
    why: 'encrypts what the guard keeps; yours, used and not changed',
    ownership: { by: 'account-setting' },
    onTeardown: 'retain',
    needs: [],
    desired: ({ settings }) => (settings.kmsKey === arn ? arn : undefined),
    read: async () => ({ state: 'present', actual: arn, tags: undefined }),
    isOurs: () => false,
    diff: () => [],
    refuse: (_desired, _observed, inputs) => keyFitness(clients, inputs, { key: arn, uses: keyUses(inputs) }),
    create: async () => {},
    update: async () => {},
    remove: async () => {},
  }
}

interface Asked {
  readonly key: string
  readonly uses: readonly KeyUse[]
  /** Why this key is looked at, where the admin did not name it. */
  readonly about?: string
}

const unfit = (message: string, suggestion: string): Refusal => ({ why: 'unfit', message, suggestion })

/** Everything that keeps this key from serving the guard. */
export async function keyFitness(
  clients: AwsClients,
  scope: Pick<RightsScope, 'account' | 'region'>,
  { key, uses, about }: Asked,
): Promise<readonly Refusal[]> {
  const because = about === undefined ? '' : ` (${about})`
  const another =
    about === undefined
      ? 'name another key with --kms-key, or let the guard make one: --kms-key own'
      : 'name another bucket with --log-bucket'
  const [region, account] = key.startsWith('arn:') ? key.split(':').slice(3, 5) : [scope.region, scope.account]
  if (region !== scope.region || account !== scope.account) {
    const where = region === scope.region ? `account ${account}` : `region ${region}`
    return [unfit(`the KMS key ${key} is in ${where}, the guard in another${because}`, another)]
  }
  const kms = await clients.kms()
  const found = (await unlessAbsent(kms.send(new DescribeKeyCommand({ KeyId: key }))))?.KeyMetadata
  if (found === undefined) return [unfit(`there is no KMS key ${key}${because}`, another)]
  const state = stateRefusal(found, `the KMS key ${key}`, because, another)
  if (state !== undefined) return [state]
  return policyRefusals(kms, found, { uses, because, key })
}

function stateRefusal(key: KeyMetadata, what: string, because: string, another: string): Refusal | undefined {
  if (key.KeyManager === 'AWS' || what.includes('alias/aws/')) {
    return unfit(
      `${what} is managed by AWS, and its policy lets no service in on behalf of the guard${because}`,
      another,
    )
  }
  if (key.KeySpec !== undefined && key.KeySpec !== 'SYMMETRIC_DEFAULT') {
    return unfit(`${what} is ${key.KeySpec}, and only symmetric keys encrypt logs${because}`, another)
  }
  if (key.KeyState === 'Enabled' || key.KeyState === undefined) return undefined
  const until =
    key.DeletionDate === undefined ? '' : `, to be deleted on ${key.DeletionDate.toISOString().slice(0, 10)}`
  return unfit(`${what} is ${key.KeyState.toLowerCase()}${until}${because}`, `enable it, or ${another}`)
}

/** Which statements are missing, ready to be pasted. */
async function policyRefusals(
  kms: KMSClient,
  found: KeyMetadata,
  { uses, because, key }: { uses: readonly KeyUse[]; because: string; key: string },
): Promise<readonly Refusal[]> {
  const { Policy } = await kms.send(new GetKeyPolicyCommand({ KeyId: found.KeyId, PolicyName: 'default' }))
  const policy: unknown = JSON.parse(Policy ?? '{}')
  const missing = uses.filter(
    ({ service, actions, context }) => !actions.every((action) => lets(policy, { service, action, context })),
  )
  if (missing.length === 0) return []
  const services = missing.map(({ service }) => service).join(', ')
  return [
    unfit(
      `the policy of the KMS key ${key} does not let ${services} use it${because}`,
      `add to the statements of its policy: ${JSON.stringify(missing.map(useStatement))}`,
    ),
  ]
}
