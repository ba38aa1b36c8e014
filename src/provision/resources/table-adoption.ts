/**
 * A table that was there before the guard and takes its ledger. It is given our TTL attribute, point-in-time recovery and
 * deletion protection, and these back; it is never deleted, carries no tag of ours, and keeps its billing mode.
 */
import {
  ScanCommand,
  UpdateContinuousBackupsCommand,
  UpdateTableCommand,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb'
import { DescribeKeyCommand } from '@aws-sdk/client-kms'
import { PARTITION_KEY, settingsKey, TTL_ATTRIBUTE } from '../../runtime/aws/keys.ts'
import type { AwsClients } from '../clients.ts'
import { field } from '../differences.ts'
import type { Adoption, Difference, Inputs, Refusal, ResourceId } from '../engine/resource.ts'
import { KEYS } from '../rights-on-table.ts'
import { TAG } from '../tags.ts'
import type { TableActual, TableDesired } from './table.ts'

/** What the guard may change of it. */
type Before = Pick<TableActual, 'recovery' | 'deletionProtection' | 'ttl'>

/** So many items are looked at before a table that is not empty is taken for the guard's own. */
const ITEMS_LOOKED_AT = 200

export function tableAdoption(clients: AwsClients, id: ResourceId, name: string): Adoption<TableDesired, TableActual> {
  return {
    flag: '--adopt table',
    leaves: 'the ledger that the guard wrote stays in it',
    before: ({ recovery, deletionProtection, ttl }) => {
      const before: Before = { recovery, deletionProtection, ttl }
      return JSON.stringify(before)
    },

    async fitness(desired, actual, tags, inputs) {
      const owner = tags?.[TAG.guard]
      const wrong = [
        ...(owner === undefined || owner === inputs.settings.guard
          ? []
          : [unfit(name, `is the ledger of the guard ${owner}`)]),
        ...(actual.keys === desired.keys
          ? []
          : [unfit(name, `has the keys ${actual.keys}, and ${desired.keys} is needed`)]),
        ...(actual.ttl === undefined || actual.ttl === desired.ttl
          ? []
          : [unfit(name, `lets items expire by ${actual.ttl}, and a table can have one such attribute only`)]),
      ]
      // Key and items are looked at once: from then on the guard writes there.
      if (wrong.length > 0 || inputs.remembered(id) !== undefined) return wrong
      if (actual.key !== undefined && (await isOwnersKey(clients, actual.key))) {
        return [unfit(name, `is encrypted with the key ${actual.key}, which the roles of the guard may not use`)]
      }
      return strangersIn(clients, name, inputs)
    },

    toGiveBack(actual, text) {
      const before = JSON.parse(text) as Before
      const still = { recovery: actual.recovery, deletionProtection: actual.deletionProtection }
      return [
        ...(still.recovery ? field('pointInTimeRecovery', { is: true, want: before.recovery }) : []),
        ...(actual.ttl === TTL_ATTRIBUTE ? field('timeToLive', { is: actual.ttl, want: before.ttl }) : []),
        ...(still.deletionProtection ? field('deletionProtection', { is: true, want: before.deletionProtection }) : []),
      ]
    },

    async giveBack(_actual, _before, differences) {
      await restoreTable(clients, name, differences)
    },
  }
}

/** Differences only ever switch off: what was on before stays on. One change at a time, as each may set the table to UPDATING. */
async function restoreTable(clients: AwsClients, TableName: string, differences: readonly Difference[]): Promise<void> {
  const dynamo = await clients.dynamo()
  switch (differences[0]?.field) {
    case 'pointInTimeRecovery': {
      const PointInTimeRecoverySpecification = { PointInTimeRecoveryEnabled: false }
      await dynamo.send(new UpdateContinuousBackupsCommand({ TableName, PointInTimeRecoverySpecification }))
      return
    }
    case 'timeToLive': {
      const TimeToLiveSpecification = { AttributeName: TTL_ATTRIBUTE, Enabled: false }
      await dynamo.send(new UpdateTimeToLiveCommand({ TableName, TimeToLiveSpecification }))
      return
    }
    default:
      await dynamo.send(new UpdateTableCommand({ TableName, DeletionProtectionEnabled: false }))
  }
}

/** Not one that AWS manages, which lets everybody in who may read the table. */
async function isOwnersKey(clients: AwsClients, KeyId: string): Promise<boolean> {
  const kms = await clients.kms()
  return (await kms.send(new DescribeKeyCommand({ KeyId }))).KeyMetadata?.KeyManager !== 'AWS'
}

/** What a guard's partitions are called, or begin with. */
const OWN: readonly string[] = [...Object.values(KEYS).flat(), settingsKey.pk]
const isGuardsPartition = (pk: string): boolean =>
  OWN.some((own) => (own.endsWith('*') ? pk.startsWith(own.slice(0, -1)) : pk === own))

/** Items that no guard wrote, or those of another guard. */
async function strangersIn(clients: AwsClients, TableName: string, inputs: Inputs): Promise<readonly Refusal[]> {
  const dynamo = await clients.dynamo()
  const page = await dynamo.send(new ScanCommand({ TableName, Limit: ITEMS_LOOKED_AT, ConsistentRead: true }))
  for (const item of page.Items ?? []) {
    const pk = item[PARTITION_KEY]?.S ?? ''
    if (!isGuardsPartition(pk)) return [unfit(TableName, `holds items that are not a guard's: ${pk.slice(0, 60)}`)]
    const settings = pk === settingsKey.pk ? item['settings']?.S : undefined
    const owner = settings === undefined ? undefined : (JSON.parse(settings) as { guard?: string }).guard
    if (owner !== undefined && owner !== inputs.settings.guard) {
      return [unfit(TableName, `is the ledger of the guard ${owner}`)]
    }
  }
  return []
}

const unfit = (name: string, why: string): Refusal => ({
  why: 'unfit',
  message: `the DynamoDB table ${name} ${why}`,
  suggestion: 'take an empty table of these keys, or leave --table out: the guard makes one',
})
