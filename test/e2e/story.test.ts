/**
 * The whole story by the built CLI and the built functions: an admin installs, a team works through the real SDK, one is
 * warned, blocked, raised, pardoned, released by the month's end, reported; the guard goes and leaves what it says.
 * The tests of this file are chapters: each goes on where the one before ended.
 */
import {
  BedrockClient,
  GetModelInvocationLoggingConfigurationCommand,
  PutModelInvocationLoggingConfigurationCommand,
} from '@aws-sdk/client-bedrock'
import { DetachUserPolicyCommand, IAMClient, ListAttachedUserPoliciesCommand } from '@aws-sdk/client-iam'
import { beforeAll, describe, expect, test } from 'vitest'
import { makeArchive } from '../support/archive.ts'
import { sandboxForTests } from '../support/sandbox.ts'
import { differences, dump, names, SERVICES } from './dump.ts'
import { Admin } from './guarded.ts'
import { Worker } from './team.ts'

const sandbox = sandboxForTests()
const SSO = 'AWSReservedSSO_Developer_0123456789abcdef'
const MINUTE = 60_000
const policyArn = (name: string) => `arn:aws:iam::123456789012:policy/cost-guard-${name}`
const NOVEMBER = policyArn('limit-reached-until-2026-12-01')
const theirs = {
  s3Config: { bucketName: 'company-archive', keyPrefix: 'bedrock' },
  embeddingDataDeliveryEnabled: true,
}
const INIT = ['init', '--yes', '--email', 'boss@example.com', '--time-zone', 'Asia/Tokyo', '--warn-at', '50,80']

let admin: Admin
let tanaka: Worker
let sato: Worker
let teamA: Worker
let suzuki: Worker
let before: readonly string[]

const here = () => ({ endpoint: sandbox.endpoint, region: sandbox.region, credentials: sandbox.admin })
const accountLogging = async () =>
  (await new BedrockClient(here()).send(new GetModelInvocationLoggingConfigurationCommand({}))).loggingConfig
const attachedTo = async (UserName: string) =>
  (await new IAMClient(here()).send(new ListAttachedUserPoliciesCommand({ UserName }))).AttachedPolicies?.map(
    (one) => one.PolicyArn,
  )
/** Subjects of the mails that reached somebody since the last look. */
function subjects(): readonly string[] {
  const found = sandbox.mails().filter((mail) => mail.delivered)
  sandbox.clearMails()
  return found.map((mail) => mail.subject)
}
/** Time passes and what is due is done. */
async function later(milliseconds: number): Promise<void> {
  sandbox.advance(milliseconds)
  await sandbox.tick()
}

beforeAll(async () => {
  sandbox.setTime('2026-11-29T02:00:00Z')
  admin = new Admin(sandbox)
  tanaka = new Worker(sandbox, await sandbox.createUser('tanaka'))
  sato = new Worker(sandbox, await sandbox.createUser('sato'))
  await sandbox.createRole('team-a')
  teamA = new Worker(sandbox, await sandbox.assume('team-a', 'nightly-build'))
  await sandbox.createRole(SSO, { path: '/aws-reserved/sso.amazonaws.com/' })
  suzuki = new Worker(sandbox, await sandbox.assume(SSO, 'suzuki@example.com'))
  await makeArchive(sandbox, 'company-archive')
  await new BedrockClient(here()).send(new PutModelInvocationLoggingConfigurationCommand({ loggingConfig: theirs }))
  before = await dump(sandbox)
})

describe('installing', () => {
  test('one command makes the guard, and the logging configuration that was there keeps its archive', async () => {
    const said = await admin.does(...INIT, '--default-limit', '20', '--limit', 'tanaka=2', '--limit', 'role/team-a=100')
    expect(said).toContain('user/tanaka a month: none → 2.00')
    expect(await accountLogging()).toMatchObject({
      ...theirs,
      cloudWatchConfig: { logGroupName: '/aws/bedrock/cost-guard' },
    })
    expect(sandbox.confirmMail('boss@example.com')).toBe(1)
    expect(await admin.does('plan')).toContain('Nothing to change.')
  })
})

