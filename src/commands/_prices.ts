/** prices list and set, and what every change of prices ends with: corrections and who is freed or stopped. */
import { instant, toIso } from '../runtime/domain/base/calendar.ts'
import type { Scope } from '../runtime/domain/metering/model-id.ts'
import { parseUsd } from '../runtime/domain/money/money.ts'
import {
  makeBook,
  noKeptPrices,
  parseOverride,
  type RateOverride,
  rateFromOverride,
} from '../runtime/domain/money/price-book.ts'
import type { RateBook } from '../runtime/ports.ts'
import { type Corrected, correctAssumed, type Which } from '../runtime/usecases/correct-assumed.ts'
import { readStatus } from '../runtime/usecases/status.ts'
import type { Door } from './_compose.ts'
import { rateBook, statusRoom, wishRoom } from './_rooms.ts'
import { pricesScreen, rateJson } from './_view/prices.ts'

interface Shown {
  readonly model: string | undefined
  readonly all: boolean
  readonly screen: number
}

export function builtInPrices(how: Shown): { text: string; json: object } {
  const book = makeBook({ kept: noKeptPrices, profiles: new Map(), assumedCacheTtl: '5m' })
  return pricesScreen({ book, unpriced: [], today: toIso(instant(Date.now())).slice(0, 10), ...how })
}

export async function pricesInForce(door: Door, how: Shown): Promise<{ text: string; json: object }> {
  const [rates, room] = await Promise.all([rateBook(door), statusRoom(door)])
  const [kept, profiles, view] = await Promise.all([rates.kept(), rates.profiles(), readStatus(room)])
  const book = makeBook({ kept, profiles, assumedCacheTtl: room.settings.assumedCacheTtl })
  const today = toIso(door.clock.now()).slice(0, 10)
  return pricesScreen({ book, unpriced: view.health.unpricedModels, today, ...how })
}

interface Typed {
  readonly input: string
  readonly output: string
  readonly 'cache-read'?: string | undefined
  readonly 'cache-write-5m'?: string | undefined
  readonly 'cache-write-1h'?: string | undefined
  readonly scope?: string | undefined
  readonly from?: string | undefined
}

function overrideFrom(model: string, typed: Typed, now: number, by: string): RateOverride {
  const at = toIso(instant(now))
  return parseOverride({
    model,
    scope: typed.scope as Scope | 'both' | undefined,
    input: typed.input,
    output: typed.output,
    cacheRead: typed['cache-read'],
    cacheWrite5m: typed['cache-write-5m'],
    cacheWrite1h: typed['cache-write-1h'],
    // From the month's first day, so that what was assumed this month is corrected whole.
    validFrom: typed.from ?? `${at.slice(0, 7)}-01`,
    setAt: at,
    setBy: by,
  })
}

/** The words alone, before anybody is asked. @throws GuardError `bad-amount`, `bad-price`, `bad-date`, `bad-model`. */
export const checkPrice = (model: string, typed: Typed): unknown => overrideFrom(model, typed, Date.now(), '')

/** The very same price again is the one that is there: nothing is written, and what was left uncorrected goes on. */
export const samePrice = (wanted: RateOverride, kept: readonly RateOverride[]): RateOverride | undefined =>
  kept.find(
    (one) =>
      one.stem === wanted.stem &&
      one.scope === wanted.scope &&
      one.validFrom === wanted.validFrom &&
      PRICED.every((name) => parseUsd(one.perMillion[name]) === parseUsd(wanted.perMillion[name])),
  )

const PRICED = ['input', 'output', 'cacheRead', 'cacheWrite5m', 'cacheWrite1h'] as const

export async function setPrice(door: Door, model: string, typed: Typed): Promise<{ text: string; json: object }> {
  const [rates, room] = await Promise.all([rateBook(door), wishRoom(door)])
  const wanted = overrideFrom(model, typed, door.clock.now(), door.caller)
  const same = samePrice(wanted, (await rates.kept()).overrides)
  const override = same ?? wanted
  if (same === undefined) {
    await rates.putOverride(override)
    await room.history.append({
      at: door.clock.now(),
      by: door.caller,
      what: 'price-set',
      details: { model: override.stem, scope: override.scope, ...override.perMillion, validFrom: override.validFrom },
    })
  }
  const done = await corrections(door, { ...room, rates }, { stem: override.stem })
  const { input, output, cacheRead, cacheWrite5m, cacheWrite1h } = override.perMillion
  const text = [
    `${override.stem} (${override.scope}) from ${override.validFrom}${same === undefined ? '' : ' as before'}: input ${input}, output ${output}, cache read ${cacheRead}, write ${cacheWrite5m} (5 minutes), ${cacheWrite1h} (an hour), per million tokens.`,
    correctionsText(done),
  ].join('\n')
  return {
    text,
    json: { prices: rateFromOverride(override).map(rateJson), corrected: done.corrected, complete: done.complete },
  }
}

export interface Corrections extends Corrected {
  readonly released: readonly string[]
  readonly blocked: readonly string[]
}

/** Gives what is booked otherwise the price of the book, this month and last, and lets enforce act on what that changes. */
export async function corrections(
  door: Door,
  room: Pick<Awaited<ReturnType<typeof wishRoom>>, 'ledger' | 'settings' | 'enforce'> & { readonly rates: RateBook },
  which: Which,
): Promise<Corrections> {
  const { ledger, rates, settings } = room
  const done = await correctAssumed({ ledger, rates, clock: door.clock, config: settings }, which, door.clock.now())
  const check = done.corrected > 0 ? await room.enforce.ask({ kind: 'check', from: 'command' }) : undefined
  return { ...done, released: check?.released ?? [], blocked: check?.blocked ?? [] }
}

/** @param counted what the corrected requests were counted at. */
export const correctionsText = (done: Corrections, counted = 'an assumed price'): string =>
  [
    done.corrected === 0
      ? `Nothing had been counted at ${counted}.`
      : `Corrected ${done.corrected === 1 ? '1 request that was' : `${done.corrected} requests that were`} counted at ${counted}.`,
    ...(done.complete ? [] : ['The time ran out before the last one: run the same command again.']),
    ...(done.released.length > 0 ? [`Released: ${done.released.join(', ')}`] : []),
    ...(done.blocked.length > 0 ? [`Blocked: ${done.blocked.join(', ')}`] : []),
  ].join('\n')
