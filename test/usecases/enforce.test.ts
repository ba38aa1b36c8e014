import { describe, expect, test } from 'vitest'
import type { Instant } from '../../src/runtime/domain/base/calendar.ts'
import type { Attachment, Enforcer } from '../../src/runtime/ports.ts'
import { blockByHand } from '../../src/runtime/usecases/block.ts'
import { collect } from '../../src/runtime/usecases/books.ts'
import { enforceLimits } from '../../src/runtime/usecases/enforce-limits.ts'
import { releaseAll } from '../../src/runtime/usecases/release-all.ts'
import { at } from '../contract/world.ts'
import { awsError } from '../fakes/faults.ts'
import { admin, everyone, Guarded, minute, ofRole, ofUser, role, user } from './guarded.ts'

const tanaka = user('tanaka')
const december = 'cost-guard-limit-reached-until-2026-12-01'

/** Tanaka over a limit of 50, not yet checked. */
async function overLimit(): Promise<Guarded> {
  const guard = new Guarded()
  guard.enforcer.add(tanaka)
  await guard.limit(ofUser('tanaka'), '50')
  await guard.spend(tanaka, '50')
  return guard
}
async function blocked(): Promise<Guarded> {
  const guard = await overLimit()
  await guard.check()
  expect(guard.denied(tanaka)).toBe(true)
  guard.mails()
  return guard
}

/** IAM whose listing of everything shows `attached`, whatever hangs. */
const listing = (guard: Guarded, attached: readonly Attachment[]): Enforcer => ({
  attached: async () => attached,
  block: (principal, until) => guard.enforcer.block(principal, until),
  release: (principal) => guard.enforcer.release(principal),
})

describe('notices', () => {
  test('of several people in one check go out as one mail per kind', async () => {
    const guard = new Guarded()
    await guard.limit(everyone, '10')
    for (const name of ['a', 'b', 'c', 'd']) guard.enforcer.add(user(name))
    for (const name of ['a', 'b']) await guard.spend(user(name), '10')
    for (const name of ['c', 'd']) await guard.spend(user(name), '8')
    expect(await guard.check()).toMatchObject({ warned: [user('c'), user('d')] })
    expect(guard.mails()).toEqual(['blocked user/a user/b', 'warned user/c user/d'])
  })

  test('that could not be sent are sent by a later check, exactly once', async () => {
    const guard = await overLimit()
    guard.notifier.inject(awsError('InternalErrorException'), 2, 'send')
    expect((await guard.check()).problems).toEqual(['the notice "blocked" was not sent: InternalErrorException'])
    await guard.pass(5)
    expect(guard.mails()).toEqual(['blocked user/tanaka'])
  })

  test('of a release are not lost either, and the record goes only once it was announced', async () => {
    const guard = await blocked()
    guard.notifier.inject(awsError('InternalErrorException'), 1, 'send')
    await guard.limit(ofUser('tanaka'), '80')
    expect(guard.denied(tanaka)).toBe(false)
    expect(guard.mails()).toEqual([])
    expect(await guard.blocks.all()).toMatchObject([{ principal: tanaka, releasedAt: guard.clock.now() }])
    await guard.pass(3)
    expect(guard.mails()).toEqual(['released user/tanaka'])
    expect(await guard.blocks.all()).toEqual([])
  })

  test('whose sender died before settling go out twice rather than never', async () => {
    const guard = await overLimit()
    guard.notices.inject(awsError('InternalServerError'), 1, 'settle')
    await guard.check()
    await guard.pass(3)
    expect(guard.mails()).toEqual(['blocked user/tanaka', 'blocked user/tanaka'])
  })

  test('of a release that cannot be announced for a day are given up, so that the record does not stay for ever', async () => {
    const guard = await blocked()
    guard.notifier.inject(awsError('NotFoundException'), 10_000, 'send')
    await guard.limit(ofUser('tanaka'), '80')
    await guard.pass(5)
    expect(await guard.blocks.all()).toHaveLength(1)
    guard.clock.pass(24 * 60 * minute)
    await guard.check()
    expect(await guard.blocks.all()).toEqual([])
  })

  test('of a release whose record could not be removed are not repeated, and the record goes with the next check', async () => {
    const guard = await blocked()
    guard.blocks.inject(awsError('InternalServerError'), 1, 'remove')
    await guard.limit(ofUser('tanaka'), '80')
    expect(await guard.blocks.all()).toHaveLength(1)
    await guard.pass(1)
    expect(guard.mails()).toEqual(['released user/tanaka'])
    expect(await guard.blocks.all()).toEqual([])
  })

  test('say what cannot be read and what is priced by assumption', async () => {
    const guard = new Guarded()
    await guard.spend(tanaka, '5', { assumed: true, model: 'anthropic.claude-next' })
    await guard.badRecords.keep([
      { id: 'e1', why: 'not JSON', requestId: undefined, excerpt: '{', at: guard.clock.now() },
    ])
    await guard.pass(15)
    expect(guard.mails()).toEqual(['unpriced ', 'bad-records '])
  })
})

