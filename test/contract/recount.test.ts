/** The journal read for itself, and counters mended only onto what was read. */
import { UpdateItemCommand } from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { DynamoLedger } from '../../src/runtime/aws/dynamo-ledger.ts'
import { DynamoRecount } from '../../src/runtime/aws/dynamo-recount.ts'
import { balanceKey } from '../../src/runtime/aws/keys.ts'
import { type Month, monthPeriod } from '../../src/runtime/domain/base/calendar.ts'
import { noTokens, standingOf } from '../../src/runtime/domain/metering/bookkeeping.ts'
import { balanceLack } from '../../src/runtime/domain/metering/merging.ts'
import type { PrincipalKey } from '../../src/runtime/domain/metering/principal.ts'
import { pico } from '../../src/runtime/domain/money/money.ts'
import { all, charge, sessionArn, TOKYO, userArn } from '../support/charges.ts'
import { type LedgerTable, ledgerTable, patience } from '../support/ledger-table.ts'
import { type Moto, startMoto } from '../support/moto.ts'

const NOVEMBER = '2026-11' as Month
const monthRange = () => {
  const { start, end } = monthPeriod(NOVEMBER, TOKYO)
  return { from: start, to: end }
}
const TANAKA = 'user/tanaka' as PrincipalKey
let moto: Moto
let table: LedgerTable
beforeAll(async () => {
  moto = await startMoto()
  table = await ledgerTable()
})
afterAll(async () => {
  await table.drop()
  await moto.stop()
})

it('knows everybody in the journal without the counters, and mends these unless somebody counted since they were read', async () => {
  const parts = { client: table.client, table: table.table, ...patience() }
  const ledger = new DynamoLedger({ ...parts, zoning: TOKYO, journalDays: 400, random: () => 0.5 })
  const recount = new DynamoRecount(parts)
  const sso = sessionArn('AWSReservedSSO_Dev_1', 'sato')
  // The first of November begins in October, by UTC.
  await ledger.record([
    charge({ at: '2026-10-31T15:00:00Z' }),
    charge(),
    charge({ arn: sso }),
    charge({ at: '2026-10-30T00:00:00Z' }),
  ])
  expect(await recount.bases(NOVEMBER)).toEqual(['role/AWSReservedSSO_Dev_1', TANAKA])
  const own = await all(recount.entries(monthRange(), 'role/AWSReservedSSO_Dev_1' as PrincipalKey))
  expect(own.map((entry) => standingOf(entry).charge.principal)).toEqual(['session/AWSReservedSSO_Dev_1/sato'])
  expect(await all(recount.entries(monthRange(), TANAKA))).toHaveLength(2)

  const right = await ledger.balance(TANAKA, NOVEMBER)
  const { pk, sk } = balanceKey(TANAKA, NOVEMBER)
  await table.client.send(
    new UpdateItemCommand({
      TableName: table.table,
      Key: { pk: { S: pk }, sk: { S: sk } },
      UpdateExpression: 'ADD p :more, n :one',
      ExpressionAttributeValues: { ':more': { N: '77' }, ':one': { N: '1' } },
    }),
  )
  const was = await ledger.balance(TANAKA, NOVEMBER)
  const drift = { principal: TANAKA, month: NOVEMBER, was, balance: balanceLack(right, was), details: [] }
  expect(drift.balance).toMatchObject({ spend: -77n, requests: -1 })
  expect(await recount.mend({ ...drift, was: was && { ...was, spend: pico(was.spend - 1n) } })).toBe('busy')
  expect(await ledger.balance(TANAKA, NOVEMBER)).toEqual(was)
  expect(await recount.mend(drift)).toBe('mended')
  expect(await ledger.balance(TANAKA, NOVEMBER)).toEqual(right)
  expect(await recount.mend(drift)).toBe('busy')
})

it('mends a row once when two mend the same at once, and nothing that a correction has moved since', async () => {
  const parts = { client: table.client, table: table.table, ...patience() }
  const ledger = new DynamoLedger({ ...parts, zoning: TOKYO, journalDays: 400, random: () => 0.5 })
  const recount = new DynamoRecount(parts)
  const suzuki = 'user/suzuki' as PrincipalKey
  await ledger.record([charge({ arn: userArn('suzuki') })])
  const [row] = await all(ledger.detail(NOVEMBER, suzuki))
  const was = await ledger.balance(suzuki, NOVEMBER)
  const [entry] = await all(ledger.journal(monthRange(), suzuki))
  if (row === undefined || entry === undefined) throw new Error('nothing was counted')
  const lacks = { ...row, spend: pico(5n), assumed: pico(0n), requests: 0, tokens: noTokens }
  const of = { principal: suzuki, month: NOVEMBER, was, balance: undefined, details: [{ was: row, lacks }] }
  expect([await recount.mend(of), await recount.mend(of)]).toEqual(['mended', 'busy'])
  const mended = { ...row, spend: pico(row.spend + 5n) }
  expect(await all(ledger.detail(NOVEMBER, suzuki))).toEqual([mended])

  // The same money under another rate and another label: no sum of the balance tells.
  const { cost, model } = standingOf(entry).charge
  await ledger.correct(entry, { id: 'moved', cost, rateId: 'elsewhere', model, label: 'claude-code', reason: 'test' })
  const again = { ...of, details: [{ was: mended, lacks }] }
  expect(await recount.mend(again)).toBe('busy')
  const labels = balanceLack(undefined, was)
  expect(await recount.mend({ ...of, details: [], balance: labels })).toBe('busy')
})
