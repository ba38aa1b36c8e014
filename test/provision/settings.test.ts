import { describe, expect, test } from 'vitest'
import {
  checkGiven,
  defaultSettings,
  type GivenSettings,
  mergeSettings,
  rawSettings,
  settingsTable,
  validateSettings,
} from '../../src/provision/settings.ts'
import { RETENTION_DAYS } from '../../src/provision/settings-checks.ts'
import { instant } from '../../src/runtime/domain/base/calendar.ts'
import { GuardError } from '../../src/runtime/domain/base/guard-error.ts'

const how = { guard: 'cost-guard', now: instant(Date.UTC(2026, 10, 20)) }

/** The problems named, or none. */
function problemsOf(given: GivenSettings, guard = 'cost-guard'): readonly string[] {
  try {
    mergeSettings(undefined, given, { ...how, guard })
    return []
  } catch (error) {
    if (!(error instanceof GuardError)) throw error
    return error.message.replace(/^\d+ settings cannot be used: /, '').split('; ')
  }
}

describe('a first install', () => {
  test('takes the defaults for everything that is not given', () => {
    expect(mergeSettings(undefined, {}, how)).toEqual(defaultSettings('cost-guard'))
    expect(validateSettings({ guard: 'cost-guard' })).toEqual(defaultSettings('cost-guard'))
  })

  test('in Japanese counts in Tokyo unless told otherwise', () => {
    expect(mergeSettings(undefined, { language: 'ja' }, how).zoning).toEqual([{ from: '0000-00', zone: 'Asia/Tokyo' }])
    expect(mergeSettings(undefined, { language: 'ja', timeZone: 'UTC' }, how).zoning).toEqual([
      { from: '0000-00', zone: 'UTC' },
    ])
  })

  test('understands everything that can be typed', () => {
    const settings = mergeSettings(
      undefined,
      {
        emails: ['a@example.com,b@example.com', 'c@example.com'],
        timeZone: 'Europe/Berlin',
        reportTime: '18:30',
        currency: 'JPY',
        currencyRate: '160.5',
        retentionDays: '30',
        logText: true,
        warnAt: '95,50',
        labels: 'cli, notebook',
        permissionsBoundary: 'arn:aws:iam::123456789012:policy/bounds/dev',
        rolePath: '/guards/bedrock/',
        costTag: '4711',
        checkMinutes: 5,
      },
      how,
    )
    expect(settings).toMatchObject({
      emails: ['a@example.com', 'b@example.com', 'c@example.com'],
      zoning: [{ from: '0000-00', zone: 'Europe/Berlin' }],
      reportTime: '18:30',
      currency: { code: 'JPY', rate: '160.5' },
      retentionDays: 30,
      bodies: { text: true, image: false, embedding: false, video: false, audio: false },
      warnAt: [50, 95],
      labels: ['cli', 'notebook'],
      permissionsBoundary: 'arn:aws:iam::123456789012:policy/bounds/dev',
      rolePath: '/guards/bedrock/',
      costTag: { key: 'Cost', value: '4711' },
      checkMinutes: 5,
    })
  })
})

test('none takes a value away, as the help writes it', () => {
  const installed = mergeSettings(
    undefined,
    { emails: 'a@example.com', costTag: '4711', permissionsBoundary: 'arn:aws:iam::123456789012:policy/bounds' },
    how,
  )
  const given = { emails: 'none', costTag: 'none', permissionsBoundary: 'none' }
  expect(mergeSettings(installed, given, how)).toMatchObject({
    emails: [],
    costTag: undefined,
    permissionsBoundary: undefined,
  })
})

