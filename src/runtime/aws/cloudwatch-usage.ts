import {
  type CloudWatchClient,
  GetMetricDataCommand,
  ListMetricsCommand,
  type MetricDataQuery,
} from '@aws-sdk/client-cloudwatch'
import { type Instant, instant } from '../domain/base/calendar.ts'
import type { CountedTokens, Deliveries } from '../domain/telling/coverage-tokens.ts'
import type { CountedUsage, UsageMetrics } from '../ports.ts'
import {
  DELIVERY_METRICS,
  type Listed,
  MANTLE_METRICS,
  measured,
  RUNTIME_METRICS,
  type Series,
  seriesOf,
} from './cloudwatch-series.ts'

/** Of one call: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html */
const QUERIES_AT_MOST = 500
const POINTS_AT_MOST = 100_800
const RUNTIME = 'AWS/Bedrock'
const MANTLE = 'AWS/BedrockMantle'

interface Range {
  readonly from: Instant
  readonly to: Instant
  readonly step: number
}

/** What Bedrock counted of itself, in one region. CloudWatch lists what had data in the last two weeks. */
export class CloudWatchUsage implements UsageMetrics {
  readonly #client: CloudWatchClient
  readonly #region: string
  readonly #patienceMs: number

  /** @param parts.patienceMs all calls of one reading together; a reading that takes longer is given up. */
  constructor(parts: { client: CloudWatchClient; region: string; patienceMs: number }) {
    this.#client = parts.client
    this.#region = parts.region
    this.#patienceMs = parts.patienceMs
  }

  async read(range: Range): Promise<CountedUsage> {
    if (range.from >= range.to) return { counted: [], mantle: [], deliveries: [] }
    const abortSignal = AbortSignal.timeout(this.#patienceMs)
    const [runtime, mantle] = await Promise.all([this.#list(RUNTIME, abortSignal), this.#list(MANTLE, abortSignal)])
    const [models, deliveries, besides] = await Promise.all([
      this.#points(RUNTIME, seriesOf(runtime, RUNTIME_METRICS, 'models'), range, abortSignal),
      this.#points(RUNTIME, seriesOf(runtime, DELIVERY_METRICS, 'all'), range, abortSignal),
      this.#points(MANTLE, seriesOf(mantle, MANTLE_METRICS, 'models'), range, abortSignal),
    ])
    return { counted: this.#tokens(models), mantle: this.#tokens(besides), deliveries: this.#deliveries(deliveries) }
  }

  async #list(namespace: string, abortSignal: AbortSignal): Promise<readonly Listed[]> {
    const listed: Listed[] = []
    let token: string | undefined
    do {
      const page = await this.#client.send(
        new ListMetricsCommand({ Namespace: namespace, ...(token === undefined ? {} : { NextToken: token }) }),
        { abortSignal },
      )
      for (const { MetricName = '', Dimensions = [] } of page.Metrics ?? []) {
        const pairs = Dimensions.map(({ Name = '', Value = '' }) => [Name, Value] as const)
        listed.push({ name: MetricName, dimensions: Object.fromEntries(pairs) })
      }
      token = page.NextToken
    } while (token)
    return listed
  }

  async #points(namespace: string, series: readonly Series[], range: Range, abortSignal: AbortSignal) {
    // Never more than four points an hour.
    const stretches = Math.ceil((range.to - range.from) / (HOUR / 4))
    const atOnce = Math.max(1, Math.min(QUERIES_AT_MOST, Math.floor(POINTS_AT_MOST / stretches)))
    const read = series.map((one) => ({ series: one, points: new Map<number, number>() }))
    for (let first = 0; first < read.length; first += atOnce) {
      const batch = read.slice(first, first + atOnce)
      const MetricDataQueries = batch.map((one, index) => queryOf(namespace, one.series, index, range))
      let token: string | undefined
      do {
        const page = await this.#client.send(
          new GetMetricDataCommand({
            MetricDataQueries,
            StartTime: new Date(range.from),
            EndTime: new Date(range.to),
            ...(token === undefined ? {} : { NextToken: token }),
          }),
          { abortSignal },
        )
        for (const { Id = '', Timestamps = [], Values = [] } of page.MetricDataResults ?? []) {
          const into = batch[Number(Id.slice(1))]?.points
          Timestamps.forEach((at, index) => {
            const time = at.getTime()
            if (time < range.from || time >= range.to) return
            const stretch = range.from + Math.floor((time - range.from) / range.step) * range.step
            into?.set(stretch, (into.get(stretch) ?? 0) + (Values[index] ?? 0))
          })
        }
        token = page.NextToken
      } while (token)
    }
    return measured(read)
  }

  #tokens(models: ReturnType<typeof measured>): readonly CountedTokens[] {
    return [...models].flatMap(([modelId, stretches]) =>
      [...stretches].map(([at, of]) => {
        const { requests = 0, input = 0, output = 0, cacheRead = 0, cacheWrite = 0 } = of
        const tokens = { input, output, cacheRead, cacheWrite }
        return { at: instant(at), region: this.#region, modelId, requests, tokens }
      }),
    )
  }

  #deliveries(all: ReturnType<typeof measured>): readonly Deliveries[] {
    return [...all.values()].flatMap((stretches) =>
      [...stretches].map(([at, { delivered = 0, undelivered = 0 }]) => ({
        at: instant(at),
        region: this.#region,
        succeeded: delivered,
        failed: undelivered,
      })),
    )
  }
}

const HOUR = 3_600_000

/** In hours where everything begins on one, else in quarters, which hold the days of every time zone; longer stretches are added up. */
function queryOf(namespace: string, series: Series, index: number, { from, step }: Range): MetricDataQuery {
  const Dimensions = Object.entries(series.dimensions).map(([Name, Value]) => ({ Name, Value }))
  const Metric = { Namespace: namespace, MetricName: series.name, Dimensions }
  const Period = (from % HOUR === 0 && step % HOUR === 0 ? HOUR : HOUR / 4) / 1000
  return { Id: `q${index}`, MetricStat: { Metric, Period, Stat: 'Sum' } }
}
