/** The alias of the guard's own KMS key. */
import { CreateAliasCommand, DeleteAliasCommand, DescribeKeyCommand, UpdateAliasCommand } from '@aws-sdk/client-kms'
import { isAccessDenied } from '../../runtime/aws/aws-errors.ts'
import { GuardError } from '../../runtime/domain/base/guard-error.ts'
import { unlessAbsent } from '../absent.ts'
import type { AwsClients } from '../clients.ts'
import { field } from '../differences.ts'
import { KEY_TO_COME, keyAliasId, keyFor, logKeyId } from '../encryption.ts'
import type { Inputs, Resource } from '../engine/resource.ts'
import type { RightsScope } from '../permissions.ts'
import { readersBehind, whoReads } from './key-readers.ts'

interface AliasDesired {
  readonly alias: string
  readonly of: string
}
interface AliasActual {
  readonly target: string
  /** Others who read the log group that its key encrypts, in words. */
  readonly readers: readonly string[]
}

/**
 * The name by which people, and a guard without a memory, find the key. So it goes only once the key's deletion is
 * scheduled, and neither step can wait for the other by order.
 */
export function keyAliasResource(clients: AwsClients, scope: RightsScope): Resource<AliasDesired, AliasActual> {
  const { names, region } = scope
  const key = logKeyId(names.guard, region)
  const AliasName = names.keyAlias
  const target = (inputs: Inputs) => keyFor(inputs) ?? KEY_TO_COME
  return {
    id: keyAliasId(names.guard, region),
    kind: 'KMS alias',
    name: AliasName,
    why: 'names the key',
    ownership: { by: 'parent', parent: key },
    onTeardown: 'retain',
    whenUnwanted: 'retain',
    needs: [],

    desired: ({ settings }) => (settings.kmsKey === 'own' ? { alias: AliasName, of: key } : undefined),

    async read(inputs) {
      const kms = await clients.kms()
      try {
        const found = await unlessAbsent(kms.send(new DescribeKeyCommand({ KeyId: AliasName })))
        const arn = found?.KeyMetadata?.Arn
        if (arn === undefined) return { state: 'absent' }
        const readers = await readersBehind(clients, names, arn)
        return { state: 'present', actual: { target: arn, readers }, tags: undefined }
      } catch (error) {
        if (isAccessDenied(error) && inputs.settings.kmsKey !== 'own') return { state: 'absent' }
        throw error
      }
    },

    stays: ({ readers }) => whoReads(readers),

    /** Once the key is known, an alias of this name that leads elsewhere is somebody else's. */
    isOurs: (actual, inputs) => [undefined, actual.target].includes(knownKey(inputs, key)),

    diff: (_desired, actual, inputs) => field('target', { is: actual.target, want: target(inputs) }),

    async create(_desired, _doing, inputs) {
      if (target(inputs) === KEY_TO_COME) throw waitsForKey('the key to be made')
      const kms = await clients.kms()
      await kms.send(new CreateAliasCommand({ AliasName, TargetKeyId: target(inputs) }))
    },

    async update(_desired, _actual, _differences, _doing, inputs) {
      if (target(inputs) === KEY_TO_COME) throw waitsForKey('the key to be known')
      const kms = await clients.kms()
      await kms.send(new UpdateAliasCommand({ AliasName, TargetKeyId: target(inputs) }))
    },

    async remove({ target: KeyId }) {
      const kms = await clients.kms()
      const found = (await unlessAbsent(kms.send(new DescribeKeyCommand({ KeyId }))))?.KeyMetadata
      if (found && found.KeyState !== 'PendingDeletion') throw waitsForKey('the deletion of the key to be scheduled')
      await unlessAbsent(kms.send(new DeleteAliasCommand({ AliasName })))
    },
  }
}

const waitsForKey = (message: string): GuardError =>
  new GuardError({ code: 'key-first', fault: 'aws', retry: 'after-propagation', message })

const knownKey = (inputs: Inputs, id: string): string | undefined => {
  const fact = inputs.remembered(id)
  return fact?.startsWith('arn:') ? fact : undefined
}
