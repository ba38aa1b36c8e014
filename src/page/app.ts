/** The page at work: which view is shown, what it is shown of, and what happens when an answer does not come. */
import type { PageStart } from '../runtime/page-protocol.ts'
import type { Failure } from './answer.ts'
import { type Api, apiOf } from './api.ts'
import { contextOf, formatFor } from './context.ts'
import { el, fill } from './dom.ts'
import { everybodyView } from './everybody/view.ts'
import { ownView } from './own.ts'
import { languageIn, tabIn, titleOf } from './place.ts'
import { hasOnlyOthers, read, type Shown } from './read.ts'
import { fullTop, plainTop, type Shell, type ShellActions, shellIn, type Tab } from './shell.ts'
import { type ComingBack, goLogOut, goSignIn, type Session } from './sign-in.ts'
import type { SignInRefusal } from './sign-in-refusal.ts'
import {
  endedBanner,
  failureBanner,
  failureScreen,
  isShutOut,
  signInScreen,
  skeleton,
  waitingScreen,
} from './states.ts'
import { wordsOf } from './words/all.ts'
import type { Language, PageWords } from './words/words.ts'

export class App {
  readonly #start: PageStart
  readonly #api: Api
  readonly #kept = new Map<string, string>()
  #shell: Shell
  #language: Language
  #session: Session | null = null
  /** Null: the current one, whichever that is by then. */
  #month: string | null = null
  #shown: Shown | null = null
  #refusal: SignInRefusal | null = null
  #ended = false
  /** Counts questions: an answer to any but the last is thrown away. */
  #asked = 0

