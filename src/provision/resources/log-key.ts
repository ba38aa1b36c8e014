/**
 * The guard's own KMS key. Its id is AWS's choice, so it is remembered; without the memory the alias
 * finds it. It outlives the guard with the data it encrypts, and a deletion can be taken back for thirty days.
 */
import {
  CancelKeyDeletionCommand,
  CreateKeyCommand,
  DescribeKeyCommand,
  EnableKeyCommand,
  EnableKeyRotationCommand,
  GetKeyPolicyCommand,
  GetKeyRotationStatusCommand,
  type KeyMetadata,
  type KMSClient,
  PutKeyPolicyCommand,
  paginateListKeys,
  paginateListResourceTags,
  ScheduleKeyDeletionCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-kms'
import { isAccessDenied } from '../../runtime/aws/aws-errors.ts'
import { allPages, unlessAbsent } from '../absent.ts'
import type { AwsClients } from '../clients.ts'
import { documentField, field } from '../differences.ts'
import { type KeyPolicy, keyPolicy, logKeyId } from '../encryption.ts'
import type { Difference, Inputs, Observed, Resource, Tags } from '../engine/resource.ts'
import type { RightsScope } from '../permissions.ts'
import { flattenTags, TAG, tagChanges } from '../tags.ts'
import { readersBehind, whoReads } from './key-readers.ts'

export interface LogKeyDesired {
  readonly description: string
  readonly rotation: true
  readonly policy: KeyPolicy
}
export interface LogKeyActual {
  readonly arn: string
  /** `Enabled`, `Disabled`, `PendingDeletion`… */
  readonly state: string
  /** ISO time at which AWS deletes it. */
  readonly deletedAt: string | undefined
  readonly rotation: boolean
  readonly policy: unknown
  readonly remembered: boolean
  /** Others who read the log group that it encrypts, in words. */
  readonly readers: readonly string[]
}

/** AWS's longest, and free while it waits: what was encrypted with a deleted key is lost for ever. */
const DAYS_UNTIL_DELETION = 30
/** Written before the key is made: a key whose id never reached the manifest is looked for among all. */
const MAKING = 'making'

const tagList = (tags: Tags) => Object.entries(tags).map(([TagKey, TagValue]) => ({ TagKey, TagValue }))

export function logKeyResource(clients: AwsClients, scope: RightsScope): Resource<LogKeyDesired, LogKeyActual> {
  const { names, region } = scope
  const id = logKeyId(names.guard, region)
  return {
    id,
    kind: 'KMS key',
    name: `behind ${names.keyAlias}`,
    why: coverage(scope),
    ownership: { by: 'tag' },
    onTeardown: 'retain',
    whenUnwanted: 'retain',
    needs: [],

    desired: (inputs) =>
      inputs.settings.kmsKey === 'own'
        ? { description: `data of the guard ${names.guard}`, rotation: true, policy: keyPolicy(inputs) }
        : undefined,

    read: (inputs) => readKey(clients, { id, alias: names.keyAlias, guard: names.guard }, inputs),

    stays: ({ readers }) => whoReads(readers),

    // One that waits for its deletion is gone as far as a teardown goes; an install takes it back.
    isOurs: ({ deletedAt }) => deletedAt === undefined,

    note: (_actual, inputs) =>
      inputs.settings.kmsKey === 'own' ? undefined : 'what it encrypted is readable with it alone',

    diff: (desired, actual) => [
      ...field('state', { is: inWords(actual), want: 'enabled' }),
      ...field('rotation', { is: onOff(actual.rotation), want: onOff(desired.rotation) }),
      ...documentField('policy', { is: actual.policy, want: desired.policy }),
      ...field('known to the guard', { is: actual.remembered ? 'yes' : 'no', want: 'yes' }),
    ],

    async create(desired, doing) {
      await doing.remember(MAKING)
      const kms = await clients.kms()
      const { KeyMetadata: key } = await kms.send(
        new CreateKeyCommand({
          Description: desired.description,
          Policy: JSON.stringify(desired.policy),
          Tags: tagList(doing.tags),
        }),
      )
      await doing.remember(key?.Arn)
    },

    async update(desired, actual, differences, doing) {
      const kms = await clients.kms()
      const KeyId = idOf(actual.arn)
      const differs = (name: string) => differences.some((each) => each.field.split('/')[0] === name)
      await doing.remember(actual.arn)
      // A key that waits for its deletion, or is disabled, takes no other change.
      if (actual.state === 'PendingDeletion') await kms.send(new CancelKeyDeletionCommand({ KeyId }))
      if (differs('state')) await kms.send(new EnableKeyCommand({ KeyId }))
      if (differs('policy')) {
        await kms.send(
          new PutKeyPolicyCommand({ KeyId, PolicyName: 'default', Policy: JSON.stringify(desired.policy) }),
        )
      }
      if (differs('rotation')) await kms.send(new EnableKeyRotationCommand({ KeyId }))
      await updateTags(kms, KeyId, differences, doing.tags)
    },

    async remove(actual, doing) {
      const kms = await clients.kms()
      const how = { KeyId: idOf(actual.arn), PendingWindowInDays: DAYS_UNTIL_DELETION }
      const going = await unlessAbsent(kms.send(new ScheduleKeyDeletionCommand(how)))
      if (going?.DeletionDate) {
        doing.answer(
          `AWS keeps the key ${actual.arn} until ${going.DeletionDate.toISOString().slice(0, 10)}, free of charge; aws kms cancel-key-deletion --region ${region} --key-id ${actual.arn} takes it back`,
        )
      }
      await doing.remember(undefined)
    },
  }
}

const idOf = (arn: string): string => arn.slice(arn.lastIndexOf('/') + 1)

/** What it covers, for the plan. */
const coverage = ({ settings }: RightsScope): string => {
  const things = [
    ...(settings.s3 && !settings.adopt.includes('log-bucket') ? ['the copy in S3'] : []),
    ...(settings.adopt.includes('log-group') ? [] : ['the log group']),
    ...(settings.adopt.includes('topic') ? [] : ['the topic']),
  ]
  const list = things.length < 2 ? things.join('') : `${things.slice(0, -1).join(', ')} and ${things.at(-1)}`
  return `encrypts ${list || 'nothing at present'}; rotated every year`
}

const onOff = (on: boolean): string => (on ? 'on' : 'off')

const inWords = ({ state, deletedAt }: LogKeyActual): string =>
  deletedAt !== undefined ? `to be deleted on ${deletedAt.slice(0, 10)}` : state.toLowerCase()

async function updateTags(kms: KMSClient, KeyId: string, differences: readonly Difference[], wanted: Tags) {
  const changes = tagChanges(differences, wanted)
  if (changes === undefined) return
  await kms.send(new TagResourceCommand({ KeyId, Tags: tagList(changes.set) }))
  if (changes.remove.length > 0) await kms.send(new UntagResourceCommand({ KeyId, TagKeys: [...changes.remove] }))
}

interface Whose {
  readonly id: string
  readonly alias: string
  readonly guard: string
}

async function readKey(clients: AwsClients, whose: Whose, inputs: Inputs): Promise<Observed<LogKeyActual>> {
  const remembered = inputs.remembered(whose.id)
  const kms = await clients.kms()
  try {
    const key = await findKey(kms, whose, remembered)
    if (key?.Arn === undefined) return { state: 'absent' }
    if (key.KeyState === 'Creating' || key.KeyState === 'Updating') {
      return { state: 'settling', for: 'the KMS key to be ready' }
    }
    const readers = await readersBehind(clients, inputs.names, key.Arn)
    return { state: 'present', ...(await readParts(kms, key, { remembered, readers })) }
  } catch (error) {
    // Whoever neither wants nor ever had one needs no right to look for it.
    if (isAccessDenied(error) && remembered === undefined && inputs.settings.kmsKey !== 'own')
      return { state: 'absent' }
    throw error
  }
}

async function findKey(kms: KMSClient, whose: Whose, remembered: string | undefined): Promise<KeyMetadata | undefined> {
  const describe = async (KeyId: string) =>
    (await unlessAbsent(kms.send(new DescribeKeyCommand({ KeyId }))))?.KeyMetadata
  if (remembered === MAKING) {
    const orphan = await findMade(kms, whose)
    if (orphan !== undefined) return describe(orphan)
  } else if (remembered !== undefined) {
    const key = await describe(remembered)
    if (key !== undefined) return key
  }
  return describe(whose.alias)
}

/** A key that was made a moment before the command was cut off: it carries our tags and nothing else knows it. */
async function findMade(kms: KMSClient, { id, guard }: Whose): Promise<string | undefined> {
  const keys = await allPages(paginateListKeys({ client: kms }, {}), (page) => page.Keys)
  for (const { KeyArn } of keys) {
    if (KeyArn === undefined) continue
    const tags = await tagsOf(kms, KeyArn).catch((error: unknown) => {
      // Keys of others may well be closed to us; ours is not.
      if (isAccessDenied(error)) return {} as Record<string, string>
      throw error
    })
    if (tags[TAG.guard] === guard && tags[TAG.resource] === id) return KeyArn
  }
  return undefined
}

const tagsOf = async (kms: KMSClient, KeyId: string): Promise<Record<string, string>> =>
  flattenTags(await allPages(paginateListResourceTags({ client: kms }, { KeyId }), (page) => page.Tags))

async function readParts(
  kms: KMSClient,
  key: KeyMetadata,
  { remembered, readers }: { remembered: string | undefined; readers: readonly string[] },
) {
  const KeyId = key.Arn ?? ''
  const [rotation, policy, tags] = await Promise.all([
    kms.send(new GetKeyRotationStatusCommand({ KeyId })),
    kms.send(new GetKeyPolicyCommand({ KeyId, PolicyName: 'default' })),
    tagsOf(kms, KeyId),
  ])
  const actual: LogKeyActual = {
    arn: KeyId,
    state: key.KeyState ?? 'Enabled',
    deletedAt: key.DeletionDate?.toISOString(),
    rotation: rotation.KeyRotationEnabled === true,
    policy: JSON.parse(policy.Policy ?? '{}') as unknown,
    remembered: remembered === KeyId,
    readers,
  }
  return { actual, tags }
}
