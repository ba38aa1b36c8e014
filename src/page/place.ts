/** Where in the page somebody is: what its address says of language and view. */
import type { PageHead } from '../runtime/page-protocol.ts'
import type { Tab } from './shell.ts'
import type { Language, PageWords } from './words/words.ts'

export const languageIn = (search: string): Language | null => {
  const asked = new URLSearchParams(search).get('lang')
  return asked === 'en' || asked === 'ja' ? asked : null
}

export const tabIn = (hash: string): Tab => (hash === '#everybody' ? 'everybody' : 'mine')

/** The heading of a view, known before its figures are. */
export const titleOf = (words: PageWords, tab: Tab, sees: PageHead['sees'] | undefined): string =>
  tab === 'mine' ? words.own.title : sees === 'team' ? words.tabs.teams : words.tabs.everybody
