import { fileURLToPath } from 'node:url'
import { DynamoBlocks } from '../aws/dynamo-blocks.ts'
import { DynamoLimits } from '../aws/dynamo-limits.ts'
import { DynamoPageUsers } from '../aws/dynamo-page-users.ts'
import { DynamoPast } from '../aws/dynamo-past.ts'
import { DynamoPeople } from '../aws/dynamo-people.ts'
import { logLine } from '../aws/logger.ts'
import { readConfig } from '../config.ts'
import type { HttpAnswer } from '../page/answer.ts'
import { readStaticFiles } from '../page/files.ts'
import type { HttpEvent } from '../page/request.ts'
import { pageServer } from '../page/server.ts'
import { readPageConfig } from '../page-config.ts'
import { pageEverybody, pageModels } from '../usecases/page-everybody.ts'
import type { PageRoom } from '../usecases/page-room.ts'
import { pageSpend } from '../usecases/page-spend.ts'
import { Deadline, type Environment, stores, systemClock } from './_compose.ts'

/** Beside the function in its zip: scripts/build-runtime.ts. */
const PAGE_FOLDER = 'page'

export function composeDashboard(environment: Environment): {
  readonly serve: (event: HttpEvent) => Promise<HttpAnswer>
  readonly deadline: Deadline
} {
  const config = readConfig(environment)
  const page = readPageConfig(environment)
  const deadline = new Deadline()
  const { ledger, health, table, timed } = stores(config, deadline)
  const room: PageRoom = {
    config,
    shows: page.shows,
    clock: systemClock,
    ledger,
    past: new DynamoPast({ ...timed, zoning: config.zoning }),
    limits: new DynamoLimits(table),
    people: new DynamoPeople(table),
    blocks: new DynamoBlocks(table),
    health,
  }
  const serve = pageServer({
    config,
    page,
    files: readStaticFiles(fileURLToPath(new URL(PAGE_FOLDER, import.meta.url))),
    users: new DynamoPageUsers(table),
    data: {
      spend: (viewer, wish) => pageSpend(room, viewer, wish),
      everybody: (viewer, wish) => pageEverybody(room, viewer, wish),
      models: (viewer, wish) => pageModels(room, viewer, wish),
    },
    clock: systemClock,
    log: logLine,
    deadlineMs: deadline.ms,
  })
  return { serve, deadline }
}