describe('one check at a time', () => {
  test('two that start together act once', async () => {
    const guard = await overLimit()
    const other = guard.newRoom()
    const answers = await Promise.all([guard.check('poke'), enforceLimits(other, { kind: 'check', from: 'poke' })])
    expect(answers.map((answer) => answer.ran).sort()).toEqual(['left-to-the-running-one', 'now'])
    expect(guard.enforcer.writes).toEqual([`attach user/tanaka ${december}`])
    expect(guard.mails()).toEqual(['blocked user/tanaka'])
  })

  test('a poke during a run causes exactly one more, which sees what came in meanwhile', async () => {
    const guard = new Guarded()
    for (const name of ['tanaka', 'sato']) {
      guard.enforcer.add(user(name))
      await guard.limit(ofUser(name), '1')
    }
    await guard.spend(tanaka, '1')
    const poked = guard.newRoom()
    const answers: string[] = []
    guard.enforcer.before = async () => {
      if (answers.length > 0) return
      await guard.spend(user('sato'), '1')
      for (let poke = 0; poke < 3; poke++) {
        answers.push((await enforceLimits(poked, { kind: 'check', from: 'poke' })).ran)
      }
    }
    let runs = 0
    const noteEnforce = (facts: Parameters<typeof guard.health.noteEnforce>[0]) => {
      runs += 1
      return guard.health.noteEnforce(facts)
    }
    const health = { ...guard.room.health, read: () => guard.health.read(), noteEnforce }
    const room = { ...guard.room, health } as typeof guard.room
    const answer = await enforceLimits(room, { kind: 'check', from: 'poke' })
    expect(answers).toEqual(Array(3).fill('left-to-the-running-one'))
    expect(answer.blocked).toEqual([tanaka, user('sato')])
    expect(runs).toBe(2)
  })

  test('a command that comes while a check runs waits for its turn and gets an answer of its own', async () => {
    const guard = await overLimit()
    const running = guard.newRoom()
    await running.lease.acquire((guard.clock.now() + minute) as Instant)
    const room = {
      ...guard.room,
      sleeper: { sleep: async () => void (await running.lease.release()) },
    }
    expect(await enforceLimits(room, { kind: 'check', from: 'command' })).toMatchObject({
      ran: 'now',
      blocked: [tanaka],
    })
  })

  test('a check that died leaves the next ones to go on a minute later', async () => {
    const guard = await overLimit()
    await guard.newRoom().lease.acquire((guard.clock.now() + minute) as Instant)
    expect(await guard.check()).toMatchObject({ ran: 'left-to-the-running-one', blocked: [] })
    guard.clock.pass(minute)
    expect(await guard.check()).toMatchObject({ ran: 'now', blocked: [tanaka] })
  })

  test('a check that died between the deny and its record is completed by the next: one deny, one mail', async () => {
    const guard = await overLimit()
    guard.blocks.inject(awsError('InternalServerError'), 1, 'put')
    expect((await guard.check()).problems).toEqual(['blocking user/tanaka failed: InternalServerError'])
    guard.mails()
    expect(guard.denied(tanaka)).toBe(true)
    await guard.pass(2)
    expect(guard.enforcer.writes).toEqual([`attach user/tanaka ${december}`])
    expect(guard.mails()).toEqual(['blocked user/tanaka'])
  })
})

