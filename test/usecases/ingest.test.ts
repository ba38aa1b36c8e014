import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { openPayload } from '../../src/runtime/aws/logs-payload.ts'
import { instant, type Month } from '../../src/runtime/domain/base/calendar.ts'
import type { PrincipalKey } from '../../src/runtime/domain/metering/principal.ts'
import { toDecimal } from '../../src/runtime/domain/money/money.ts'
import { receive } from '../../src/runtime/usecases/receive.ts'
import { expectedSamples, sampleLines } from '../domain/metering.ts'
import { awsError } from '../fakes/faults.ts'
import { MemorySessions } from '../fakes/memory-books.ts'
import { all, sessionArn, userArn } from '../support/charges.ts'
import { memoryRoom } from '../support/ingest-room.ts'
import { delivery, logged, record } from '../support/records.ts'

const NOVEMBER = '2026-11' as Month
const TANAKA = 'user/tanaka' as PrincipalKey

describe('ingest', () => {
  it('counts the samples as expected, to the pico-dollar', async () => {
    const { room, ledger, bad } = memoryRoom()
    const lines = sampleLines().filter((line) => line !== '')
    const answer = await receive(room, delivery(lines.map((line) => logged(line))), openPayload)
    const { summary, records } = expectedSamples()
    expect(answer).toEqual({
      recorded: summary.counted,
      duplicates: summary.duplicates,
      conflicts: 0,
      failed: summary.failed,
      ignored: summary.ignored,
      malformed: summary.malformed,
      refused: 0,
    })
    expect(bad.kept.size).toBe(summary.malformed)
    const months = [...new Set(records.flatMap(({ monthInTokyo }) => monthInTokyo ?? []))] as Month[]
    const balances = (await Promise.all(months.map((month) => all(ledger.balances(month))))).flat()
    const priced = balances.reduce((total, { spend, assumed }) => total + spend - assumed, 0n)
    expect(toDecimal(priced as never)).toBe(summary.pricedUsd)
  })

  it('charges a delivery once, however often it comes', async () => {
    const { room, ledger, trigger } = memoryRoom()
    const event = delivery([logged(record()), logged(record({ arn: userArn('suzuki') }))])
    expect(await receive(room, event, openPayload)).toMatchObject({ recorded: 2, duplicates: 0 })
    expect(await receive(room, event, openPayload)).toMatchObject({ recorded: 0, duplicates: 2 })
    expect((await ledger.balance(TANAKA, NOVEMBER))?.requests).toBe(1)
    expect(trigger.pokes).toBe(1)
  })

  it('keeps with each entry whose it was, follows a move within a minute, and counts nothing again for it', async () => {
    const { room, ledger, people, pass } = memoryRoom()
    const first = delivery([logged(record()), logged(record({ arn: userArn('suzuki') }))])
    await people.putPerson({ name: 'tanaka', members: [TANAKA] })
    await people.putTeam({ name: 'growth', members: ['person/tanaka'], from: 'list' })
    await receive(room, first, openPayload)
    await people.putTeam({ name: 'growth', members: [], from: 'list' })
    pass(60_000)
    await receive(room, delivery([logged(record())]), openPayload)
    expect(await receive(room, first, openPayload)).toMatchObject({ recorded: 0, duplicates: 2, conflicts: 0 })
    const rows = await all(ledger.detail(NOVEMBER))
    expect(rows.map(({ principal, person, teams, requests }) => [principal, person, teams, requests])).toEqual([
      ['user/suzuki', undefined, undefined, 1],
      [TANAKA, 'tanaka', undefined, 1],
      [TANAKA, 'tanaka', ['growth'], 1],
    ])
  })

  it('keeps poison with its bodies stripped and counts its neighbours', async () => {
    const { room, ledger, bad, lines } = memoryRoom()
    const broken = { ...record(), input: { inputBodyJson: { messages: 'my secret plan' }, inputTokenCount: -5 } }
    const nothings = ['null', '[]', '"text"', '17', 'not json at all {', '{"schemaType":"ModelInvocationLog"}']
    const answer = await receive(
      room,
      delivery([logged(record()), logged(broken), ...nothings.map((text) => logged(text)), logged(record())]),
      openPayload,
    )
    expect(answer.recorded).toBe(2)
    expect(answer.malformed + answer.ignored).toBe(7)
    expect(bad.kept.size).toBe(answer.malformed)
    expect(JSON.stringify([...bad.kept.values()])).not.toContain('secret')
    expect([...bad.kept.values()].every(({ excerpt }) => Buffer.byteLength(excerpt) <= 4096)).toBe(true)
    expect(lines.filter(({ event }) => event === 'bad-record')).toHaveLength(answer.malformed)
    expect((await ledger.balance(TANAKA, NOVEMBER))?.requests).toBe(2)
  })

  it.each([
    [
      'a truncated gzip',
      gzipSync(JSON.stringify({ messageType: 'DATA_MESSAGE', logEvents: [] }))
        .subarray(0, 25)
        .toString('base64'),
    ],
    ['what is no gzip', Buffer.from('hello').toString('base64')],
    ['what is no JSON', gzipSync('{"messageType":').toString('base64')],
    ['an envelope without events', gzipSync('{"messageType":"DATA_MESSAGE"}').toString('base64')],
    ['a list', gzipSync('[1,2]').toString('base64')],
    ['nothing', ''],
    ['a number', 7],
  ])('takes %s for one bad record and throws nothing', async (_, data) => {
    const { room, bad, lines } = memoryRoom()
    const answer = await receive(room, { awslogs: { data: data as string } }, openPayload)
    expect(answer).toMatchObject({ recorded: 0, malformed: 1 })
    expect(bad.kept.size).toBe(1)
    expect(lines).toMatchObject([{ level: 'warn', event: 'bad-record' }])
  })

  it('ignores control messages and other streams in silence', async () => {
    const { room, bad, lines } = memoryRoom()
    const control = delivery([logged('CWL CONTROL MESSAGE: Checking health of destination')], {
      messageType: 'CONTROL_MESSAGE',
    })
    const other = delivery([logged(record()), logged(record())], { logStream: 'somebody-else' })
    expect(await receive(room, control, openPayload)).toMatchObject({ recorded: 0, ignored: 1, malformed: 0 })
    expect(await receive(room, other, openPayload)).toMatchObject({ recorded: 0, ignored: 2, malformed: 0 })
    expect(bad.kept.size + lines.length).toBe(0)
  })

  it('reads events of other shapes than promised as what they are: not countable', async () => {
    const { room } = memoryRoom()
    const odd = delivery([], {
      logEvents: [null, 7, {}, { id: 5, message: 8 }, { id: 'x', message: JSON.stringify(record()) }],
    })
    const answer = await receive(room, odd, openPayload)
    expect(answer.recorded).toBe(1)
    expect(answer.malformed + answer.ignored).toBe(4)
  })

  it('is loud about the same request id with other content, and keeps it', async () => {
    const { room, bad, lines } = memoryRoom()
    await receive(room, delivery([logged(record({ id: 'twice' }))]), openPayload)
    const answer = await receive(
      room,
      delivery([logged(record({ id: 'twice', input: 5 })), logged(record())]),
      openPayload,
    )
    expect(answer).toMatchObject({ recorded: 1, conflicts: 1 })
    expect([...bad.kept.values()]).toMatchObject([{ requestId: 'twice', why: expect.stringContaining('conflict') }])
    expect(lines).toMatchObject([{ level: 'warn', event: 'bad-record', requestId: 'twice' }])
  })

  it('counts failed calls by class, without money', async () => {
    const { room, ledger } = memoryRoom()
    const failed = logged(record({ errorCode: 'ThrottlingException' }))
    expect(await receive(room, delivery([failed]), openPayload)).toMatchObject({ recorded: 0, failed: 1 })
    const [calls] = await all(ledger.failed(NOVEMBER))
    expect([...(calls?.byCode ?? [])]).toEqual([['ThrottlingException', 1]])
  })

  it('charges what is beyond the sessions of a role that may be principals to one common session', async () => {
    const made = memoryRoom()
    const room = { ...made.room, sessions: new MemorySessions(2) }
    const role = 'AWSReservedSSO_Dev_0123456789abcdef'
    const from = (name: string) => logged(record({ arn: sessionArn(role, name) }))
    await receive(room, delivery([from('a'), from('b'), from('c'), from('d'), from('a')]), openPayload)
    const balances = await all(made.ledger.balances(NOVEMBER))
    expect(balances.map(({ principal, requests }) => [principal, requests]).sort()).toEqual([
      [`session/${role}/(others)`, 2],
      [`session/${role}/a`, 2],
      [`session/${role}/b`, 1],
    ])
    // Admitted now or not: a record that was counted stays counted where it was.
    const again = delivery([logged(record({ arn: sessionArn(role, 'c'), id: 'known' }))])
    await receive(room, again, openPayload)
    expect(await receive({ ...room, sessions: new MemorySessions() }, again, openPayload)).toMatchObject({
      duplicates: 1,
    })
  })

  it('notes the last record and how late it came', async () => {
    const { room, health, pass } = memoryRoom()
    await health.noteIngest({ lastRecordAt: instant(0), logSeconds: 8 })
    const called = instant(Date.UTC(2026, 10, 18, 2, 10, 30))
    await receive(room, delivery([logged(record({ at: called }), called)]), openPayload)
    expect(await health.read()).toMatchObject({ lastRecordAt: called, logSeconds: 8, deliverySeconds: 22 })
    pass(5000)
    const earlier = instant(called - 60_000)
    await receive(room, delivery([logged(record({ at: earlier }), earlier)]), openPayload)
    expect(await health.read()).toMatchObject({ lastRecordAt: called, deliverySeconds: 22 })
  })

  it('loses nothing when enforce cannot be woken', async () => {
    const { room, trigger, lines } = memoryRoom()
    trigger.inject(awsError('TooManyRequestsException'))
    expect(await receive(room, delivery([logged(record())]), openPayload)).toMatchObject({ recorded: 1 })
    expect(lines).toMatchObject([{ level: 'error', event: 'poke-failed' }])
  })

  it.each(['record', 'keep', 'noteIngest', 'recordFailed'] as const)(
    'does everything else when %s fails, then throws, and is exact after the retry',
    async (step) => {
      const { room, ledger, bad, health, trigger } = memoryRoom()
      const event = delivery([
        logged(record()),
        logged('{"broken'),
        logged(record({ errorCode: 'ValidationException' })),
      ])
      for (const part of [ledger, bad, health]) part.inject(awsError('InternalServerError'), 1, step)
      await expect(receive(room, event, openPayload)).rejects.toMatchObject({
        code: 'ingest-incomplete',
        retry: 'soon',
      })
      expect(trigger.pokes).toBe(1)
      if (step !== 'keep') expect(bad.kept.size).toBe(1)
      await receive(room, event, openPayload)
      expect(bad.kept.size).toBe(1)
      expect((await ledger.balance(TANAKA, NOVEMBER))?.requests).toBe(1)
      expect((await all(ledger.failed(NOVEMBER))).map(({ byCode }) => [...byCode])).toEqual([
        [['ValidationException', 1]],
      ])
    },
  )

  it('holds back only the sessions nobody could judge when their book cannot be read', async () => {
    const { room, ledger, sessions } = memoryRoom()
    sessions.inject(awsError('InternalServerError'))
    const role = 'AWSReservedSSO_Dev_0123456789abcdef'
    const event = delivery([logged(record({ arn: sessionArn(role, 'sato') })), logged(record())])
    await expect(receive(room, event, openPayload)).rejects.toMatchObject({ code: 'ingest-incomplete' })
    expect((await all(ledger.balances(NOVEMBER))).map(({ principal }) => principal)).toEqual([TANAKA])
    expect(await receive(room, event, openPayload)).toMatchObject({ recorded: 1, duplicates: 1 })
  })

  it('reads prices once a minute, not with every batch', async () => {
    const { room, rates, pass } = memoryRoom()
    await receive(room, delivery([logged(record())]), openPayload)
    rates.inject(awsError('InternalServerError'))
    expect(await receive(room, delivery([logged(record())]), openPayload)).toMatchObject({ recorded: 1 })
    pass(61_000)
    await expect(receive(room, delivery([logged(record())]), openPayload)).rejects.toThrow('InternalServerError')
  })
})
