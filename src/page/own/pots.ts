import type { PageLimit, PagePot, PageSpend } from '../../runtime/page-protocol.ts'
import type { PageContext } from '../context.ts'
import { el } from '../dom.ts'
import { figure } from '../parts/figure.ts'
import { limitsTable } from '../parts/limits.ts'
import { meter } from '../parts/meter.ts'
import { section } from '../parts/section.ts'
import { stateBadge } from '../parts/state.ts'
import { sentences, shownLimit } from './sentences.ts'

/** Spent, limit, rest, forecast, requests. With several pots there is no one limit: their cards tell. */
export function figures(context: PageContext, data: PageSpend): HTMLElement {
  const { words, format, head } = context
  const said = words.own.figures
  const money = (name: string, usd: string, more: { note?: string | null; tone?: string } = {}) =>
    figure(name, format.usd(usd), { second: format.second(usd), ...more })
  const limit = data.pots.length === 1 ? shownLimit(data.pots[0]?.limits ?? []) : undefined
  const assumed = data.totals.assumedUsd === '0' ? null : said.assumed(format.usd(data.totals.assumedUsd))
  const forecast = data.totals.forecastUsd
  return el(
    'dl',
    { class: 'figures' },
    money(said.spent, data.totals.usd, { note: assumed }),
    ...(data.pots.length === 1 ? limitFigures(context, limit) : []),
    head.period.isCurrent &&
      (forecast === null ? figure(said.forecast, '–', { note: said.noForecast }) : money(said.forecast, forecast)),
    figure(said.requests, format.number(data.totals.requests)),
  )
}

function limitFigures({ words, format }: PageContext, limit: PageLimit | undefined): readonly HTMLElement[] {
  const said = words.own.figures
  if (limit === undefined) return [figure(said.limit, said.noLimit)]
  const named = words.limits.named(words.limits.of(limit.of), words.limits.per[limit.per])
  const amount = figure(said.limit, format.usd(limit.limitUsd), { second: format.second(limit.limitUsd), note: named })
  if (limit.restUsd === null) return [amount, figure(said.rest, '–', { note: said.shared })]
  const isOver = limit.restUsd.startsWith('-')
  const rest = isOver ? limit.restUsd.slice(1) : limit.restUsd
  return [
    amount,
    figure(isOver ? said.over : said.rest, format.usd(rest), {
      second: format.second(rest),
      ...(isOver || (limit.usedPercent ?? 0) >= 100 ? { tone: 'over' } : {}),
    }),
  ]
}

/** The bar of the limit that matters most, with its words. */
export function mostUsed({ words, format }: PageContext, pot: PagePot): HTMLElement | null {
  const limit = shownLimit(pot.limits)
  if (limit?.usedPercent == null) return null
  return el(
    'div',
    { class: 'most-used' },
    meter(limit.usedPercent),
    el('p', {}, words.own.figures.ofLimit(format.percent(limit.usedPercent), format.usd(limit.limitUsd))),
  )
}

/** State, reason and when it ends, in sentences; with `alone: false` spending and limits too. */
export function potCard(
  context: PageContext,
  pot: PagePot,
  { level, alone }: { readonly level: 2 | 3; readonly alone: boolean },
): HTMLElement {
  const { words, format } = context
  const others = pot.members.length > 1
  return section(
    alone ? words.own.state.title : pot.key,
    { kind: alone ? `wide pot pot-${pot.state}` : `pot pot-${pot.state}`, level },
    el(
      'p',
      { class: 'pot-line' },
      stateBadge(context, pot.state),
      alone && el('code', { class: 'pot-key' }, pot.key),
      !alone && el('span', { class: 'pot-spent' }, format.both(pot.usd)),
    ),
    ...sentences(context, pot).map((sentence) => el('p', {}, sentence)),
    others && el('p', { class: 'quiet' }, words.own.pots.members(pot.members.join(', '))),
    !alone && mostUsed(context, pot),
    !alone && limitsTable(context, pot.limits, `${words.limits.title}: ${pot.key}`),
  )
}