describe('metering', () => {
  test('every way to call is counted to the last digit, per user, role and person behind Identity Center', async () => {
    await tanaka.asks({ tokens: '100000 in, 5000 out, 100000 cache read' })
    await tanaka.asks({ tokens: '50000 in, 0 out', way: 'converse-stream', source: 'claude-code' })
    await sato.asks({ tokens: '1000 in, 100 out', way: 'invoke', model: 'us.anthropic.claude-sonnet-5-5' })
    await sato.asks({ tokens: '1000 in, 101 out', way: 'invoke-stream', model: 'global.anthropic.claude-haiku-5-5' })
    await teamA.asks({ tokens: '10000 in, 0 out' })
    await suzuki.asks({ tokens: '1000 in, 50 out', source: 'my-own-tool' })
    const { principals, totalUsd, period, health } = await admin.status()
    const rows = principals.map(({ principal, usd, requests, state }) => [principal, usd, requests, state])
    expect(rows).toEqual([
      ['user/tanaka', '0.72', 2, 'ok'],
      ['role/team-a', '0.04', 1, 'ok'],
      [`session/${SSO}/suzuki@example.com`, '0.005', 1, 'ok'],
      ['user/sato', '0.0034505', 2, 'ok'],
    ])
    expect(totalUsd).toBe('0.7684505')
    expect(period).toMatchObject({ key: '2026-11', timezone: 'Asia/Tokyo', resetsAt: '2026-11-30T15:00:00Z' })
    expect(health.problems).toEqual([])
    expect(principals[0]?.sources).toEqual({ 'claude-code': '0.2', none: '0.52' })
    expect(principals[2]?.sources).toEqual({ other: '0.005' })
    expect(subjects()).toEqual([])
  })

  test('a call that Bedrock refuses costs nothing', async () => {
    expect(await sato.tries({ tokens: '1000 in, 100 out\nfail: ThrottlingException' })).toContain('ThrottlingException')
    expect(await admin.row('user/sato')).toMatchObject({ usd: '0.0034505', requests: 2 })
  })

  test('a model without a price is counted at an assumed one, told once, and corrected to the digit by prices set', async () => {
    await sato.asks({ tokens: '1000 in, 100 out', model: 'newlab.wonder-9' })
    await sato.asks({ tokens: '2000 in, 0 out', model: 'newlab.wonder-9' })
    const assumed = await admin.row('user/sato')
    expect(Number(assumed.assumedUsd)).toBeGreaterThan(0)
    expect(subjects()).toEqual([expect.stringContaining('no price is known for newlab.wonder-9')])
    await admin.does('prices', 'set', 'newlab.wonder-9', '--input', '3', '--output', '15')
    expect(await admin.row('user/sato')).toMatchObject({ usd: '0.0139505', assumedUsd: '0', requests: 4 })
    expect((await admin.status()).health.unpricedModels).toEqual([])
  })
})

