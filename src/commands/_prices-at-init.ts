/** The prices of a configuration file: only what is not so already is set. */
import { isAbsent } from '../runtime/aws/aws-errors.ts'
import { toIso } from '../runtime/domain/base/calendar.ts'
import type { RateOverride } from '../runtime/domain/money/price-book.ts'
import { parseOverride } from '../runtime/domain/money/price-override.ts'
import type { Door } from './_compose.ts'
import type { FilePrice } from './_config/file.ts'
import { setPrice } from './_prices.ts'
import { rateBook } from './_rooms.ts'

export interface InitialPrices {
  readonly prices: readonly FilePrice[]
  readonly lines: readonly string[]
}

/** A price without a day means this month and later; one that says so already, from whatever day, is left alone. */
const isHeld = (wanted: RateOverride, dated: boolean, held: readonly RateOverride[]): boolean => {
  const rows = held
    .filter((one) => one.stem === wanted.stem && one.scope === wanted.scope)
    .toSorted((a, b) => (a.validFrom < b.validFrom ? 1 : -1))
  const row = dated
    ? rows.find((one) => one.validFrom === wanted.validFrom)
    : rows.find((one) => one.validFrom <= wanted.validFrom)
  return row !== undefined && JSON.stringify(row.perMillion) === JSON.stringify(wanted.perMillion)
}

export async function lookAtPrices(
  door: Door,
  typed: readonly FilePrice[],
  how: { readonly installed: boolean },
): Promise<InitialPrices> {
  if (typed.length === 0) return { prices: [], lines: [] }
  const held = how.installed ? await overridesOf(door) : []
  const at = toIso(door.clock.now())
  const seen = typed.map((price) => {
    const dated = { ...price, validFrom: price.validFrom ?? `${at.slice(0, 7)}-01`, setAt: at, setBy: door.caller }
    const wanted = parseOverride(dated)
    const same = isHeld(wanted, price.validFrom !== undefined, held)
    const { input, output } = wanted.perMillion
    const words = `${wanted.stem} (${wanted.scope}) from ${wanted.validFrom}: input ${input}, output ${output} per million tokens`
    return { price, same, line: same ? `${wanted.stem} (${wanted.scope}) as before` : words }
  })
  return { prices: seen.filter(({ same }) => !same).map(({ price }) => price), lines: seen.map(({ line }) => line) }
}

async function overridesOf(door: Door): Promise<readonly RateOverride[]> {
  try {
    return (await (await rateBook(door)).kept()).overrides
  } catch (error) {
    // A table that was deleted by hand is made again, without prices.
    if (isAbsent(error)) return []
    throw error
  }
}

export async function setPrices(door: Door, prices: readonly FilePrice[]): Promise<{ text: string; json: object[] }> {
  const texts: string[] = []
  const json: object[] = []
  for (const price of prices) {
    const done = await setPrice(door, price.model, {
      input: price.input,
      output: price.output,
      'cache-read': price.cacheRead,
      'cache-write-5m': price.cacheWrite5m,
      'cache-write-1h': price.cacheWrite1h,
      scope: price.scope,
      from: price.validFrom,
    })
    texts.push(done.text)
    json.push(done.json)
  }
  return { text: texts.join('\n'), json }
}