describe('what was changed by hand', () => {
  test('a deny taken off in the console comes back within ten minutes, with a mail that says how to unblock', async () => {
    const guard = await blocked()
    guard.clock.pass(15 * minute)
    guard.enforcer.detachByHand(tanaka)
    await guard.pass(10)
    expect(guard.denied(tanaka)).toBe(true)
    const mails = guard.mailsOf('reattached')
    expect(mails).toHaveLength(1)
    expect(mails[0]?.text).toContain('cost-guard unblock user/tanaka')
    expect(guard.deeds()).toContain('reattached user/tanaka')
  })

  test('a deny of ours on somebody whom nothing blocks is taken off', async () => {
    const guard = new Guarded()
    guard.enforcer.add(user('sato'))
    guard.enforcer.attachByHand(user('sato'), december)
    expect(await guard.check()).toMatchObject({ released: [user('sato')] })
    expect(guard.denied(user('sato'))).toBe(false)
    expect(guard.deeds()).toEqual(['released-stray user/sato'])
  })

  test('IAM is read whole every ten minutes and on every difference, and else left alone', async () => {
    const guard = await blocked()
    await guard.pass(10)
    const before = guard.enforcer.listings
    await guard.pass(9)
    expect(guard.enforcer.listings).toBe(before)
    await guard.pass(1)
    expect(guard.enforcer.listings).toBe(before + 1)
    expect(guard.enforcer.writes).toEqual([`attach user/tanaka ${december}`])
  })

  test('a schedule that comes a moment early does not make it eleven minutes', async () => {
    const guard = await blocked()
    guard.enforcer.detachByHand(tanaka)
    guard.clock.pass(10 * minute - 400)
    await guard.check()
    expect(guard.denied(tanaka)).toBe(true)
  })

  test('what could not be put back, or taken off, is tried again in the next minute', async () => {
    const guard = await blocked()
    guard.clock.pass(15 * minute)
    guard.enforcer.detachByHand(tanaka)
    guard.enforcer.inject(awsError('Throttling'), 1, 'block')
    await guard.check()
    expect(guard.denied(tanaka)).toBe(false)
    await guard.pass(1)
    expect(guard.denied(tanaka)).toBe(true)
    guard.enforcer.add(user('sato'))
    guard.enforcer.attachByHand(user('sato'), december)
    guard.enforcer.inject(awsError('Throttling'), 1, 'release')
    await guard.pass(10)
    await guard.pass(1)
    expect(guard.denied(user('sato'))).toBe(false)
  })

  test('a deny that came back is told even where the mail could not be sent at that moment', async () => {
    const guard = await blocked()
    guard.clock.pass(15 * minute)
    guard.enforcer.detachByHand(tanaka)
    guard.notifier.inject(awsError('InternalErrorException'), 1, 'send')
    await guard.check()
    expect(guard.mails()).toEqual([])
    await guard.pass(5)
    expect(guard.mails()).toEqual(['reattached user/tanaka'])
    await guard.pass(70)
    expect(guard.mails()).toEqual([])
  })

  test('a command compares at once', async () => {
    const guard = await blocked()
    guard.clock.pass(3 * minute)
    guard.enforcer.detachByHand(tanaka)
    await guard.check('command')
    expect(guard.denied(tanaka)).toBe(true)
  })

  test('what IAM does not show yet, moments after a deny, is not taken for somebody’s deed', async () => {
    const guard = await blocked()
    guard.enforcer.detachByHand(tanaka)
    guard.clock.pass(minute)
    await guard.check('command')
    expect(guard.mails()).toEqual([])
    guard.clock.pass(minute)
    await guard.check('command')
    expect(guard.mails()).toEqual(['reattached user/tanaka'])
  })

  test('a listing that lags, while the user’s own list is right, is no deed either', async () => {
    const guard = await blocked()
    guard.clock.pass(15 * minute)
    const enforcer = listing(guard, [])
    const answer = await enforceLimits({ ...guard.room, enforcer }, { kind: 'check', from: 'schedule' })
    expect(answer.problems).toEqual([])
    expect(guard.mails()).toEqual([])
  })

  test('a listing that still shows whom this check released does not release twice', async () => {
    const guard = await blocked()
    const [stale] = await guard.enforcer.attached()
    await guard.limits.remove('user/tanaka@month')
    let releases = 0
    const enforcer: Enforcer = {
      ...listing(guard, stale ? [stale] : []),
      release: async (principal: typeof tanaka) => {
        releases += 1
        await guard.enforcer.release(principal)
        return 'released' as const
      },
    }
    expect(await enforceLimits({ ...guard.room, enforcer }, { kind: 'check', from: 'schedule' })).toMatchObject({
      released: [tanaka],
    })
    expect(releases).toBe(1)
  })

  test('a deny whose record could not be written is not taken for a stray', async () => {
    const guard = await overLimit()
    guard.clock.pass(15 * minute)
    guard.blocks.inject(awsError('InternalServerError'), 1, 'put')
    await guard.check()
    expect(guard.denied(tanaka)).toBe(true)
    expect(guard.enforcer.writes).toEqual([`attach user/tanaka ${december}`])
  })
})

