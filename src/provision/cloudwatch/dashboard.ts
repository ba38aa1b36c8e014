/** The dashboard as data: a grid of 24 columns, each panel with what to do when it looks wrong below it. Pure. */
import { DIMENSION, NAMESPACE } from '../../runtime/domain/metering/metrics.ts'
import type { RightsScope } from '../permissions.ts'
import { ALARM_KEYS, alarmName, alarmWish, namingOf } from './alarms.ts'
import { bedrockMetric, functionMetric, type MetricRef, queueMetric, type Statistic } from './aws-metrics.ts'
import { alarmsUrl, bedrockSettingsUrl, logGroupUrl, tableUrl } from './console.ts'
import { type CloudWatchWords, cloudWatchWords, type PanelKey } from './words.ts'

export interface Widget {
  readonly type: 'text' | 'metric' | 'log' | 'alarm'
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
  readonly properties: Readonly<Record<string, unknown>>
}

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html */
export interface DashboardBody {
  readonly start: string
  readonly widgets: readonly Widget[]
}

type Line = readonly unknown[]
type Panel =
  | { readonly kind: 'metric'; readonly lines: readonly Line[]; readonly stacked?: boolean; readonly period?: number }
  | { readonly kind: 'log'; readonly query: string }

const PERIOD = 300
/** Every model that was called, whatever it is named. `names`: spellings of one metric, of which a region sends one. */
const everyModel = (names: readonly string[], statistic: Statistic, period: number): string => {
  const which = names.map((name) => `MetricName="${name}"`).join(' OR ')
  return `SEARCH('{AWS/Bedrock,ModelId} ${names.length > 1 ? `(${which})` : which}', '${statistic}', ${period})`
}
const byModel = (name: string, statistic: Statistic, period = PERIOD): Line => [
  // biome-ignore lint/suspicious/noTemplateCurlyInString: CloudWatch's own label syntax
  { expression: everyModel([name], statistic, period), label: "${PROP('Dim.ModelId')}", id: 'e1' },
]
const overModels = (names: readonly string[], label: string, id: string): Line => [
  { expression: `SUM(${everyModel(names, 'Sum', PERIOD)})`, label, id },
]
const line = (metric: MetricRef, label: string, stat: Statistic, more: object = {}): Line => [
  ...[metric.namespace, metric.name],
  ...Object.entries(metric.dimensions).flat(),
  { label, stat, ...more },
]

/** Left to right, top to bottom: the original's panels first, then what the guard knows better, then the guard itself. */
export const PANELS: readonly PanelKey[] = [
  ...(['invocations', 'tokens', 'calls', 'output', 'latency', 'first-token'] as const),
  ...(['quota', 'throttles', 'cost', 'health', 'functions', 'delivery'] as const),
]

/** What CloudWatch Logs Insights adds up for the panel of costs. */
export const costQuery = (ingestLog: string): string =>
  [
    `SOURCE '${ingestLog}'`,
    'filter event = "charged"',
    'stats sum(usd) as USD, sum(requests) as Calls by principal',
    'sort USD desc',
    'limit 50',
  ].join(' | ')

