/**
 * Reports over a month's end: the statement of the month that is over beside the new day's mail, once each, by the deployed
 * function on its schedule; what arrives late is told the next day, and the ledger is read by queries alone.
 */
import { beforeAll, expect, test } from 'vitest'
import { sandboxForTests } from '../support/sandbox.ts'
import { Admin } from './guarded.ts'
import { Worker } from './team.ts'

const sandbox = sandboxForTests()
const INIT = [
  'init',
  '--yes',
  '--email',
  'boss@example.com',
  '--time-zone',
  'Asia/Tokyo',
  '--currency',
  'JPY',
  '--currency-rate',
  '160.5',
]

let admin: Admin
let tanaka: Worker

/** The reports that came since the last look, in one line each. */
function reports(): readonly { subject: string; text: string }[] {
  const found = sandbox
    .mails()
    .filter((mail) => mail.delivered && / Bedrock (?:spending|statement) /.test(mail.subject))
  sandbox.clearMails()
  return found.map(({ subject, text }) => ({ subject, text: text.replace(/\s+/g, ' ') }))
}
/** Lets the schedules of that moment run. */
async function ticksAt(iso: string): Promise<void> {
  sandbox.setTime(iso)
  await sandbox.tick()
  await sandbox.idle()
}

beforeAll(async () => {
  sandbox.setTime('2026-11-30T13:00:00Z')
  admin = new Admin(sandbox)
  tanaka = new Worker(sandbox, await sandbox.createUser('tanaka'))
  await admin.does(...INIT)
  sandbox.confirmMail('boss@example.com')
  await tanaka.asks({ tokens: '100000 in, 0 out' })
  sandbox.clearMails()
})

test('at nine on the first the statement of the old month comes first, then the new day’s mail, each once', async () => {
  await ticksAt('2026-11-30T23:59:30Z')
  expect(reports()).toEqual([])
  sandbox.clearCalls()
  await ticksAt('2026-12-01T00:00:20Z')
  const [statement, daily, ...more] = reports()
  expect(more).toEqual([])
  expect(statement?.subject).toContain('statement 2026-11: USD 0.40')
  expect(statement?.text).toContain('total USD 0.40 (JPY 64)')
  expect(statement?.text).toContain('2026-11-01 00:00 +09:00 - 2026-12-01 00:00 +09:00')
  expect(statement?.text).toContain('as of 2026-12-01 09:00 +09:00')
  expect(daily?.subject).toContain('spending to 2026-12-01: USD 0.00')
  expect(daily?.text).toContain('since counting began at 2026-11-30 22:00 +09:00')
  expect(daily?.text).toMatch(/its own cost about USD \d+\.\d\d \(JPY [\d,]+\) a month/)
  const asked = sandbox.calls().filter((call) => call.role?.endsWith('role/cost-guard-report'))
  expect(asked.filter(({ status }) => status >= 400)).toEqual([])
  const operations = new Set(asked.map(({ operation }) => operation))
  expect([...operations].sort()).toEqual(['BatchGetItem', 'GetItem', 'Publish', 'Query', 'UpdateItem'])
  await ticksAt('2026-12-01T00:01:20Z')
  await ticksAt('2026-12-01T03:00:00Z')
  expect(reports()).toEqual([])
})

test('what arrives for the old month after its statement is told the next day, once', async () => {
  sandbox.setTime('2026-11-30T14:30:00Z')
  await tanaka.asks({ tokens: '50000 in, 0 out' })
  await ticksAt('2026-12-02T00:00:20Z')
  const told = reports()
  expect(told).toHaveLength(1)
  expect(told[0]?.text).toContain('2026-11 USD 0.20 (JPY 32) more than its statement said')
  expect(told[0]?.text).toContain('now USD 0.60 (JPY 96)')
  await ticksAt('2026-12-03T00:00:20Z')
  expect(reports().map(({ text }) => text.includes('its statement said'))).toEqual([false])
})

test('a past month is shown with the numbers of now, as a mail and as a table', async () => {
  expect(await admin.does('report', 'preview', '--month', '2026-11')).toContain('USD 0.60 (JPY 96)')
  expect(await admin.does('report', 'preview', '--month', '2026-11', '--csv')).toMatch(
    /\r\n2026-11,user\/tanaka,user,,tanaka,[\w.-]+,none,2,150000,0,0,0,0,0,0\.6,0,,,96\.3\r\n$/,
  )
  expect((await admin.isRefused('report', 'send', '--month', '2026-10')).code).toBe('no-such-month')
  expect(reports()).toEqual([])
})