describe('a block that goes on', () => {
  test('for another reason moves to its policy within the same episode, and is told of its new end only', async () => {
    const guard = await blocked()
    const [before] = await guard.blocks.all()
    guard.clock.pass(minute)
    const answer = await blockByHand(guard.wish, { principal: tanaka, until: 'no-end', reason: undefined, by: admin })
    expect(answer.check).toMatchObject({ blocked: [], released: [] })
    expect(await guard.blocks.all()).toMatchObject([
      { policy: 'cost-guard-blocked-by-admin', episode: before?.episode, since: before?.since, decidedBy: 'manual' },
    ])
    expect(guard.mails()).toEqual(['blocked user/tanaka'])
    expect(guard.deeds().filter((deed) => deed === 'blocked user/tanaka')).toHaveLength(1)
  })

  test('counts a week across the month’s end', async () => {
    const guard = new Guarded()
    guard.enforcer.add(tanaka)
    await guard.limit(ofUser('tanaka'), '50', { per: 'week' })
    await guard.spend(tanaka, '40', { iso: '2026-11-30T12:00:00Z' })
    await guard.spend(tanaka, '10', { iso: '2026-12-01T12:00:00Z' })
    guard.clock.set('2026-12-01T12:00:01Z')
    expect(await guard.check()).toMatchObject({ blocked: [tanaka] })
    expect(guard.enforcer.denies(tanaka, guard.clock.now())).toEqual(['cost-guard-limit-reached-until-2027-01-01'])
    guard.clock.set('2026-12-07T00:00:00Z')
    expect(await guard.check()).toMatchObject({ released: [tanaka] })
  })

  test('whose check runs out of time is gone on with by the next', async () => {
    const guard = new Guarded()
    await guard.limit(everyone, '10')
    const names = ['a', 'b', 'c', 'd', 'e', 'f']
    for (const name of names) {
      guard.enforcer.add(user(name))
      await guard.spend(user(name), '10')
    }
    guard.enforcer.before = async () => guard.clock.pass(10_000)
    const answer = await guard.check()
    expect(answer.problems).toEqual(['blocking 2 more is left to the next check: the time was over'])
    expect(answer.blocked).toHaveLength(4)
    guard.enforcer.before = async () => undefined
    await guard.pass(1)
    expect(names.every((name) => guard.denied(user(name)))).toBe(true)
  })
})

