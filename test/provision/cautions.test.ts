import { expect, test } from 'vitest'
import { cautions } from '../../src/provision/cautions.ts'
import { defaultSettings, mergeSettings } from '../../src/provision/settings.ts'
import { instant } from '../../src/runtime/domain/base/calendar.ts'

const now = instant(Date.UTC(2026, 10, 20, 12))
const before = mergeSettings(undefined, { s3Logs: true }, { guard: 'cost-guard', now })
const after = (given: object) => mergeSettings(before, given, { guard: 'cost-guard', now })

test('a shorter retention says from which day on the records are gone for good', () => {
  const [said, ...others] = cautions(before, after({ retentionDays: 30 }), now)
  expect(others).toEqual([])
  expect(said).toContain(
    'the log group keeps 30 days instead of 365: AWS deletes what is older than 2026-10-21 for good',
  )
  expect(cautions(before, after({ s3ExpireDays: 7 }), now)[0]).toContain('the S3 copy keeps 7 days instead of 365')
})

test('nothing is said of what loses nothing, nor at a first install', () => {
  expect(cautions(before, after({ retentionDays: 400, s3ExpireDays: 'none', language: 'ja' }), now)).toEqual([])
  expect(cautions(before, after({ s3Logs: false }), now)).toEqual([])
  expect(cautions(undefined, { ...defaultSettings('cost-guard'), retentionDays: 1 }, now)).toEqual([])
})

test('what stops being counted or blocked is said', () => {
  expect(cautions(before, after({ onlySources: true, labels: ['claude-code'] }), now)).toEqual([
    'from now on only calls that carry claude-code are counted: all others are free and unlimited',
  ])
  const sourcesOnly = after({ onlySources: true, labels: ['claude-code'] })
  const then = (given: object) =>
    cautions(sourcesOnly, mergeSettings(sourcesOnly, given, { guard: 'cost-guard', now }), now)
  for (const wider of [{ onlySources: false }, { labels: ['claude-code', 'mine'] }])
    expect(then(wider)[0]).toContain('calls of the last two hours that were left out until now are counted')
  expect(then({ language: 'ja' })).toEqual([])
  expect(cautions(before, after({ mode: 'observe' }), now)[0]).toContain('whoever is blocked by a limit is released')
})
