import { DynamoBadRecords } from '../aws/dynamo-bad-records.ts'
import { readInstalled } from '../aws/dynamo-installed.ts'
import { readConfig } from '../config.ts'
import { renderReport } from '../domain/telling/report.ts'
import type { ReportRoom } from '../usecases/daily-report.ts'
import { wordsFor } from '../words/words.ts'
import { Deadline, type Environment, stores, systemClock } from './_compose.ts'
import { telling } from './_compose-telling.ts'

export function composeReport(environment: Environment): { room: ReportRoom; deadline: Deadline } {
  const config = readConfig(environment)
  const deadline = new Deadline()
  const { ledger, health, table, timed } = stores(config, deadline)
  const words = wordsFor(config.language)
  const room: ReportRoom = {
    config,
    ledger,
    health,
    ...telling(config, table),
    badRecords: new DynamoBadRecords(timed),
    installed: () => readInstalled(table),
    clock: systemClock,
    render: (view) => renderReport(view, words),
  }
  return { room, deadline }
}
