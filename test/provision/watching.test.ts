import { describe, expect, test } from 'vitest'
import { ALARM_KEYS, alarmWishes, checkPeriods, DESCRIPTION_LENGTH } from '../../src/provision/cloudwatch/alarms.ts'
import { AWS_METRICS, isKnown, type MetricRef } from '../../src/provision/cloudwatch/aws-metrics.ts'
import { dashboardUrl } from '../../src/provision/cloudwatch/console.ts'
import { dashboardBody, PANELS, type Widget } from '../../src/provision/cloudwatch/dashboard.ts'
import type { Settings } from '../../src/provision/guard.ts'
import { NAMESPACE } from '../../src/runtime/domain/metering/metrics.ts'
import { ALARM_METRICS } from '../../src/runtime/domain/money/own-cost.ts'
import { scopeOf, settingsOf } from './world.ts'

const s3 = { bucket: undefined, expireDays: 365, largeBodies: true }
const scope = (overrides: Partial<Settings> = {}) => scopeOf(settingsOf(overrides))
const alarms = (overrides: Partial<Settings> = {}) => alarmWishes(scope(overrides))
const alarm = (key: string, overrides: Partial<Settings> = {}) => {
  const found = alarms(overrides).find(({ name }) => name === `cg-test-${key}`)
  if (found === undefined) throw new Error(`no alarm ${key}`)
  return found
}
const body = (overrides: Partial<Settings> = {}) => dashboardBody(scope(overrides))
const OWN = ['ChecksFinished', 'RecordsCounted', 'BlockFailures']
const everySetting: readonly Partial<Settings>[] = [{}, { s3 }, { language: 'ja', s3 }, { checkMinutes: 60 }]

/** Every metric a widget names, those of its searches included. */
function metricsOn(widget: Widget): readonly MetricRef[] {
  const lines = (widget.properties['metrics'] ?? []) as readonly (readonly unknown[])[]
  return lines.flatMap((line): readonly MetricRef[] => {
    const [namespace, name, ...rest] = line
    if (typeof namespace === 'string' && typeof name === 'string') {
      const [key, value] = rest
      return [{ namespace, name, dimensions: typeof key === 'string' ? { [key]: String(value) } : {} }]
    }
    const { expression } = namespace as { expression: string }
    const [, schema = '', searched = ''] = /SEARCH\('\{([^}]+)\} ([^']*)'/.exec(expression) ?? []
    const [of = '', ...keys] = schema.split(',')
    return [...searched.matchAll(/MetricName="(\w+)"/g)].map(([, found = '']) => ({
      namespace: of,
      name: found,
      dimensions: Object.fromEntries(keys.map((one) => [one, '*'])),
    }))
  })
}

