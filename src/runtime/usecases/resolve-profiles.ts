import type { Instant } from '../domain/base/calendar.ts'
import { sum } from '../domain/money/money.ts'
import { unpricedOf } from '../domain/telling/status.ts'
import { type Books, collect } from './books.ts'
import { because, type EnforceRoom, type Problem } from './enforce-room.ts'

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
  const assuming = books.balances.filter((balance) => balance.assumed > 0n)
  const assumed = sum(assuming.map((balance) => balance.assumed))
  if (assuming.length === 0 || (!thorough && room.memory.assumedSeen === assumed)) {
    return { unpriced: [], corrected: false, problems: [] }
  }
  const details = (
    await Promise.all(assuming.map((balance) => collect(room.ledger.detail(books.month, balance.principal))))
  ).flat()
  const unpriced = unpricedOf(details)
  const problems: Problem[] = []
  const known = await room.rates.profiles()
  const corrected = new Set<string>()
  const until = (books.now + correctingMs) as Instant
  // Profiles that are gone stay gone: they must not take the turns of those that can be looked up.
  const wanted = unpriced.filter(({ model }) => isProfile(model) && !room.memory.goneProfiles?.has(model))
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
