/** What stands around every view: heading, month, refresh, language, who is signed in; and the places for view and banners. */
import type { PageHead } from '../runtime/page-protocol.ts'
import { type Child, el, fill } from './dom.ts'
import type { Format } from './format.ts'
import type { Language, PageWords } from './words/words.ts'

export type Tab = 'mine' | 'everybody'

export interface ShellActions {
  readonly refresh: () => void
  readonly chooseMonth: (month: string) => void
  readonly switchLanguage: () => void
  readonly logOut: () => void
}

export interface Shell {
  readonly main: HTMLElement
  readonly banner: HTMLElement
  readonly top: HTMLElement
  readonly announce: (sentence: string) => void
}

/** Built once; the parts are filled by whoever knows more. */
export function shellIn(body: HTMLElement, words: PageWords): Shell {
  const main = el('main', { id: 'content', tabindex: -1 })
  const banner = el('div', { class: 'banners' })
  const top = el('header', { class: 'top' })
  const said = el('div', { class: 'unseen', role: 'status', 'aria-live': 'polite' })
  const skip = el(
    'a',
    {
      class: 'skip',
      href: '#content',
      on: {
        // The end of the address names the view, so the jump is made by hand.
        click: (event) => {
          event.preventDefault()
          main.focus()
        },
      },
    },
    words.skip,
  )
  fill(body, skip, top, banner, main, said)
  return { main, banner, top, announce: (sentence) => fill(said, sentence) }
}

/** Product and language alone: before the sign-in, and where nothing could be read. */
export const plainTop = (
  words: PageWords,
  {
    guard,
    other,
    actions,
    signedIn,
  }: {
    readonly guard: string
    readonly other: Language
    readonly actions: ShellActions
    readonly signedIn: boolean
  },
): readonly Child[] => [
  el('div', { class: 'brand' }, el('span', { class: 'product' }, words.product), el('span', { class: 'guard' }, guard)),
  el('div', { class: 'tools' }, languageSwitch(words, other, actions), signedIn && logOut(words, actions)),
  // The room of the line that comes with the figures.
  signedIn && el('div', { class: 'bar-line' }),
]

export interface FullTop {
  readonly head: PageHead
  readonly format: Format
  readonly tab: Tab
  readonly other: Language
  readonly actions: ShellActions
}

export const fullTop = (words: PageWords, { head, format, tab, other, actions }: FullTop): readonly Child[] => [
  el(
    'div',
    { class: 'brand' },
    el('span', { class: 'product' }, words.product),
    el('span', { class: 'guard' }, `${head.guard} · ${head.account}`),
  ),
  el(
    'div',
    { class: 'tools' },
    el(
      'span',
      { class: 'viewer' },
      el('span', { class: 'wordy' }, words.signedInAs(head.viewer.name)),
      // A phone has room for the name alone beside the buttons; the style sheet shows one of the two.
      el('span', { class: 'brief' }, head.viewer.name),
      head.viewer.admin && el('span', { class: 'tag' }, words.admin),
    ),
    languageSwitch(words, other, actions),
    logOut(words, actions),
  ),
  el(
    'div',
    { class: 'bar-line' },
    head.sees !== 'own' && tabs(words, head, tab),
    el(
      'div',
      { class: 'when' },
      monthPicker(words, head, format, actions),
      el(
        'button',
        { type: 'button', class: 'quiet-button', id: 'refresh', on: { click: actions.refresh } },
        words.refresh,
      ),
      el('span', { class: 'as-of' }, words.refreshed(format.time(head.now))),
    ),
  ),
]

const languageSwitch = (words: PageWords, other: Language, actions: ShellActions): HTMLElement =>
  el(
    'button',
    { type: 'button', class: 'quiet-button', id: 'language', lang: other, on: { click: actions.switchLanguage } },
    words.otherLanguage,
  )

const logOut = (words: PageWords, actions: ShellActions): HTMLElement =>
  el('button', { type: 'button', class: 'quiet-button', id: 'log-out', on: { click: actions.logOut } }, words.logOut)

const tabs = (words: PageWords, head: PageHead, tab: Tab): HTMLElement =>
  el(
    'nav',
    { 'aria-label': words.tabs.label },
    ...(['mine', 'everybody'] as const).map((one) =>
      el(
        'a',
        { id: `tab-${one}`, href: `#${one}`, 'aria-current': one === tab ? 'page' : null },
        one === 'mine' ? words.tabs.mine : head.sees === 'team' ? words.tabs.teams : words.tabs.everybody,
      ),
    ),
  )

function monthPicker(words: PageWords, head: PageHead, format: Format, actions: ShellActions): HTMLElement {
  const months = head.months.includes(head.period.month) ? head.months : [head.period.month, ...head.months]
  const select = el(
    'select',
    { id: 'month', on: { change: () => actions.chooseMonth(select.value) } },
    ...months.map((month) =>
      el('option', { value: month, selected: month === head.period.month }, format.month(month)),
    ),
  )
  return el('label', { class: 'month' }, el('span', {}, words.month), select)
}
