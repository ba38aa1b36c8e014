/**
 * What one part of the guard says to another through Lambda invocations: schedules, the subscription filter, ingest's
 * poke and the commands. Times are ISO-8601 UTC strings and money decimal strings, because it crosses JSON.
 */
import type { Subject } from './domain/metering/belonging.ts'
import type { PrincipalKey } from './domain/metering/principal.ts'

/** CloudWatch Logs' own envelope: base64 of gzip of {messageType, logGroup, logStream, logEvents[]}. */
export interface SubscriptionEvent {
  readonly awslogs: { readonly data: string }
}

export type IngestEvent =
  | SubscriptionEvent
  /** Every 15 minutes: read the log group again from the watermark minus two hours. */
  | { readonly kind: 'catch-up' }
  /** Read [from, to) again through the same path; answers a cursor while there is more. */
  | { readonly kind: 'backfill'; readonly from: string; readonly to: string; readonly cursor?: string }
  /** Records that a command read elsewhere (the copy in S3, files), in the subscription's envelope; `from`: of none before it. */
  | { readonly kind: 'replay'; readonly data: string; readonly from: string }

export interface IngestAnswer {
  readonly recorded: number
  readonly duplicates: number
  readonly conflicts: number
  readonly failed: number
  readonly ignored: number
  readonly malformed: number
  readonly refused: number
  /** Catch-up: of the recorded, those that nobody had delivered minutes after they were logged. */
  readonly caughtUp?: number
  /** Backfill: where to go on; undefined when done. */
  readonly cursor?: string
}

export type EnforceEvent =
  | { readonly kind: 'check'; readonly from: 'schedule' | 'poke' | 'command' }
  /** Judges and compares, changes nothing, says nothing. */
  | { readonly kind: 'preview' }
  /** Teardown: takes every deny off everybody, whatever the limits say. */
  | { readonly kind: 'release-all' }

export interface EnforceAnswer {
  readonly ran: 'now' | 'left-to-the-running-one'
  readonly blocked: readonly PrincipalKey[]
  readonly released: readonly PrincipalKey[]
  /** Only of a guard that observes: whom it would have blocked. */
  readonly wouldBlock?: readonly PrincipalKey[]
  /** Persons and teams too. */
  readonly warned: readonly Subject[]
  readonly cannotBlock: readonly { readonly principal: PrincipalKey; readonly why: string }[]
  /** What went wrong but did not stop the check. */
  readonly problems: readonly string[]
  /** How many attaches failed or were left to the next check; none where absent. */
  readonly unblocked?: number
  /** The ledger could not be read: nothing was judged. */
  readonly unread?: boolean
}

export type ReportEvent =
  | { readonly kind: 'daily' }
  /** Answers the text, sends nothing. */
  | { readonly kind: 'preview'; readonly month?: string }
  /** Sends today's mail, or the statement of a month, at once. */
  | { readonly kind: 'send'; readonly month?: string }

export interface ReportAnswer {
  readonly subject: string
  readonly text: string
  readonly sent: boolean
}
