/** What a guard made: names, ARNs and where the console shows them. Pure. */
import { alarmsUrl, bedrockSettingsUrl, dashboardUrl, logGroupUrl, tableUrl } from './cloudwatch/console.ts'
import { consolePages } from './console-pages.ts'
import type { Inputs } from './engine/resource.ts'
import type { Settings } from './guard.ts'
import type { Names, Place } from './names.ts'
import { pageOutputs } from './outputs-page.ts'

export interface Output {
  /** Stable, for programs: `table`, `function.ingest`. */
  readonly key: string
  readonly what: string
  readonly name: string
  /** Undefined for what has none. */
  readonly arn: string | undefined
  /** Its page in the AWS console. */
  readonly url: string
}

type Row = readonly [key: string, what: string, name: string, arn: string | undefined, url: string]

/** @param remembered facts of the manifest: ids that AWS chose. */
export function outputsOf(
  names: Names,
  settings: Settings,
  place: Place,
  remembered: Inputs['remembered'] = () => undefined,
): readonly Output[] {
  const at = consolePages(place)
  const { arn } = names
  const inRegion = (service: string, rest: string) =>
    `arn:${place.partition}:${service}:${place.region}:${place.account}:${rest}`
  const role = (key: string, name: string): Row => [
    ...([`role.${key}`, `role of ${key}`, name] as const),
    ...([arn.role(name, settings.rolePath), at.role(name)] as const),
  ]
  const rows: readonly Row[] = [
    ['logGroup', 'invocation log', names.logGroup, arn.logGroup, logGroupUrl(names.logGroup, place)],
    ['bedrockLogging', 'Bedrock logging', `${place.account}/${place.region}`, undefined, bedrockSettingsUrl(place)],
    ...(settings.s3
      ? [['logBucket', 'S3 copy of the log', names.logBucket, arn.logBucket, at.bucket(names.logBucket)] as const]
      : []),
    ...(settings.kmsKey === 'own'
      ? [['key', 'KMS key', names.keyAlias, inRegion('kms', names.keyAlias), at.key(names.keyAlias)] as const]
      : []),
    ['table', 'ledger', names.table, arn.table, tableUrl(names, place)],
    ['topic', 'mails', names.topic, arn.topic, at.topic(arn.topic)],
    ...(['ingest', 'enforce', 'report'] as const).map((key): Row => {
      const name = names.functions[key]
      return [`function.${key}`, `function ${key}`, name, arn.function(name), at.function(name)]
    }),
    ...(['ingest', 'enforce', 'report'] as const).map((key): Row => {
      const name = names.functionLogs[key]
      return [
        `functionLog.${key}`,
        `log of ${key}`,
        name,
        inRegion('logs', `log-group:${name}`),
        logGroupUrl(name, place),
      ]
    }),
    ['deadLetters', 'dead letters', names.deadLetters, arn.deadLetters, at.queue(names.deadLetters)],
    [
      ...(['schedules', 'schedules', names.scheduleGroup] as const),
      ...([inRegion('scheduler', `schedule-group/${names.scheduleGroup}`), at.schedules(names.scheduleGroup)] as const),
    ],
    ...(['ingest', 'enforce', 'report'] as const).map((key) => role(key, names.functionRoles[key])),
    role('scheduler', names.schedulerRole),
    role('bedrockLogging', names.loggingRole),
    [
      ...(['blockPolicy', 'policy of a block by hand', names.undatedPolicy] as const),
      ...([arn.policy(names.undatedPolicy), at.policy(arn.policy(names.undatedPolicy))] as const),
    ],
    ['blockGroup', 'group of the blocked', names.blockGroup, arn.blockGroup, at.group(names.blockGroup)],
    ...(settings.cloudwatchDashboard
      ? [
          [
            ...(['dashboard', 'CloudWatch dashboard', names.dashboard] as const),
            // Dashboards belong to the account, not to a region, in their ARN.
            ...([
              `arn:${place.partition}:cloudwatch::${place.account}:dashboard/${names.dashboard}`,
              dashboardUrl(names, place),
            ] as const),
          ] as const,
        ]
      : []),
    ...(settings.alarms
      ? [
          [
            'alarms',
            'alarms',
            `${names.alarmPrefix}*`,
            inRegion('cloudwatch', `alarm:${names.alarmPrefix}*`),
            alarmsUrl(names, place),
          ] as const,
        ]
      : []),
  ]
  return [
    ...rows.map(([key, what, name, itsArn, url]) => ({ key, what, name, arn: itsArn, url })),
    ...pageOutputs({ ...place, names, settings, remembered }),
  ]
}