describe('who cannot be blocked', () => {
  test('a user whose quota is full is stopped through the guard’s group', async () => {
    const guard = await overLimit()
    guard.enforcer.setForeign(tanaka, 10)
    await guard.check()
    expect(guard.enforcer.writes).toEqual(['join user/tanaka'])
    expect(guard.denied(tanaka)).toBe(true)
    await guard.pass(12)
    expect(guard.mails()).toEqual(['blocked user/tanaka'])
    await guard.limit(ofUser('tanaka'), '80')
    expect(guard.denied(tanaka)).toBe(false)
  })

  test('a role whose quota is full is shown and told once, and blocked when a slot is free', async () => {
    const guard = new Guarded()
    guard.enforcer.add(role('batch'), 10)
    await guard.limit(ofRole('batch'), '50')
    await guard.spend(role('batch'), '50')
    const why = [{ principal: role('batch'), why: 'attachment-quota' }]
    expect(await guard.check()).toMatchObject({ blocked: [], cannotBlock: why })
    await guard.pass(20)
    expect(await guard.check()).toMatchObject({ cannotBlock: why })
    expect(guard.mails()).toEqual(['cannot-block role/batch'])
    guard.enforcer.setForeign(role('batch'), 9)
    await guard.pass(10)
    expect(guard.denied(role('batch'))).toBe(true)
    expect(guard.mails()).toEqual(['blocked role/batch'])
  })

  test('roles of AWS, protected names, root and nobody are shown and told once, and IAM is not touched', async () => {
    const guard = new Guarded()
    const people = [role('AWSReservedSSO_Dev_01'), user('break-glass'), 'root/123456789012', 'unattributed']
    await guard.limit({ kind: 'account' }, '10', { action: 'block' })
    for (const principal of people) await guard.spend(principal as typeof tanaka, '5')
    const answer = await guard.check()
    expect(answer.cannotBlock.map(({ why }) => why).sort()).toEqual([
      'protected-principal',
      'protected-role',
      'root',
      'unattributed',
    ])
    await guard.pass(25)
    expect(guard.mails()).toHaveLength(1)
    expect(guard.enforcer.writes).toEqual([])
  })

  test('a user who is gone is told once, and forgotten when the limit is', async () => {
    const guard = await blocked()
    guard.enforcer.vanish(tanaka)
    await guard.pass(25)
    expect(guard.mails()).toEqual(['cannot-block user/tanaka'])
    expect(await guard.check()).toMatchObject({ cannotBlock: [{ principal: tanaka, why: 'no-such-principal' }] })
    await guard.limit(ofUser('tanaka'), undefined)
    expect(await guard.blocks.all()).toEqual([])
  })

  test('is written down once, not every minute', async () => {
    const guard = new Guarded()
    await guard.limit({ kind: 'account' }, '10', { action: 'block' })
    await guard.spend('unattributed' as typeof tanaka, '10')
    await guard.check()
    guard.blocks.inject(new Error('written again'), 1, 'put')
    expect((await guard.check()).problems).toEqual([])
  })

  test('one whom IAM refuses hides no other', async () => {
    const guard = new Guarded()
    await guard.limit(everyone, '10')
    for (const name of ['a', 'b', 'c']) {
      guard.enforcer.add(user(name))
      await guard.spend(user(name), '10')
    }
    guard.enforcer.forbidden.add(user('a'))
    guard.enforcer.inject(awsError('ServiceFailureException'), 1, 'block')
    const answer = await guard.check()
    expect(answer.problems).toHaveLength(1)
    expect([...answer.blocked, ...answer.cannotBlock.map(({ principal }) => principal)]).toHaveLength(2)
    await guard.pass(1)
    expect(['a', 'b', 'c'].filter((name) => guard.denied(user(name)))).toEqual(['b', 'c'])
    expect(await guard.check()).toMatchObject({ cannotBlock: [{ principal: user('a'), why: 'not-allowed' }] })
  })
})

