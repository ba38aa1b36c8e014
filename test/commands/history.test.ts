/** history, from the command line, against the sandbox. */
import { describe, expect, test } from 'vitest'
import { documentOf, PLAIN, type Ran, run } from '../support/cli.ts'
import { sandboxForTests } from '../support/sandbox.ts'

const sandbox = sandboxForTests()
const guard = (...args: string[]): Promise<Ran> => run(args, { env: sandbox.env })
interface Document {
  events: {
    at: string
    what: string
    subject: string | null
    by: string
    from: string | null
    reason: string | null
    details: Record<string, string>
  }[]
  more: boolean
}
const history = async (...args: string[]): Promise<Document> =>
  documentOf(await guard('history', ...args, '--json')) as unknown as Document

describe('history', () => {
  test('names every change with who, from where, why, and what it was before, the newest first', async () => {
    await guard('init', '--yes', ...PLAIN)
    await guard('init', '--report-time', '08:30', '--yes')
    await guard('limits', 'set', 'user/new=50', '--force', '--yes')
    await guard('limits', 'set', 'user/new=80', '--force', '--yes')
    const { events, more } = await history()
    expect(more).toBe(false)
    expect(events.map(({ what, subject }) => [what, subject])).toEqual([
      ['limit-set', 'user/new@month'],
      ['limit-set', 'user/new@month'],
      ['settings-changed', null],
      ['installed', null],
    ])
    const [raised, , changed] = events
    expect(raised?.details).toEqual({ before: '50 block warn at 80', after: '80 block warn at 80' })
    expect(raised?.by).toMatch(/^arn:aws:iam::123456789012:user\//)
    expect(raised?.from).toMatch(/^cost-guard \d+\.\d+\.\d+ on \S+$/)
    expect(changed?.details['reportTime']).toBe('09:00 → 08:30')
    expect(Object.keys(changed?.details ?? {})).toEqual(['version', 'reportTime'])
  })

  test('shows what concerns one principal, by key or by bare name', async () => {
    const { events } = await history('new')
    expect(new Set(events.map(({ subject }) => subject))).toEqual(new Set(['user/new@month']))
    expect((await history('role/new')).events).toEqual([])
  })

  test('cuts at --limit and says that there is more', async () => {
    const { events, more } = await history('--limit', '1')
    expect(events).toHaveLength(1)
    expect(more).toBe(true)
    expect((await guard('history', '--limit', '1')).stdout).toContain('older entries')
  })

  test('is readable in 80 columns', async () => {
    const { stdout, code } = await guard('history')
    expect(code).toBe(0)
    expect(stdout).toContain('limit set user/new a month')
    for (const line of stdout.split('\n').filter((one) => one.includes(' ')))
      expect(line.length).toBeLessThanOrEqual(80)
  })

  test('refuses a day and a month that are none, before AWS is asked', async () => {
    sandbox.clearCalls()
    expect((await guard('history', '--since', '2026-02-30')).code).toBe(2)
    expect((await guard('history', '--month', 'November')).code).toBe(2)
    expect(sandbox.calls()).toEqual([])
  })
})
