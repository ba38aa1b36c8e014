/** Alarms and dashboards as comparable things. */
import { type CloudWatchClient, paginateDescribeAlarms, paginateListDashboards } from '@aws-sdk/client-cloudwatch'
import { all, type Thing } from './dump-tables.ts'

export async function watching(client: CloudWatchClient): Promise<readonly Thing[]> {
  const alarms = await all(paginateDescribeAlarms({ client }, {}), (page) => page.MetricAlarms)
  const dashboards = await all(paginateListDashboards({ client }, {}), (page) => page.DashboardEntries)
  return [
    ...alarms.map(({ AlarmName, AlarmDescription }) => ({ what: `alarm ${AlarmName}`, about: { AlarmDescription } })),
    ...dashboards.map(({ DashboardName }) => ({ what: `dashboard ${DashboardName}`, about: {} })),
  ]
}
