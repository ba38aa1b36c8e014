/**
 * One person behind several keys, and a team out of tags: suggested, agreed to, limited, stopped together. The tests of
 * this file are chapters: each goes on where the one before ended.
 */
import { IAMClient, ListAttachedUserPoliciesCommand, TagUserCommand } from '@aws-sdk/client-iam'
import { beforeAll, expect, test } from 'vitest'
import { PLAIN } from '../support/cli.ts'
import { sandboxForTests } from '../support/sandbox.ts'
import { Admin } from './guarded.ts'
import { Worker } from './team.ts'

const sandbox = sandboxForTests()
const minute = 60_000
const DEV = 'AWSReservedSSO_Dev_0123456789abcdef'
let admin: Admin
const worker: Record<string, Worker> = {}

const iam = () => new IAMClient({ endpoint: sandbox.endpoint, region: sandbox.region, credentials: sandbox.admin })
const tag = (UserName: string, Key: string, Value: string) =>
  iam().send(new TagUserCommand({ UserName, Tags: [{ Key, Value }] }))
const isDenied = async (UserName: string) =>
  ((await iam().send(new ListAttachedUserPoliciesCommand({ UserName }))).AttachedPolicies ?? []).some(
    ({ PolicyArn = '' }) => PolicyArn.includes('/cost-guard-'),
  )
async function later(): Promise<void> {
  sandbox.advance(minute)
  await sandbox.tick()
}

beforeAll(async () => {
  sandbox.setTime('2026-11-20T02:00:00Z')
  admin = new Admin(sandbox)
  for (const name of ['tanaka', 'BedrockAPIKey-x1', 'BedrockAPIKey-x2', 'sato'])
    worker[name] = new Worker(sandbox, await sandbox.createUser(name))
  await sandbox.createRole(DEV, { path: '/aws-reserved/sso.amazonaws.com/' })
  worker['session'] = new Worker(sandbox, await sandbox.assume(DEV, 'Tanaka@example.com'))
  await tag('BedrockAPIKey-x1', 'Owner', 'tanaka@example.com')
  await admin.does('init', '--yes', ...PLAIN)
  await later()
  // 20 dollars per million tokens of output: 20 cents each.
  for (const one of Object.values(worker)) await one.asks({ tokens: '0 in, 10000 out' })
})

test('suggestions come from names and tags, change nothing by themselves, and leave the unknown on the list', async () => {
  const found = await admin.reads('people', 'suggest')
  expect(found).toMatchObject({
    suggestions: [
      {
        person: 'tanaka',
        existing: false,
        members: [
          { member: 'session/AWSReservedSSO_*/Tanaka@example.com', because: 'name' },
          { member: 'user/BedrockAPIKey-x1', because: 'owner-tag' },
          { member: 'user/tanaka', because: 'name' },
        ],
      },
    ],
    unclear: [],
    unknown: expect.arrayContaining([{ principal: 'user/BedrockAPIKey-x2', usd: '0.2' }]),
  })
  expect(await admin.isRefused('people', 'suggest', '--apply')).toMatchObject({ exit: 2, code: 'needs-yes' })
  expect(await admin.reads('people', 'list')).toMatchObject({ people: [] })
  await admin.does('people', 'suggest', '--apply', '--yes')
  expect(await admin.reads('people', 'list')).toMatchObject({
    people: [{ name: 'tanaka', usd: '0.6', members: expect.arrayContaining(['user/tanaka']) }],
  })
})

test('who belongs to tanaka cannot be sato as well, and a bare name that means both is refused', async () => {
  expect(await admin.isRefused('people', 'set', 'sato=user/sato,user/BedrockAPIKey-x1')).toMatchObject({
    ...{ exit: 2, code: 'belongs-to-another' },
    suggestions: expect.arrayContaining([expect.stringContaining('people remove tanaka user/BedrockAPIKey-x1')]),
  })
  expect(await admin.isRefused('limits', 'set', 'tanaka=5')).toMatchObject({
    ...{ code: 'ambiguous-principal', suggestions: ['user/tanaka', 'person/tanaka'] },
  })
  expect(await admin.isRefused('limits', 'set', 'person/tanaca=5')).toMatchObject({ code: 'unknown-principal' })
})