describe('what cannot be right', () => {
  test('is refused all at once, each with its flag', () => {
    const problems = problemsOf(
      {
        emails: ['not-an-address'],
        timeZone: 'Mars/Olympus',
        reportTime: '24:00',
        retentionDays: 17,
        warnAt: '0,120',
        currencyRate: '-3',
        rolePath: 'guards',
        permissionsBoundary: 'arn:aws:s3:::bucket',
        checkMinutes: 'often',
        language: 'fr',
        labels: ['other'],
      },
      'Guard!',
    )
    expect(problems.map((problem) => problem.split(':')[0])).toEqual([
      '--guard',
      '--email',
      '--time-zone',
      '--report-time',
      '--language',
      '--currency-rate',
      '--retention-days',
      '--check-interval',
      '--warn-at',
      '--source',
      '--permissions-boundary',
      '--role-path',
    ])
  })

  const wrong: readonly [string, GivenSettings][] = [
    ['an offset for a time zone', { timeZone: '+09:00' }],
    ['an empty time zone', { timeZone: '' }],
    ['a time without minutes', { reportTime: '9' }],
    ['an address twice', { emails: ['a@example.com', 'A@example.com'] }],
    ['an address with a space', { emails: ['a b@example.com'] }],
    ['an address without a dot', { emails: ['a@localhost'] }],
    ['dollars as the second currency', { currency: 'USD', currencyRate: '1' }],
    ['a currency without a rate', { currency: 'JPY' }],
    ['a rate without a currency', { currencyRate: '160' }],
    ['a rate of nothing', { currency: 'JPY', currencyRate: '0.0' }],
    ['a rate with an exponent', { currency: 'JPY', currencyRate: '1e3' }],
    ['half a minute', { checkMinutes: '0.5' }],
    ['no minutes at all', { checkMinutes: 0 }],
    ['a log group with a space', { logGroup: 'my logs' }],
    ['a threshold twice', { warnAt: '80,80' }],
    ['a label with a hash', { labels: ['a#b'] }],
    ['21 labels', { labels: Array.from({ length: 21 }, (_, index) => `l${index}`) }],
    ['a star in the middle of a role', { sessionRoles: ['a*b'] }],
    ['a team as protected', { protectedPrincipals: ['team/x'] }],
    ['a boundary that is a role', { permissionsBoundary: 'arn:aws:iam::123456789012:role/x' }],
    ['a role path without a slash at its end', { rolePath: '/guards' }],
    ['a tag key of AWS', { costTagKey: 'aws:cost', costTag: 'x' }],
    ['a tag key of ours', { costTagKey: 'cost-guard:guard', costTag: 'x' }],
    ['a tag value with a bracket', { costTag: 'a<b' }],
    ['a body flag that is neither', { logText: 'perhaps' }],
    ['addresses of a page that is not wished', { dashboardCidrs: ['203.0.113.0/24'] }],
    ['more to see on a page that is not wished', { dashboard: false, pageShows: 'team' }],
    ['a sender of mails that Cognito itself sends', { dashboard: true, dashboardFrom: 'guard@example.com' }],
  ]
  test.each(wrong)('%s is refused', (_what, given) => {
    expect(problemsOf(given)).toHaveLength(1)
  })

  test.each([
    [['team-a'], ['AWSReservedSSO_*', 'team-a']],
    [
      ['team-a', 'AWSReservedSSO_*'],
      ['team-a', 'AWSReservedSSO_*'],
    ],
    ['none', ['AWSReservedSSO_*']],
  ])('%s as roles whose sessions are people never drops those of Identity Center', (sessionRoles, kept) => {
    expect(mergeSettings(undefined, { sessionRoles }, how).sessionRoles).toEqual(kept)
  })

  test.each(['a', 'Cost', '1guard', 'guard-', 'a_b', 'a'.repeat(32), ''])('"%s" is no name of a guard', (guard) => {
    expect(problemsOf({}, guard)).not.toEqual([])
  })

  test('is found in each value for itself, before anything installed is known', () => {
    expect(() => checkGiven({ currencyRate: '160.5', retentionDays: 30 }, 'cost-guard')).not.toThrow()
    expect(() => checkGiven({ currencyRate: 'many', retentionDays: 17 }, 'cost-guard')).toThrow(
      '2 settings cannot be used',
    )
  })

  test('is said once, and the advice is where to read what can be right', () => {
    expect(() => checkGiven({ retentionDays: 17 }, 'cost-guard')).toThrow(
      expect.objectContaining({ suggestions: ['init --help says what each setting takes'] }),
    )
  })

  test('only the 22 retentions of CloudWatch Logs are taken', () => {
    expect(RETENTION_DAYS).toHaveLength(22)
    const taken = Array.from({ length: 4_000 }, (_, days) => days).filter(
      (days) => problemsOf({ retentionDays: days }).length === 0,
    )
    expect(taken).toEqual(RETENTION_DAYS)
  })
})

