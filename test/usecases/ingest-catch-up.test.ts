import { describe, expect, it, vi } from 'vitest'
import { openPayload } from '../../src/runtime/aws/logs-payload.ts'
import { type Instant, instant, type Month } from '../../src/runtime/domain/base/calendar.ts'
import type { PrincipalKey } from '../../src/runtime/domain/metering/principal.ts'
import { parseOverride } from '../../src/runtime/domain/money/price-book.ts'
import type { IngestEvent } from '../../src/runtime/protocol.ts'
import { correctAssumed } from '../../src/runtime/usecases/correct-assumed.ts'
import { receive } from '../../src/runtime/usecases/receive.ts'
import { awsError } from '../fakes/faults.ts'
import { ACCOUNT, all, userArn } from '../support/charges.ts'
import { memoryRoom } from '../support/ingest-room.ts'
import { delivery, logged, record } from '../support/records.ts'

const NOVEMBER = '2026-11' as Month
const TANAKA = 'user/tanaka' as PrincipalKey
const MINUTE = 60_000
const HOUR = 60 * MINUTE
const NOW = Date.UTC(2026, 10, 18, 2, 11)
const ago = (milliseconds: number): Instant => instant(NOW - milliseconds)
const called = (before: number, more: Parameters<typeof record>[0] = {}) =>
  logged(record({ at: ago(before), ...more }), ago(before))

const catchUp: IngestEvent = { kind: 'catch-up' }
const backfill = (from: Instant, to: Instant, cursor?: string): IngestEvent => ({
  kind: 'backfill',
  from: new Date(from).toISOString(),
  to: new Date(to).toISOString(),
  ...(cursor === undefined ? {} : { cursor }),
})

