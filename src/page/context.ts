import type { PageHead } from '../runtime/page-protocol.ts'
import { type Format, formatOf } from './format.ts'
import type { Language, PageWords } from './words/words.ts'

/** What a view needs beside its data. */
export interface PageContext {
  readonly language: Language
  readonly words: PageWords
  readonly format: Format
  readonly head: PageHead
  /** Says a sentence to screen readers without moving the focus: "sorted by limit", "12 rows". */
  readonly announce: (sentence: string) => void
  /** What a view remembers while the page is open (sort, search, folded parts): views are built anew at every refresh. */
  readonly kept: Map<string, string>
}

/** As the guard writes amounts and times, in this language. */
export const formatFor = (language: Language, { period, currency }: PageHead): Format =>
  formatOf({ language, timezone: period.timezone, currency })

export const contextOf = (of: Omit<PageContext, 'format'>): PageContext => ({
  ...of,
  format: formatFor(of.language, of.head),
})
