/** What an admin types for a principal, against what IAM and the ledger know. */
import { expect, test } from 'vitest'
import { principalFor } from '../../src/commands/_targets.ts'
import type { PrincipalKey } from '../../src/runtime/domain/metering/principal.ts'

const key = (text: string) => text as PrincipalKey
const gone = 'user/left-last-week' as PrincipalKey
/** IAM knows nobody; the ledger has seen one. */
const how = {
  account: '123456789012',
  force: undefined,
  directory: {
    find: async () => [],
    known: async () => undefined,
    names: async () => [key('user/tanaka'), key('role/Batch')],
    freeSlots: async () => undefined,
  },
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

test.each(['TANAKA', 'user/Tanaka', 'user/TANAKA'])(
  '%s is tanaka: IAM tells names apart by more than case',
  async (typed) => {
    expect(await principalFor(typed, how)).toBe('user/tanaka')
    expect(await principalFor(typed, { ...how, force: true })).toBe('user/tanaka')
  },
)

test.each(['user/tanaka ', 'tanaka　', 'ｔａｎａｋａ', 'user/ｔａｎａｋａ'])(
  '"%s" holds characters of no IAM name: refused, even with --force, and the right one is named',
  async (typed) => {
    for (const force of [undefined, true]) {
      await expect(principalFor(typed, { ...how, force })).rejects.toMatchObject({
        code: 'unknown-principal',
        suggestions: expect.arrayContaining(['user/tanaka']),
      })
    }
  },
)

test('a role of the same name in another case is found by its bare name', async () => {
  expect(await principalFor('BATCH', how)).toBe('role/Batch')
})

test('however many names nobody knows, IAM and the ledger are listed once for all of them', async () => {
  let lists = 0
  const names = async () => {
    lists += 1
    return [key('user/tanaka')]
  }
  const counted = { ...how, force: true, directory: { ...how.directory, names } }
  const found = await Promise.all([...Array(300).keys()].map((one) => principalFor(`user/new-${one}`, counted)))
  expect([found.length, found[299], lists]).toEqual([300, 'user/new-299', 1])
})
