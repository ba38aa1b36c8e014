import { type Instant, type Month, monthOf, nextMonth, previousMonth, type Zoning } from '../base/calendar.ts'

/** Names of what a guard blocks with. The provisioning side derives the same ones (provision/names.ts); a test compares. */
export const undatedPolicy = (guard: string): string => `${guard}-blocked-by-admin`
export const blockGroup = (guard: string): string => `${guard}-blocked`
const datedPrefix = (guard: string): string => `${guard}-limit-reached-until-`

/** The policy that denies until the month is over, named by the first day that is free again. */
export const datedPolicy = (guard: string, month: Month): string => `${datedPrefix(guard)}${nextMonth(month)}-01`

export const isBlockPolicy = (guard: string, name: string): boolean =>
  name === undatedPolicy(guard) ||
  (name.startsWith(datedPrefix(guard)) && /^\d{4}-\d{2}-01$/.test(name.slice(datedPrefix(guard).length)))

/**
 * The policy a block hangs on: that of the month in which it ends, the undated one without an end. A block that ends
 * exactly where a month ends belongs to that month; one that ends in the middle is lifted earlier by the level trigger.
 */
export const policyFor = (guard: string, until: Instant | 'no-end', zoning: Zoning): string =>
  until === 'no-end' ? undatedPolicy(guard) : datedPolicy(guard, monthOf((until - 1) as Instant, zoning))

/** Months around now whose policies may exist or still hang on somebody: a year ahead (init makes them), a year back. */
const monthsAround = 12

/** Every block policy that may have an attachment now. */
export function blockPolicies(guard: string, now: Instant, zoning: Zoning): readonly string[] {
  let month = monthOf(now, zoning)
  for (let back = 0; back < monthsAround; back++) month = previousMonth(month)
  const names = [undatedPolicy(guard)]
  for (let ahead = 0; ahead <= 2 * monthsAround; ahead++) {
    names.push(datedPolicy(guard, month))
    month = nextMonth(month)
  }
  return names
}
