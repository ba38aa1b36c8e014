/** What an admin types for a principal, against what IAM and the ledger know. */
import { expect, test } from 'vitest'
import { principalFor } from '../../src/commands/_targets.ts'
import type { PrincipalKey } from '../../src/runtime/domain/principal.ts'

const gone = 'user/left-last-week' as PrincipalKey
/** IAM knows nobody; the ledger has seen one. */
const how = {
  account: '123456789012',
  force: undefined,
  directory: { find: async () => [], exists: async () => false, freeSlots: async () => undefined },
  seen: async () => [gone],
}

test('a whole key that only the ledger knows is taken', async () => {
  expect(await principalFor('user/left-last-week', how)).toBe(gone)
})

test('a key that nobody knows is refused, with what is near', async () => {
  await expect(principalFor('user/left-last-weak', how)).rejects.toMatchObject({
    code: 'unknown-principal',
    suggestions: [gone, 'user/NAME, role/NAME or session/ROLE/NAME'],
  })
})
