import { cloudwatch } from '../aws/clients/cloudwatch.ts'
import { CloudWatchUsage } from '../aws/cloudwatch-usage.ts'
import { DynamoBadRecords } from '../aws/dynamo-bad-records.ts'
import { readInstalled } from '../aws/dynamo-installed.ts'
import { readConfig } from '../config.ts'
import { renderNotice } from '../domain/telling/notice-text.ts'
import { renderReport } from '../domain/telling/report.ts'
import type { ReportRoom } from '../usecases/daily-report.ts'
import { wordsFor } from '../words/words.ts'
import { Deadline, type Environment, stores, systemClock } from './_compose.ts'
import { mailContext, telling } from './_compose-telling.ts'

/** Of the 60 seconds that the function has: the mail goes out without what CloudWatch does not tell in time. */
const CLOUDWATCH_PATIENCE_MS = 15_000

export function composeReport(environment: Environment): { room: ReportRoom; deadline: Deadline } {
  const config = readConfig(environment)
  const deadline = new Deadline()
  const { ledger, health, rates, table, timed } = stores(config, deadline)
  const words = wordsFor(config.language)
  const room: ReportRoom = {
    config,
    ledger,
    health,
    rates,
    usage: new CloudWatchUsage({ client: cloudwatch(), region: config.region, patienceMs: CLOUDWATCH_PATIENCE_MS }),
    ...telling(config, table),
    badRecords: new DynamoBadRecords(timed),
    installed: () => readInstalled(table),
    clock: systemClock,
    render: (view) => renderReport(view, words),
    renderUncovered: (item, at) => renderNotice('uncovered', [item], mailContext(config, at), words),
  }
  return { room, deadline }
}
