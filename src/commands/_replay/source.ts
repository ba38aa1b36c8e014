/** Where records of the past are read again: the log group, the copy in S3, files. Each hands out texts piece by piece. */
import { CloudWatchLogReader } from '../../runtime/aws/log-reader.ts'
import { type Instant, instant } from '../../runtime/domain/base/calendar.ts'
import type { Door } from '../_compose.ts'
import type { Range } from './range.ts'

export interface Batch {
  /** One record each, or something that holds records. */
  readonly texts: readonly string[]
  /** Everything that happened before this was handed out; undefined where the source is in no order. */
  readonly reached: Instant | undefined
  /** How much of the source lies behind, 0 to 1. */
  readonly done: number
}

export interface LogSource {
  readonly from: 'log-group' | 's3' | 'files'
  /** For people: where it reads. */
  readonly place: string
  /** For people: about how much that is; undefined where nobody says. */
  amount(): Promise<string | undefined>
  batches(): AsyncIterable<Batch>
}

export interface SourceWish {
  /** `log-group`, `s3`, or paths. */
  readonly from: readonly string[]
  /** `s3://bucket/prefix`; undefined: the guard's own copy. */
  readonly bucket: string | undefined
}

/** @param problem hears of what cannot be read; the rest is. @throws GuardError `no-copy`, `bad-bucket`, `no-such-path`. */
export async function sourceFor(
  door: Door,
  wish: SourceWish,
  range: Range,
  problem: (text: string) => void,
): Promise<LogSource> {
  const [first = 'log-group'] = wish.from
  if (wish.bucket !== undefined || first === 's3')
    return (await import('./copy.ts')).copyInS3(door, wish.bucket, range, problem)
  if (first === 'log-group') return logGroup(door, range)
  return (await import('./files.ts')).localFiles(wish.from, problem)
}

const HOUR = 3_600_000
/** A record is logged when its answer is complete: so long may that take. */
export const LOGGED_LATE_MS = 3 * HOUR

async function logGroup(door: Door, range: Range): Promise<LogSource> {
  const [client, { logGroup: name }] = await Promise.all([door.clients.logs(), door.settings()])
  const reader = new CloudWatchLogReader({ client, logGroup: name })
  const end = Math.min(range.to + LOGGED_LATE_MS, door.clock.now())
  return {
    from: 'log-group',
    place: `log group ${name}`,
    amount: async () => aboutRecords(await incomingEvents(door, name, range)),
    async *batches() {
      for (let from = range.from; from < end; from = instant(from + HOUR)) {
        let page: string | undefined
        do {
          const slice = { from, to: instant(Math.min(from + HOUR, end)) }
          const { events, cursor } = await reader.read(slice, page)
          const reached = instant(Math.min(events.at(-1)?.at ?? from, range.to))
          const done = Math.min(1, (reached - range.from) / Math.max(1, range.to - range.from))
          yield { texts: events.map(({ message }) => message), reached, done }
          page = cursor
        } while (page !== undefined)
      }
    },
  }
}

const aboutRecords = (count: number | undefined): string | undefined =>
  count === undefined ? undefined : `about ${Math.round(count).toLocaleString('en-US')} records`

/** What CloudWatch counted into the log group; undefined where it has no numbers. */
export async function incomingEvents(door: Door, name: string, range: Range): Promise<number | undefined> {
  const [{ GetMetricDataCommand }, client] = await Promise.all([
    import('../../provision/sdk/cloudwatch.ts'),
    door.clients.cloudwatch(),
  ])
  const { MetricDataResults = [] } = await client.send(
    new GetMetricDataCommand({
      StartTime: new Date(Math.floor(range.from / HOUR) * HOUR),
      EndTime: new Date(Math.ceil(range.to / HOUR) * HOUR),
      MetricDataQueries: [
        {
          Id: 'incoming',
          MetricStat: {
            Metric: {
              Namespace: 'AWS/Logs',
              MetricName: 'IncomingLogEvents',
              Dimensions: [{ Name: 'LogGroupName', Value: name }],
            },
            Period: 3600,
            Stat: 'Sum',
          },
        },
      ],
    }),
  )
  const values = MetricDataResults.flatMap(({ Values = [] }) => Values)
  return values.length === 0 ? undefined : values.reduce((total, value) => total + value, 0)
}
