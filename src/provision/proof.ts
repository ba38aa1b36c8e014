/**
 * After a teardown: is anything of the guard still there? Everything is read again by the names it had, and looked for by
 * the tag it carried. What stays on purpose, or what AWS keeps for a time, is told apart from what is left.
 */
import { ListBackupsCommand } from '@aws-sdk/client-dynamodb'
import { errorMessage, isAccessDenied } from '../runtime/aws/aws-errors.ts'
import type { AwsClients } from './clients.ts'
import type { Plan, Step } from './engine/plan.ts'
import type { ResourceId } from './engine/resource.ts'
import type { Names } from './names.ts'
import { removalCommand } from './removal-commands.ts'
import { existenceOf, partsOf } from './still-there.ts'
import { type Tagged, taggedInIam, taggedInRegion } from './tagged.ts'

export interface Remains {
  /** "DynamoDB table" where the guard knows it, else the service: "sqs". */
  readonly kind: string
  readonly name: string
  readonly arn: string | null
  /** What removes it, to be typed as it is; null: nothing needs to be typed, or nothing can be. */
  readonly command: string | null
  /** Of what AWS keeps: why, and until when. */
  readonly why?: string
}

export interface Proof {
  /** Should be gone and is not. */
  readonly left: readonly Remains[]
  readonly kept: readonly Remains[]
  /** Goes by itself, at AWS's own time. */
  readonly awsKeeps: readonly Remains[]
  /** What could not be looked for, and why. */
  readonly notLookedAt: readonly string[]
}

export interface ProofParts {
  readonly clients: AwsClients
  /** Of the region in which the tag index keeps what has no region; the same where that is the guard's. */
  readonly global: AwsClients
  readonly guard: string
  readonly region: string
  readonly names: Names
  /** The plan that was applied. */
  readonly plan: Plan
  /** A teardown planned anew, after it. */
  readonly again: Plan
  readonly deleteData: boolean
}

export async function proveGone(parts: ProofParts): Promise<Proof> {
  const { again, region, deleteData } = parts
  const notLookedAt: string[] = again.steps.flatMap((step) => (step.do === 'refuse' ? [step.why] : []))
  const orUnseen = async <T>(what: string, look: Promise<readonly T[]>): Promise<readonly T[]> => {
    try {
      return await look
    } catch (error) {
      if (!isAccessDenied(error)) throw error
      notLookedAt.push(`${what}: ${errorMessage(error)}`)
      return []
    }
  }
  const byName = again.steps.flatMap((step) => {
    if (step.do === 'retain') return [{ step, kept: true }]
    return step.do === 'remove' || step.do === 'restore' || step.do === 'give-back' ? [{ step, kept: false }] : []
  })
  const tagged = await orUnseen('what carries the guard’s tag', tagIndex(parts))
  const inIam = await orUnseen(
    'roles and policies of IAM',
    parts.clients.iam().then((iam) => taggedInIam(iam, parts.guard)),
  )
  const known = new Set(byName.map(({ step }) => step.id))
  const byTag = await lookUp(parts, [...tagged, ...inIam], known)
  const backups = deleteData ? await orUnseen('backups of the table', systemBackups(parts)) : []
  const remains = (step: Step) => remainsOf(step, parts)
  return {
    left: [
      ...byName.flatMap(({ step, kept }) => (kept ? [] : [remains(step)])),
      ...byTag.flatMap(({ tagged, is }) => (is === 'left' ? [found(tagged, region)] : [])),
    ],
    kept: [
      ...byName.flatMap(({ step, kept }) => (kept ? [remains(step)] : [])),
      ...byTag.flatMap(({ tagged, is }) => (is === 'kept' ? [found(tagged, region)] : [])),
    ],
    awsKeeps: [
      ...byTag.flatMap(({ tagged, going }) => (going === undefined ? [] : [pendingKey(tagged, going, region)])),
      ...backups,
      ...unconfirmed(parts.plan),
    ],
    notLookedAt,
  }
}

async function tagIndex({ clients, global, guard }: ProofParts): Promise<readonly Tagged[]> {
  const regions = global === clients ? [clients] : [clients, global]
  return (await Promise.all(regions.map((each) => taggedInRegion(each, guard)))).flat()
}