describe('catch-up', () => {
  it('records what nobody delivered, says how much that was, and counts the rest only once', async () => {
    const { room, logs, ledger, health, trigger } = memoryRoom()
    const events = [called(90 * MINUTE), called(80 * MINUTE), called(70 * MINUTE), called(MINUTE), called(30_000)]
    logs.put(...events)
    await receive(room, delivery(events.slice(1, 3)), openPayload)
    const answer = await receive(room, catchUp, openPayload)
    // Two of the three are so fresh that they may still be on their way.
    expect(answer).toMatchObject({ recorded: 3, duplicates: 2, caughtUp: 1 })
    expect((await ledger.balance(TANAKA, NOVEMBER))?.requests).toBe(5)
    expect(await health.read()).toMatchObject({ watermark: NOW, logSeconds: 8, caughtUp: { count: 1, at: NOW } })
    expect(trigger.pokes).toBeGreaterThanOrEqual(2)
    expect(await receive(room, catchUp, openPayload)).toMatchObject({ recorded: 0, duplicates: 5, caughtUp: 0 })
    expect(await health.read()).toMatchObject({ caughtUp: { count: 1, at: NOW } })
  })

  it('does not take how late it found a record for the delay of the subscription', async () => {
    const { room, logs, health } = memoryRoom()
    await receive(room, delivery([called(90 * MINUTE)]), openPayload)
    const before = (await health.read()).deliverySeconds
    logs.put(called(60 * MINUTE))
    expect(await receive(room, catchUp, openPayload)).toMatchObject({ recorded: 1 })
    expect((await health.read()).deliverySeconds).toBe(before)
    const fresh = memoryRoom()
    fresh.logs.put(called(60 * MINUTE))
    await receive(fresh.room, catchUp, openPayload)
    expect(await fresh.health.read()).toMatchObject({ deliverySeconds: undefined, logSeconds: 8 })
  })

  it('goes back two hours behind the watermark, and as far as the watermark lies back', async () => {
    const { room, logs, health } = memoryRoom()
    await health.noteIngest({ watermark: ago(5 * HOUR) })
    logs.put(called(6 * HOUR), called(8 * HOUR))
    expect(await receive(room, catchUp, openPayload)).toMatchObject({ recorded: 1 })
  })

  it('counts nothing from before the guard was to count, at the first reading and at later ones', async () => {
    const { room, logs, ledger, health } = memoryRoom()
    await health.setControl({ countFrom: ago(30 * MINUTE) })
    logs.put(called(31 * MINUTE), called(29 * MINUTE))
    expect(await receive(room, catchUp, openPayload)).toMatchObject({ recorded: 1 })
    expect(await receive(room, catchUp, openPayload)).toMatchObject({ recorded: 0, duplicates: 1 })
    await health.noteIngest({ catchUpFrom: ago(9 * HOUR) })
    expect(await receive(room, catchUp, openPayload)).toMatchObject({ recorded: 0 })
    expect(await receive(room, backfill(ago(HOUR), ago(0)), openPayload)).toMatchObject({ recorded: 1 })
    expect((await ledger.balance(TANAKA, NOVEMBER))?.requests).toBe(2)
  })

  it('is not led astray by a laptop whose clock was ahead when the guard was installed', async () => {
    const { room, logs, health } = memoryRoom()
    await health.setControl({ countFrom: instant(NOW + HOUR) })
    logs.put(called(MINUTE))
    expect(await receive(room, catchUp, openPayload)).toMatchObject({ recorded: 0 })
    expect((await health.read()).watermark).toBe(NOW)
  })

  it('moves the watermark only over what it read completely, and goes on there', async () => {
    const { room, logs, ledger, health, pass, endAt, lines } = memoryRoom()
    await health.noteIngest({ watermark: ago(3 * HOUR) })
    logs.put(...Array.from({ length: 50 }, (_, index) => called((index + 1) * 6 * MINUTE)))
    const read = logs.read.bind(logs)
    logs.read = async (range, cursor) => {
      pass(2000)
      return await read(range, cursor)
    }
    endAt(NOW + 45_000)
    await receive(room, catchUp, openPayload)
    const first = await health.read()
    expect(first.watermark).toBeLessThan(NOW)
    expect(first.watermark).toBeGreaterThan(ago(5 * HOUR))
    const counted = (await ledger.balance(TANAKA, NOVEMBER))?.requests ?? 0
    expect(counted).toBeGreaterThan(0)
    expect(counted).toBeLessThan(50)
    expect(lines.some(({ event }) => event === 'catch-up-cut-off')).toBe(true)
    for (let run = 0; run < 5; run++) {
      endAt(room.clock.now() + 60_000)
      await receive(room, catchUp, openPayload)
    }
    expect((await ledger.balance(TANAKA, NOVEMBER))?.requests).toBe(50)
  })

  it('goes on in the next run where a slice held more than one run can read', async () => {
    const { room, logs, ledger, health, pass, endAt } = memoryRoom()
    await health.noteIngest({ watermark: ago(3 * HOUR) })
    // Within ten minutes, two a page, four pages a run.
    logs.put(...Array.from({ length: 40 }, (_, index) => called(4 * HOUR - index * 14_000)))
    const read = logs.read.bind(logs)
    logs.read = async (range, cursor) => {
      const page = await read(range, cursor)
      if (page.events.length > 0) pass(10_000)
      return page
    }
    for (let run = 0; run < 8; run++) {
      endAt(room.clock.now() + 50_000)
      await receive(room, catchUp, openPayload)
    }
    expect((await ledger.balance(TANAKA, NOVEMBER))?.requests).toBe(40)
  })

  it('records the other pages where one cannot be recorded, and reads all of them again', async () => {
    const { room, logs, ledger, health } = memoryRoom()
    await health.noteIngest({ watermark: ago(HOUR) })
    logs.put(called(90 * MINUTE), called(50 * MINUTE), called(10 * MINUTE))
    ledger.inject(awsError('InternalServerError'), 1, 'record')
    await expect(receive(room, catchUp, openPayload)).rejects.toMatchObject({ code: 'ingest-incomplete' })
    expect((await ledger.balance(TANAKA, NOVEMBER))?.requests).toBe(2)
    expect((await health.read()).watermark).toBe(ago(HOUR))
    expect(await receive(room, catchUp, openPayload)).toMatchObject({ recorded: 1, duplicates: 2 })
  })

  it('leaves the watermark where it was when the ledger fails', async () => {
    const { room, logs, ledger, health } = memoryRoom()
    await health.noteIngest({ watermark: ago(HOUR) })
    logs.put(called(10 * MINUTE))
    ledger.inject(awsError('InternalServerError'), 1, 'record')
    await expect(receive(room, catchUp, openPayload)).rejects.toMatchObject({ code: 'ingest-incomplete' })
    expect((await health.read()).watermark).toBe(ago(HOUR))
    expect(await receive(room, catchUp, openPayload)).toMatchObject({ recorded: 1 })
  })

  it('counts failed calls only when they are delivered, however often the log is read', async () => {
    const { room, logs, ledger } = memoryRoom()
    const failed = called(10 * MINUTE, { errorCode: 'ThrottlingException' })
    logs.put(failed)
    await receive(room, delivery([failed]), openPayload)
    await receive(room, catchUp, openPayload)
    await receive(room, catchUp, openPayload)
    expect((await all(ledger.failed(NOVEMBER))).map(({ byCode }) => [...byCode])).toEqual([
      [['ThrottlingException', 1]],
    ])
  })

  it('keeps poison once and does not repeat itself in the log', async () => {
    const { room, logs, bad, lines } = memoryRoom()
    const poison = logged('{"broken', ago(10 * MINUTE))
    logs.put(poison)
    await receive(room, delivery([poison]), openPayload)
    await receive(room, catchUp, openPayload)
    await receive(room, catchUp, openPayload)
    expect(bad.kept.size).toBe(1)
    expect(lines).toHaveLength(1)
  })
})