describe('what cannot be read', () => {
  test('releases nobody and blocks nobody, and raises the alarm once', async () => {
    const guard = await blocked()
    guard.enforcer.add(user('sato'))
    await guard.limit(ofUser('sato'), '1')
    guard.mails()
    guard.clock.set('2026-12-01T00:00:10Z')
    guard.ledger.inject(awsError('InternalServerError'), 3, 'balances')
    const answer = await guard.check()
    expect(answer.problems[0]).toContain('the ledger or the limits could not be read completely')
    expect(answer).toMatchObject({ blocked: [], released: [] })
    await guard.pass(2)
    expect(guard.enforcer.writes).toEqual([`attach user/tanaka ${december}`])
    expect(guard.mails()).toEqual(['unhealthy '])
    await guard.pass(1)
    expect(guard.mails()).toEqual(['released user/tanaka'])
  })

  test('is also a ledger whose balances were there a minute ago and are all gone', async () => {
    const guard = await blocked()
    const empty = { ...guard.room, ledger: new Guarded().ledger }
    const answer = await enforceLimits(empty, { kind: 'check', from: 'schedule' })
    expect(answer.released).toEqual([])
    expect(answer.problems[0]).toContain('taken for unreadable')
    expect(guard.denied(tanaka)).toBe(true)
  })

  test('is such a ledger also where only a block tells that somebody had spent', async () => {
    const guard = await blocked()
    const health = new Guarded().health
    const answer = await enforceLimits(
      { ...guard.room, health, ledger: new Guarded().ledger },
      { kind: 'check', from: 'schedule' },
    )
    expect(answer.problems[0]).toContain('taken for unreadable')
    expect(guard.denied(tanaka)).toBe(true)
  })

  test('is such a ledger also where nobody is blocked yet', async () => {
    const guard = new Guarded()
    await guard.spend(tanaka, '5')
    await guard.check()
    const answer = await enforceLimits(
      { ...guard.room, ledger: new Guarded().ledger },
      { kind: 'check', from: 'schedule' },
    )
    expect(answer.problems[0]).toContain('taken for unreadable')
  })

  test('is not a new month without a record yet', async () => {
    const guard = await blocked()
    guard.clock.set('2026-12-01T00:01:00Z')
    expect(await guard.check()).toMatchObject({ released: [tanaka], problems: [] })
  })

  test('is not a new month in which only last month’s days of the week have blocked', async () => {
    const guard = new Guarded()
    guard.enforcer.add(tanaka)
    await guard.spend(tanaka, '40', { iso: '2026-11-30T12:00:00Z' })
    guard.clock.set('2026-12-01T09:00:00Z')
    expect((await guard.limit(ofUser('tanaka'), '30', { per: 'week' })).check).toMatchObject({ blocked: [tanaka] })
    guard.clock.pass(minute)
    const unset = await guard.limit(ofUser('tanaka'), undefined, { per: 'week' })
    expect(unset.check).toMatchObject({ released: [tanaka], problems: [] })
  })

  test('makes the function fail only when it is everything', async () => {
    const guard = await blocked()
    guard.ledger.inject(awsError('InternalServerError'), 1, 'balances')
    guard.blocks.inject(awsError('InternalServerError'), 1, 'all')
    guard.health.inject(awsError('InternalServerError'), 1, 'read')
    await expect(guard.check()).rejects.toMatchObject({ code: 'nothing-readable', fault: 'aws' })
    expect(guard.denied(tanaka)).toBe(true)
    expect(await guard.check()).toMatchObject({ ran: 'now', problems: [] })
  })

  test('of IAM is told, and blocks go on', async () => {
    const guard = await overLimit()
    guard.enforcer.inject(awsError('ServiceFailureException'), 1, 'attached')
    const answer = await guard.check()
    expect(answer.problems).toEqual(['IAM was not compared: ServiceFailureException'])
    expect(guard.denied(tanaka)).toBe(true)
  })
})

describe('just before the deed', () => {
  test('a raise that came in since the reading prevents the block', async () => {
    const guard = await overLimit()
    let readings = 0
    const limits = new Proxy(guard.limits, {
      get: (target, name) => {
        if (name !== 'wishes') return Reflect.get(target, name).bind(target)
        return async () => {
          readings += 1
          if (readings === 2) {
            const [limit] = (await target.wishes()).limits
            if (limit)
              await target.put({
                ...limit,
                amount: (limit.amount * 2n) as typeof limit.amount,
                version: limit.version + 1,
              })
          }
          return target.wishes()
        }
      },
    })
    await enforceLimits({ ...guard.room, limits }, { kind: 'check', from: 'schedule' })
    expect(readings).toBeGreaterThan(1)
    expect(guard.enforcer.writes).toEqual([])
  })

  test('money that came in since the reading prevents the release', async () => {
    const guard = await blocked()
    await guard.limits.waive({
      id: 'w',
      principal: tanaka,
      limit: undefined,
      until: at('2026-12-01T00:00:00Z'),
      grant: 1n as never,
      spentAtGrant: 50_000_000_000_000n as never,
      by: admin,
      at: guard.clock.now(),
      reason: undefined,
    })
    const ledger = new Proxy(guard.ledger, {
      get: (target, name) => {
        const member = Reflect.get(target, name)
        if (name !== 'balance') return typeof member === 'function' ? member.bind(target) : member
        return async (...args: Parameters<typeof target.balance>) => {
          await guard.spend(tanaka, '1')
          return target.balance(...args)
        }
      },
    })
    expect(await enforceLimits({ ...guard.room, ledger }, { kind: 'check', from: 'schedule' })).toMatchObject({
      released: [],
    })
    expect(guard.denied(tanaka)).toBe(true)
  })
})

