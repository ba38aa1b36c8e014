import { type Instant, instant, type Month, monthOf } from '../domain/base/calendar.ts'
import type { Balance } from '../domain/metering/balance.ts'
import { sum } from '../domain/money/money.ts'
import { unpricedOf } from '../domain/telling/status.ts'
import { type Books, collect } from './books.ts'
import { because, type EnforceRoom, type Problem } from './enforce-room.ts'

const DAY_MS = 86_400_000

/** Looked up in one check; more wait for the next one. */
const lookupsAtMost = 5

/** Correcting many records takes long, and nobody is blocked meanwhile: the rest waits for the next check. */
const correctingMs = 15_000

const isProfile = (model: string): boolean => /^arn:[^:]+:bedrock:.*:application-inference-profile\//.test(model)

export type Unpriced = ReturnType<typeof unpricedOf>

export interface ProfilesSeen {
  readonly unpriced: Unpriced
  /** Money moved: the books must be read again. */
  readonly corrected: boolean
  readonly problems: readonly Problem[]
}

/**
 * Finds what is booked at an assumed price, asks Bedrock what stands behind unknown application inference profiles, and
 * has their records corrected. Reads details only of principals with assumed money, and only when that sum has moved or
 * `thorough` asks for it.
 */
export async function resolveProfiles(room: EnforceRoom, books: Books, thorough: boolean): Promise<ProfilesSeen> {
  const assumed = sum(books.balances.map((balance) => balance.assumed))
  const before = thorough ? await unpricedBefore(room, books) : []
  if ((assumed === 0n && before.length === 0) || (!thorough && room.memory.assumedSeen === assumed)) {
    return { unpriced: [], corrected: false, problems: [] }
  }
  const unpriced = await unpricedIn(room, books.month, books.balances)
  const problems: Problem[] = []
  const known = await room.rates.profiles()
  const corrected = new Set<string>()
  const until = (books.now + correctingMs) as Instant
  // Profiles that are gone stay gone: they must not take the turns of those that can be looked up.
  const wanted = [...unpriced, ...before].filter(
    ({ model }) => isProfile(model) && !room.memory.goneProfiles?.has(model),
  )
  for (const { model } of wanted.slice(0, lookupsAtMost)) {
    if (room.clock.now() >= until) break
    try {
      const resolved = known.get(model) ?? (await lookUp(room, model))
      if (resolved === undefined) continue
      await room.correctProfile(model, books.now, until)
      corrected.add(model)
    } catch (error) {
      problems.push(because(`the profile ${model} was not resolved`, error))
    }
  }
  room.memory.assumedSeen = corrected.size > 0 ? undefined : assumed
  const still = unpriced.filter(({ model }) => !corrected.has(model))
  return { unpriced: still, corrected: corrected.size > 0, problems }
}

async function unpricedIn(room: EnforceRoom, month: Month, balances: readonly Balance[]): Promise<Unpriced> {
  const assuming = balances.filter((balance) => balance.assumed > 0n)
  const details = assuming.map(({ principal }) => collect(room.ledger.detail(month, principal)))
  return unpricedOf((await Promise.all(details)).flat())
}

/** A profile may be used in the last minutes of a month and never again: for a day the last month is looked at as well. */
async function unpricedBefore(room: EnforceRoom, { now, month }: Books): Promise<Unpriced> {
  const yesterday = monthOf(instant(now - DAY_MS), room.config.zoning)
  return yesterday === month ? [] : await unpricedIn(room, yesterday, await collect(room.ledger.balances(yesterday)))
}

async function lookUp(
  room: EnforceRoom,
  arn: string,
): Promise<{ model: string; scope: 'global' | 'regional' } | undefined> {
  const answer = await room.profiles.resolve(arn)
  if (answer === 'gone') room.memory.goneProfiles?.add(arn)
  if (answer === 'gone' || answer === 'not-allowed') return undefined
  await room.rates.putProfile(arn, answer)
  return answer
}
