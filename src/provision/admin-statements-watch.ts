/** The admin's rights on what watches the guard. */
import type { AdminScope } from './admin-scope.ts'
import { ALARM_KEYS, alarmName } from './cloudwatch/alarms.ts'
import type { Names, Place } from './names.ts'
import { allow, type Statement } from './permissions.ts'

/** Alarms and dashboards; these have no region. */
export const watchedBy = (names: Names, { partition, region, account }: Place): readonly string[] => [
  ...ALARM_KEYS.map((key) => `arn:${partition}:cloudwatch:${region}:${account}:alarm:${alarmName({ names }, key)}`),
  `arn:${partition}:cloudwatch::${account}:dashboard/${names.dashboard}`,
]

export const makingWatch = ({ watching }: Pick<AdminScope, 'watching'>): readonly Statement[] => [
  // AWS judges the list of alarms on no single one.
  allow('FindAlarms', { to: 'cloudwatch:DescribeAlarms', on: '*' }),
  allow('Watch', {
    to: [
      ...['PutMetricAlarm', 'SetAlarmState', 'PutDashboard', 'GetDashboard'],
      ...['ListTagsForResource', 'TagResource', 'UntagResource'],
    ].map((action) => `cloudwatch:${action}`),
    on: watching,
  }),
]