describe('prices that are assumed', () => {
  const profile = 'arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abc123'

  test('warn but do not block, and are corrected once the profile is known', async () => {
    const guard = new Guarded()
    guard.enforcer.add(tanaka)
    await guard.limit(ofUser('tanaka'), '50')
    guard.profiles.set(profile, { model: 'anthropic.claude-sonnet-4-5-20250929-v1:0', scope: 'global' })
    await guard.spend(tanaka, '60', { assumed: true, model: profile })
    guard.mails()
    expect(await guard.check()).toMatchObject({ blocked: [], problems: [] })
    expect(guard.mails()).toEqual([])
    const [balance] = await collect(guard.ledger.balances('2026-11' as never))
    // 1000 input tokens of claude-sonnet-4-5 at 3 dollars a million.
    expect(balance).toMatchObject({ spend: 3_000_000_000n, assumed: 0n })
    expect(await guard.rates.profiles()).toEqual(
      new Map([[profile, { model: 'anthropic.claude-sonnet-4-5-20250929-v1:0', scope: 'global' }]]),
    )
  })

  test('of a profile used in the last minutes of a month are corrected in the next, and stay so when it is deleted', async () => {
    const guard = new Guarded()
    await guard.spend(tanaka, '60', { assumed: true, model: profile, iso: '2026-11-30T23:59:30Z' })
    guard.profiles.set(profile, { model: 'anthropic.claude-sonnet-4-5-20250929-v1:0', scope: 'global' })
    guard.clock.set('2026-12-01T00:00:30Z')
    expect(await guard.check()).toMatchObject({ problems: [] })
    const november = await collect(guard.ledger.balances('2026-11' as never))
    expect(november).toMatchObject([{ spend: 3_000_000_000n, assumed: 0n }])
    guard.profiles.delete(profile)
    await guard.spend(tanaka, '60', { assumed: true, model: profile })
    await guard.pass(1)
    const december = await collect(guard.ledger.balances('2026-12' as never))
    expect(december).toMatchObject([{ spend: 3_000_000_000n, assumed: 0n }])
  })

  test('are looked at again when the correcting was not finished', async () => {
    const guard = new Guarded()
    guard.profiles.set(profile, { model: 'anthropic.claude-sonnet-4-5-20250929-v1:0', scope: 'global' })
    await guard.spend(tanaka, '60', { assumed: true, model: profile })
    let corrections = 0
    const correctProfile = async () => {
      corrections += 1
    }
    for (let check = 0; check < 2; check++) {
      await enforceLimits({ ...guard.room, correctProfile }, { kind: 'check', from: 'schedule' })
    }
    expect(corrections).toBe(2)
  })

  test('are corrected for a while only: whoever is over a limit is blocked in the same check', async () => {
    const guard = await overLimit()
    for (const name of ['a', 'b', 'c']) {
      guard.profiles.set(`${profile}${name}`, { model: 'anthropic.claude-sonnet-4-5', scope: 'global' })
      await guard.spend(tanaka, '60', { assumed: true, model: `${profile}${name}` })
    }
    const corrected: string[] = []
    const correctProfile = async (arn: string, _now: Instant, until: Instant) => {
      corrected.push(arn)
      guard.clock.set(new Date(until).toISOString())
    }
    const answer = await enforceLimits({ ...guard.room, correctProfile }, { kind: 'check', from: 'schedule' })
    expect(corrected).toHaveLength(1)
    expect(answer.blocked).toEqual([tanaka])
  })

  test('of a profile that can be looked up are corrected, however many others are gone', async () => {
    const guard = new Guarded()
    for (let index = 0; index < 6; index++) {
      await guard.spend(tanaka, '90', { assumed: true, model: `${profile}gone${index}` })
    }
    await guard.spend(tanaka, '60', { assumed: true, model: profile })
    guard.profiles.set(profile, { model: 'anthropic.claude-sonnet-4-5', scope: 'global' })
    await guard.pass(21)
    expect([...(await guard.rates.profiles()).keys()]).toEqual([profile])
  })

  test('of a profile that is gone stay assumed, and it is not asked for every minute', async () => {
    const guard = new Guarded()
    let asked = 0
    const resolve = async () => {
      asked += 1
      return 'gone' as const
    }
    const room = { ...guard.newRoom(), profiles: { resolve } }
    await guard.spend(tanaka, '60', { assumed: true, model: profile })
    for (let minutes = 0; minutes < 9; minutes++) {
      await enforceLimits(room, { kind: 'check', from: 'schedule' })
      guard.clock.pass(minute)
    }
    expect(asked).toBe(1)
    expect(guard.mails()).toEqual(['unpriced '])
  })
})

