import { expect, test } from 'vitest'
import { spendingOf } from '../../src/commands/_simulation/charges.ts'
import type { Entry } from '../../src/runtime/domain/metering/balance.ts'
import type { PrincipalKey } from '../../src/runtime/domain/metering/principal.ts'
import { parseUsd, pico, toDecimal } from '../../src/runtime/domain/money/money.ts'
import { charge } from '../support/charges.ts'

async function* entries(): AsyncGenerator<Entry> {
  const [first, second] = [charge({ id: 'a' }), charge({ id: 'b' })]
  const fix = { kind: 'correction', reason: 'price known', rateId: 'x', model: first.model } as const
  yield { kind: 'charge', charge: first }
  yield { ...fix, id: 'one', step: 1, of: first, cost: parseUsd('3') }
  yield { ...fix, id: 'two', step: 2, of: first, cost: parseUsd('2'), principal: 'user/suzuki' as PrincipalKey }
  yield { kind: 'charge', charge: { ...second, cost: parseUsd('5') } }
}

test('an entry that was corrected, twice and into another pot, is replayed once, as it stands now', async () => {
  const spending = await spendingOf(entries())
  const seen: string[] = []
  spending.inOrder(({ who, dollars, rest }) => {
    seen.push(`${spending.principals[who]} ${toDecimal(pico(BigInt(dollars) * 10n ** 12n + BigInt(rest)))}`)
  })
  expect(seen).toEqual(['user/suzuki 2', 'user/tanaka 5'])
})