interface Seen {
  readonly tagged: Tagged
  readonly is: 'left' | 'kept' | 'going'
  readonly going?: string
}

/** A guard of this name in another region is another guard. */
async function lookUp(
  { clients, region, deleteData }: ProofParts,
  tagged: readonly Tagged[],
  known: ReadonlySet<ResourceId>,
): Promise<readonly Seen[]> {
  const here = new Map(
    tagged
      .filter(({ id }) => id === undefined || (id.endsWith(`@${region}`) && !known.has(id)))
      .map((one) => [one.arn, one]),
  )
  const seen = await Promise.all(
    [...here.values()].map(async (one): Promise<readonly Seen[]> => {
      const existence = await existenceOf(clients, one.arn)
      if (existence.is === 'gone') return []
      if (existence.is === 'going') return [{ tagged: one, is: 'going', going: existence.on }]
      return [{ tagged: one, is: isData(one) && !deleteData ? 'kept' : 'left' }]
    }),
  )
  return seen.flat()
}

/** What a teardown keeps unless it is told otherwise: also of an earlier one, under names that nobody remembers. */
const isData = ({ id, arn }: Tagged): boolean =>
  /^(?:table|log-group|log-bucket|log-key)\//.test(id ?? '') && !NO_DATA.test(arn)

/** What functions say of their runs, and who asked for the page. */
const NO_DATA = /:log-group:\/aws\/(?:lambda\/|vendedlogs\/[^:]*-dashboard(?::|$))/

function remainsOf(step: Step, { names, region }: ProofParts): Remains {
  const arn = arnOf(step, names)
  return {
    kind: step.kind,
    name: step.name,
    arn: arn ?? null,
    command: arn === undefined ? null : (removalCommand(arn, region) ?? null),
  }
}

/** Of what a teardown may keep. */
function arnOf({ id, name }: Step, names: Names): string | undefined {
  const { table, logGroup, logBucket, topic } = names.arn
  const byKind: Readonly<Record<string, string>> = {
    table,
    topic,
    'log-bucket': logBucket,
    'log-group': logGroup.slice(0, -names.logGroup.length) + name,
  }
  return byKind[id.slice(0, id.indexOf('/'))]
}

const found = ({ arn }: Tagged, region: string): Remains => {
  const { service, kind, name } = partsOf(arn)
  return {
    kind: [service, kind].filter((word) => word !== '').join(' '),
    name,
    arn,
    command: removalCommand(arn, region) ?? null,
  }
}

const pendingKey = ({ arn }: Tagged, on: string, region: string): Remains => ({
  kind: 'KMS key',
  name: partsOf(arn).name,
  arn,
  command: null,
  why: `AWS deletes it on ${on}; until then aws kms cancel-key-deletion --key-id ${partsOf(arn).name} --region ${region} brings it back`,
})

/** A table that was deleted while its recovery was on leaves one for 35 days. */
async function systemBackups({ clients, names }: ProofParts): Promise<readonly Remains[]> {
  const dynamo = await clients.dynamo()
  const { BackupSummaries } = await dynamo.send(
    new ListBackupsCommand({ TableName: names.table, BackupType: 'SYSTEM' }),
  )
  return (BackupSummaries ?? [])
    .filter((backup) => backup.BackupType === 'SYSTEM')
    .map((backup) => ({
      kind: 'DynamoDB system backup',
      name: backup.BackupName ?? '',
      arn: backup.BackupArn ?? null,
      command: null,
      why: `nobody can delete it; AWS does${backup.BackupExpiryDateTime === undefined ? ' after 35 days' : ` on ${backup.BackupExpiryDateTime.toISOString().slice(0, 10)}`}`,
    }))
}

const unconfirmed = (plan: Plan): readonly Remains[] =>
  plan.steps
    .filter((step) => step.id.startsWith('topic-mail/') && step.note !== undefined)
    .map((step) => ({
      kind: step.kind,
      name: step.name,
      arn: null,
      command: null,
      why: 'it was never confirmed, so AWS lets nobody remove it and forgets it by itself within days',
    }))
