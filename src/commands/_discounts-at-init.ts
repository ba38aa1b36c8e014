/** The discounts of a configuration file: only what is not so already is set. */
import { isAbsent } from '../runtime/aws/aws-errors.ts'
import { toIso } from '../runtime/domain/base/calendar.ts'
import type { Discount } from '../runtime/domain/money/price-book.ts'
import type { Door } from './_compose.ts'
import type { FileDiscount } from './_config/discounts.ts'
import { changeDiscounts, discountKeyOf } from './_prices-own.ts'
import { rateBook } from './_rooms.ts'

/** A discount without a day means from today on; one that holds already, from whatever day, is left alone. */
function isHeld({ of, multiplier, validFrom }: FileDiscount, held: readonly Discount[], today: string): boolean {
  const own = held
    .filter((one) => one.of === discountKeyOf(of))
    .toSorted((a, b) => (a.validFrom < b.validFrom ? 1 : -1))
  const row = own.find((one) => (validFrom === undefined ? one.validFrom <= today : one.validFrom === validFrom))
  return row !== undefined && Number(row.multiplier) === Number(multiplier)
}

export async function lookAtDiscounts(
  door: Door,
  typed: readonly FileDiscount[],
  how: { readonly installed: boolean },
): Promise<{ readonly discounts: readonly FileDiscount[]; readonly lines: readonly string[] }> {
  if (typed.length === 0) return { discounts: [], lines: [] }
  const held = how.installed ? await discountsOf(door) : []
  const today = toIso(door.clock.now()).slice(0, 10)
  const seen = typed.map((discount) => {
    const same = isHeld(discount, held, today)
    const words = `${discountKeyOf(discount.of)} × ${discount.multiplier}`
    return { discount, same, line: same ? `${words} as before` : `${words} from ${discount.validFrom ?? today}` }
  })
  return {
    discounts: seen.filter(({ same }) => !same).map(({ discount }) => discount),
    lines: seen.map(({ line }) => line),
  }
}

async function discountsOf(door: Door): Promise<readonly Discount[]> {
  try {
    return (await (await rateBook(door)).kept()).discounts
  } catch (error) {
    // A table that was deleted by hand is made again, without discounts.
    if (isAbsent(error)) return []
    throw error
  }
}

/** Known or not: a file may name models that are still to come. */
export async function setDiscounts(door: Door, discounts: readonly FileDiscount[]) {
  const texts: string[] = []
  const json: object[] = []
  for (const { of, multiplier, validFrom } of discounts) {
    const how = { remove: [], from: validFrom, force: true }
    const done = await changeDiscounts(door, [{ of: discountKeyOf(of), multiplier }], how)
    texts.push(...done.lines)
    json.push(...done.json.set)
  }
  return { text: texts.join('\n'), json }
}