describe('warning and blocking', () => {
  test('the half of a limit is told once', async () => {
    await tanaka.asks({ tokens: '100000 in, 0 out' })
    expect(subjects()).toEqual([expect.stringContaining('user/tanaka has used 56 % of a limit')])
    await tanaka.asks({ tokens: '1000 in, 0 out' })
    await later(MINUTE)
    expect(subjects()).toEqual([])
    expect(await admin.row('user/tanaka')).toMatchObject({ usd: '1.124', state: 'warned' })
  })

  test('at the limit the next call of the SDK is denied, and the error names the policy that says until when', async () => {
    await tanaka.asks({ tokens: '219000 in, 0 out' })
    expect(await admin.row('user/tanaka')).toMatchObject({
      usd: '2',
      state: 'blocked',
      decidedBy: 'user/tanaka@month',
      blockedUntil: '2026-11-30T15:00:00Z',
    })
    const denied = await tanaka.tries()
    expect(denied).toMatch(/^AccessDeniedException: User: arn:aws:iam::123456789012:user\/tanaka is not authorized/)
    expect(denied).toContain(`with an explicit deny in an identity-based policy: ${NOVEMBER}`)
    expect(await sato.tries()).toBe('allowed')
    expect(subjects()).toEqual([expect.stringContaining('user/tanaka is blocked')])
  })

  test('a deny that somebody took off by hand comes back, and the notice says how to unblock', async () => {
    await new IAMClient(here()).send(new DetachUserPolicyCommand({ UserName: 'tanaka', PolicyArn: NOVEMBER }))
    expect(await tanaka.tries()).toBe('allowed')
    await later(11 * MINUTE)
    expect(await attachedTo('tanaka')).toEqual([NOVEMBER])
    const mail = sandbox.mails().find((one) => one.subject.includes('taken off by hand'))
    expect(mail?.text).toContain('cost-guard unblock')
    sandbox.clearMails()
  })

  test('a raise frees at once', async () => {
    expect(await admin.does('limits', 'set', 'tanaka=10')).toContain('user/tanaka a month: 2.00 → 10.00')
    expect(await tanaka.tries()).toBe('allowed')
    expect(await attachedTo('tanaka')).toEqual([])
    expect(subjects()).toEqual([expect.stringContaining('user/tanaka is free again')])
  })

  test('a block by hand holds through checks until it is ended by hand', async () => {
    await admin.does('block', 'sato', '--reason', 'key leaked', '--yes')
    await later(11 * MINUTE)
    expect(await sato.tries()).toContain(policyArn('blocked-by-admin'))
    expect(await admin.row('user/sato')).toMatchObject({ state: 'blocked', decidedBy: 'manual', blockedUntil: null })
    await admin.does('unblock', 'sato')
    expect(await sato.tries()).toBe('allowed')
    subjects()
  })

  test('a whole role is blocked in all its sessions', async () => {
    await admin.does('limits', 'set', 'role/team-a=0.01', '--yes')
    expect(await teamA.tries()).toContain(NOVEMBER)
    const other = new Worker(sandbox, await sandbox.assume('team-a', 'another'))
    expect(await other.tries()).toContain('explicit deny')
    await admin.does('limits', 'unset', 'role/team-a')
    expect(await teamA.tries()).toBe('allowed')
    subjects()
  })

  test('a person behind Identity Center who cannot be blocked is shown so, and told once', async () => {
    const who = `session/${SSO}/suzuki@example.com`
    await admin.does('limits', 'set', `${who}=0.001`, '--yes')
    await later(11 * MINUTE)
    expect(await suzuki.tries()).toBe('allowed')
    expect(await admin.row(who)).toMatchObject({ state: 'cannot-block' })
    expect(subjects().filter((subject) => subject.includes('cannot be'))).toHaveLength(1)
    await admin.does('limits', 'unset', who)
    subjects()
  })

  test('a pardon sticks through checks and ends when what was granted is used up', async () => {
    await admin.does('limits', 'set', 'tanaka=1', '--yes')
    expect(await tanaka.tries()).toContain(NOVEMBER)
    const said = await admin.does('unblock', 'tanaka', '--grant', '0.5', '--reason', 'release week')
    expect(said).toContain('Pardoned from every limit until 2026-12-01 00:00 +09:00, for 0.50 dollars more.')
    expect(await tanaka.tries()).toBe('allowed')
    for (const _ of [1, 2, 3]) await later(11 * MINUTE)
    await tanaka.asks({ tokens: '100000 in, 0 out' })
    await later(MINUTE)
    expect(await tanaka.tries()).toBe('allowed')
    expect(await admin.row('user/tanaka')).toMatchObject({ usd: '2.4', state: 'waived' })
    await tanaka.asks({ tokens: '25000 in, 0 out' })
    expect(await tanaka.tries()).toContain(NOVEMBER)
    expect(await admin.row('user/tanaka')).toMatchObject({ usd: '2.5', state: 'blocked' })
    subjects()
  })
})

describe('what goes wrong on the way', () => {
  test('a record whose delivery failed is found by the catch-up, counted once, and told', async () => {
    const usd = (await admin.row('user/sato')).usd
    const fault = sandbox.inject({
      service: 'dynamodb',
      operation: 'TransactWriteItems',
      error: { code: 'AccessDeniedException', message: 'not now', status: 400 },
      times: 1_000,
    })
    await sato.asks({ tokens: '1000 in, 0 out' })
    expect(sandbox.invocations().filter((one) => one.function === 'cost-guard-ingest' && one.error)).toHaveLength(3)
    fault.remove()
    expect((await admin.row('user/sato')).usd).toBe(usd)
    await later(16 * MINUTE)
    await later(16 * MINUTE)
    expect((await admin.row('user/sato')).usd).toBe('0.0179505')
    expect(subjects()).toEqual([expect.stringContaining('1 record was found late')])
  })

  test('a check that could not read everything releases nobody', async () => {
    const fault = sandbox.inject({
      service: 'dynamodb',
      operation: 'Query',
      error: { code: 'AccessDeniedException', message: 'not now', status: 400 },
      times: 1_000,
      matches: ({ caller }) => caller?.arn.includes('cost-guard-enforce') === true,
    })
    await later(11 * MINUTE)
    fault.remove()
    expect(await attachedTo('tanaka')).toEqual([NOVEMBER])
    await later(MINUTE)
    expect(await attachedTo('tanaka')).toEqual([NOVEMBER])
    subjects()
  })
})

