/** limits simulate: the past of a real ledger, of the log group and of files, under other limits. Nothing changes by it. */
import { beforeAll, expect, test } from 'vitest'
import { documentOf, PLAIN, run } from '../support/cli.ts'
import { sandboxForTests } from '../support/sandbox.ts'
import { ADMIN_ARN, Admin, changesBy } from './guarded.ts'
import { Worker } from './team.ts'

const sandbox = sandboxForTests()
let admin: Admin

interface Replay {
  readonly wouldSpendUsd: string
  readonly notSpentUsd: string
  readonly overUsd: string
  readonly stoppedRequests: number
  readonly stopped: readonly { principal: string; limit: string; stoppedAt: string; requests: number }[]
}
interface Simulation {
  readonly requests: number
  readonly spentUsd: string
  readonly lag: { seconds: number; from: string }
  readonly today: Replay | null
  readonly proposed: Replay | null
}
const simulated = async (...args: readonly string[]): Promise<Simulation> =>
  (await admin.reads('limits', 'simulate', ...args)) as unknown as Simulation

/** 0.40 dollars a call, ten minutes apart from 10:00. */
const CALLS = ['10:00', '10:10', '10:20', '10:30', '10:40']

beforeAll(async () => {
  sandbox.setTime('2026-11-18T00:00:00Z')
  admin = new Admin(sandbox)
  const tanaka = new Worker(sandbox, await sandbox.createUser('tanaka'))
  await admin.does('init', '--yes', '--limit', 'tanaka=1.60', ...PLAIN)
  for (const time of CALLS) {
    sandbox.setTime(`2026-11-18T${time}:00Z`)
    await tanaka.tries({ tokens: '100000 in, 0 out' })
  }
})

test('today’s limits beside others: who would have been stopped when, and what it saves', async () => {
  sandbox.clearCalls()
  const { requests, spentUsd, today, proposed } = await simulated('tanaka=0.80', '--lag', '60')
  // The guard itself stopped the fifth call at 1.60.
  expect({ requests, spentUsd }).toEqual({ requests: 4, spentUsd: '1.6' })
  expect(today).toMatchObject({ wouldSpendUsd: '1.6', stoppedRequests: 0 })
  expect(proposed).toMatchObject({
    wouldSpendUsd: '0.8',
    notSpentUsd: '0.8',
    overUsd: '0',
    stoppedRequests: 2,
    stopped: [{ principal: 'user/tanaka', limit: 'user/tanaka@month', stoppedAt: '2026-11-18T10:11:00Z', requests: 2 }],
  })
  expect(changesBy(sandbox, ADMIN_ARN)).toEqual([])
})

test('a slow guard lets more through: the lag is the measured one where none is given', async () => {
  const { proposed } = await simulated('tanaka=0.80', '--lag', '900')
  expect(proposed).toMatchObject({ wouldSpendUsd: '1.2', overUsd: '0.4', stoppedRequests: 1 })
  expect((await simulated('tanaka=0.80')).lag.from).toBe('measured')
})

test('the log group and files of it replay the same as the ledger', async () => {
  const fromLedger = await simulated('tanaka=0.80', '--lag', '60')
  const fromLog = await simulated('tanaka=0.80', '--lag', '60', '--log-group')
  expect(fromLog.proposed).toEqual(fromLedger.proposed)
  const ran = await run(
    ['limits', 'simulate', '*=0.1', '--offline', '--file', 'test/cases/records.jsonl', '--lag', '0', '--json'],
    { env: { AWS_PROFILE: 'nobody' } },
  )
  expect(ran.code).toBe(0)
  expect(documentOf(ran)).toMatchObject({ requests: 28, today: null })
})

test('asks for a limit where no other counts, and names a day that is none', async () => {
  expect(await admin.isRefused('limits', 'simulate', '--alone')).toMatchObject({ exit: 2, code: 'bad-simulation' })
  expect(await admin.isRefused('limits', 'simulate', '--since', '18.11.')).toMatchObject({ exit: 2, code: 'bad-day' })
  expect(await admin.isRefused('limits', 'simulate', 'nobody=3')).toMatchObject({ exit: 2, code: 'unknown-principal' })
})