describe('the alarms', () => {
  test('are ten at most, whatever the settings, and none where they are not wanted', () => {
    expect(ALARM_KEYS.length).toBeLessThanOrEqual(10)
    expect(alarms().length).toBe(9)
    expect(alarms({ s3 }).length).toBe(10)
    expect(alarms({ s3, alarms: false })).toEqual([])
  })

  test('watch only metrics that AWS documents or the guard itself writes', () => {
    for (const settings of everySetting) {
      for (const { name, metrics } of alarms(settings)) {
        for (const metric of metrics)
          expect([name, metric.name, isKnown(metric, OWN)]).toEqual([name, metric.name, true])
      }
    }
    expect(isKnown({ namespace: 'AWS/Bedrock', name: 'Invokations', dimensions: {} }, OWN)).toBe(false)
  })

  test('cost what the plan says they cost', () => {
    const paid = (overrides: Partial<Settings>) => alarms(overrides).flatMap(({ metrics }) => metrics).length
    expect(paid({})).toBe(ALARM_METRICS)
    expect(paid({ s3: { ...s3, largeBodies: false } })).toBe(ALARM_METRICS + 1)
  })

  test('stay silent for one throttled call, and speak when it lasts', () => {
    expect(alarm('throttled')).toMatchObject({ threshold: 10, periods: 6, wrongPeriods: 3, periodSeconds: 300 })
  })

  test('take missing checks for wrong and everything else that is missing for right', () => {
    for (const { name, missing } of alarms({ s3 })) {
      expect([name, missing]).toEqual([name, name === 'cg-test-no-check' ? 'breaching' : 'notBreaching'])
    }
  })

  test('wait five minutes for a check, or for two checks where they are rarer', () => {
    expect(alarm('no-check')).toMatchObject({ periodSeconds: 60, periods: 5, wrongPeriods: 5, threshold: 1 })
    expect([1, 2, 3, 5, 15, 60].map((minutes) => checkPeriods(minutes).periods * minutes)).toEqual([
      ...[5, 6, 6, 10, 30, 120],
    ])
    // CloudWatch looks back a day at most, seven where a period is an hour.
    // Written only while there are failures: one minute's hiccup has one point, and no zero beside it.
    expect(alarm('not-blocked')).toMatchObject({
      periodSeconds: 60,
      periods: 5,
      wrongPeriods: 3,
      missing: 'notBreaching',
    })
    expect(alarm('not-blocked', { checkMinutes: 60 })).toMatchObject({
      periodSeconds: 3600,
      periods: 2,
      wrongPeriods: 1,
    })
    expect(alarm('no-check', { checkMinutes: 60 })).toMatchObject({ periodSeconds: 3600, periods: 2 })
  })

  test('call it silence only after two half hours in which calls were made and no record came', () => {
    expect(alarm('silence')).toMatchObject({
      expression: 'IF(m1 > 0 AND FILL(m2, 0) < 1, 1, 0)',
      periodSeconds: 1800,
      wrongPeriods: 2,
      metrics: [
        { namespace: 'AWS/Bedrock', name: 'Invocations', dimensions: {} },
        { namespace: NAMESPACE, name: 'RecordsCounted', dimensions: { Guard: 'cg-test' } },
      ],
    })
  })

  test('watch the delivery to S3 only where there is a copy', () => {
    expect(alarms().map(({ name }) => name)).not.toContain('cg-test-s3-delivery')
    expect(alarm('s3-delivery', { s3 }).metrics).toHaveLength(2)
  })

  test('say what happened, why it matters and which command to run, in both languages, within what CloudWatch takes', () => {
    const guard = 'g'.repeat(32)
    for (const language of ['en', 'ja'] as const) {
      for (const { name, description } of alarms({ language, s3, guard })) {
        expect([name, description.length < DESCRIPTION_LENGTH]).toEqual([name, true])
        expect(description).toContain(`cost-guard `)
        expect(description).toContain(`--guard ${guard} --region us-east-1`)
      }
    }
    expect(alarm('silence', { language: 'ja' }).description).toMatch(/Bedrock は利用されていますが/)
  })
})

