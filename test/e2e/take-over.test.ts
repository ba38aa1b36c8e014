/** An account where the original guard has run for weeks is taken over: from its log, person by person, never a gap. */
import type { ChildProcess } from 'node:child_process'
import { beforeAll, expect, test } from 'vitest'
import type { Fault } from '../../src/sandbox/index.ts'
import { documentOf, run } from '../support/cli.ts'
import { LOG_GROUP, OriginalGuard } from '../support/original.ts'
import { sandboxForTests } from '../support/sandbox.ts'
import { differences, dump } from './dump.ts'
import { ADMIN_ARN, Admin, changesBy } from './guarded.ts'
import { Worker } from './team.ts'

const sandbox = sandboxForTests()
const IMPORT = ['import-original', '--yes', '--as', 'ops=role/ops', '--as', 'gone=none']

let admin: Admin
let original: OriginalGuard
let tanaka: Worker
let sato: Worker
let mori: Worker

beforeAll(async () => {
  sandbox.setTime('2026-11-18T02:00:00Z')
  admin = new Admin(sandbox)
  original = new OriginalGuard(sandbox)
  tanaka = new Worker(sandbox, await sandbox.createUser('tanaka'))
  sato = new Worker(sandbox, await sandbox.createUser('sato'))
  mori = new Worker(sandbox, await sandbox.createUser('mori'))
  await sandbox.createUser('ops')
  await sandbox.createRole('ops')
})

test('where no original runs it says so and fails', async () => {
  const refused = await admin.isRefused('import-original', '--yes')
  expect(refused).toMatchObject({ exit: 1, code: 'no-original' })
  expect(refused.message).toContain('no function with its settings was found')
})

test('a first init names the original and what would clash, and does not refuse for it', async () => {
  await original.install({
    limits: 'tanaka:2,sato:0,mori:50,ops:100,gone:7',
    excluded: 'mori',
    rows: { month: '2026-11', day: '2026-11-18', totals: { 'user:tanaka': '2.4', 'user:sato': '0.8' } },
  })
  for (const _ of [1, 2, 3]) await tanaka.asks({ tokens: '250000 in, 0 out' })
  await sato.asks({ tokens: '100000 in, 0 out' })
  await original.blocks('user', 'tanaka')
  await original.blocks('user', 'sato')
  const ran = await admin.run(['init', '--dry-run', '--log-group', LOG_GROUP, '--adopt', 'log-group'])
  expect(ran.stdout).toContain('The original guard runs here: the function claude-cost-handler')
  expect(ran.stdout).toMatch(/its deny hangs on user\/sato, user\/tanaka/)
  expect(ran.stdout).toMatch(/Take over from it instead .* import-original/)
  expect(ran.code).toBe(0)
})

test('a dry run shows all of it and changes nothing', async () => {
  const before = await dump(sandbox)
  sandbox.clearCalls()
  const ran = await admin.run(['import-original', '--dry-run'])
  expect(ran.code).toBe(0)
  expect(ran.stdout).toContain('user/tanaka: 2')
  expect(ran.stdout).toContain('sato: 0 there, which means no limit; none is set')
  expect(ran.stdout).toContain('ops: may be user/ops or role/ops')
  expect(ran.stdout).toContain('gone: IAM knows no user and no role of this name')
  expect(ran.stdout).toContain('--time-zone Asia/Tokyo')
  expect(ran.stdout).toContain('--currency JPY')
  expect(ran.stdout).toMatch(/counted from its log group, record by record/)
  expect(ran.stdout).toMatch(/opus: input 5, output 25; here claude-opus-/)
  expect(changesBy(sandbox, ADMIN_ARN)).toEqual([])
  expect(differences(before, await dump(sandbox))).toEqual([])
})

test('names that IAM does not decide stop it before anything is changed', async () => {
  const ran = await admin.run(['import-original', '--yes', '--json'])
  expect(ran.code).toBe(2)
  expect(documentOf(ran)).toMatchObject({
    error: {
      code: 'undecided-names',
      suggestions: [expect.stringContaining('--as ops='), expect.stringContaining('--as gone=')],
    },
    proposals: {
      undecided: [
        { name: 'ops', candidates: ['user/ops', 'role/ops'] },
        { name: 'gone', candidates: [] },
      ],
    },
  })
  expect(changesBy(sandbox, ADMIN_ARN)).toEqual([])
})

