/**
 * The admin's wishes: defaults, what is given over what is installed, and the refusal of what cannot be right, all of it
 * at once and before anything is asked of AWS. Pure.
 */
import { changeZone, type Instant } from '../runtime/domain/base/calendar.ts'
import { GuardError } from '../runtime/domain/base/guard-error.ts'
import type { Settings } from './guard.ts'
import * as check from './settings-checks.ts'
import { ABOUT_PAGE, clearedOfPage, ofPage } from './settings-page.ts'
import { type Checked, type GivenSettings, type Raw, type SettingKey, settingsTable } from './settings-table.ts'

export { type GivenSettings, type Raw, type Setting, type SettingKey, settingsTable } from './settings-table.ts'

export const DEFAULT_COST_TAG_KEY = 'Cost'
const DEFAULT_S3_EXPIRE_DAYS = 365

const defaultLogGroup = (guard: string): string => `/aws/bedrock/${guard}`

/** What a first install takes for everything that is not given. */
export function defaultSettings(guard: string, language: 'en' | 'ja' = 'en'): Settings {
  return {
    guard,
    emails: [],
    zoning: [{ from: '0000-00', zone: language === 'ja' ? 'Asia/Tokyo' : 'UTC' }],
    reportTime: '09:00',
    language,
    currency: undefined,
    retentionDays: 365,
    logGroup: defaultLogGroup(guard),
    table: `${guard}-ledger`,
    topic: `${guard}-notices`,
    adopt: [],
    s3: undefined,
    kmsKey: 'none',
    logReaders: [],
    mode: 'enforce',
    onlySources: false,
    alarms: true,
    cloudwatchDashboard: true,
    page: undefined,
    bodies: { text: false, image: false, embedding: false, video: false, audio: false },
    checkMinutes: 1,
    warnAt: [80],
    labels: ['claude-code', 'claude-desktop'],
    sessionRoles: ['AWSReservedSSO_*'],
    protectedPrincipals: [],
    unknownPrice: 'warn',
    assumedCacheTtl: '5m',
    permissionsBoundary: undefined,
    rolePath: '/',
    costTag: undefined,
  }
}

/** Complete settings as they would be typed. */
export function rawSettings(settings: Settings): Readonly<Record<SettingKey, Raw>> {
  return {
    emails: settings.emails,
    timeZone: settings.zoning.at(-1)?.zone,
    reportTime: settings.reportTime,
    language: settings.language,
    currency: settings.currency?.code ?? '',
    currencyRate: settings.currency?.rate ?? '',
    retentionDays: settings.retentionDays === 0 ? 'never' : settings.retentionDays,
    logGroup: settings.logGroup,
    table: settings.table,
    topic: settings.topic,
    adopt: settings.adopt,
    s3Logs: settings.s3 !== undefined,
    logBucket: settings.s3?.bucket ?? '',
    // What is not installed has no expiry of its own yet: the default counts when it is switched on.
    s3ExpireDays: settings.s3 ? (settings.s3.expireDays ?? 'none') : DEFAULT_S3_EXPIRE_DAYS,
    s3LargeBodies: settings.s3?.largeBodies ?? false,
    kmsKey: settings.kmsKey,
    logReaders: settings.logReaders,
    mode: settings.mode,
    onlySources: settings.onlySources,
    alarms: settings.alarms,
    cloudwatchDashboard: settings.cloudwatchDashboard,
    dashboard: settings.page !== undefined,
    pageShows: settings.page?.shows ?? 'own',
    dashboardMfa: settings.page?.mfa ?? 'optional',
    dashboardCidrs: settings.page?.cidrs ?? [],
    dashboardPrefix: settings.page?.prefix ?? '',
    dashboardUrl: settings.page?.url ?? '',
    dashboardSes: settings.page?.sesIdentity ?? '',
    dashboardFrom: settings.page?.mailFrom ?? '',
    logText: settings.bodies.text,
    logImages: settings.bodies.image,
    logEmbeddings: settings.bodies.embedding,
    logVideo: settings.bodies.video,
    logAudio: settings.bodies.audio,
    checkMinutes: settings.checkMinutes,
    warnAt: settings.warnAt.join(',') || 'none',
    labels: settings.labels,
    sessionRoles: settings.sessionRoles,
    protectedPrincipals: settings.protectedPrincipals,
    unknownPrice: settings.unknownPrice,
    assumedCacheTtl: settings.assumedCacheTtl,
    permissionsBoundary: settings.permissionsBoundary ?? '',
    rolePath: settings.rolePath,
    costTagKey: settings.costTag?.key ?? DEFAULT_COST_TAG_KEY,
    costTag: settings.costTag?.value ?? '',
  }
}