describe('the dashboard', () => {
  test('has the nine panels of the original, the cost by principal and the health of the guard', () => {
    const titles = body().widgets.flatMap(({ properties }) => (properties['title'] as string | undefined) ?? [])
    expect(titles).toEqual([
      'Alarms of the guard',
      'Calls and errors',
      'Tokens by class',
      'Calls by model',
      'Output tokens by model',
      'Time to the last token (p99)',
      'Time to the first token (p99)',
      'Tokens per minute against the quota',
      'Throttles',
      'Cost by principal (as counted in the time shown)',
      'The guard: checks, records, failures to block',
      'The guard: errors and duration of its functions',
      'The guard: records on their way',
    ])
  })

  test('says under every panel what to do when it looks wrong, in both languages', () => {
    for (const language of ['en', 'ja'] as const) {
      const { widgets } = body({ language })
      const panels = widgets.filter(({ type }) => type === 'metric' || type === 'log')
      expect(panels).toHaveLength(PANELS.length)
      for (const panel of panels) {
        const below = widgets.find(({ type, x, y }) => type === 'text' && x === panel.x && y === panel.y + panel.height)
        expect(String(below?.properties['markdown']).length).toBeGreaterThan(40)
        expect(below?.width).toBe(panel.width)
      }
    }
  })

  test('lies within 24 columns, and no panel lies over another', () => {
    for (const settings of [...everySetting, { alarms: false }]) {
      const taken = new Set<string>()
      for (const { x, y, width, height } of body(settings).widgets) {
        expect(x + width).toBeLessThanOrEqual(24)
        for (let column = x; column < x + width; column++) {
          for (let row = y; row < y + height; row++) {
            expect(taken.has(`${column},${row}`)).toBe(false)
            taken.add(`${column},${row}`)
          }
        }
      }
      // Nor is there a hole.
      const rows = Math.max(...body(settings).widgets.map(({ y, height }) => y + height))
      expect(taken.size).toBe(rows * 24)
    }
  })

  test('names only metrics that AWS documents or the guard itself writes', () => {
    for (const settings of everySetting) {
      const named = body(settings).widgets.flatMap(metricsOn)
      expect(named.length).toBeGreaterThan(20)
      for (const metric of named) expect([metric.name, isKnown(metric, OWN)]).toEqual([metric.name, true])
    }
  })

  test('shows every model, and both spellings of the cache metrics', () => {
    expect(JSON.stringify(body())).not.toContain('anthropic')
    const names = body()
      .widgets.flatMap(metricsOn)
      .map(({ name }) => name)
    expect(names).toEqual(
      expect.arrayContaining([
        ...['CacheReadInputTokens', 'CacheReadInputTokenCount'],
        ...['CacheWriteInputTokens', 'CacheWriteInputTokenCount'],
      ]),
    )
  })

  test('adds up the lines that ingest writes', () => {
    const log = body().widgets.find(({ type }) => type === 'log')
    expect(log?.properties['query']).toBe(
      `SOURCE '/aws/lambda/cg-test-ingest' | filter event = "charged" | stats sum(usd) as USD, sum(requests) as Calls by principal | sort USD desc | limit 50`,
    )
  })

  test('is far below what one dashboard may hold', () => {
    for (const settings of everySetting) {
      expect(JSON.stringify(body({ ...settings, guard: 'g'.repeat(32) })).length).toBeLessThan(50_000)
      expect(body(settings).widgets.length).toBeLessThan(500)
    }
  })

  test('has an address of its own in every partition and region, so that two guards of one name do not share one', () => {
    const urls = [
      ['us-east-1', 'aws'],
      ['ap-northeast-1', 'aws'],
      ['cn-north-1', 'aws-cn'],
      ['us-gov-west-1', 'aws-us-gov'],
    ].map(([region = '', partition = '']) => {
      const { names } = scope()
      return dashboardUrl({ ...names, dashboard: `cg-test-${region}` }, { region, partition })
    })
    expect(urls).toEqual([
      'https://us-east-1.console.aws.amazon.com/cloudwatch/home?region=us-east-1#dashboards/dashboard/cg-test-us-east-1',
      'https://ap-northeast-1.console.aws.amazon.com/cloudwatch/home?region=ap-northeast-1#dashboards/dashboard/cg-test-ap-northeast-1',
      'https://cn-north-1.console.amazonaws.cn/cloudwatch/home?region=cn-north-1#dashboards/dashboard/cg-test-cn-north-1',
      'https://us-gov-west-1.console.amazonaws-us-gov.com/cloudwatch/home?region=us-gov-west-1#dashboards/dashboard/cg-test-us-gov-west-1',
    ])
    expect(scope().names.dashboard).toBe('cg-test-us-east-1')
  })
})

test('there are three custom metrics, and every one of them is watched and drawn', () => {
  const watched = alarms().flatMap(({ metrics }) => metrics.filter(({ namespace }) => namespace === NAMESPACE))
  const drawn = body()
    .widgets.flatMap(metricsOn)
    .filter(({ namespace }) => namespace === NAMESPACE)
  expect([...new Set(watched.map(({ name }) => name))].sort()).toEqual([...OWN].sort())
  expect([...new Set(drawn.map(({ name }) => name))].sort()).toEqual([...OWN].sort())
})

test('every metric of AWS says where it is documented', () => {
  for (const metrics of Object.values(AWS_METRICS)) {
    for (const { source } of Object.values(metrics)) expect(source).toMatch(/^https:\/\/docs\.aws\.amazon\.com\//)
  }
})