describe('backfill', () => {
  it('counts a month that is already in the log, page by page, whatever was counted before', async () => {
    const { room, logs, ledger, endAt, pass } = memoryRoom()
    const events = Array.from({ length: 40 }, (_, index) =>
      called((index + 1) * 10 * HOUR, { arn: userArn(`u${index % 3}`) }),
    )
    logs.put(...events)
    await receive(room, delivery(events.slice(5, 8)), openPayload)
    const read = logs.read.bind(logs)
    logs.read = async (range, cursor) => {
      pass(100)
      return await read(range, cursor)
    }
    let recorded = 0
    let calls = 0
    let cursor: string | undefined
    do {
      endAt(room.clock.now() + 25_000)
      const answer = await receive(room, backfill(ago(41 * 10 * HOUR), ago(0), cursor), openPayload)
      recorded += answer.recorded
      cursor = answer.cursor
      calls += 1
    } while (cursor !== undefined && calls < 50)
    expect(recorded).toBe(37)
    expect(calls).toBeGreaterThan(1)
    const months = ['2026-10', '2026-11'] as Month[]
    const requests = (await Promise.all(months.map((month) => all(ledger.balances(month))))).flat()
    expect(requests.reduce((total, balance) => total + balance.requests, 0)).toBe(40)
  })

  it.each([
    ['behind what the journal remembers', backfill(ago(500 * 24 * HOUR), ago(0)), 'backfill-too-old'],
    ['backwards', backfill(ago(0), ago(HOUR)), 'bad-range'],
    ['with a cursor of another range', backfill(ago(HOUR), ago(0), '2020-01-01T00:00:00Z|'), 'bad-cursor'],
    ['with no cursor at all in it', backfill(ago(HOUR), ago(0), 'x'), 'bad-cursor'],
    ['without times', { kind: 'backfill', from: 'yesterday', to: 'today' } as IngestEvent, 'bad-range'],
  ])('refuses to go %s', async (_, event, code) => {
    const { room, ledger } = memoryRoom()
    await expect(receive(room, event, openPayload)).rejects.toMatchObject({ code, fault: 'user' })
    expect(await all(ledger.balances(NOVEMBER))).toEqual([])
  })
})

