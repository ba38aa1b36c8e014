/** Statements on the guard's one table, bound to the partitions they are meant for. */
import {
  BLOCKS,
  controlKey,
  enforceHealthKey,
  ingestHealthKey,
  JOURNAL_PREFIX,
  leaseKey,
  MANIFEST,
  PAGE,
  PEOPLE,
  PROFILES,
  RATES,
  WISHES,
} from '../runtime/aws/keys.ts'
import { allow, type RightsScope, type Statement } from './permissions.ts'

/** The table's leading keys (see runtime/aws/keys.ts): one partition, or all that begin so. */
export const KEYS = {
  journal: `${JOURNAL_PREFIX}*`,
  balances: 'M#*',
  failed: 'F#*',
  bad: 'BAD#*',
  sessions: 'SESSIONS#*',
  healthOfIngest: ingestHealthKey.pk,
  healthOfEnforce: enforceHealthKey.pk,
  control: controlKey.pk,
  wishes: WISHES,
  blocks: BLOCKS,
  rates: RATES,
  profiles: PROFILES,
  people: PEOPLE,
  page: PAGE,
  notices: 'NOTICE#*',
  lease: leaseKey.pk,
  audit: 'AUDIT#*',
  manifest: MANIFEST,
} as const

type ItemAction = 'GetItem' | 'BatchGetItem' | 'Query' | 'PutItem' | 'UpdateItem' | 'DeleteItem' | 'BatchWriteItem'

/** Where the guard writes down how it is doing; read together. */
export const HEALTH = [KEYS.healthOfIngest, KEYS.healthOfEnforce, KEYS.control] as const

/**
 * `ForAllValues` is also true where a request carries no key at all, so no action without keys (Scan, PartiQL, table
 * operations) may ever stand in such a statement.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html
 */
export const items = (
  scope: RightsScope,
  sid: string,
  actions: readonly ItemAction[],
  keys: readonly string[],
): Statement =>
  allow(sid, {
    to: actions.map((action) => `dynamodb:${action}`),
    on: scope.names.arn.table,
    when: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': keys } },
  })