describe('the guard itself', () => {
  test('measures the time from a record’s arrival to the deny', async () => {
    const guard = await overLimit()
    guard.clock.pass(2_000)
    guard.enforcer.before = async () => guard.clock.pass(500)
    await guard.check('poke')
    expect((await guard.health.read()).enforceSeconds).toBe(2.5)
  })

  test('on hold counts and does nothing else', async () => {
    const guard = await overLimit()
    guard.mails()
    await guard.health.setControl({ hold: true })
    expect(await guard.check()).toMatchObject({ blocked: [], warned: [] })
    expect(guard.mails()).toEqual([])
    expect(await guard.run({ kind: 'preview' })).toMatchObject({ blocked: [tanaka], warned: [] })
    expect(guard.enforcer.writes).toEqual([])
    await guard.health.setControl({ hold: false })
    expect(await guard.check()).toMatchObject({ blocked: [tanaka] })
  })

  test('on hold frees whom nothing blocks any more, and says that it is on hold for as long as it is', async () => {
    const guard = await blocked()
    await guard.health.setControl({ hold: true })
    guard.mails()
    const { check } = await guard.limit(ofUser('tanaka'), '900')
    expect(check?.released).toEqual([tanaka])
    expect(guard.denied(tanaka)).toBe(false)
    expect(check?.problems).toEqual([expect.stringContaining('on hold')])
    expect((await guard.health.read()).problems).toEqual(check?.problems)
    await guard.health.setControl({ hold: false })
    expect((await guard.check()).problems).toEqual([])
    expect(guard.mails()).toEqual(['released user/tanaka'])
  })

  test('left half removed says so at every check', async () => {
    const guard = await blocked()
    await guard.health.setControl({ closing: true })
    await guard.check()
    expect((await guard.health.read()).problems).toEqual([expect.stringContaining('being removed')])
  })

  test('being removed releases everybody, also where no record tells of a deny, and blocks nobody again', async () => {
    const guard = await blocked()
    guard.enforcer.add(user('sato'))
    guard.enforcer.attachByHand(user('sato'), december)
    await guard.health.setControl({ closing: true })
    const answer = await guard.run({ kind: 'release-all' })
    expect(answer).toMatchObject({ released: [user('sato'), tanaka], problems: [] })
    await guard.pass(2)
    expect(await guard.enforcer.attached()).toEqual([])
    expect(await guard.blocks.all()).toEqual([])
  })

  test('being removed goes through the records too, where the listing of IAM lags', async () => {
    const guard = await blocked()
    expect(await releaseAll({ ...guard.room, enforcer: listing(guard, []) })).toMatchObject({ released: [tanaka] })
    expect(guard.denied(tanaka)).toBe(false)
  })

  test('being removed lists whom it could not release and releases the others', async () => {
    const guard = await blocked()
    guard.enforcer.add(user('sato'))
    guard.enforcer.attachByHand(user('sato'), december)
    guard.enforcer.inject(awsError('ServiceFailureException'), 1, 'release')
    const answer = await releaseAll(guard.room)
    expect(answer.problems).toEqual(['releasing user/sato failed: ServiceFailureException'])
    expect(answer.released).toEqual([tanaka])
  })
})

test('of hundreds of problems status keeps some and their number, so that leaving word never fails', async () => {
  const guard = new Guarded()
  await guard.limit(everyone, '1')
  for (let person = 0; person < 80; person++) {
    guard.enforcer.add(user(`p${person}`))
    await guard.spend(user(`p${person}`), '2')
  }
  guard.enforcer.inject(awsError('Throttling'), 1000, 'block')
  expect((await guard.check()).problems).toHaveLength(80)
  const { problems } = await guard.health.read()
  expect(problems).toHaveLength(51)
  expect(problems.at(-1)).toBe("and 30 more problems: see the function's log")
})
