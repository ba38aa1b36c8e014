/**
 * The price book of an installed guard, by the built CLI and the built functions: AWS's list read and kept, an own price
 * taken back, a discount. The tests of this file are chapters: each goes on where the one before ended.
 */
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { PLAIN } from '../support/cli.ts'
import { offerText, type SampleLine } from '../support/price-list.ts'
import { sandboxForTests } from '../support/sandbox.ts'
import { Admin } from './guarded.ts'
import { Worker } from './team.ts'

const sandbox = sandboxForTests()
const MINUTE = 60_000
const folder = mkdtempSync(join(tmpdir(), 'price-list-'))
const list = ['--from', folder]
const WONDER = { tokens: '1000 in, 100 out', model: 'newlab.wonder-9' }
let admin: Admin
let tanaka: Worker
let sato: Worker

const usd = async (principal: string) => (await admin.row(principal)).usd
async function later(): Promise<void> {
  sandbox.advance(MINUTE)
  await sandbox.tick()
}

beforeAll(async () => {
  sandbox.setTime('2026-11-20T02:00:00Z')
  admin = new Admin(sandbox)
  tanaka = new Worker(sandbox, await sandbox.createUser('tanaka'))
  sato = new Worker(sandbox, await sandbox.createUser('sato'))
  await admin.does('init', '--yes', ...PLAIN)
  const { region } = sandbox
  const opus = { name: 'Claude Opus 5.5', region } as const
  const lines: readonly SampleLine[] = [
    { name: 'Wonder 9', scope: 'regional', region, prices: { input: '3', output: '15' } },
    {
      ...opus,
      scope: 'global',
      prices: { input: '3', output: '15', cacheRead: '0.15', cacheWrite5m: '3.75', cacheWrite1h: '6' },
    },
    { ...opus, scope: 'regional', prices: { input: '44', output: '220' } },
    { name: 'Claude Haiku 4.5', scope: 'global', region, prices: { input: '1', output: '0.5' } },
  ]
  writeFileSync(join(folder, 'models.json'), offerText(lines))
})

test('the list is compared with the book, and without --yes nothing changes', async () => {
  await tanaka.asks({ tokens: '100000 in, 0 out' })
  await sato.asks(WONDER)
  expect((await admin.row('user/sato')).assumedUsd).not.toBe('0')
  const diff = await admin.run(['prices', 'diff', ...list, '--exit-code'])
  expect(diff.code).toBe(3)
  expect(diff.stdout).toContain('newlab.wonder-9 regional')
  expect(diff.stdout).toContain('input 4 → 3, output 20 → 15, cache read 0.2 → 0.15')
  expect(diff.stdout).toContain('anthropic.claude-opus-5-5 regional (us-east-1), +900 % (!)')
  expect(diff.stdout).toContain('output 0.5 below input 1')
  expect(Math.max(...diff.stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80)
  expect(await admin.isRefused('prices', 'refresh', ...list)).toMatchObject({ exit: 2, code: 'needs-yes' })
  expect((await admin.row('user/sato')).assumedUsd).not.toBe('0')
})

test('accepted, it corrects what was assumed, reprices nothing, and counts within a minute', async () => {
  expect(await admin.reads('prices', 'refresh', ...list, '--yes')).toMatchObject({
    newModels: [{ model: 'newlab.wonder-9', inputUsd: '3', before: null }],
    changed: [{ changePercent: -25 }, { changePercent: 900, needsAcceptBigChanges: true }],
    refused: [{ what: 'anthropic.claude-haiku-4-5 global default us-east-1' }],
    ...{ stored: 2, leftOut: 1, corrected: 1, complete: true },
  })
  expect(await admin.row('user/sato')).toMatchObject({ usd: '0.0045', assumedUsd: '0' })
  expect(await usd('user/tanaka')).toBe('0.4')
  await later()
  await tanaka.asks({ tokens: '100000 in, 0 out' })
  expect(await usd('user/tanaka')).toBe('0.7')
  expect((await admin.reads('prices', 'diff', ...list)) as object).toMatchObject({ newModels: [], same: 2 })
  expect(await admin.does('prices', 'list', 'wonder')).toMatch(
    /newlab\.wonder-9 \(us-east-1\)\s+regional +3 +15 .* L\d*$/m,
  )
})

test('an own price wins until it is taken away, this month priced again both times', async () => {
  await admin.does('prices', 'set', 'newlab.wonder-9', '--input', '30', '--output', '150')
  expect(await usd('user/sato')).toBe('0.045')
  const text = await admin.does('prices', 'unset', 'newlab.wonder-9')
  expect(text).toContain('Counts now: regional in us-east-1: input 3, output 15 (AWS’s list)')
  expect(text).toContain('Corrected 1 request that was')
  expect(await usd('user/sato')).toBe('0.0045')
  expect(await admin.isRefused('prices', 'unset', 'newlab.wonder-9')).toMatchObject({ code: 'no-such-price' })
})

test('the most exact discount counts, for calls from now on', async () => {
  await admin.does('prices', 'discount', 'all=0.5', 'newlab=0.9', '--from', '2026-11-20')
  expect(await admin.does('prices', 'discount', 'all=0.50', '--from', '2026-11-20')).toContain('as before')
  expect(await usd('user/sato')).toBe('0.0045')
  await later()
  await sato.asks(WONDER)
  await tanaka.asks({ tokens: '100000 in, 0 out' })
  expect(await usd('user/sato')).toBe('0.00855')
  expect(await usd('user/tanaka')).toBe('0.85')
  expect(await admin.reads('prices', 'list', 'wonder')).toMatchObject({
    prices: [{ origin: 'list', tier: 'default', regions: ['us-east-1'] }],
    discounts: [
      { of: '*', multiplier: '0.5' },
      { of: 'newlab', multiplier: '0.9' },
    ],
  })
  expect(await admin.does('config', 'export')).toContain('{of: newlab, multiplier: "0.9", from: 2026-11-20}')
  await admin.does('prices', 'discount', '--remove', 'all', '--remove', 'newlab')
  const { events } = (await admin.reads('history')) as { events: { what: string }[] }
  expect(events.map(({ what }) => what)).toEqual(
    expect.arrayContaining(['prices-refreshed', 'price-unset', 'discount-set', 'discount-removed']),
  )
})
