/** prices unset and discount: the admin's own word on prices, taken back or given as a factor. */
import { toIso } from '../runtime/domain/base/calendar.ts'
import { GuardError } from '../runtime/domain/base/guard-error.ts'
import { parseModelId, stemOf } from '../runtime/domain/metering/model-id.ts'
import {
  type Discount,
  type KeptPrices,
  makeBook,
  noKeptPrices,
  parseMultiplier,
  perMillion,
  priceKey,
  type Rate,
  type RateOverride,
} from '../runtime/domain/money/price-book.ts'
import { readStatus } from '../runtime/usecases/status.ts'
import type { Door } from './_compose.ts'
import { isDay } from './_config/discounts.ts'
import { corrections, correctionsText } from './_prices.ts'
import { rateBook, statusRoom, wishRoom } from './_rooms.ts'
import { nearest } from './_suggest.ts'
import { discountJson, rateJson } from './_view/prices.ts'

const refuse = (code: string, message: string, suggestions: readonly string[]): GuardError =>
  new GuardError({ code, fault: 'user', message, suggestions })

/** @throws GuardError `bad-date`. */
function dayOf(text: string): string {
  if (isDay(text)) return text
  throw refuse('bad-date', `"${text}" is no day`, ['write it as 2026-11-01'])
}

export interface Unset {
  readonly model: string
  readonly scope: string | undefined
  /** Only the price set from exactly this day. */
  readonly from: string | undefined
}

/** @throws GuardError `bad-date`. */
export const checkUnset = (wanted: Unset): Unset => ({
  ...wanted,
  from: wanted.from === undefined ? undefined : dayOf(wanted.from),
})

/**
 * Takes the admin's own prices of a model away. As `prices set` does, it gives what was counted this month and last the
 * price that counts now; where none is left, that keeps the price it has.
 */
export async function unsetPrice(door: Door, wanted: Unset): Promise<{ text: string; json: object; failed: boolean }> {
  const stem = priceKey(parseModelId(wanted.model))
  const [rates, room] = await Promise.all([rateBook(door), wishRoom(door)])
  const kept = await rates.kept()
  const own = kept.overrides.filter((one) => one.stem === stem)
  const gone = own.filter(
    (one) =>
      (wanted.scope === undefined || one.scope === wanted.scope) &&
      (wanted.from === undefined || one.validFrom === wanted.from),
  )
  if (gone.length === 0) throw noneSet(door, stem, own, kept)
  for (const override of gone) await rates.removeOverride(override)
  await room.history.append({
    at: door.clock.now(),
    by: door.caller,
    what: 'price-unset',
    details: { model: stem, prices: gone.map(overrideText).join('; ') },
  })
  const done = await corrections(door, { ...room, rates }, { stem })
  const left = makeBook({
    kept: { ...kept, overrides: kept.overrides.filter((one) => !gone.includes(one)) },
    profiles: new Map(),
    assumedCacheTtl: room.settings.assumedCacheTtl,
  })
  const today = toIso(door.clock.now()).slice(0, 10)
  const now = left.rates.filter(
    (rate) => rate.stem === stem && rate.validFrom <= today && (rate.until === undefined || today < rate.until),
  )
  const text = [
    ...gone.map((one) => `Taken away: ${stem} ${overrideText(one)}`),
    ...(now.length === 0
      ? ['No price of it is known now: further calls are counted at an assumed one, what was counted keeps its price.']
      : now.map((rate) => `Counts now: ${rateText(rate)}`)),
    correctionsText(done, 'that price'),
    'The functions know within a minute. What they counted until then, put right:',
    `  ${door.command(`reprice --from ${today} --model ${stem}`)}`,
  ].join('\n')
  const { corrected, complete } = done
  return { text, json: { removed: gone, prices: now.map(rateJson), corrected, complete }, failed: !complete }
}

function rateText({ scope, tier, band, regions, prices, origin }: Rate): string {
  const which = [
    scope,
    ...(tier === 'default' ? [] : [tier]),
    ...(band === 'standard' ? [] : [`above ${band.over / 1000}K`]),
    ...(regions === undefined ? [] : [`in ${regions.join(', ')}`]),
  ].join(' ')
  const from = origin === 'set' ? 'set by you' : origin === 'list' ? 'AWS’s list' : 'came with this version'
  return `${which}: input ${perMillion(prices.input)}, output ${perMillion(prices.output)} (${from})`
}

const overrideText = ({ scope, validFrom, perMillion: { input, output } }: RateOverride): string =>
  `(${scope}) from ${validFrom}: input ${input}, output ${output}`

function noneSet(door: Door, stem: string, own: readonly RateOverride[], kept: KeptPrices): GuardError {
  const others = [...new Set(kept.overrides.map((one) => one.stem))]
  return refuse(
    'no-such-price',
    `no price of ${stem} ${own.length > 0 ? 'with this scope or day ' : ''}was set: nothing was changed`,
    [
      ...own.map((one) => `${one.scope} from ${one.validFrom}`),
      ...nearest(stem, others),
      door.command('prices list'),
      // The command that took it away may have been cut off before it corrected what was counted.
      ...(own.length > 0
        ? []
        : [`${door.command(`reprice --from YYYY-MM-DD --model ${stem}`)}, if it was taken away before`]),
    ],
  )
}