/** Kills it the moment it sends such a call. */
async function killedWhen(due: NonNullable<Fault['matches']>): Promise<void> {
  let child: ChildProcess | undefined
  const watch = sandbox.inject({
    matches(call) {
      if (call.caller?.arn === ADMIN_ARN && due(call)) child?.kill('SIGKILL')
      return false
    },
  })
  const ran = await run(IMPORT, { env: sandbox.env, onStart: (started) => (child = started) })
  watch.remove()
  await sandbox.idle()
  expect(ran.signal).toBe('SIGKILL')
}

test('killed while it installs, and again before the first deny comes off, it leaves everybody as blocked as before', async () => {
  await killedWhen(({ operation }) => operation === 'CreateFunction')
  expect(await original.blocked()).toEqual(['user/sato', 'user/tanaka'])
  await killedWhen(({ operation }) => operation === 'DetachUserPolicy')
  expect(await tanaka.tries()).toContain('explicit deny')
})

test('run again it ends: the month counted, our deny on before theirs is off, who is free was shown, its schedules rest', async () => {
  const said = await admin.does(...IMPORT)
  expect(said).toMatch(/without the original’s deny they are free\s+- user\/sato: 0\.40 spent this month, no limit/)
  expect(said).toContain('user/sato: free; the original’s deny is off')
  expect(await original.blocked()).toEqual([])
  expect(await tanaka.tries()).toContain('explicit deny')
  expect(await sato.tries()).toBe('allowed')
  expect((await original.schedules()).map((line) => line.split(' ')[1])).toEqual(['DISABLED', 'DISABLED'])
  expect((await original.schedules())[0]).toContain('rate(1 minute) {"action":"claude-cost-cap-check"}')
  expect(await admin.row('user/tanaka')).toMatchObject({ usd: '3', state: 'blocked', decidedBy: 'user/tanaka@month' })
  expect((await admin.status()).period.timezone).toBe('Asia/Tokyo')
})

test('nobody was unblocked in between: the guard’s own deny was attached before the original’s came off', () => {
  const about = sandbox
    .calls()
    .filter(({ operation, status }) => /^(?:Attach|Detach)UserPolicy$/.test(operation) && status < 300)
    .map(({ operation, input }) => ({ operation, user: input['UserName'], policy: String(input['PolicyArn']) }))
  const mine = about.filter(
    ({ user, policy }) => user === 'tanaka' && (policy.includes('limit-reached') || policy === original.denyArn),
  )
  const on = mine.findIndex(
    ({ operation, policy }) => operation === 'AttachUserPolicy' && policy.includes('limit-reached'),
  )
  const off = mine.findIndex(({ operation, policy }) => operation === 'DetachUserPolicy' && policy === original.denyArn)
  expect(on).toBeGreaterThanOrEqual(0)
  expect(off).toBeGreaterThan(on)
  expect(
    mine.some(({ operation, policy }) => operation === 'DetachUserPolicy' && policy.includes('limit-reached')),
  ).toBe(false)
})

test('limits and exclusions are those of the original; 0 became no limit, the one who is nobody was left out', async () => {
  const { limits } = (await admin.reads('limits', 'list')) as { limits: readonly { of: string; limitUsd: string }[] }
  expect(limits.map(({ of, limitUsd }) => `${of} ${limitUsd}`).sort()).toEqual([
    'role/ops 100',
    'user/mori 50',
    'user/tanaka 2',
  ])
  await mori.asks({ tokens: '1000 in, 0 out' })
  expect(await admin.row('user/mori')).toMatchObject({ state: 'excluded' })
})

test('the history says what was taken over, by whom', async () => {
  const said = await admin.does('history')
  expect(said).toContain('taken over from the original')
  expect(said).toContain('the original’s deny taken off user/sato')
})

test('run a second time it changes nothing, also not a limit that was set since', async () => {
  await admin.does('limits', 'set', 'tanaka=1', '--yes')
  const before = await dump(sandbox)
  const said = await admin.does(...IMPORT)
  expect(said).toContain('Nothing is left to take over.')
  expect(said).toContain('user/tanaka: 2; 1.00 is set here and stays')
  expect(differences(before, await dump(sandbox))).toEqual([])
})
