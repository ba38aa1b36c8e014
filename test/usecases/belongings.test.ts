/** Who belongs to whom: changed by an admin, acted on at once. */
import { describe, expect, test } from 'vitest'
import type { PotChange } from '../../src/runtime/domain/metering/belonging-rules.ts'
import { changeBelongings, planBelongings } from '../../src/runtime/usecases/belongings.ts'
import { admin, Guarded, role, user } from './guarded.ts'

const tanaka = user('tanaka')
const key = user('BedrockAPIKey-x1')

const person = (name: string, ...after: string[]): PotChange => ({ kind: 'person', name, before: undefined, after })
const team = (name: string, ...after: string[]): PotChange => ({ kind: 'team', name, before: undefined, after })

function guarded() {
  const guard = new Guarded()
  for (const one of [tanaka, key, user('sato'), role('team-a')]) guard.enforcer.add(one)
  const room = { ...guard.wish, people: guard.people }
  const change = async (...changes: PotChange[]) => {
    const plan = await planBelongings(room, changes, [])
    return { plan, check: await changeBelongings(room, plan, admin) }
  }
  return { guard, room, change }
}

describe('making a person', () => {
  test('joins what the members spent: whom the pot then blocks is told before, and blocked at once', async () => {
    const { guard, change } = guarded()
    await change(person('tanaka', tanaka))
    await guard.spend(tanaka, '30')
    await guard.spend(key, '30')
    await guard.limit({ kind: 'person', key: 'tanaka' }, '50')
    expect(guard.denied(tanaka)).toBe(false)
    const joined = { ...person('tanaka', tanaka, key), before: [tanaka] }
    const { plan, check } = await change(joined)
    expect(plan.blocks.map(({ principal }) => principal).sort()).toEqual([key, tanaka])
    expect(plan.blocks.map(({ limit }) => limit)).toEqual(['person/tanaka@month', 'person/tanaka@month'])
    expect(check?.blocked.toSorted()).toEqual([key, tanaka])
    const parted = await change({ ...person('tanaka', tanaka), before: [tanaka, key] })
    expect(parted.plan.releases.toSorted()).toEqual([key, tanaka])
    expect(parted.check?.released.toSorted()).toEqual([key, tanaka])
  })

  test('is written down with who joined and who left, by whom', async () => {
    const { guard, change } = guarded()
    await change(person('tanaka', tanaka, key), team('growth', 'person/tanaka'))
    await change({ ...person('tanaka', tanaka, 'role/team-a'), before: [tanaka, key] })
    await change({ ...team('growth'), before: ['person/tanaka'], after: undefined })
    expect(guard.history.events.map(({ what, principal, by, details }) => ({ what, principal, by, details }))).toEqual([
      { what: 'person-set', principal: 'person/tanaka', by: admin, details: { added: `${tanaka} ${key}` } },
      { what: 'team-set', principal: 'team/growth', by: admin, details: { added: 'person/tanaka', from: 'list' } },
      { what: 'person-set', principal: 'person/tanaka', by: admin, details: { added: 'role/team-a', removed: key } },
      { what: 'team-removed', principal: 'team/growth', by: admin, details: { removed: 'person/tanaka' } },
    ])
  })

  test('that is so already changes nothing and asks for no check', async () => {
    const { guard, change } = guarded()
    await change(person('tanaka', tanaka, key))
    guard.history.events.length = 0
    const { plan, check } = await change({ ...person('tanaka', key, tanaka), before: [tanaka, key] })
    expect([plan.changes, check, guard.history.events]).toEqual([[], undefined, []])
  })
})

describe('a principal that two people claim', () => {
  const claims = async (members: string, known: string[] = []) => {
    const { room, change } = guarded()
    await change(person('tanaka', 'user/tanaka', 'role/team-a', 'user/t-*'))
    const plan = await planBelongings(
      room,
      [person('sato', members)],
      known.map((one) => user(one)),
    )
    return plan.claims
  }

  test.each([
    ['user/tanaka', 'user/tanaka'],
    ['session/team-a/sato', 'session/team-a/sato'],
    ['user/t-laptop', 'user/t-laptop'],
    ['user/tan*', 'user/tanaka'],
  ])('by %s is named with both', async (members, principal) => {
    expect(await claims(members)).toEqual([{ principal, people: ['sato', 'tanaka'] }])
  })

  test('is found among those whom two patterns meet, and nobody is where they meet nobody', async () => {
    expect(await claims('user/*-ci', ['t-ci'])).toEqual([{ principal: 'user/t-ci', people: ['sato', 'tanaka'] }])
    expect(await claims('user/*-ci', ['other'])).toEqual([])
  })

  test('does not hinder who changes somebody else', async () => {
    const { guard, room } = guarded()
    await guard.people.putPerson({ name: 'a', members: ['user/x'] })
    await guard.people.putPerson({ name: 'b', members: ['user/x'] })
    expect((await planBelongings(room, [person('c', 'user/y'), team('t', 'user/x')], [])).claims).toEqual([])
  })
})