export interface WantedDiscount {
  readonly of: string
  readonly multiplier: string
}

/** `anthropic=0.9`, `'*=0.93'` or `all=0.93`. @throws GuardError `bad-assignment`, `bad-multiplier`, `twice`. */
export function readDiscounts(texts: readonly string[]): readonly WantedDiscount[] {
  const read = texts.map((text) => {
    const at = text.lastIndexOf('=')
    if (at <= 0) throw refuse('bad-assignment', `"${text}" is not KEY=MULTIPLIER`, ["write '*=0.93' or anthropic=0.9"])
    const multiplier = text.slice(at + 1)
    parseMultiplier(multiplier)
    return { of: discountKeyOf(text.slice(0, at)), multiplier }
  })
  const twice = read.find(({ of }, index) => read.findIndex((one) => one.of === of) !== index)
  if (twice !== undefined) throw refuse('twice', `${twice.of} is given twice`, ['name each key once'])
  return read
}

/** A model id of any form counts for its stem. */
export function discountKeyOf(text: string): string {
  if (text === '*' || text === 'all') return '*'
  const ref = parseModelId(text)
  return ref.kind === 'model' ? stemOf(ref.model) : text
}

interface DiscountHow {
  readonly remove: readonly string[]
  readonly from: string | undefined
  readonly force: boolean
}

/** @throws GuardError `bad-date`, `no-discount` where neither something to set nor to remove was named. */
export function checkDiscounts(set: readonly WantedDiscount[], how: DiscountHow): void {
  if (how.from !== undefined) dayOf(how.from)
  if (set.length + how.remove.length === 0)
    throw refuse('no-discount', 'no discount was named: nothing was changed', [
      "cost-guard prices discount '*=0.93'",
      'cost-guard prices list, to see those in force',
    ])
}

/** Counts for calls from its day on; what is booked keeps its price until `reprice` is asked for. */
export async function changeDiscounts(door: Door, set: readonly WantedDiscount[], how: DiscountHow) {
  const [rates, room] = await Promise.all([rateBook(door), wishRoom(door)])
  const kept = await rates.kept()
  const remove = how.remove.map(discountKeyOf)
  const gone = kept.discounts.filter(
    ({ of, validFrom }) => remove.includes(of) && (how.from === undefined || validFrom === how.from),
  )
  const absent = remove.filter((key) => !gone.some(({ of }) => of === key))
  if (absent.length > 0)
    throw refuse('no-such-discount', `there is no discount of ${absent.join(', ')}: nothing was changed`, [
      ...new Set(kept.discounts.map(({ of, validFrom }) => `${of} from ${validFrom}`)),
      door.command('prices list'),
    ])
  if (!how.force) await refuseUnknown(door, set, kept)
  const setAt = toIso(door.clock.now())
  const validFrom = how.from ?? setAt.slice(0, 10)
  const lines: string[] = []
  const done: Discount[] = []
  const note = (what: string, details: Readonly<Record<string, string>>) =>
    room.history.append({ at: door.clock.now(), by: door.caller, what, details })
  for (const { of, multiplier, validFrom: from } of gone) {
    await rates.removeDiscount({ of, validFrom: from })
    await note('discount-removed', { of, multiplier, validFrom: from })
    lines.push(`Taken away: ${of} × ${multiplier} from ${from}`)
  }
  for (const { of, multiplier } of set) {
    const before = kept.discounts.find((one) => one.of === of && one.validFrom === validFrom && !gone.includes(one))
    if (before !== undefined && Number(before.multiplier) === Number(multiplier)) {
      done.push(before)
      lines.push(`${of} × ${multiplier} from ${validFrom} as before`)
      continue
    }
    const discount = { of, multiplier, validFrom, setAt, setBy: door.caller }
    await rates.putDiscount(discount)
    await note('discount-set', { of, multiplier, validFrom, ...(before && { before: before.multiplier }) })
    done.push(discount)
    lines.push(`${of} × ${before === undefined ? '' : `${before.multiplier} → `}${multiplier} from ${validFrom}`)
  }
  const text = [
    ...lines,
    'The functions use it within a minute. The most exact key counts alone: model, then provider, then *.',
    'What was counted keeps its price. To apply it to days gone by:',
    `  ${door.command(`reprice --from ${how.from ?? 'YYYY-MM-DD'}`)}`,
  ].join('\n')
  return { text, lines, json: { set: done.map(discountJson), removed: gone.map(discountJson) } }
}

async function refuseUnknown(door: Door, set: readonly WantedDiscount[], kept: KeptPrices): Promise<void> {
  if (set.every(({ of }) => of === '*')) return
  const room = await statusRoom(door)
  const { health } = await readStatus(room)
  const book = makeBook({ kept: { ...noKeptPrices, ...kept }, profiles: new Map(), assumedCacheTtl: '5m' })
  const stems = [...book.rates.map(({ stem }) => stem), ...health.unpricedModels.map(discountKeyOf)]
  const known = new Set([...stems, ...stems.map((stem) => stem.slice(0, Math.max(stem.indexOf('.'), 0))), '*'])
  for (const { of } of set) {
    if (known.has(of)) continue
    throw refuse('unknown-model', `"${of}" is no provider and no model that the guard knows: nothing was changed`, [
      ...nearest(of, [...known]),
      '--force, when it is still to come',
    ])
  }
}
