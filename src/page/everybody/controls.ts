/** What stands over the table: search, filters, how many are shown, and the file for a spreadsheet. */
import type { PageContext } from '../context.ts'
import { el, freshId } from '../dom.ts'
import { csvName, everybodyCsv } from './csv.ts'
import { choices, type StateFilter, type TeamFilter, type Wanted } from './finding.ts'
import type { Line } from './people.ts'

export interface Controls {
  readonly element: HTMLElement
  /** "12 of 500": said aloud when it changes. */
  readonly count: HTMLElement
  /** Looks for nothing any more. */
  readonly reset: () => void
}

export function controls(
  context: PageContext,
  of: {
    readonly lines: readonly Line[]
    readonly wanted: Wanted
    readonly onWanted: (wanted: Wanted) => void
    readonly shown: () => readonly Line[]
  },
): Controls {
  const words = context.words.everybody.table
  const offered = choices(of.lines, context.language)
  const teams = offered.teams.map(({ team }): TeamFilter => ({ team }))

  const search = el('input', {
    type: 'search',
    placeholder: words.searchHint,
    autocomplete: 'off',
    spellcheck: 'false',
  })
  search.value = of.wanted.text
  const state = select([
    { value: 'all', text: words.anyState },
    ...offered.states.map((choice) => ({
      value: choice.state,
      text: words.choice(
        choice.state === 'attention'
          ? words.needsAttention
          : choice.state === 'all'
            ? ''
            : context.words.states[choice.state],
        context.format.number(choice.count),
      ),
    })),
  ])
  state.value = of.wanted.state
  // Teams by their place: an empty name or one that reads "all" is a team as well.
  const team = select([
    { value: '', text: words.anyTeam },
    ...offered.teams.map((choice, index) => ({
      value: String(index),
      text: words.choice(choice.team ?? words.noTeam, context.format.number(choice.count)),
    })),
  ])
  const teamWanted = of.wanted.team
  if (teamWanted !== 'all') team.value = String(offered.teams.findIndex((choice) => choice.team === teamWanted.team))

  const tell = (): void =>
    of.onWanted({
      text: search.value,
      state: state.value as StateFilter,
      team: team.value === '' ? 'all' : (teams[Number(team.value)] ?? 'all'),
    })
  search.addEventListener('input', tell)
  state.addEventListener('change', tell)
  team.addEventListener('change', tell)

  const count = el('p', { class: 'count', role: 'status' })
  return {
    count,
    reset: () => {
      search.value = ''
      state.value = 'all'
      team.value = ''
      tell()
      search.focus()
    },
    element: el(
      'div',
      { class: 'controls', role: 'search' },
      labelled(words.search, search),
      labelled(words.state, state),
      offered.teams.length > 0 && labelled(words.team, team),
      el(
        'button',
        { type: 'button', title: words.csvHint, on: { click: () => download(context, of.shown()) } },
        words.csv,
      ),
      count,
    ),
  }
}

function select(options: readonly { readonly value: string; readonly text: string }[]): HTMLSelectElement {
  return el('select', {}, ...options.map(({ value, text }) => el('option', { value }, text)))
}

function labelled(text: string, control: HTMLElement): HTMLElement {
  const id = freshId('control')
  control.id = id
  return el('div', { class: 'control' }, el('label', { for: id }, text), control)
}

/** The browser reads the file from its own memory: nothing is asked of the page's function, and no foreign host hears of it. */
function download({ head }: PageContext, lines: readonly Line[]): void {
  const url = URL.createObjectURL(new Blob([everybodyCsv(lines, head)], { type: 'text/csv;charset=utf-8' }))
  const link = el('a', { href: url, download: csvName(head) })
  document.body.append(link)
  link.click()
  link.remove()
  setTimeout(() => URL.revokeObjectURL(url), 60_000)
}
