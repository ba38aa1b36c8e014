import { type CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs'
import { type Instant, instant } from '../domain/base/calendar.ts'
import type { LogEvent, LogReader } from '../ports.ts'
import { isAbsent } from './aws-errors.ts'
import { INVOCATION_STREAM } from './logs-payload.ts'

/** Reads the stream that Bedrock writes, by FilterLogEvents. A stream that does not exist yet is empty. */
export class CloudWatchLogReader implements LogReader {
  readonly #client: CloudWatchLogsClient
  readonly #logGroup: string

  constructor(parts: { client: CloudWatchLogsClient; logGroup: string }) {
    this.#client = parts.client
    this.#logGroup = parts.logGroup
  }

  async read(
    range: { from: Instant; to: Instant },
    cursor?: string,
  ): Promise<{ events: readonly LogEvent[]; cursor: string | undefined }> {
    if (range.from >= range.to) return { events: [], cursor: undefined }
    try {
      const page = await this.#client.send(
        new FilterLogEventsCommand({
          logGroupName: this.#logGroup,
          logStreamNames: [INVOCATION_STREAM],
          startTime: range.from,
          // AWS takes the end as inclusive.
          endTime: range.to - 1,
          nextToken: cursor,
        }),
      )
      const events = (page.events ?? []).map((event) => ({
        id: event.eventId ?? '',
        at: instant(event.timestamp ?? range.from),
        ingestedAt: instant(event.ingestionTime ?? event.timestamp ?? range.from),
        message: event.message ?? '',
      }))
      return { events, cursor: page.nextToken }
    } catch (error) {
      if (isAbsent(error)) return { events: [], cursor: undefined }
      throw error
    }
  }
}