describe('a later run of init', () => {
  const installed = mergeSettings(
    undefined,
    { emails: ['a@example.com'], timeZone: 'UTC', costTag: '1', labels: 'x,y', currency: 'JPY', currencyRate: '150' },
    how,
  )

  test('keeps everything that is not given', () => {
    expect(mergeSettings(installed, {}, how)).toEqual(installed)
    expect(mergeSettings(installed, { emails: undefined, warnAt: undefined }, how)).toEqual(installed)
  })

  test('replaces a list that is given, and empties it when it is given empty', () => {
    expect(mergeSettings(installed, { emails: ['b@example.com'] }, how).emails).toEqual(['b@example.com'])
    expect(mergeSettings(installed, { emails: '' }, how).emails).toEqual([])
  })

  test('takes a tag and a currency away when they are given empty', () => {
    const settings = mergeSettings(installed, { costTag: '', currency: '', currencyRate: '' }, how)
    expect(settings).toMatchObject({ costTag: undefined, currency: undefined })
    expect(mergeSettings(installed, { currency: '' }, how).currency).toBeUndefined()
  })

  test('a new rate alone is enough, the currency stays', () => {
    expect(mergeSettings(installed, { currencyRate: '160.5' }, how).currency).toEqual({ code: 'JPY', rate: '160.5' })
  })

  test('takes the page away with all that was set of it, and a sender with the mails it was for', () => {
    const page = { dashboard: true, pageShows: 'team', dashboardCidrs: '203.0.113.0/24' } as const
    const sesIdentity = 'arn:aws:ses:us-east-1:123456789012:identity/example.com'
    const mails = { dashboardSes: sesIdentity, dashboardFrom: 'guard@example.com' }
    const paged = mergeSettings(installed, { ...page, ...mails }, how)
    expect(paged.page).toMatchObject({ shows: 'team', cidrs: ['203.0.113.0/24'], mailFrom: 'guard@example.com' })
    expect(mergeSettings(paged, { dashboard: false }, how).page).toBeUndefined()
    expect(mergeSettings(paged, { dashboardSes: 'none' }, how).page).toMatchObject({
      shows: 'team',
      mailFrom: undefined,
    })
    expect(() => checkGiven({ pageShows: 'team', dashboardFrom: 'guard@example.com' }, 'cost-guard')).not.toThrow()
    expect(() => mergeSettings(installed, { pageShows: 'team' }, how)).toThrow('--page-shows: needs --dashboard')
  })

  test('changes the zone from the next month on, and back before it begins', () => {
    const moved = mergeSettings(installed, { timeZone: 'Asia/Tokyo' }, how)
    expect(moved.zoning).toEqual([
      { from: '0000-00', zone: 'UTC' },
      { from: '2026-12', zone: 'Asia/Tokyo' },
    ])
    expect(mergeSettings(moved, {}, how).zoning).toEqual(moved.zoning)
    expect(mergeSettings(moved, { timeZone: 'UTC' }, how).zoning).toEqual(installed.zoning)
  })

  test('does not move to another log group', () => {
    expect(() => mergeSettings(installed, { logGroup: '/other' }, how)).toThrow(
      '--log-group: the guard writes to /aws/bedrock/cost-guard and cannot move to another log group',
    )
  })

  test('does not move to another topic, where nobody has confirmed, and says how it can be done', () => {
    expect(() => mergeSettings(installed, { topic: 'other' }, how)).toThrow(
      '--topic: mails go through cost-guard-notices and cannot move to another topic under a running guard; teardown ' +
        '(which keeps the ledger), then init --topic other: AWS asks every address again',
    )
    const elsewhere = mergeSettings(undefined, { table: 'spending' }, how)
    expect(() => mergeSettings(elsewhere, { topic: 'other' }, how)).toThrow('init --topic other --table spending:')
    expect(() => mergeSettings(installed, { adopt: ['topic'] }, how)).toThrow('the guard made its topic itself')
  })

  test('fills in what an older version did not know', () => {
    const { unknownPrice: _later, ...older } = installed
    expect(mergeSettings(older as never, {}, how).unknownPrice).toBe('warn')
  })
})

describe('the table of settings', () => {
  test('names every setting and every flag once, and says what it does in one line', () => {
    const keys = settingsTable.map((setting) => setting.key)
    expect(new Set(keys).size).toBe(keys.length)
    expect(keys.toSorted()).toEqual(Object.keys(rawSettings(defaultSettings('cost-guard'))).toSorted())
    const flags = settingsTable.map((setting) => setting.flag)
    expect(new Set(flags).size).toBe(flags.length)
    for (const { flag, summary } of settingsTable) {
      expect(flag).toMatch(/^[a-z][a-z0-9]*(-[a-z]+)*$/)
      expect(summary).toMatch(/^[^\n]{10,120}[^.\n]$/)
    }
  })
})
