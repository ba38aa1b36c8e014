import { fileURLToPath } from 'node:url'
import { dynamo } from '../aws/clients/dynamo.ts'
import { DynamoPageUsers } from '../aws/dynamo-page-users.ts'
import { logLine } from '../aws/logger.ts'
import { readConfig } from '../config.ts'
import { GuardError } from '../domain/base/guard-error.ts'
import type { HttpAnswer } from '../page/answer.ts'
import { readStaticFiles } from '../page/files.ts'
import type { HttpEvent } from '../page/request.ts'
import { pageServer } from '../page/server.ts'
import { readPageConfig } from '../page-config.ts'
import { Deadline, type Environment, systemClock } from './_compose.ts'

/** Beside the function in its zip: scripts/build-runtime.ts. */
const PAGE_FOLDER = 'page'

export function composeDashboard(environment: Environment): {
  readonly serve: (event: HttpEvent) => Promise<HttpAnswer>
  readonly deadline: Deadline
} {
  const config = readConfig(environment)
  const page = readPageConfig(environment)
  const deadline = new Deadline()
  const notReadYet = async (): Promise<never> => {
    throw new GuardError({ code: 'no-reads', fault: 'aws', message: 'the page does not read the ledger yet' })
  }
  const serve = pageServer({
    config,
    page,
    files: readStaticFiles(fileURLToPath(new URL(PAGE_FOLDER, import.meta.url))),
    users: new DynamoPageUsers({ client: dynamo(), table: config.table }),
    data: { spend: notReadYet, everybody: notReadYet, models: notReadYet },
    clock: systemClock,
    log: logLine,
    deadlineMs: deadline.ms,
  })
  return { serve, deadline }
}
