/**
 * THE LIST: every AWS thing this version of cost-guard can own, in the order a person would explain it. What is not in
 * it is neither made nor found nor removed. The engine reads the dependencies from each one's `needs`.
 */
import type { AwsClients } from './clients.ts'
import { ALARM_KEYS } from './cloudwatch/alarms.ts'
import type { Inputs, Resource, ResourceId } from './engine/resource.ts'
import { logCopyResources } from './log-copy.ts'
import type { ManifestStore } from './manifest.ts'
import { pageResources } from './page-stack.ts'
import type { RightsScope } from './permissions.ts'
import { alarmResource } from './resources/alarm.ts'
import { bedrockLoggingResource } from './resources/bedrock-logging.ts'
import { blockGroupResource } from './resources/block-group.ts'
import { blockPolicyResources } from './resources/block-policies.ts'
import { dashboardResource } from './resources/dashboard.ts'
import { functionId, functionResource } from './resources/function.ts'
import { functionLogGroup, invocationLogGroup, logGroupId } from './resources/log-group.ts'
import { logSubscriptionResource } from './resources/log-subscription.ts'
import { manifestRecord, recordId } from './resources/manifest-record.ts'
import { queueId, queueResource } from './resources/queue.ts'
import { roleResource } from './resources/role.ts'
import { scheduleId, scheduleResource } from './resources/schedule.ts'
import { scheduleGroupResource } from './resources/schedule-group.ts'
import { tableId, tableResource } from './resources/table.ts'
import { topicId, topicResource } from './resources/topic.ts'
import { topicAlarmsId, topicAlarmsResource } from './resources/topic-alarms.ts'
import { subscribedAddresses, topicMailResource } from './resources/topic-mail.ts'
import type { RuntimeAssets } from './runtime-assets.ts'

export interface StackParts {
  readonly clients: AwsClients
  readonly scope: RightsScope & Pick<Inputs, 'now'>
  readonly manifest: ManifestStore
  /** Ids with facts in the manifest: finds what former settings made and these do not name any more. */
  readonly known: Iterable<ResourceId>
  readonly assets: RuntimeAssets
  /** Of cost-guard itself. */
  readonly version: string
  /** Looks for what a guard of this name may have left behind, also where no manifest tells of it. */
  readonly thorough?: boolean | undefined
}

export function stack(parts: StackParts): readonly Resource[] {
  const { clients, scope, manifest, known, assets, version } = parts
  const { names, region, settings } = scope
  const record = manifestRecord(manifest, scope, version)
  const ground: readonly Resource[] = [tableResource(clients, scope), record]
  const blockPolicies = blockPolicyResources(clients, scope)
  const blockGroup = blockGroupResource(clients, scope)
  const addresses = new Set([...settings.emails, ...subscribedAddresses(known, region)])
  const functionParts = (['ingest', 'enforce', 'report'] as const).flatMap((key) => [
    functionLogGroup(clients, scope, names.functionLogs[key]),
    roleResource(clients, scope, key),
    functionResource(clients, scope, key, {
      assets,
      needs: [
        logGroupId(names.functionLogs[key], region),
        tableId(names.table, region),
        ...(key === 'ingest' ? [] : [topicId(names.topic, region)]),
        // At a teardown enforce goes before what it attaches, or it would put back what was just taken off.
        ...(key === 'enforce' ? [...blockPolicies, blockGroup].map((resource) => resource.id) : []),
      ],
    }),
  ])
  const rest: readonly Resource[] = [
    ...logCopyResources(clients, scope, { known: [...known], thorough: parts.thorough === true }),
    invocationLogGroup(clients, scope),
    roleResource(clients, scope, 'bedrockLogging'),
    bedrockLoggingResource(clients, scope),
    topicResource(clients, scope),
    ...[...addresses].map((address) => topicMailResource(clients, scope, address)),
    ...blockPolicies,
    blockGroup,
    queueResource(clients, scope),
    ...functionParts,
    logSubscriptionResource(clients, scope),
    scheduleGroupResource(clients, scope),
    roleResource(clients, scope, 'scheduler'),
    ...(['enforce', 'catchUp', 'report'] as const).map((key) => scheduleResource(clients, scope, key)),
    topicAlarmsResource(clients, scope),
    ...pageResources(clients, scope, { known: [...known], thorough: parts.thorough === true, assets }),
    ...watching(clients, scope),
  ]
  const recorded = recordId(names.guard, region)
  return [...ground, ...rest.map((resource) => after(recorded, resource))]
}

/** Alarms come last, when there is something to watch, and go first: a teardown must not look like a failure. */
function watching(clients: AwsClients, scope: RightsScope): readonly Resource[] {
  const { names, region } = scope
  const needs = [
    topicAlarmsId(names.topic, region),
    queueId(names.deadLetters, region),
    ...Object.values(names.functions).map((name) => functionId(name, region)),
    ...Object.values(names.schedules).map((name) => scheduleId(name, region)),
  ]
  return [...ALARM_KEYS.map((key) => alarmResource(clients, scope, key, needs)), dashboardResource(clients, scope)]
}

/** The intent is written before the deed: an init that is cut off leaves its settings behind, and nothing unknown. */
const after = (record: ResourceId, resource: Resource): Resource => ({
  ...resource,
  needs: [...resource.needs, record],
})
