/**
 * Reads CloudWatch's embedded metric format out of a log line, as strictly as it is specified:
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export interface Datum {
  readonly namespace: string
  readonly name: string
  readonly unit: string
  readonly value: number
  readonly dimensions: Readonly<Record<string, string>>
  /** Epoch milliseconds. */
  readonly at: number
}

type Json = Readonly<Record<string, unknown>>
const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value)
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])

/** Undefined: a line without metrics. @throws Error naming what CloudWatch would drop in silence. */
export function readEmf(line: string): readonly Datum[] | undefined {
  const root = parsed(line)
  const meta = root?.['_aws']
  if (root === undefined || meta === undefined) return undefined
  if (!isObject(meta)) throw new Error('_aws is no object')
  const at = meta['Timestamp']
  if (typeof at !== 'number' || !Number.isInteger(at) || at < 0) throw new Error('Timestamp is no whole number')
  const directives = list(meta['CloudWatchMetrics'])
  if (directives.length === 0) throw new Error('no metric directive')
  return directives.flatMap((directive) => data(root, directive, at))
}

function parsed(line: string): Json | undefined {
  if (!line.startsWith('{')) return undefined
  try {
    const value: unknown = JSON.parse(line)
    return isObject(value) ? value : undefined
  } catch {
    // Not a document: whatever else a function prints.
    return undefined
  }
}

function data(root: Json, directive: unknown, at: number): readonly Datum[] {
  if (!isObject(directive)) throw new Error('a directive is no object')
  const namespace = directive['Namespace']
  if (typeof namespace !== 'string' || namespace.length < 1 || namespace.length > 1024) throw new Error('Namespace')
  const metrics = list(directive['Metrics'])
  if (metrics.length > 100) throw new Error('more than 100 metrics')
  return list(directive['Dimensions']).flatMap((set) => {
    const dimensions = Object.fromEntries(list(set).map((key) => [String(key), dimension(root, String(key))]))
    if (Object.keys(dimensions).length > 30) throw new Error('more than 30 dimensions')
    return metrics.map((metric) => ({ namespace, dimensions, at, ...target(root, metric) }))
  })
}

function dimension(root: Json, key: string): string {
  const value = root[key]
  if (typeof value !== 'string' || value === '' || value.length > 1024) throw new Error(`dimension ${key} is no text`)
  return value
}

function target(root: Json, metric: unknown): { name: string; unit: string; value: number } {
  if (!isObject(metric)) throw new Error('a metric is no object')
  const { Name: name, Unit: unit = 'None' } = metric
  if (typeof name !== 'string' || name === '' || typeof unit !== 'string') throw new Error('Name or Unit')
  const value = root[name]
  if (typeof value !== 'number' || !Number.isFinite(value)) throw new Error(`metric ${name} is no number`)
  return { name, unit, value }
}
