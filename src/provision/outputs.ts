/** What a guard made: names, ARNs and where the console shows them. Pure. */
import {
  alarmsUrl,
  bedrockSettingsUrl,
  consoleDomain,
  dashboardUrl,
  logGroupUrl,
  tableUrl,
} from './cloudwatch/console.ts'
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

/** https://docs.aws.amazon.com/general/latest/gr/aws-service-information.html and each partition's own sign-in pages (2026-09) */
const ELSEWHERE: Readonly<Record<string, { readonly iam: string; readonly sqs: string }>> = {
  aws: { iam: 'us-east-1', sqs: 'amazonaws.com' },
  'aws-cn': { iam: 'cn-north-1', sqs: 'amazonaws.com.cn' },
  'aws-us-gov': { iam: 'us-gov-west-1', sqs: 'amazonaws.com' },
}

function pages({ region, partition, account }: Place) {
  const domain = consoleDomain(partition)
  const { iam, sqs } = ELSEWHERE[partition] ?? { iam: region, sqs: 'amazonaws.com' }
  const page = (path: string, fragment = '') =>
    `https://${region}.${domain}/${path}?region=${region}${fragment === '' ? '' : `#${fragment}`}`
  const iamPage = (fragment: string) => `https://${iam}.${domain}/iam/home?region=${iam}#/${fragment}`
  return {
    function: (name: string) => page('lambda/home', `/functions/${name}`),
    topic: (arn: string) => page('sns/v3/home', `/topic/${arn}`),
    queue: (name: string) =>
      page('sqs/v3/home', `/queues/${encodeURIComponent(`https://sqs.${region}.${sqs}/${account}/${name}`)}`),
    schedules: (group: string) => page('scheduler/home', `schedule-groups/${group}`),
    key: (alias: string) => page('kms/home', `/kms/keys?aliasName=${encodeURIComponent(alias)}`),
    bucket: (name: string) => `https://${region}.${domain}/s3/buckets/${name}?region=${region}`,
    role: (name: string) => iamPage(`roles/details/${name}`),
    policy: (arn: string) => iamPage(`policies/details/${encodeURIComponent(arn)}`),
    group: (name: string) => iamPage(`groups/details/${name}`),
  }
}

type Row = readonly [key: string, what: string, name: string, arn: string | undefined, url: string]

/** @param remembered facts of the manifest: ids that AWS chose. */
export function outputsOf(
  names: Names,
  settings: Settings,
  place: Place,
  remembered: Inputs['remembered'] = () => undefined,
): readonly Output[] {
  const at = pages(place)
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
