/** Which of the listed metrics are to be read, so that nothing is counted twice. Pure. */

/** One metric as CloudWatch lists it: the same number may be listed under several sets of dimensions. */
export interface Listed {
  readonly name: string
  readonly dimensions: Readonly<Record<string, string>>
}

/** What one series counts: tokens of a class, requests, or deliveries. */
export type Measure = 'requests' | 'input' | 'output' | 'cacheRead' | 'cacheWrite' | 'delivered' | 'undelivered'

export interface Series extends Listed {
  readonly measure: Measure
  /** Empty: of all models. */
  readonly modelId: string
}

/**
 * https://docs.aws.amazon.com/bedrock/latest/userguide/monitoring-runtime-metrics.html (read 2026-11); the names with `Count` of the
 * cache stand in older pages, and a region may send either.
 */
export const RUNTIME_METRICS: Readonly<Record<string, Measure>> = {
  Invocations: 'requests',
  InputTokenCount: 'input',
  OutputTokenCount: 'output',
  CacheReadInputTokens: 'cacheRead',
  CacheReadInputTokenCount: 'cacheRead',
  CacheWriteInputTokens: 'cacheWrite',
  CacheWriteInputTokenCount: 'cacheWrite',
}
/** Under no dimension: of the whole account and region. */
export const DELIVERY_METRICS: Readonly<Record<string, Measure>> = {
  ModelInvocationLogsCloudWatchDeliverySuccess: 'delivered',
  ModelInvocationLogsCloudWatchDeliveryFailure: 'undelivered',
}
/** https://docs.aws.amazon.com/bedrock/latest/userguide/monitoring-mantle-metrics.html (read 2026-11): no cache split, no caller. */
export const MANTLE_METRICS: Readonly<Record<string, Measure>> = {
  Inferences: 'requests',
  TotalInputTokens: 'input',
  TotalOutputTokens: 'output',
}

const modelOf = ({ dimensions }: Listed): string => dimensions['ModelId'] ?? dimensions['Model'] ?? ''

/**
 * Of each metric and model the listing with the fewest dimensions: the model alone where there is one, else every part of the
 * smallest division. Without any model only where no listing names one.
 */
export function seriesOf(
  listed: readonly Listed[],
  measures: Readonly<Record<string, Measure>>,
  of: 'models' | 'all',
): readonly Series[] {
  const distinct = new Map(
    listed.map((one) => [JSON.stringify([one.name, Object.entries(one.dimensions).toSorted()]), one]),
  )
  const known = [...distinct.values()].filter(({ name }) => name in measures)
  const perModel = known.filter((one) => modelOf(one) !== '')
  const meant = of === 'models' && perModel.length > 0 ? perModel : known.filter((one) => modelOf(one) === '')
  const best = new Map<string, { division: string; series: Series[] }>()
  for (const one of meant) {
    const measure = measures[one.name]
    if (measure === undefined) continue
    const key = `${one.name}\n${modelOf(one)}`
    const keys = Object.keys(one.dimensions).toSorted()
    const division = `${String(keys.length).padStart(3, '0')} ${keys.join()}`
    const series: Series = { ...one, measure, modelId: modelOf(one) }
    const so = best.get(key)
    if (so === undefined || division < so.division) best.set(key, { division, series: [series] })
    else if (division === so.division) so.series.push(series)
  }
  return [...best.values()].flatMap(({ series }) => series)
}

/** Sums by stretch of every series of one model and measure; two spellings of one measure are the same number, so the larger counts. */
export function measured(
  read: readonly { readonly series: Series; readonly points: ReadonlyMap<number, number> }[],
): ReadonlyMap<string, ReadonlyMap<number, Readonly<Partial<Record<Measure, number>>>>> {
  const byName = new Map<string, { series: Series; points: Map<number, number> }>()
  for (const { series, points } of read) {
    const key = `${series.modelId}\n${series.name}`
    const sum = byName.get(key) ?? { series, points: new Map<number, number>() }
    byName.set(key, sum)
    for (const [at, value] of points) sum.points.set(at, (sum.points.get(at) ?? 0) + value)
  }
  const models = new Map<string, Map<number, Partial<Record<Measure, number>>>>()
  for (const { series, points } of byName.values()) {
    const model = models.get(series.modelId) ?? new Map<number, Partial<Record<Measure, number>>>()
    models.set(series.modelId, model)
    for (const [at, value] of points) {
      const stretch = model.get(at) ?? {}
      model.set(at, { ...stretch, [series.measure]: Math.max(stretch[series.measure] ?? 0, Math.round(value)) })
    }
  }
  return models
}
