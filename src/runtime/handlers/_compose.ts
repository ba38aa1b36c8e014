/**
 * What the rooms of all three functions share. Each has a file of its own beside this one, so that a function loads only what it
 * uses; each room is built once per cold start. The only place of the runtime that touches the machine's clock and dice;
 * handlers hand in the environment.
 */
import { dynamo } from '../aws/clients/dynamo.ts'
import { DynamoHealth } from '../aws/dynamo-health.ts'
import { DynamoLedger } from '../aws/dynamo-ledger.ts'
import { DynamoRates } from '../aws/dynamo-rates.ts'
import type { RuntimeConfig } from '../config.ts'
import { instant } from '../domain/base/calendar.ts'
import type { Clock, Sleeper } from '../ports.ts'

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
export class Deadline {
  #at = Number.POSITIVE_INFINITY
  startOf(context: LambdaContext | undefined): void {
    // Called by hand, without a context: the shortest of the three timeouts.
    this.#at = Date.now() + (context?.getRemainingTimeInMillis() ?? 50_000)
  }
  readonly ms = (): number => this.#at
}

/** The adapters that every function needs in the same way. */
export const stores = (config: RuntimeConfig, deadline: Deadline) => {
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