/**
 * What was given over what is installed (or the defaults at a first install). Lists that are given replace the list; a
 * new time zone counts from the next month. @throws GuardError `bad-settings` naming every problem at once.
 */
export function mergeSettings(
  installed: Settings | undefined,
  given: GivenSettings,
  how: { readonly guard: string; readonly now: Instant },
): Settings {
  const defaults = defaultSettings(how.guard, given.language === 'ja' ? 'ja' : 'en')
  const base: Settings = { ...defaults, ...installed, guard: how.guard }
  const named: GivenSettings = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
  // Without a currency its rate means nothing, and large bodies go nowhere without a bucket.
  const cleared = {
    ...(named.currency === '' && named.currencyRate === undefined ? { currencyRate: '' } : {}),
    ...(named.s3Logs === false && named.s3LargeBodies === undefined ? { s3LargeBodies: false } : {}),
    ...clearedOfPage(named),
  }
  const { settings, problems } = settingsFrom({ ...rawSettings(base), ...cleared, ...named }, how.guard)
  if (installed) problems.push(...immovable(settings, base))
  refuseAll(problems)
  if (!installed) return settings
  const zone = settings.zoning.at(-1)?.zone
  const moved = given.timeZone !== undefined && zone !== undefined
  return { ...settings, zoning: moved ? changeZone(installed.zoning, zone, how.now) : installed.zoning }
}

/** What the ledger and the log hang on cannot be exchanged under a running guard. */
function immovable(wanted: Settings, installed: Settings): readonly string[] {
  const dropped = (['log-group', 'table', 'topic'] as const).filter(
    (one) => wanted.adopt.includes(one) !== installed.adopt.includes(one),
  )
  // The ledger is found again by its name alone.
  const atTable = installed.table === defaultSettings(installed.guard).table ? '' : ` --table ${installed.table}`
  return [
    ...dropped.map((one) =>
      installed.adopt.includes(one)
        ? `--adopt: the ${one} was there before the guard and stays in the list: ${[...installed.adopt].join(',')}`
        : `--adopt: the guard made its ${one} itself, there is none to adopt`,
    ),
    ...(wanted.logGroup === installed.logGroup
      ? []
      : [`--log-group: the guard writes to ${installed.logGroup} and cannot move to another log group`]),
    ...(wanted.table === installed.table
      ? []
      : [`--table: the ledger is in ${installed.table} and cannot move to another table`]),
    // The former topic would stay behind with everybody who confirmed it.
    ...(wanted.topic === installed.topic
      ? []
      : [
          `--topic: mails go through ${installed.topic} and cannot move to another topic under a running guard; ` +
            `teardown (which keeps the ledger), then init --topic ${wanted.topic}${atTable}: AWS asks every address again`,
        ]),
  ]
}

/**
 * What was given, each value for itself, before anything is known of what is installed.
 * @throws GuardError `bad-settings` naming every problem at once.
 */
export function checkGiven(given: GivenSettings, guard: string): void {
  const { problems } = settingsFrom({ ...rawSettings(defaultSettings(guard)), ...given }, guard)
  refuseAll(problems.filter((problem) => ![ONE_NEEDS_THE_OTHER, NEEDS_S3, ...ABOUT_PAGE].includes(problem)))
}

