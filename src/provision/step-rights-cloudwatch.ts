/** The rights to make, change and remove what watches the guard. */
import { alarmName } from './cloudwatch/alarms.ts'
import { alarmArn } from './resources/alarm.ts'
import { dashboardArn } from './resources/dashboard.ts'
import { type About, need, type Right, type Rights, tags } from './step-right.ts'

function watched(about: About, arn: string, [put, remove]: readonly [string, string]): readonly Right[] {
  const { change, fields } = about
  const changed = [fields.some((one) => !one.startsWith('tag/')) && put, ...tags(about, 'TagResource', 'UntagResource')]
  // Tags given with what is made are judged as tagging.
  return need('cloudwatch', arn, { create: [put, 'TagResource'], update: changed, remove: [remove] }[change])
}

export const alarm: Rights = (about) => {
  const arn = alarmArn(about.scope, about.name)
  // A new alarm is silent first, and its actions are switched on as for one that is fine; the one over checks finds that out itself.
  const waits = about.name === alarmName(about.scope, 'no-check')
  const switched = about.change === 'create' ? !waits : about.fields.includes('actions')
  return [
    ...watched(about, arn, ['PutMetricAlarm', 'DeleteAlarms']),
    ...(switched ? need('cloudwatch', arn, ['SetAlarmState']) : []),
  ]
}

export const dashboard: Rights = (about) =>
  watched(about, dashboardArn(about.scope, about.name), ['PutDashboard', 'DeleteDashboards'])

export const topicAlarms: Rights = ({ scope }) => need('sns', scope.names.arn.topic, ['SetTopicAttributes'])