describe('reporting', () => {
  test('the daily mail comes at nine in the morning of the guard’s zone, once', async () => {
    sandbox.setTime('2026-11-29T23:59:30Z')
    await sandbox.tick()
    subjects()
    sandbox.setTime('2026-11-30T00:00:20Z')
    await sandbox.tick()
    const mails = sandbox.mails()
    expect(mails.map((mail) => mail.to)).toEqual(['boss@example.com'])
    expect(mails[0]?.text).toContain('user/tanaka')
    expect(mails[0]?.text).toContain('2.50')
    sandbox.clearMails()
    await later(MINUTE)
    await later(60 * MINUTE)
    expect(subjects()).toEqual([])
  })

  test('report preview shows it without sending, report send sends it', async () => {
    expect(await admin.does('report', 'preview')).toContain('user/tanaka')
    expect(subjects()).toEqual([])
    await admin.does('report', 'send')
    expect(subjects()).toHaveLength(1)
  })
})

describe('the end of the month', () => {
  test('the policy itself ends: even a guard that does not run blocks nobody longer', async () => {
    sandbox.setTime('2026-11-30T14:59:30Z')
    expect(await tanaka.tries()).toContain(NOVEMBER)
    sandbox.setTime('2026-11-30T15:00:01Z')
    expect(await attachedTo('tanaka')).toEqual([NOVEMBER])
    expect(await tanaka.tries()).toBe('allowed')
  })

  test('the next check takes the deny off and tells; no limit was touched', async () => {
    await later(MINUTE)
    expect(await attachedTo('tanaka')).toEqual([])
    expect(subjects().filter((subject) => subject.includes('tanaka'))).toEqual([
      expect.stringContaining('user/tanaka is free again'),
    ])
    const { limits } = (await admin.reads('limits', 'list')) as { limits: { id: string; limitUsd: string }[] }
    expect(limits.map(({ id }) => id)).toEqual(['*@month', 'user/tanaka@month'])
  })

  test('the new month begins at zero, the old one keeps its sums', async () => {
    const [december, november] = [await admin.status(), await admin.status('--month', '2026-11')]
    expect(december.period.key).toBe('2026-12')
    expect(december.totalUsd).toBe('0')
    expect(november.principals.map(({ principal, usd }) => [principal, usd])).toEqual([
      ['user/tanaka', '2.5'],
      ['role/team-a', '0.04'],
      ['user/sato', '0.0179505'],
      [`session/${SSO}/suzuki@example.com`, '0.005'],
    ])
  })

  test('on the first the statement of the old month comes with the daily mail', async () => {
    sandbox.setTime('2026-12-01T00:00:20Z')
    await sandbox.tick()
    expect(sandbox.mails().some((mail) => mail.text.includes('2026-11') && mail.text.includes('2.56'))).toBe(true)
    subjects()
  })
})

describe('removing', () => {
  test('teardown leaves the ledger and the log, gives the logging configuration back, and nothing else', async () => {
    await admin.does('limits', 'set', 'tanaka=0', '--yes')
    expect(await tanaka.tries()).toContain('explicit deny')
    const said = await admin.does('teardown', '--confirm', 'cost-guard')
    expect(said).toContain('user/tanaka')
    expect(await tanaka.tries()).toBe('allowed')
    expect(await accountLogging()).toEqual(theirs)
    const left = names(await dump(sandbox)).filter((name) => !name.startsWith('item '))
    expect(left.filter((name) => !names(before).includes(name))).toEqual([
      'log-group /aws/bedrock/cost-guard',
      'table cost-guard-ledger',
    ])
    expect(names(before).filter((name) => !left.includes(name))).toEqual([])
    expect(await admin.isRefused('status')).toMatchObject({ exit: 1, code: 'no-guard' })
  })

  test('init again takes both over, and what was counted still counts', async () => {
    await admin.does(...INIT)
    const november = await admin.status('--month', '2026-11')
    expect(november.totalUsd).toBe('2.5629505')
    await sato.asks({ tokens: '1000 in, 0 out' })
    expect(await admin.row('user/sato')).toMatchObject({ usd: '0.004', requests: 1 })
    // The limit of zero was not taken away with the guard.
    await later(MINUTE)
    expect(await tanaka.tries()).toContain('explicit deny')
  })

  test('teardown with --delete-data leaves the account exactly as it was before the guard', async () => {
    await admin.does('teardown', '--confirm', 'cost-guard', '--delete-data')
    expect(differences(before, await dump(sandbox))).toEqual([])
    const called = new Set(sandbox.calls().map((call) => call.service))
    // S3 is asked for the archive that this story makes for itself alone.
    expect([...called].filter((service) => ![...SERVICES, 'bedrock-runtime', 's3'].includes(service))).toEqual([])
    expect(sandbox.problems()).toEqual([])
    expect(await admin.does('teardown', '--confirm', 'cost-guard')).toContain('Nothing')
  })
})
