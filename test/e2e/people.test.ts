/**
 * Who is spared, a guard that only observes, a deny that somebody takes off themselves, and whether mails arrive: by the
 * built CLI and the built functions. The tests of this file are chapters: each goes on where the one before ended.
 */
import { DetachUserPolicyCommand, IAMClient, ListAttachedUserPoliciesCommand } from '@aws-sdk/client-iam'
import { beforeAll, expect, test } from 'vitest'
import { PLAIN } from '../support/cli.ts'
import { sandboxForTests } from '../support/sandbox.ts'
import { Admin } from './guarded.ts'
import { Worker } from './team.ts'

const sandbox = sandboxForTests()
const minute = 60_000
const boss = 'boss@example.com'
let admin: Admin
let tanaka: Worker
let sato: Worker

const iam = () => new IAMClient({ endpoint: sandbox.endpoint, region: sandbox.region, credentials: sandbox.admin })
const denies = async (UserName: string) =>
  ((await iam().send(new ListAttachedUserPoliciesCommand({ UserName }))).AttachedPolicies ?? [])
    .flatMap((one) => one.PolicyArn ?? [])
    .filter((arn) => arn.includes('/cost-guard-'))
function mails() {
  const found = sandbox.mails().filter((mail) => mail.delivered)
  sandbox.clearMails()
  return found
}
async function later(milliseconds: number): Promise<void> {
  sandbox.advance(milliseconds)
  await sandbox.tick()
}

beforeAll(async () => {
  sandbox.setTime('2026-11-20T02:00:00Z')
  admin = new Admin(sandbox)
  tanaka = new Worker(sandbox, await sandbox.createUser('tanaka'))
  sato = new Worker(sandbox, await sandbox.createUser('sato'))
  await admin.does('init', '--yes', ...PLAIN, '--email', boss, '--limit', 'tanaka=1', '--limit', 'sato=1')
  await later(minute)
})

test('an address that waits is seen by status and mail list; the link confirms it and locks it', async () => {
  expect(await admin.does('status')).toContain(`${boss} has not confirmed its subscription: no mail reaches it.`)
  expect(await admin.does('mail', 'list')).toContain(`mail resend ${boss}`)
  expect(await admin.isRefused('mail', 'confirm', 'a1'.repeat(40))).toMatchObject({ exit: 2, code: 'bad-token' })
  const link = sandbox.confirmationLink(boss) ?? ''
  expect(await admin.does('mail', 'confirm', link)).toContain('only an admin of this account can unsubscribe it')
  expect(await admin.reads('mail', 'list')).toMatchObject({
    addresses: [{ address: boss, state: 'confirmed', locked: true }],
  })
  expect(await sandbox.unsubscribeMail(boss)).toBe(false)
})

test('a deny that a user takes off themselves comes back, and the mail says so and how to unblock', async () => {
  await tanaka.asks({ tokens: '0 in, 60000 out' })
  await sandbox.idle()
  const [deny] = await denies('tanaka')
  expect(
    mails()
      .map(({ subject }) => subject)
      .join(),
  ).toContain('user/tanaka is blocked')
  await iam().send(new DetachUserPolicyCommand({ UserName: 'tanaka', PolicyArn: deny }))
  // Two checks: where the first could not ask IAM, the next does.
  await later(10 * minute)
  await later(minute)
  expect(await denies('tanaka')).toEqual([deny])
  const [mail, ...more] = mails()
  expect(more).toEqual([])
  expect(mail?.subject).toContain('the block of user/tanaka was taken off by hand and is back')
  expect(mail?.text).toContain('cost-guard unblock user/tanaka --region us-east-1')
})

test('whoever is excluded is released at once, works on past every limit, and is not blocked by hand', async () => {
  expect(await admin.does('exclude', 'add', 'TANAKA', '--reason', 'on call')).toContain('Released: user/tanaka')
  expect(await denies('tanaka')).toEqual([])
  await later(minute)
  await tanaka.asks({ tokens: '0 in, 60000 out' })
  expect(await tanaka.tries()).toBe('allowed')
  expect((await admin.row('user/tanaka')).state).toBe('excluded')
  expect(await admin.reads('exclude', 'list')).toMatchObject({
    exclusions: [{ principal: 'user/tanaka', reason: 'on call' }],
  })
  expect(await admin.isRefused('block', 'tanaka', '--yes')).toMatchObject({ exit: 1, code: 'cannot-block' })
  expect(await admin.isRefused('block', `root/${sandbox.account}`, '--yes')).toMatchObject({ exit: 1 })
  mails()
})

test('ending it lists whom it blocks and asks; with --yes it blocks at once', async () => {
  const refused = await admin.run(['exclude', 'remove', 'tanaka'])
  expect(refused.code).toBe(2)
  expect(refused.stderr).toContain('Would be blocked at once: user/tanaka')
  expect(await denies('tanaka')).toEqual([])
  expect(await admin.does('exclude', 'remove', 'tanaka', '--yes')).toContain('Blocked: user/tanaka')
  expect(await denies('tanaka')).toHaveLength(1)
  mails()
})

test('a guard that observes releases whoever is blocked, says whom it would block, and blocks nobody', async () => {
  const said = await admin.does('init', '--mode', 'observe', '--yes')
  expect(said).toContain('enforce → observe')
  expect(said).toContain('released at once: user/tanaka')
  expect(await denies('tanaka')).toEqual([])
  await later(minute)
  await sato.asks({ tokens: '0 in, 60000 out' })
  await later(minute)
  expect(await denies('sato')).toEqual([])
  expect(await sato.tries()).toBe('allowed')
  expect((await admin.row('user/sato')).state).toBe('observed')
  expect(await admin.does('status')).toContain('This guard only observes: nobody is blocked.')
  const subjects = mails().map(({ subject }) => subject)
  expect(subjects.filter((one) => one.includes('would have been blocked'))).toHaveLength(2)
})

test('back to enforce, the plan says whom it blocks, and it blocks them', async () => {
  expect(await admin.does('init', '--mode', 'enforce', '--dry-run')).toContain(
    'blocked at once: user/sato, user/tanaka',
  )
  expect(await denies('sato')).toEqual([])
  await admin.does('init', '--mode', 'enforce', '--yes')
  expect([await denies('sato'), await denies('tanaka')].map((one) => one.length)).toEqual([1, 1])
})
