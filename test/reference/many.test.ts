/** A hundred thousand records by callers who choose names, labels and models as they like. */
import { expect, test } from 'vitest'
import type { Month } from '../../src/runtime/domain/base/calendar.ts'
import { ingest } from '../../src/runtime/usecases/ingest.ts'
import { all } from '../support/charges.ts'
import { inPico } from './rational.ts'
import { book, type Rules, sums } from './reader.ts'
import { ACCOUNT, seed } from './records.ts'
import { productRoom } from './room.ts'

const rules: Rules = {
  account: ACCOUNT,
  zone: 'Asia/Tokyo',
  unknownWrites: 'five',
  peopleBehind: ['AWSReservedSSO_'],
  labels: ['claude-code', 'claude-desktop'],
  profiles: {},
}
const RECORDS = 100_000
const ROLES = ['AWSReservedSSO_Developer_0123456789abcdef', 'AWSReservedSSO_Admin_0123456789abcdef', 'team-role']
const MODELS = [
  'global.anthropic.claude-opus-4-7',
  'us.anthropic.claude-haiku-5-5',
  'jp.anthropic.claude-sonnet-4-5-20250929-v1:0',
]
const MONTHS = ['2026-10', '2026-11'] as const

/** Small numbers in a fixed order: https://en.wikipedia.org/wiki/Linear_congruential_generator. */
function dice(start: number): (below: number) => number {
  let state = start >>> 0
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

function recordsOf(roll: (below: number) => number): string[] {
  return Array.from({ length: RECORDS }, (_, index) =>
    JSON.stringify({
      schemaType: 'ModelInvocationLog',
      timestamp: `2026-${10 + roll(2)}-${String(1 + roll(28)).padStart(2, '0')}T${String(roll(24)).padStart(2, '0')}:10:00Z`,
      accountId: ACCOUNT,
      region: 'us-east-1',
      requestId: `r-${index}`,
      operation: 'Converse',
      // One call in fifty names a model nobody knows, of a hundred thousand that there could be.
      modelId: roll(50) === 0 ? `anthropic.made-up-${roll(30)}` : MODELS[roll(MODELS.length)],
      identity: { arn: `arn:aws:sts::${ACCOUNT}:assumed-role/${ROLES[roll(ROLES.length)]}/session-${roll(5000)}` },
      ...(roll(3) === 0
        ? {}
        : { requestMetadata: { source: roll(2) === 0 ? 'claude-code' : `label-${roll(100_000)}` } }),
      input: { inputTokenCount: roll(150_000), cacheWriteInputTokenCount: roll(1000) },
      output: { outputTokenCount: roll(5000) },
    }),
  )
}

test('make exact sums and a bounded number of items, in seconds', async () => {
  const lines = recordsOf(dice(seed))
  const { room, ledger } = await productRoom(rules)
  const started = performance.now()
  for (let from = 0; from < RECORDS; from += 500) {
    const batch = lines
      .slice(from, from + 500)
      .map((message, index) => ({ id: `e${from + index}`, at: undefined, message }))
    await ingest(room, batch, 'subscription')
  }
  const seconds = (performance.now() - started) / 1000
  const booked = book(lines, rules)
  const whole = booked.reduce((sum, { dollars }) => sum + inPico(dollars), 0n)

  let spent = 0n
  for (const month of MONTHS) {
    const balances = await all(ledger.balances(month as Month))
    const details = await all(ledger.detail(month as Month))
    for (const { spend } of balances) spent += spend
    // Two roles whose sessions are people: two hundred of each and one for all others; one role as a whole.
    for (const role of ROLES.slice(0, 2)) {
      const sessions = balances.filter(({ principal }) => principal.startsWith(`session/${role}/`))
      expect(sessions).toHaveLength(201)
      expect(sessions.map(({ principal }) => principal)).toContain(`session/${role}/(others)`)
    }
    expect(balances).toHaveLength(2 * 201 + 1)
    const labels = new Set(balances.flatMap((balance) => [...balance.labels.keys()]))
    expect([...labels].sort()).toEqual(['claude-code', 'none', 'other'])
    // At most one item for each principal, day, rate and label that there are.
    const rates = new Set(details.map(({ rateId }) => rateId))
    const days = new Set(details.map(({ day }) => day))
    expect(rates.size).toBeLessThanOrEqual(MODELS.length + 1 + 30)
    expect(details.length).toBeLessThanOrEqual(balances.length * days.size * rates.size * labels.size)
    // By day and label nobody is an other one: the reference knows no two hundred.
    const mine = booked.filter(({ day }) => day.startsWith(month))
    const found = new Map<string, bigint>()
    for (const { day, label, spend } of details)
      found.set(`${day} ${label}`, (found.get(`${day} ${label}`) ?? 0n) + spend)
    const expected = sums(mine, ({ day, label }) => `${day} ${label}`)
    expect(Object.fromEntries(found)).toEqual(
      Object.fromEntries(Object.entries(expected).map(([key, text]) => [key, BigInt(text.split(' ')[0] ?? '')])),
    )
  }
  expect(spent).toBe(whole)
  expect(seconds).toBeLessThan(60)
})