function panel(key: PanelKey, scope: RightsScope, words: CloudWatchWords): Panel {
  const { lines: say } = words
  const { names, settings } = scope
  switch (key) {
    case 'invocations':
      return {
        kind: 'metric',
        lines: [
          line(bedrockMetric('Invocations'), say.calls, 'Sum'),
          line(bedrockMetric('InvocationClientErrors'), say.clientErrors, 'Sum', { yAxis: 'right' }),
          line(bedrockMetric('InvocationServerErrors'), say.serverErrors, 'Sum', { yAxis: 'right' }),
        ],
      }
    case 'tokens':
      return {
        kind: 'metric',
        stacked: true,
        lines: [
          overModels(['InputTokenCount'], say.input, 'input'),
          overModels(['OutputTokenCount'], say.output, 'output'),
          overModels(['CacheReadInputTokens', 'CacheReadInputTokenCount'], say.cacheRead, 'read'),
          overModels(['CacheWriteInputTokens', 'CacheWriteInputTokenCount'], say.cacheWrite, 'write'),
        ],
      }
    case 'calls':
      return { kind: 'metric', stacked: true, lines: [byModel('Invocations', 'Sum')] }
    case 'output':
      return { kind: 'metric', stacked: true, lines: [byModel('OutputTokenCount', 'Sum')] }
    case 'latency':
      return { kind: 'metric', lines: [byModel('InvocationLatency', 'p99')] }
    case 'first-token':
      return { kind: 'metric', lines: [byModel('TimeToFirstToken', 'p99')] }
    // The quota is one of each minute.
    case 'quota':
      return { kind: 'metric', period: 60, lines: [byModel('EstimatedTPMQuotaUsage', 'Sum', 60)] }
    case 'throttles':
      return { kind: 'metric', stacked: true, lines: [byModel('InvocationThrottles', 'Sum')] }
    case 'cost':
      return { kind: 'log', query: costQuery(names.functionLogs.ingest) }
    case 'health': {
      const own = (name: string): MetricRef => ({
        namespace: NAMESPACE,
        name,
        dimensions: { [DIMENSION]: settings.guard },
      })
      return {
        kind: 'metric',
        lines: [
          line(own('ChecksFinished'), say.checks, 'Sum'),
          line(own('RecordsCounted'), say.records, 'Sum', { yAxis: 'right' }),
          line(own('BlockFailures'), say.notBlocked, 'Maximum'),
        ],
      }
    }
    case 'functions':
      return {
        kind: 'metric',
        lines: (['ingest', 'enforce', 'report'] as const).flatMap((which) => [
          line(functionMetric('Errors', names.functions[which]), `${which}: ${say.errors}`, 'Sum'),
          line(functionMetric('Duration', names.functions[which]), `${which}: ${say.duration}`, 'p99', {
            yAxis: 'right',
          }),
        ]),
      }
    case 'delivery':
      return {
        kind: 'metric',
        lines: [
          line(queueMetric('ApproximateNumberOfMessagesVisible', names.deadLetters), say.deadLetters, 'Maximum'),
          line(bedrockMetric('ModelInvocationLogsCloudWatchDeliveryFailure'), say.logFailures, 'Sum'),
          ...(settings.s3 === undefined
            ? []
            : [line(bedrockMetric('ModelInvocationLogsS3DeliveryFailure'), say.s3Failures, 'Sum')]),
        ],
      }
  }
}

function widgetOf(drawn: Panel, title: string, region: string): Pick<Widget, 'type' | 'properties'> {
  if (drawn.kind === 'log') return { type: 'log', properties: { query: drawn.query, region, title, view: 'table' } }
  const { lines, stacked = false, period = PERIOD } = drawn
  const yAxis = { left: { min: 0 }, right: { min: 0 } }
  return {
    type: 'metric',
    properties: { title, region, view: 'timeSeries', stacked, period, stat: 'Sum', metrics: lines, yAxis },
  }
}

const COLUMNS = 24
const ACROSS = 3
const HEADER = 4
const CHART = 6
const HELP = 4

export function dashboardBody(scope: RightsScope): DashboardBody {
  const { names, settings, region } = scope
  const words = cloudWatchWords(settings.language)
  const naming = namingOf(scope)
  const markdown = words.header(naming, {
    alarms: alarmsUrl(names, scope),
    log: logGroupUrl(names.logGroup, scope),
    ingest: logGroupUrl(names.functionLogs.ingest, scope),
    enforce: logGroupUrl(names.functionLogs.enforce, scope),
    table: tableUrl(names, scope),
    bedrock: bedrockSettingsUrl(scope),
  })
  const alarms = ALARM_KEYS.filter((key) => alarmWish(key, scope) !== undefined).map(
    (key) => `arn:${scope.partition}:cloudwatch:${region}:${scope.account}:alarm:${alarmName(scope, key)}`,
  )
  const width = COLUMNS / ACROSS
  const headerWidth = alarms.length > 0 ? COLUMNS - width : COLUMNS
  const header: readonly Widget[] = [
    { type: 'text', x: 0, y: 0, width: headerWidth, height: HEADER, properties: { markdown } },
    ...(alarms.length > 0
      ? [
          {
            type: 'alarm' as const,
            ...{ x: headerWidth, y: 0, width, height: HEADER },
            properties: { title: words.alarmsTitle, alarms },
          },
        ]
      : []),
  ]
  const panels = PANELS.flatMap((key, index): readonly Widget[] => {
    const { title, help } = words.panel(key, naming)
    const at = { x: (index % ACROSS) * width, width }
    const y = HEADER + Math.floor(index / ACROSS) * (CHART + HELP)
    return [
      { ...widgetOf(panel(key, scope, words), title, region), ...at, y, height: CHART },
      { type: 'text', properties: { markdown: help }, ...at, y: y + CHART, height: HELP },
    ]
  })
  return { start: '-PT24H', widgets: [...header, ...panels] }
}
