/** What init is to set beside the settings: asked for, looked up, shown. */
import type { Instant } from '../../runtime/domain/base/calendar.ts'
import type { GroupKey, Subject } from '../../runtime/domain/metering/belonging.ts'
import type { PotChange } from '../../runtime/domain/metering/belonging-rules.ts'
import { askSettings, INTRODUCTION } from '../_ask/settings.ts'
import type { Door } from '../_compose.ts'
import type { FileDiscount } from '../_config/discounts.ts'
import type { FilePrice } from '../_config/file.ts'
import { lookAtDiscounts } from '../_discounts-at-init.ts'
import { lookUpExclusions } from '../_exclusions-at-init.ts'
import type { WantedLimit } from '../_limits.ts'
import { type Looking, lookUpInitial } from '../_limits-at-init.ts'
import { lookUpPots } from '../_people-at-init.ts'
import { lookAtPrices } from '../_prices-at-init.ts'
import type { WishSection } from '../_view/first-screen.ts'
import { type GivenWishes, typedLimits } from '../_wishes.ts'

/** What lives in the table: looked up, shown, and only what is not so already. */
export interface TableWishes {
  readonly pots: readonly PotChange[]
  readonly limits: readonly WantedLimit[]
  readonly exclude: readonly Subject[]
  readonly prices: readonly FilePrice[]
  readonly discounts: readonly FileDiscount[]
}

export async function askWishes(
  door: Door,
  given: GivenWishes,
  how: { guard: string; now: Instant },
): Promise<GivenWishes> {
  door.note(INTRODUCTION)
  const answers = await askSettings(given.settings, { ...how, limits: given.limits.length > 0 })
  return {
    ...given,
    settings: answers.settings,
    limits: [...given.limits, ...typedLimits({ 'default-limit': answers.defaultLimit })],
  }
}

/** Names that mean nobody or two stop it here, before anything is changed. */
export async function lookUpWishes(
  door: Door,
  given: GivenWishes,
  where: Looking,
): Promise<{ wishes: TableWishes; sections: readonly WishSection[] }> {
  const how = { ...where, pots: given.pots.map(({ kind, name }): GroupKey => `${kind}/${name}`) }
  const pots = await lookUpPots(door, given.pots, how)
  const limits = await lookUpInitial(door, given.limits, how)
  const exclusions = await lookUpExclusions(door, given.exclude, how)
  const prices = await lookAtPrices(door, given.prices, how)
  const { discounts, lines } = await lookAtDiscounts(door, given.discounts, how)
  return {
    wishes: {
      pots: pots.pots,
      limits: limits.limits,
      exclude: exclusions.principals,
      prices: prices.prices,
      discounts,
    },
    sections: [
      { title: 'People and teams', lines: pots.lines },
      { title: 'Limits', lines: limits.lines },
      { title: 'Never blocked', lines: exclusions.lines },
      { title: 'Prices', lines: prices.lines },
      { title: 'Discounts', lines },
    ],
  }
}

export const isNothing = ({ pots, limits, exclude, prices, discounts }: TableWishes): boolean =>
  pots.length + limits.length + exclude.length + prices.length + discounts.length === 0
