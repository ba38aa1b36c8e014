/**
 * Builds the room of each function, once per cold start. The only place of the runtime that touches the machine's clock
 * and dice; handlers hand in the environment.
 */
import { bedrock, dynamo, iam, lambda, logs, sns } from '../aws/clients.ts'
import { DynamoBadRecords } from '../aws/dynamo-bad-records.ts'
import { DynamoBlocks } from '../aws/dynamo-blocks.ts'
import { DynamoHealth } from '../aws/dynamo-health.ts'
import { DynamoHistory } from '../aws/dynamo-history.ts'
import { DynamoLease } from '../aws/dynamo-lease.ts'
import { DynamoLedger } from '../aws/dynamo-ledger.ts'
import { DynamoLimits } from '../aws/dynamo-limits.ts'
import { DynamoNotices } from '../aws/dynamo-notices.ts'
import { DynamoRates } from '../aws/dynamo-rates.ts'
import { DynamoSessions } from '../aws/dynamo-sessions.ts'
import { LambdaEnforceTrigger } from '../aws/enforce-trigger.ts'
import { IamEnforcer } from '../aws/iam-enforcer.ts'
import { CloudWatchLogReader } from '../aws/log-reader.ts'
import { logLine } from '../aws/logger.ts'
import { BedrockProfiles } from '../aws/profile-resolver.ts'
import { SnsNotifier } from '../aws/sns-notifier.ts'
import { type RuntimeConfig, readConfig } from '../config.ts'
import { type Instant, instant, monthOf, monthPeriod } from '../domain/calendar.ts'
import { renderNotice } from '../domain/notice-text.ts'
import { renderReport } from '../domain/report.ts'
import type { MailContext } from '../domain/wording.ts'
import type { Clock, Sleeper } from '../ports.ts'
import { correctAssumed } from '../usecases/correct-assumed.ts'
import type { ReportRoom } from '../usecases/daily-report.ts'
import type { EnforceRoom } from '../usecases/enforce-room.ts'
import { factsFrom } from '../usecases/facts.ts'
import type { IngestRoom } from '../usecases/ingest.ts'
import { wordsFor } from '../words/words.ts'

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

/** What enforce and report share besides: who is stopped, and how the admin is told. */
function telling(config: RuntimeConfig, table: { client: ReturnType<typeof dynamo>; table: string }) {
  return {
    limits: new DynamoLimits(table),
    blocks: new DynamoBlocks(table),
    notices: new DynamoNotices({ ...table, clock: systemClock }),
    notifier: new SnsNotifier({ client: sns(), topicArn: config.topicArn }),
  }
}

const mailContext = (config: RuntimeConfig, at: Instant): MailContext => {
  const { guard, account, region, zoning, currency } = config
  return { guard, account, alias: undefined, region, zone: monthPeriod(monthOf(at, zoning), zoning).zone, currency }
}

export function composeEnforce(environment: Environment): { room: EnforceRoom; deadline: Deadline } {
  const config = readConfig(environment)
  const deadline = new Deadline()
  const { ledger, health, rates, table, timed } = stores(config, deadline)
  const { guard, account, partition, zoning, protectedPrincipals } = config
  const words = wordsFor(config.language)
  const room: EnforceRoom = {
    config,
    ledger,
    health,
    rates,
    ...telling(config, table),
    clock: systemClock,
    sleeper: systemSleeper,
    enforcer: new IamEnforcer({
      iam: iam(),
      guard,
      account,
      partition,
      zoning,
      protectedPrincipals,
      clock: systemClock,
    }),
    lease: new DynamoLease({ ...table, clock: systemClock, newId: () => crypto.randomUUID() }),
    profiles: new BedrockProfiles({ client: bedrock() }),
    history: new DynamoHistory({ ...table, zoning }),
    badRecords: new DynamoBadRecords(timed),
    render: (kind, items, at) => renderNotice(kind, items, mailContext(config, at), words),
    correctProfile: async (profile, now) => {
      await correctAssumed({ ledger, rates, clock: systemClock, config, deadlineMs: deadline.ms }, { profile }, now)
    },
    memory: { assumedSeen: undefined },
  }
  return { room, deadline }
}

export function composeReport(environment: Environment): { room: ReportRoom; deadline: Deadline } {
  const config = readConfig(environment)
  const deadline = new Deadline()
  const { ledger, health, table } = stores(config, deadline)
  const words = wordsFor(config.language)
  const room: ReportRoom = {
    config,
    ledger,
    health,
    ...telling(config, table),
    clock: systemClock,
    render: (view) => renderReport(view, words),
  }
  return { room, deadline }
}
