/** Small pieces that several parts of the view are made of. */
import { pico, toDecimal } from '../../runtime/domain/money/money.ts'
import type { PageContext } from '../context.ts'
import { type Child, el, fill } from '../dom.ts'
import { meter } from '../parts/meter.ts'
import { section } from '../parts/section.ts'

/** What is not known, or does not apply. */
export const NONE = '–'

export const moneyText = ({ format }: PageContext, amount: bigint | null): string =>
  amount === null ? NONE : format.usd(toDecimal(pico(amount)))

export const figure = (...children: readonly Child[]): HTMLElement => el('td', { class: 'figure' }, ...children)

/** A share of a limit as bar and figure; the bar is for the eye only. */
export const shareOf = ({ format }: PageContext, percent: number | null): readonly Child[] =>
  percent === null ? [NONE] : [el('span', { class: 'share' }, meter(percent), format.percent(percent))]

/** A part of the view over its whole width. */
export const part = (title: string, name: string, ...children: readonly Child[]): HTMLElement =>
  section(title, { kind: `wide ${name}` }, ...children)

/** A table that scrolls within itself, by keyboard too (a region that can have the focus). */
export const scrolling = (label: string, className: string, table: HTMLTableElement): HTMLElement =>
  el('div', { class: `table-room ${className}`, role: 'group', 'aria-label': label, tabindex: 0 }, table)

/** Only the first rows of a long table, and all at a button's word: the first view is quick, and what is below stays near. */
export function folded(of: {
  readonly all: number
  readonly first: number
  readonly build: (rows: number) => HTMLElement
  readonly showAll: string
}): HTMLElement {
  if (of.all <= of.first) return of.build(of.all)
  const place = el('div', { class: 'folded' })
  const unfold = (): void => {
    const whole = of.build(of.all)
    fill(place, whole)
    // The button that had the focus is gone; the table, which can have it, takes it over.
    whole.focus()
  }
  fill(
    place,
    of.build(of.first),
    el('button', { type: 'button', class: 'quiet-button', on: { click: unfold } }, of.showAll),
  )
  return place
}
