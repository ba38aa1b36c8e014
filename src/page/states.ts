/** The screens that are not a view: before the sign-in, while waiting, and when something failed. */
import type { Failure } from './answer.ts'
import { el } from './dom.ts'
import type { SignInRefusal } from './sign-in-refusal.ts'
import type { PageWords } from './words/words.ts'

export function signInScreen(words: PageWords, refusal: SignInRefusal | null, signIn: () => void): HTMLElement {
  const said = words.signIn
  return el(
    'div',
    { class: 'card centre' },
    el('h1', {}, said.title),
    refusal !== null &&
      el(
        'div',
        { role: 'alert', class: 'message message-bad' },
        el('p', {}, said.refused[refusal.kind]),
        el('p', { class: 'quiet' }, said.details(refusal.code)),
      ),
    el('p', {}, said.text),
    el('button', { type: 'button', class: 'main-button', id: 'sign-in', on: { click: signIn } }, said.button),
  )
}

export const waitingScreen = (words: PageWords, sentence: string): HTMLElement =>
  el(
    'div',
    { class: 'card centre', 'aria-busy': 'true' },
    el('h1', { class: 'unseen' }, words.product),
    el('p', { role: 'status' }, sentence),
  )

/** As large as what comes, so that nothing jumps when it does. */
export const skeleton = (words: PageWords, title: string): HTMLElement =>
  el(
    'div',
    { class: 'view skeleton', 'aria-busy': 'true' },
    el('h1', {}, title),
    el('div', { class: 'card wide bone bone-figures' }, el('p', { class: 'quiet', role: 'status' }, words.loading)),
    ...['state', 'chart', 'table'].map((part) =>
      el('div', { class: `card wide bone bone-${part}`, 'aria-hidden': 'true' }),
    ),
  )

const shutOut: ReadonlySet<Failure> = new Set(['unknown-user', 'not-yours', 'address-not-allowed'])
/** Who may not see it any more may not go on seeing it, and a second try cannot help; any other failure leaves the figures where they are. */
export const isShutOut = (failure: Failure): boolean => shutOut.has(failure)

export const failureScreen = (words: PageWords, failure: Failure, retry: () => void): HTMLElement =>
  el(
    'div',
    { class: 'card centre', role: 'alert' },
    el('h1', {}, words.failures[failure].title),
    el('p', {}, words.failures[failure].text),
    !isShutOut(failure) &&
      el('button', { type: 'button', class: 'main-button', id: 'retry', on: { click: retry } }, words.retry),
  )

/** Above a view that stays: what failed, and how old the view is. */
export const failureBanner = (words: PageWords, failure: Failure, asOf: string, retry: () => void): HTMLElement =>
  el(
    'div',
    { class: 'banner message-bad', role: 'alert' },
    el(
      'p',
      {},
      el('strong', {}, words.failures[failure].title),
      ' ',
      words.failures[failure].text,
      ' ',
      words.stale(asOf),
    ),
    el('button', { type: 'button', class: 'quiet-button', id: 'retry', on: { click: retry } }, words.retry),
  )

export const endedBanner = (words: PageWords, again: () => void): HTMLElement =>
  el(
    'div',
    { class: 'banner', role: 'alert' },
    el('p', {}, words.session.ended),
    el(
      'button',
      { type: 'button', class: 'main-button', id: 'sign-in-again', on: { click: again } },
      words.session.again,
    ),
  )
