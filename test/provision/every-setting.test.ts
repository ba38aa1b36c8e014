/** Each setting, changed alone by an init with that one option: what it touches in AWS, and that nothing is left to do then. */
import { CreatePolicyCommand, IAMClient } from '@aws-sdk/client-iam'
import { beforeAll, expect, test } from 'vitest'
import { awsClients } from '../../src/provision/clients.ts'
import type { Step } from '../../src/provision/engine/plan.ts'
import { manifestStore } from '../../src/provision/manifest-store.ts'
import { openGuard } from '../../src/provision/open-guard.ts'
import { ROUTES } from '../../src/provision/resources/api-shape.ts'
import { findRuntimeAssets } from '../../src/provision/runtime-assets.ts'
import { type GivenSettings, mergeSettings, type SettingKey, settingsTable } from '../../src/provision/settings.ts'
import { instant } from '../../src/runtime/domain/base/calendar.ts'
import { sandboxForTests } from '../support/sandbox.ts'
import { sleeper, succeeded } from './world.ts'

const sandbox = sandboxForTests()
const guard = 'cg-test'

/** An init with these options alone. */
async function init(given: GivenSettings) {
  const clients = awsClients({ region: sandbox.region, credentials: sandbox.admin })
  const clock = { now: () => instant(sandbox.now()) }
  const manifest = manifestStore({ clients, table: `${guard}-ledger`, clock })
  const installed = await manifest.read()
  const settings = mergeSettings(installed?.settings, given, { guard, now: clock.now() })
  return openGuard({
    ...{ account: sandbox.account, region: sandbox.region, partition: 'aws', version: '1.0.0' },
    ...{ clients, clock, sleeper, manifest, installed, settings, caller: undefined, assets: findRuntimeAssets() },
  })
}

const NOTHING: readonly string[] = []
const functions = ['enforce', 'ingest', 'report'].map((name) => `update function ${name}`)
const role = (...names: readonly string[]) => names.map((name) => `update role ${name}`)
const allRoles = role('bedrock-logging', 'enforce', 'ingest', 'report', 'scheduler')
/** Too many to name: only these kinds of changes. */
const only = (kinds: RegExp) => ({ only: kinds })
const alarms = (doing: string, ...more: readonly string[]) =>
  ['dead-letters', 'enforce-errors', 'ingest-errors', 'log-delivery', 'no-check', 'not-blocked', 'report-errors']
    .concat('silence', 'throttled', more)
    .map((name) => `${doing} alarm ${name}`)
const dashboard = 'update dashboard us-east-1'
/** Of the self-service page. */
const page = 'update function dashboard'
const pool = 'update user-pool dashboard'
/** Once there is a page, its function is told the same. */
const allFunctions = [...functions, page]

