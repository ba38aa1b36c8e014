/** The viewer's own spend on the page. Pure. */

import type { Month } from '../base/calendar.ts'
import type { Balance, Detail } from '../metering/balance.ts'
import type { GroupKey } from '../metering/belonging.ts'
import { add, type PicoUsd, toDecimal, zero } from '../money/money.ts'
import { partsOf } from './page-parts.ts'
import { type PageFacts, potFor, type Stand, standsOf, totalsOf } from './page-pots.ts'
import type { PagePot, PageSpend } from './page-view.ts'

export interface SpendFacts extends PageFacts {
  /** Of the month that is shown; others than the viewer's are left out. */
  readonly details: readonly Detail[]
  /** Of the months before; others than the viewer's are left out. */
  readonly past: readonly Balance[]
  /** Stands in for a person of whom only a pattern is known: nothing is called so. */
  readonly isNameless: (principal: string) => boolean
}

export function spendOf(facts: SpendFacts): Omit<PageSpend, 'head'> {
  const { mine } = facts.sight
  const stands = standsOf(facts, mine)
  return {
    totals: totalsOf(stands, facts),
    pots: potsFor(stands, facts),
    ...partsOf(facts.details.filter(({ principal }) => mine(principal))),
    past: pastOf(facts.past.filter(({ principal }) => mine(principal))),
  }
}

/** Principals of one person are one pot where all of that person is the viewer's, else each is one; by their dearest. */
function potsFor(stands: readonly Stand[], facts: SpendFacts): readonly PagePot[] {
  const pots = new Map<string, Stand[]>()
  for (const stand of stands) {
    const person: GroupKey | undefined = stand.row.person === null ? undefined : `person/${stand.row.person}`
    const key = person !== undefined && facts.sight.allMine(person) ? person : stand.principal
    const known = pots.get(key)
    if (known) known.push(stand)
    else pots.set(key, [stand])
  }
  const named = (those: readonly Stand[]) => those.filter(({ principal }) => !facts.isNameless(principal))
  return [...pots].map(([key, those]) => potFor(key, those, named(those), facts))
}

function pastOf(balances: readonly Balance[]): PageSpend['past'] {
  const months = new Map<Month, { usd: PicoUsd; requests: number }>()
  for (const { month, spend, requests } of balances) {
    const known = months.get(month) ?? { usd: zero, requests: 0 }
    months.set(month, { usd: add(known.usd, spend), requests: known.requests + requests })
  }
  return [...months]
    .sort(([a], [b]) => (a > b ? -1 : 1))
    .map(([month, { usd, requests }]) => ({ month, usd: toDecimal(usd), requests }))
}
