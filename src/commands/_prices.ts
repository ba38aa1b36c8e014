/** prices list and set. */
import { instant, toIso } from '../runtime/domain/base/calendar.ts'
import type { Scope } from '../runtime/domain/metering/model-id.ts'
import {
  makeBook,
  noKeptPrices,
  type PriceBook,
  parseOverride,
  perMillion,
  type Rate,
  type RateOverride,
  rateFromOverride,
} from '../runtime/domain/money/price-book.ts'
import { correctAssumed } from '../runtime/usecases/correct-assumed.ts'
import { readStatus } from '../runtime/usecases/status.ts'
import type { Door } from './_compose.ts'
import { rateBook, statusRoom, wishRoom } from './_rooms.ts'
import { columns } from './_view/columns.ts'

interface Shown {
  readonly model: string | undefined
  readonly all: boolean
  readonly screen: number
}

export function builtInPrices(how: Shown): { text: string; json: object } {
  const book = makeBook({ kept: noKeptPrices, profiles: new Map(), assumedCacheTtl: '5m' })
  return shown(book, [], how, toIso(instant(Date.now())).slice(0, 10))
}

export async function pricesInForce(door: Door, how: Shown): Promise<{ text: string; json: object }> {
  const [rates, room] = await Promise.all([rateBook(door), statusRoom(door)])
  const [kept, profiles, view] = await Promise.all([rates.kept(), rates.profiles(), readStatus(room)])
  const book = makeBook({ kept, profiles, assumedCacheTtl: room.settings.assumedCacheTtl })
  return shown(book, view.health.unpricedModels, how, toIso(door.clock.now()).slice(0, 10))
}

const inForce = (rate: Rate, day: string): boolean =>
  rate.validFrom <= day && (rate.until === undefined || day < rate.until)
const bandText = (rate: Rate): string => (rate.band === 'standard' ? '' : `>${rate.band.over / 1000}K`)

function shown(
  book: PriceBook,
  unpriced: readonly string[],
  how: Shown,
  today: string,
): { text: string; json: object } {
  const rates = book.rates.filter(
    (rate) => (how.all || inForce(rate, today)) && (how.model === undefined || rate.stem.includes(how.model)),
  )
  const table = columns(
    [
      { head: 'MODEL' },
      { head: 'SCOPE' },
      { head: 'IN', align: 'right' },
      { head: 'OUT', align: 'right' },
      { head: 'READ', align: 'right' },
      { head: 'W 5M', align: 'right' },
      { head: 'W 1H', align: 'right' },
      { head: 'FROM' },
    ],
    rates.map((rate) => [
      `${rate.stem}${bandText(rate)}`,
      rate.scope,
      perMillion(rate.prices.input),
      perMillion(rate.prices.output),
      perMillion(rate.prices.cacheRead),
      perMillion(rate.prices.cacheWrite5m),
      perMillion(rate.prices.cacheWrite1h),
      rate.validFrom,
    ]),
    how.screen,
  )
  const sources = [...new Set(rates.map((rate) => `${rate.source} (${rate.checked})`))]
  const text = [
    ...(rates.length === 0
      ? [`No price of a model ${how.model === undefined ? 'is known' : `whose name contains "${how.model}"`}.`]
      : [table, '', 'Dollars per million tokens; READ is from the cache, W into it, for so long.']),
    ...sources.map((source) => `Source: ${source}`),
    ...unpriced.map((model) => `No price: ${model}`),
  ].join('\n')
  return { text, json: { prices: rates.map(rateJson), unpricedModels: unpriced } }
}

const rateJson = (rate: Rate) => ({
  id: rate.id,
  model: rate.stem,
  provider: rate.provider,
  scope: rate.scope,
  promptsAbove: rate.band === 'standard' ? null : rate.band.over,
  inputUsd: perMillion(rate.prices.input),
  outputUsd: perMillion(rate.prices.output),
  cacheReadUsd: perMillion(rate.prices.cacheRead),
  cacheWrite5mUsd: perMillion(rate.prices.cacheWrite5m),
  cacheWrite1hUsd: perMillion(rate.prices.cacheWrite1h),
  validFrom: rate.validFrom,
  validUntil: rate.until ?? null,
  source: rate.source,
  checked: rate.checked,
})

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

export async function setPrice(door: Door, model: string, typed: Typed): Promise<{ text: string; json: object }> {
  const override = overrideFrom(model, typed, door.clock.now(), door.caller)
  const [rates, room] = await Promise.all([rateBook(door), wishRoom(door)])
  await rates.putOverride(override)
  await room.history.append({
    at: door.clock.now(),
    by: door.caller,
    what: 'price-set',
    details: { model: override.stem, scope: override.scope, ...override.perMillion, validFrom: override.validFrom },
  })
  const now = door.clock.now()
  const done = await correctAssumed(
    { ledger: room.ledger, rates, clock: door.clock, config: room.settings },
    { stem: override.stem },
    now,
  )
  const check = done.corrected > 0 ? await room.enforce.ask({ kind: 'check', from: 'command' }) : undefined
  const { input, output, cacheRead, cacheWrite5m, cacheWrite1h } = override.perMillion
  const text = [
    `${override.stem} (${override.scope}) from ${override.validFrom}: input ${input}, output ${output}, cache read ${cacheRead}, write ${cacheWrite5m} (5 minutes), ${cacheWrite1h} (an hour), per million tokens.`,
    done.corrected === 0
      ? 'Nothing of this month or the last had to be corrected.'
      : `Corrected ${done.corrected} requests of this month and the last.`,
    ...(done.complete ? [] : ['The time ran out before the last one: run the same command again.']),
    ...(check?.released.length ? [`Released: ${check.released.join(', ')}`] : []),
    ...(check?.blocked.length ? [`Blocked: ${check.blocked.join(', ')}`] : []),
  ].join('\n')
  return {
    text,
    json: { prices: rateFromOverride(override).map(rateJson), corrected: done.corrected, complete: done.complete },
  }
}