  constructor(start: PageStart) {
    this.#start = start
    this.#language = languageIn(location.search) ?? start.language
    this.#shell = shellIn(document.body, wordsOf[this.#language])
    this.#api = apiOf(
      () => this.#token(),
      () => this.#end(),
    )
    window.addEventListener('hashchange', () => {
      if (this.#session !== null) void this.#load()
    })
    // A laptop that slept missed its timer.
    document.addEventListener('visibilitychange', () => void this.#token())
    this.#dress()
  }

  /** While the answer of the sign-in is exchanged. */
  wait(): void {
    this.#plainTop(true)
    fill(this.#shell.main, waitingScreen(this.#words, this.#words.signIn.coming))
  }

  /** Begins where a sign-in brought the browser back, or at the door. */
  open(from: ComingBack): void {
    if (from.kind !== 'none' && from.back !== '') {
      history.replaceState(null, '', `${location.pathname}${from.back}`)
      this.#setLanguage(languageIn(location.search) ?? this.#start.language)
    }
    if (from.kind === 'signed-in') {
      this.#session = from.session
      setTimeout(() => void this.#token(), Math.max(0, from.session.endsAt - Date.now()) + 50)
      void this.#load()
      return
    }
    this.#refusal = from.kind === 'refused' ? from.refusal : null
    this.#door()
  }

  get #words(): PageWords {
    return wordsOf[this.#language]
  }

  get #other(): Language {
    return this.#language === 'en' ? 'ja' : 'en'
  }

  readonly #actions: ShellActions = {
    refresh: () => void this.#load(),
    chooseMonth: (month) => {
      const current = this.#shown?.data.head.months[0]
      this.#month = month === current ? null : month
      void this.#load()
    },
    switchLanguage: () => {
      this.#setLanguage(this.#other)
      const url = new URL(location.href)
      url.searchParams.set('lang', this.#language)
      history.replaceState(null, '', `${url.pathname}${url.search}${url.hash}`)
      this.#again()
      document.getElementById('language')?.focus()
    },
    logOut: () => {
      this.#session = null
      // The browser's way back may show this document as it was left.
      this.#asked += 1
      this.#shown = null
      this.#kept.clear()
      fill(this.#shell.banner)
      this.#door()
      goLogOut(this.#start)
    },
  }

  #setLanguage(language: Language): void {
    if (language === this.#language) return
    this.#language = language
    this.#shell = shellIn(document.body, this.#words)
    this.#dress()
  }

  /** What the document itself says of language and title. */
  #dress(): void {
    document.documentElement.lang = this.#language
    document.title = `${this.#words.product} – ${this.#start.guard}`
  }

  #token(): string | null {
    if (this.#session !== null && Date.now() >= this.#session.endsAt) this.#end()
    return this.#session?.token ?? null
  }

  #signIn(): void {
    fill(this.#shell.main, waitingScreen(this.#words, this.#words.signIn.going))
    void goSignIn(this.#start, this.#language, `${location.search}${location.hash}`)
  }

  #end(): void {
    if (this.#session === null) return
    this.#session = null
    this.#ended = true
    this.#showEnded()
  }

  #showEnded(): void {
    document.body.classList.add('ended')
    fill(
      this.#shell.banner,
      endedBanner(this.#words, () => this.#signIn()),
    )
  }

  #door(): void {
    this.#plainTop(false)
    fill(
      this.#shell.main,
      signInScreen(this.#words, this.#refusal, () => this.#signIn()),
    )
  }

  #plainTop(signedIn: boolean): void {
    fill(
      this.#shell.top,
      ...plainTop(this.#words, { guard: this.#start.guard, other: this.#other, actions: this.#actions, signedIn }),
    )
  }

  /** Shows what is there once more, in another language. */
  #again(): void {
    if (this.#shown !== null) this.#show(this.#shown)
    else if (this.#session === null && !this.#ended) this.#door()
    else void this.#load()
    if (this.#ended) this.#showEnded()
  }

  async #load(): Promise<void> {
    this.#asked += 1
    const asked = this.#asked
    const tab = tabIn(location.hash)
    const tryingAgain = document.activeElement?.id === 'retry'
    if (this.#shown?.tab !== tab) {
      const title = titleOf(this.#words, tab, this.#shown?.data.head.sees)
      if (this.#shown === null) this.#plainTop(true)
      else this.#top({ ...this.#shown, tab } as Shown)
      this.#shown = null
      fill(this.#shell.main, skeleton(this.#words, title))
    }
    this.#shell.main.setAttribute('aria-busy', 'true')
    const answer = await read(this.#api, tab, this.#month)
    if (asked !== this.#asked) return
    this.#shell.main.removeAttribute('aria-busy')
    if (!answer.ok) this.#failed(answer.failure, tab)
    else {
      if (!this.#ended) fill(this.#shell.banner)
      // Who has nothing of their own, and may see others, has come for those.
      if (location.hash === '' && hasOnlyOthers(answer.value)) {
        location.hash = '#everybody'
        return
      }
      this.#show(answer.value)
      this.#shell.announce(
        this.#words.refreshed(formatFor(this.#language, answer.value.data.head).time(answer.value.data.head.now)),
      )
    }
    // The button that was pressed is gone: the focus goes to the next one, or to what has come in its place.
    if (tryingAgain && document.activeElement === document.body)
      (document.getElementById('retry') ?? this.#shell.main).focus()
  }

  #failed(failure: Failure, tab: Tab): void {
    if (isShutOut(failure)) this.#shown = null
    // Nobody's fault: an old bookmark, or an admin who is none any more. What is theirs is one view away.
    if (failure === 'not-yours' && tab === 'everybody') {
      location.hash = '#mine'
      return
    }
    const shown = this.#shown
    if (shown !== null && shown.tab === tab) {
      // The month in the picker goes back to the one that is seen.
      this.#month = shown.data.head.period.isCurrent ? null : shown.data.head.period.month
      this.#top(shown)
      if (failure === 'session-ended') return
      const asOf = formatFor(this.#language, shown.data.head).time(shown.data.head.now)
      fill(this.#shell.banner, failureBanner(this.#words, failure, asOf, this.#actions.refresh))
      return
    }
    const again = failure === 'session-ended' ? () => this.#signIn() : this.#actions.refresh
    if (isShutOut(failure)) this.#plainTop(true)
    fill(this.#shell.main, failureScreen(this.#words, failure, again))
    if (failure === 'session-ended' || isShutOut(failure)) fill(this.#shell.banner)
  }

  #top({ tab, data: { head } }: Shown): void {
    const held = document.activeElement?.id ?? ''
    const format = formatFor(this.#language, head)
    fill(this.#shell.top, ...fullTop(this.#words, { head, format, tab, other: this.#other, actions: this.#actions }))
    if (held !== '' && document.activeElement === document.body) document.getElementById(held)?.focus()
  }

  #show(shown: Shown): void {
    this.#shown = shown
    const { head } = shown.data
    const context = contextOf({
      language: this.#language,
      words: this.#words,
      head,
      announce: this.#shell.announce,
      kept: this.#kept,
    })
    this.#top(shown)
    fill(
      this.#shell.main,
      head.mode === 'observe' && el('p', { class: 'message' }, this.#words.observing),
      shown.tab === 'mine' ? ownView(context, shown.data) : everybodyView(context, shown.data, shown.models),
    )
  }
}