/** A complete set of raw values. @throws GuardError `bad-settings` naming every problem at once. */
export function validateSettings(raw: GivenSettings & { readonly guard: string }): Settings {
  const language = raw.language === 'ja' ? 'ja' : 'en'
  const { settings, problems } = settingsFrom(
    { ...rawSettings(defaultSettings(raw.guard, language)), ...raw },
    raw.guard,
  )
  refuseAll(problems)
  return settings
}

/** What is wrong with the name of a guard, in words; undefined: nothing. */
export const checkGuardNameText = (name: string): string | undefined =>
  'bad' in check.guardName(name) ? 'is not the name of a guard: 2 to 31 small letters, digits and dashes' : undefined

const NEEDS_S3 = '--s3-large-bodies: needs --s3-logs'
const ONE_NEEDS_THE_OTHER = '--currency, --currency-rate: one needs the other'

const DERIVED: readonly SettingKey[] = ['logGroup', 'table', 'topic']

function settingsFrom(raw: GivenSettings, guard: string): { settings: Settings; problems: string[] } {
  const problems: string[] = []
  const guardName = check.guardName(guard)
  if ('bad' in guardName) problems.push(`--guard: ${guardName.bad}`)
  const values: Record<string, unknown> = {}
  for (const { key, flag, check: parse } of settingsTable) {
    const checked = parse(raw[key])
    // A wrong guard name is said once, not again for each name made from it.
    const follows = 'bad' in guardName && DERIVED.includes(key) && raw[key] === rawSettings(defaultSettings(guard))[key]
    if ('bad' in checked && !follows) problems.push(`--${flag}: ${checked.bad}`)
    else if ('ok' in checked) values[key] = checked.ok
  }
  const checked = values as unknown as Checked
  const { currency: code, currencyRate: rate } = checked
  if (problems.length === 0 && (code === undefined) !== (rate === undefined)) {
    problems.push(ONE_NEEDS_THE_OTHER)
  }
  if (problems.length === 0 && !checked.s3Logs && checked.s3LargeBodies) problems.push(NEEDS_S3)
  if (problems.length === 0) problems.push(...ofPage(checked))
  return { settings: assemble(checked, guard), problems }
}

function assemble(checked: Checked, guard: string): Settings {
  const { timeZone, currency, currencyRate, logText, logImages, logEmbeddings, logVideo, logAudio, ...rest } = checked
  const { costTag, costTagKey, s3Logs, logBucket, s3ExpireDays, s3LargeBodies, ...others } = rest
  const { dashboard, pageShows, dashboardMfa, dashboardCidrs, dashboardPrefix, dashboardUrl, ...more } = others
  const { dashboardSes, dashboardFrom, ...same } = more
  return {
    guard,
    ...same,
    zoning: [{ from: '0000-00', zone: timeZone }],
    currency: currency && currencyRate ? { code: currency, rate: currencyRate } : undefined,
    s3: s3Logs ? { bucket: logBucket, expireDays: s3ExpireDays, largeBodies: s3LargeBodies } : undefined,
    page: dashboard
      ? {
          shows: pageShows,
          mfa: dashboardMfa,
          cidrs: dashboardCidrs,
          prefix: dashboardPrefix,
          url: dashboardUrl,
          sesIdentity: dashboardSes,
          mailFrom: dashboardFrom,
        }
      : undefined,
    bodies: { text: logText, image: logImages, embedding: logEmbeddings, video: logVideo, audio: logAudio },
    costTag: costTag === undefined ? undefined : { key: costTagKey, value: costTag },
  }
}

function refuseAll(problems: readonly string[]): void {
  if (problems.length === 0) return
  throw new GuardError({
    code: 'bad-settings',
    fault: 'user',
    message:
      problems.length === 1 ? `${problems[0]}` : `${problems.length} settings cannot be used: ${problems.join('; ')}`,
    suggestions: ['init --help says what each setting takes'],
  })
}
