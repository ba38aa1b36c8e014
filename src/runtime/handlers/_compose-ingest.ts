import { lambda } from '../aws/clients/lambda.ts'
import { logs } from '../aws/clients/logs.ts'
import { DynamoBadRecords } from '../aws/dynamo-bad-records.ts'
import { DynamoPeople } from '../aws/dynamo-people.ts'
import { DynamoSessions } from '../aws/dynamo-sessions.ts'
import { LambdaEnforceTrigger } from '../aws/enforce-trigger.ts'
import { CloudWatchLogReader } from '../aws/log-reader.ts'
import { logLine } from '../aws/logger.ts'
import { readConfig } from '../config.ts'
import { factsFrom } from '../usecases/facts.ts'
import type { IngestRoom } from '../usecases/ingest.ts'
import { Deadline, type Environment, stores, systemClock } from './_compose.ts'

export function composeIngest(environment: Environment): { room: IngestRoom; deadline: Deadline } {
  const config = readConfig(environment)
  const deadline = new Deadline()
  const { ledger, health, rates, table, timed } = stores(config, deadline)
  const { assumedCacheTtl, logGroup, enforceFunction } = config
  const room: IngestRoom = {
    config,
    ledger,
    health,
    rates,
    bad: new DynamoBadRecords(timed),
    sessions: new DynamoSessions(table),
    logs: new CloudWatchLogReader({ client: logs(), logGroup }),
    trigger: new LambdaEnforceTrigger({ client: lambda(), functionName: enforceFunction }),
    clock: systemClock,
    log: logLine,
    facts: factsFrom({ rates, people: new DynamoPeople(table), health, clock: systemClock, assumedCacheTtl }),
    deadlineMs: deadline.ms,
  }
  return { room, deadline }
}
