/** Days, models, sources and token classes on the page, from details. Pure. */

import type { Detail } from '../metering/balance.ts'
import { addTokens, noTokens } from '../metering/bookkeeping.ts'
import { add, type PicoUsd, sum, toDecimal, zero } from '../money/money.ts'
import { pageLine, pageTokens } from './page-pots.ts'
import type { PageDay, PageLine, PageModels, PageTokens } from './page-view.ts'
import { modelsIn, sourcesIn } from './principal-view.ts'
import { unpricedOf } from './status-groups.ts'

export interface PageParts {
  readonly days: readonly PageDay[]
  readonly models: readonly PageLine[]
  readonly sources: readonly PageLine[]
  readonly tokens: PageTokens
}

export function partsOf(details: readonly Detail[]): PageParts {
  const models = modelsIn(details)
  return {
    days: daysOf(details),
    models: models.map(pageLine),
    sources: sourcesIn(details).map(pageLine),
    tokens: pageTokens(models.reduce((total, { tokens }) => addTokens(total, tokens), noTokens)),
  }
}

/** What went to which model, by `keyOf`. */
function modelsBy(
  details: readonly Detail[],
  keyOf: (detail: Detail) => string,
): ReadonlyMap<string, ReadonlyMap<string, { usd: PicoUsd; requests: number }>> {
  const all = new Map<string, Map<string, { usd: PicoUsd; requests: number }>>()
  for (const detail of details) {
    const key = keyOf(detail)
    const models = all.get(key) ?? new Map<string, { usd: PicoUsd; requests: number }>()
    all.set(key, models)
    const known = models.get(detail.model) ?? { usd: zero, requests: 0 }
    known.usd = add(known.usd, detail.spend)
    known.requests += detail.requests
    models.set(detail.model, known)
  }
  return all
}

const dearest = (a: { usd: PicoUsd; name: string }, b: { usd: PicoUsd; name: string }): number =>
  a.usd < b.usd ? 1 : a.usd > b.usd ? -1 : a.name < b.name ? -1 : 1

const daysOf = (details: readonly Detail[]): readonly PageDay[] =>
  [...modelsBy(details, ({ day }) => day)]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([day, models]) => ({
      day,
      usd: toDecimal(sum([...models.values()].map(({ usd }) => usd))),
      models: Object.fromEntries([...models].sort().map(([model, { usd }]) => [model, toDecimal(usd)])),
    }))

export const modelsOf = (month: string, details: readonly Detail[]): PageModels => ({
  month,
  ...partsOf(details),
  unpricedModels: unpricedOf(details).map(({ model }) => model),
  principals: [...modelsBy(details, ({ principal }) => principal)]
    .map(([key, models]) => ({
      key,
      total: sum([...models.values()].map(({ usd }) => usd)),
      models: [...models].map(([name, sums]) => ({ name, ...sums })).sort(dearest),
    }))
    .sort((a, b) => dearest({ usd: a.total, name: a.key }, { usd: b.total, name: b.key }))
    .map(({ key, models }) => ({
      key,
      models: models.map(({ name, usd, requests }) => ({ name, usd: toDecimal(usd), requests })),
    })),
})