test('a limit on the person counts all of their keys, and stops every one of them', async () => {
  await admin.does('limits', 'set', 'person/tanaka=0.8')
  await worker['tanaka']?.asks({ tokens: '0 in, 5000 out' })
  await worker['BedrockAPIKey-x1']?.asks({ tokens: '0 in, 5000 out' })
  await later()
  expect(await Promise.all(['tanaka', 'BedrockAPIKey-x1', 'sato'].map(isDenied))).toEqual([true, true, false])
  expect(await admin.row('user/tanaka')).toMatchObject({ state: 'blocked', decidedBy: 'person/tanaka@month' })
  const shown = await admin.does('show', 'person/tanaka')
  expect(shown).toContain('Spent 0.80 dollars')
  expect(shown).toMatch(/its own monthly limit +0\.80 +0\.80/)
  expect(shown).toMatch(/MEMBER.*user\/BedrockAPIKey-x1 +0\.30/s)
  expect(await admin.does('limits', 'export')).toContain('person/tanaka,0.8,month,block')
})

test('a key that leaves the pot takes its money with it: everybody is free again; back in, blocked again after asking', async () => {
  expect(await admin.does('people', 'remove', 'tanaka', 'user/BedrockAPIKey-x1')).toContain('Released: user/')
  expect(await Promise.all(['tanaka', 'BedrockAPIKey-x1'].map(isDenied))).toEqual([false, false])
  const refused = await admin.run(['people', 'add', 'tanaka', 'user/BedrockAPIKey-x1'])
  expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining('Would be blocked at once: user/tanaka')])
  expect(await admin.does('people', 'add', 'tanaka', 'user/BedrockAPIKey-x1', '--yes')).toContain('Blocked: user/')
  expect(await admin.does('unblock', 'person/tanaka', '--grant', '5')).toContain('Released: user/')
  expect(await Promise.all(['tanaka', 'BedrockAPIKey-x1'].map(isDenied))).toEqual([false, false])
})

test('teams come out of tags when the admin agrees; the status adds them up; a team is blocked by hand and released', async () => {
  await tag('tanaka', 'Team', 'growth')
  await tag('sato', 'team', 'Growth')
  expect(await admin.does('teams', 'sync', '--dry-run')).toContain('team/Growth (from tags): user/sato, user/tanaka')
  expect(await admin.reads('teams', 'list')).toMatchObject({ teams: [] })
  await admin.does('teams', 'sync', '--yes')
  expect(await admin.reads('teams', 'list')).toMatchObject({
    teams: [{ name: 'Growth', from: 'tags', members: ['user/sato', 'user/tanaka'], usd: '0.5' }],
  })
  // 0.5 of tanaka's own user and of sato; tanaka's other keys are the person's, not the team's.
  expect(await admin.reads('status', '--by', 'team')).toMatchObject({
    groups: { by: 'team', rows: expect.arrayContaining([expect.objectContaining({ key: 'team/Growth', usd: '0.5' })]) },
  })
  expect(await admin.isRefused('teams', 'add', 'growth', 'user/BedrockAPIKey-x2')).toMatchObject({
    code: 'team-from-tags',
  })
  expect(await admin.does('block', 'growth', '--yes')).toContain('Blocked: user/sato, user/tanaka')
  const alone = await admin.run(['unblock', 'user/sato'])
  expect([alone.code, alone.stdout]).toEqual([1, expect.stringContaining('with everybody of team/Growth')])
  expect(await admin.does('unblock', 'growth')).toContain('Released: user/sato, user/tanaka')
  expect(await admin.reads('config', 'export')).toMatchObject({
    people: { tanaka: expect.arrayContaining(['user/tanaka']) },
    teams: { Growth: { from: 'tags', members: ['user/sato', 'user/tanaka'] } },
    limits: { 'person/tanaka': { amount: '0.8' } },
  })
  const said = await admin.does('history')
  for (const deed of ['person set person/tanaka', 'team set team/Growth', 'blocked by hand team/Growth'])
    expect(said).toContain(deed)
})
