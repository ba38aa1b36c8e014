/**
 * Builds the room of each function, once per cold start. The only place of the runtime that touches the machine's clock
 * and dice; handlers hand in the environment.
 */
import { dynamo, lambda, logs } from '../aws/clients.ts'
import { DynamoBadRecords } from '../aws/dynamo-bad-records.ts'
import { DynamoHealth } from '../aws/dynamo-health.ts'
import { DynamoLedger } from '../aws/dynamo-ledger.ts'
import { DynamoRates } from '../aws/dynamo-rates.ts'
import { DynamoSessions } from '../aws/dynamo-sessions.ts'
import { LambdaEnforceTrigger } from '../aws/enforce-trigger.ts'
import { CloudWatchLogReader } from '../aws/log-reader.ts'
import { logLine } from '../aws/logger.ts'
import { type RuntimeConfig, readConfig } from '../config.ts'
import { instant } from '../domain/calendar.ts'
import type { Clock, Sleeper } from '../ports.ts'
import { factsFrom } from '../usecases/facts.ts'
import type { IngestRoom } from '../usecases/ingest.ts'

export type Environment = Readonly<Record<string, string | undefined>>

export const systemClock: Clock = { now: () => instant(Date.now()) }
export const systemSleeper: Sleeper = {
  sleep: (milliseconds) => new Promise((wake) => setTimeout(wake, milliseconds)),
}

/** What Lambda tells each invocation; every loop ends before it. */
export interface LambdaContext {
  getRemainingTimeInMillis(): number
}
/** Holds the end of the current invocation: a function instance serves one at a time. */
class Deadline {
  #at = Number.POSITIVE_INFINITY
  startOf(context: LambdaContext | undefined): void {
    // Called by hand, without a context: the shortest of the three timeouts.
    this.#at = Date.now() + (context?.getRemainingTimeInMillis() ?? 50_000)
  }
  readonly ms = (): number => this.#at
}

/** The adapters that every function needs in the same way. */
const stores = (config: RuntimeConfig, deadline: Deadline) => {
  const table = { client: dynamo(), table: config.table }
  const timed = { ...table, clock: systemClock, sleeper: systemSleeper }
  return {
    ledger: new DynamoLedger({
      ...timed,
      zoning: config.zoning,
      journalDays: config.journalDays,
      random: Math.random,
      deadline: deadline.ms,
    }),
    health: new DynamoHealth(timed),
    rates: new DynamoRates(table),
    table,
    timed,
  }
}

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
    facts: factsFrom({ rates, health, clock: systemClock, assumedCacheTtl }),
    deadlineMs: deadline.ms,
  }
  return { room, deadline }
}
