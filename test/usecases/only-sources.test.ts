import { expect, test } from 'vitest'
import { openPayload } from '../../src/runtime/aws/logs-payload.ts'
import type { Month } from '../../src/runtime/domain/base/calendar.ts'
import type { PrincipalKey } from '../../src/runtime/domain/metering/principal.ts'
import { type IngestRoom, ingest } from '../../src/runtime/usecases/ingest.ts'
import { receive } from '../../src/runtime/usecases/receive.ts'
import { all, sessionArn } from '../support/charges.ts'
import { memoryRoom } from '../support/ingest-room.ts'
import { delivery, logged, record } from '../support/records.ts'

const november = '2026-11' as Month
const tanaka = 'user/tanaka' as PrincipalKey

const only = (room: IngestRoom, more: Partial<IngestRoom['config']> = {}): IngestRoom => ({
  ...room,
  config: { ...room.config, onlySources: true, ...more },
})
const one = (source: string | undefined, requestId: string) =>
  logged(record({ id: requestId, ...(source === undefined ? {} : { source }) }))

test('where only sources count, calls with another label or none are not charged, but counted by whom', async () => {
  const { room, ledger } = memoryRoom()
  const lines = [one('claude-code', 'a'), one('mine', 'b'), one(undefined, 'c'), one('Claude-Code', 'd')]
  expect(await receive(only(room), delivery(lines), openPayload)).toMatchObject({ recorded: 1, ignored: 3, failed: 0 })
  expect((await ledger.balance(tanaka, november))?.requests).toBe(1)
  expect(await all(ledger.failed(november))).toEqual([{ principal: tanaka, byCode: new Map([['other-source', 3]]) }])
})

test('what was not counted adds no key that a caller chooses, neither label nor session', async () => {
  const { room, ledger } = memoryRoom()
  const lines = Array.from({ length: 30 }, (_, index) =>
    logged(
      record({
        id: `r-${index}`,
        source: `label-${index}`,
        arn: sessionArn('AWSReservedSSO_Dev_1', `person-${index}`),
      }),
    ),
  )
  await receive(only(room), delivery(lines), openPayload)
  expect(await all(ledger.failed(november))).toEqual([
    { principal: 'role/AWSReservedSSO_Dev_1', byCode: new Map([['other-source', 30]]) },
  ])
})

test('reading the log again counts nothing again, neither money nor what was left out', async () => {
  const { room, ledger } = memoryRoom()
  const lines = [one('claude-code', 'a'), one('mine', 'b')]
  await receive(only(room), delivery(lines), openPayload)
  await ingest(only(room), lines, 'catch-up')
  await ingest(only(room), lines, 'backfill')
  expect((await ledger.balance(tanaka, november))?.requests).toBe(1)
  expect((await all(ledger.failed(november)))[0]?.byCode.get('other-source')).toBe(1)
})

test('switched on or off later, a call that was charged stays charged once', async () => {
  const { room, ledger } = memoryRoom()
  const lines = [one('claude-code', 'a'), one('mine', 'b')]
  await receive(room, delivery(lines), openPayload)
  await ingest(only(room), lines, 'backfill')
  await ingest(only(room, { labels: ['mine'] }), lines, 'backfill')
  await ingest(room, lines, 'backfill')
  expect((await ledger.balance(tanaka, november))?.requests).toBe(2)
})

test('any number of labels is kept apart, whatever they are called; others and none are two', async () => {
  const { room, ledger } = memoryRoom()
  const labels = [
    'total',
    'spend',
    'requests',
    'd01',
    'pk',
    ...Array.from({ length: 20 }, (_, index) => `tool-${index}`),
  ]
  const many: IngestRoom = { ...room, config: { ...room.config, labels } }
  const lines = [...labels, 'unknown', undefined].map((source, index) => one(source, `r-${index}`))
  await receive(many, delivery(lines), openPayload)
  const balance = await ledger.balance(tanaka, november)
  expect(new Set(balance?.labels.keys())).toEqual(new Set([...labels, 'other', 'none']))
})
