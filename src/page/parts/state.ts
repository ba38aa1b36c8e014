import type { PrincipalState } from '../../runtime/domain/telling/status-view.ts'
import type { PageContext } from '../context.ts'
import { el } from '../dom.ts'

const marks: Readonly<Record<PrincipalState, string>> = {
  ok: '✓',
  warned: '!',
  over: '!!',
  blocked: '✕',
  paused: 'II',
  waived: '↷',
  excluded: '–',
  observed: '◌',
  unlimited: '∞',
  'cannot-block': '!!',
}

/** The state as a word with a mark: colour only underlines it. */
export const stateBadge = ({ words }: PageContext, state: PrincipalState): HTMLElement =>
  el(
    'span',
    { class: `state state-${state}` },
    el('span', { 'aria-hidden': 'true', class: 'state-mark' }, marks[state]),
    words.states[state],
  )