describe('correcting assumed prices', () => {
  const PROFILE = `arn:aws:bedrock:us-east-1:${ACCOUNT}:application-inference-profile/abcdefghijkl`
  const book = () => {
    const made = memoryRoom()
    return { ...made, correct: (which = {}) => correctAssumed(made.room, which, made.clock.now()) }
  }
  const price = {
    stem: 'acme.giant-1',
    scope: 'both' as const,
    perMillion: { input: '2', output: '10', cacheRead: '0.2', cacheWrite5m: '2.5', cacheWrite1h: '4' },
    validFrom: '2026-11-01',
    setAt: '2026-11-18T02:12:00Z',
    setBy: 'arn:aws:iam::123456789012:user/admin',
  }

  it('corrects a model to its price once the price is set, by entries, once', async () => {
    const { room, ledger, rates, correct } = book()
    await receive(room, delivery([called(MINUTE, { model: 'acme.giant-1' }), called(MINUTE)]), openPayload)
    const before = await ledger.balance(TANAKA, NOVEMBER)
    expect(before?.assumed).toBeGreaterThan(0n)
    expect(await correct()).toEqual({ corrected: 0, left: 1, conflicts: 0, complete: true })
    await rates.putOverride(price)
    expect(await correct({ stem: 'somebody.else' })).toMatchObject({ corrected: 0 })
    expect(await correct({ stem: 'acme.giant-1' })).toEqual({ corrected: 1, left: 0, conflicts: 0, complete: true })
    const after = await ledger.balance(TANAKA, NOVEMBER)
    // 1000 input at 2 and 100 output at 10 USD per million: 0.003.
    expect(after).toMatchObject({ assumed: 0n, requests: 2 })
    expect(after?.spend).toBe((before?.spend ?? 0n) - (before?.assumed ?? 0n) + 3_000_000_000n)
    expect(await correct()).toEqual({ corrected: 0, left: 0, conflicts: 0, complete: true })
    expect((await ledger.balance(TANAKA, NOVEMBER))?.spend).toBe(after?.spend)
  })

  it('corrects what was spent through a profile once it is known what it holds', async () => {
    const { room, ledger, rates, correct } = book()
    await receive(
      room,
      delivery([called(MINUTE, { model: PROFILE }), called(MINUTE, { model: 'acme.giant-1' })]),
      openPayload,
    )
    await rates.putProfile(PROFILE, { model: 'anthropic.claude-opus-4-7', scope: 'global' })
    expect(await correct({ profile: PROFILE })).toMatchObject({ corrected: 1 })
    const details = await all(ledger.detail(NOVEMBER, TANAKA))
    const held = details.find(({ model }) => model === 'anthropic.claude-opus-4-7')
    // 1000 input at 5 and 100 output at 25 USD per million.
    expect(held).toMatchObject({ spend: 7_500_000_000n, assumed: 0n, requests: 1 })
  })

  it('prices what was booked at the list price anew when the admin sets another, from its day on, and again when it changes', async () => {
    const { room, ledger, rates, correct } = book()
    const day = 24 * HOUR
    await receive(
      room,
      delivery([called(MINUTE), called(10 * day), called(MINUTE, { model: 'acme.other' })]),
      openPayload,
    )
    const list = 7_500_000_000n
    const other = (await ledger.balance(TANAKA, NOVEMBER))?.assumed ?? 0n
    const own = { ...price, stem: 'anthropic.claude-opus-4-7', validFrom: '2026-11-15' }
    await rates.putOverride(own)
    expect(await correct({ stem: own.stem })).toEqual({ corrected: 1, left: 0, conflicts: 0, complete: true })
    expect(await ledger.balance(TANAKA, NOVEMBER)).toMatchObject({
      spend: list + 3_000_000_000n + other,
      assumed: other,
    })
    expect(await correct({ stem: own.stem })).toMatchObject({ corrected: 0 })
    await rates.putOverride({ ...own, perMillion: { ...own.perMillion, input: '1' }, setAt: '2026-11-18T02:13:00Z' })
    expect(await correct({ stem: own.stem })).toMatchObject({ corrected: 1 })
    expect(await ledger.balance(TANAKA, NOVEMBER)).toMatchObject({ spend: list + 2_000_000_000n + other, requests: 3 })
  })

  it('prices the model that answered for a router, also when its price is set anew, and other calls of the router by its own', async () => {
    const { room, ledger, rates, correct } = book()
    const router = `arn:aws:bedrock:us-east-1:${ACCOUNT}:prompt-router/abcdefghijkl`
    const trace = { trace: { promptRouter: { invokedModelId: 'global.anthropic.claude-opus-4-7' } } }
    const told = called(MINUTE, { model: router, body: trace })
    await receive(room, delivery([told, called(MINUTE, { model: router })]), openPayload)
    const held = (await all(ledger.detail(NOVEMBER, TANAKA))).map(({ model, assumed }) => [model, assumed > 0n])
    expect(held.sort()).toEqual([
      ['anthropic.claude-opus-4-7', false],
      [router, true],
    ])
    await rates.putOverride({ ...price, stem: 'anthropic.claude-opus-4-7' })
    expect(await correct({ stem: 'anthropic.claude-opus-4-7' })).toMatchObject({ corrected: 1 })
    await rates.putOverride({ ...price, stem: router })
    expect(await correct({ stem: router })).toMatchObject({ corrected: 1 })
    // Both 1000 input at 2 and 100 output at 10 USD per million.
    expect(await ledger.balance(TANAKA, NOVEMBER)).toMatchObject({ spend: 6_000_000_000n, assumed: 0n })
  })

  it.each([
    ['a marketplace endpoint named like a version', `arn:aws:sagemaker:us-east-1:${ACCOUNT}:endpoint/mine-v1`],
    ['provisioned throughput', `arn:aws:bedrock:us-east-1:${ACCOUNT}:provisioned-model/abcdefghijkl`],
    ['an imported model', `arn:aws:bedrock:us-east-1:${ACCOUNT}:imported-model/abcdefghijkl`],
    ['a custom model', `arn:aws:bedrock:us-east-1:${ACCOUNT}:custom-model-deployment/abcdefghijkl`],
    ['a version of a prompt', `arn:aws:bedrock:us-east-1:${ACCOUNT}:prompt/PROMPT1234:3`],
    ['a default router', `arn:aws:bedrock:us-east-1:${ACCOUNT}:default-prompt-router/anthropic.claude:1`],
    ['a profile that was deleted before anybody could look', PROFILE],
  ])('corrects %s once its price is set by its ARN, in this month and the last', async (_, model) => {
    const { room, ledger, rates, correct } = book()
    const lastMonth = called(20 * 24 * HOUR, { model })
    await receive(room, delivery([called(MINUTE, { model }), lastMonth]), openPayload)
    const typed = { model, input: '2', output: '10', cacheRead: undefined, cacheWrite5m: undefined }
    const set = { cacheWrite1h: undefined, scope: undefined, validFrom: '2026-10-01', setAt: price.setAt, setBy: '' }
    const override = parseOverride({ ...typed, ...set })
    await rates.putOverride(override)
    expect(await correct({ stem: override.stem })).toMatchObject({ corrected: 2, left: 0 })
    for (const month of ['2026-10', '2026-11'] as Month[]) {
      expect(await ledger.balance(TANAKA, month)).toMatchObject({ spend: 3_000_000_000n, assumed: 0n })
    }
  })

  it('does not read the entries of a model that has no price yet, and says how many they are', async () => {
    const { room, ledger, rates, correct } = book()
    const lines = [called(MINUTE, { model: 'global.acme.giant-1' }), called(MINUTE, { model: 'acme.giant-1' })]
    await receive(room, delivery(lines), openPayload)
    const entries = vi.spyOn(ledger, 'journal')
    expect(await correct()).toEqual({ corrected: 0, left: 2, conflicts: 0, complete: true })
    expect(entries).not.toHaveBeenCalled()
    await rates.putOverride({ ...price, scope: 'global' })
    expect(await correct()).toEqual({ corrected: 1, left: 1, conflicts: 0, complete: true })
  })

  it('reads a day at a time and stops in time, however much is left', async () => {
    const { room, ledger, rates, clock, pass } = book()
    const lines = [1, 2, 3, 4].map((days) => called(days * 24 * HOUR, { model: 'acme.giant-1' }))
    await receive(room, delivery(lines), openPayload)
    await rates.putOverride(price)
    const read: number[] = []
    const journal = ledger.journal.bind(ledger)
    ledger.journal = (range, principal) => {
      read.push(range.to - range.from)
      pass(10_000)
      return journal(range, principal)
    }
    const end = clock.now() + 24_000
    const answer = await correctAssumed({ ...room, deadlineMs: () => end }, {}, clock.now())
    expect(answer).toMatchObject({ complete: false })
    expect(read).toEqual([24 * HOUR, 24 * HOUR])
  })

  it('happens at the next catch-up too for a listed price that was set while a warm function still knew the old one', async () => {
    const { room, ledger, rates } = memoryRoom()
    await receive(room, delivery([called(2 * MINUTE)]), openPayload)
    await rates.putOverride({ ...price, stem: 'anthropic.claude-opus-4-7' })
    await receive(room, delivery([called(MINUTE)]), openPayload)
    await receive(room, catchUp, openPayload)
    expect(await ledger.balance(TANAKA, NOVEMBER)).toMatchObject({ spend: 6_000_000_000n, assumed: 0n, requests: 2 })
  })

  it('happens by itself at the next catch-up, for what was booked while a price was just being set', async () => {
    const { room, ledger, rates } = memoryRoom()
    await receive(room, delivery([called(MINUTE, { model: 'acme.giant-1' })]), openPayload)
    await rates.putOverride(price)
    await receive(room, catchUp, openPayload)
    expect(await ledger.balance(TANAKA, NOVEMBER)).toMatchObject({ spend: 3_000_000_000n, assumed: 0n })
  })
})
