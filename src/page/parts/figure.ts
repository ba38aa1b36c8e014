import { el } from '../dom.ts'

/** One of the big figures: what it is, how much, and what is said beneath it. Belongs into a `<dl class="figures">`. */
export const figure = (
  name: string,
  amount: string,
  {
    second,
    note,
    tone,
  }: { readonly second?: string | null; readonly note?: string | null; readonly tone?: string } = {},
): HTMLElement =>
  el(
    'div',
    { class: tone === undefined ? 'figure' : `figure figure-${tone}` },
    el('dt', {}, name),
    el(
      'dd',
      {},
      el('span', { class: 'amount' }, amount),
      second != null && el('span', { class: 'second' }, second),
      note != null && el('span', { class: 'note' }, note),
    ),
  )