/** What changes besides the guard's own record; `never`: what cannot be changed later, and says so. */
const expected: Readonly<Record<SettingKey, readonly string[] | 'never' | { readonly only: RegExp }>> = {
  emails: ['create topic-mail boss@example.com', 'create topic-mail finance@example.com'],
  // Block policies end with a month; this month's stays in the former zone.
  timeZone: [...functions, 'update policy … (12)'],
  reportTime: ['update schedule report'],
  // The alarms and the dashboard explain themselves in it too.
  language: [...functions, ...alarms('update'), dashboard],
  currency: functions,
  currencyRate: functions,
  // The journal outlives the log records by a fixed time.
  retentionDays: [...functions, 'update log-group /aws/bedrock/cg-test'],
  logGroup: 'never',
  table: 'never',
  topic: 'never',
  adopt: 'never',
  logText: ['update bedrock-logging account'],
  logImages: ['update bedrock-logging account'],
  logEmbeddings: ['update bedrock-logging account'],
  logVideo: ['update bedrock-logging account'],
  logAudio: ['update bedrock-logging account'],
  s3Logs: [
    'create alarm s3-delivery',
    'create log-bucket log-123456789012-us-east-1',
    'update bedrock-logging account',
    dashboard,
  ],
  // The former bucket stays, with what is in it.
  logBucket: ['create log-bucket example-bedrock-log', 'update bedrock-logging account'],
  s3ExpireDays: ['update log-bucket example-bedrock-log'],
  s3LargeBodies: ['update alarm s3-delivery', 'update bedrock-logging account'],
  kmsKey: [
    ...['create key-alias cg-test', 'create log-key cg-test', 'update log-bucket example-bedrock-log'],
    ...['update log-group /aws/bedrock/cg-test', 'update topic notices', ...role('enforce', 'ingest', 'report')],
  ],
  logReaders: ['update log-key cg-test'],
  mode: functions,
  onlySources: allFunctions,
  alarms: [...alarms('remove', 's3-delivery'), 'remove topic-alarms notices', dashboard, 'update log-key cg-test'],
  cloudwatchDashboard: ['remove dashboard us-east-1'],
  dashboard: [
    ...['page-users ledger', 'user-pool dashboard', 'user-pool-domain dashboard', 'user-pool-client dashboard'],
    ...['http-api dashboard', 'api-permission dashboard', 'api-integration dashboard', 'api-authorizer dashboard'],
    ...ROUTES.map(({ key }) => `api-route dashboard ${key}`),
    ...['api-stage dashboard', 'function dashboard', 'role dashboard'],
    ...['log-group /aws/lambda/dashboard', 'log-group /aws/vendedlogs/dashboard'],
  ]
    .map((one) => `create ${one}`)
    // Enforce may touch no role of the guard's own.
    .concat(role('enforce')),
  pageShows: [page],
  dashboardMfa: [pool],
  dashboardCidrs: [page],
  dashboardPrefix: [page, 'update user-pool-domain dashboard'],
  // Where people come back to from the sign-in, and what their invitation says.
  dashboardUrl: [page, pool, 'update user-pool-client dashboard'],
  dashboardSes: [pool],
  dashboardFrom: [pool],
  // The alarm on missing checks follows as well; above the alarms were switched off.
  checkMinutes: ['update schedule enforce'],
  warnAt: allFunctions,
  labels: allFunctions,
  sessionRoles: allFunctions,
  // Who is never blocked is denied to enforce by its role as well.
  protectedPrincipals: [...allFunctions, ...role('enforce')],
  unknownPrice: allFunctions,
  assumedCacheTtl: allFunctions,
  permissionsBoundary: [...allRoles, ...role('dashboard')],
  rolePath: 'never',
  // Without a value there is no tag.
  costTagKey: NOTHING,
  costTag: only(/^update /),
}

/** `update function enforce`; policies of months are counted. */
function told(steps: readonly Step[]): readonly string[] {
  const changes = steps.filter((step) => !['keep', 'retain'].includes(step.do) && !step.id.startsWith('manifest/'))
  const dated = changes.filter((step) => step.id.includes('limit-reached-until'))
  const others = changes.filter((step) => !dated.includes(step))
  const words = others.map(({ do: doing, id }) => {
    const [kind, ...name] = id.replace(/@[a-z0-9-]+$/, '').split('/')
    return `${doing} ${kind} ${name.join('/').replace(`${guard}-`, '')}`
  })
  return [...words, ...(dated.length === 0 ? [] : [`update policy … (${dated.length})`])].toSorted()
}

/** What some need beside themselves. */
const needs: GivenSettings = { currency: 'JPY', currencyRate: '150' }
const givenFor = (key: SettingKey, sample: GivenSettings[SettingKey]): GivenSettings =>
  key === 'currency' ? needs : { [key]: sample }

beforeAll(async () => {
  const iam = new IAMClient({ endpoint: sandbox.endpoint, region: sandbox.region, credentials: sandbox.admin })
  const PolicyDocument = JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
  })
  await iam.send(new CreatePolicyCommand({ PolicyName: 'bounds', PolicyDocument }))
  const first = await init({})
  succeeded(await first.apply(await first.plan(), () => {}))
})

test.for(settingsTable)(
  '$key alone changes what it must, and all of it',
  { timeout: 120_000 },
  async ({ key, sample }) => {
    const want = expected[key]
    const opened = await init(givenFor(key, sample)).catch((error: unknown) => error)
    if (opened instanceof Error) {
      // What cannot be moved under a running guard is refused by the words alone.
      expect([want, (opened as { code?: string }).code]).toEqual(['never', 'bad-settings'])
      expect(opened.message).toMatch(/cannot move|none to adopt/)
      return
    }
    const reconciler = opened as Awaited<ReturnType<typeof init>>
    const plan = await reconciler.plan()
    if (want === 'never') {
      expect(plan.steps.some((step) => step.do === 'refuse')).toBe(true)
      return
    }
    const changes = told(plan.steps)
    if ('only' in want) expect(changes.filter((one) => !want.only.test(one))).toEqual([])
    else expect(changes).toEqual(want.toSorted())
    // Whatever it left undone would stand among the changes of the next setting.
    succeeded(await reconciler.apply(plan, () => {}))
  },
)

test('after all of them there is nothing left to do', async () => {
  expect(told((await (await init({})).plan()).steps)).toEqual([])
})
