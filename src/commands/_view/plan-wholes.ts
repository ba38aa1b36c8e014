/** Things of which one is the whole and the others are its parts: the short plan names them on one line. Pure. */
import { differencesOf, type Step } from '../../provision/engine/plan.ts'

/** By the kind of the whole: its parts by kind, as the line calls them. */
const WHOLES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'HTTP API': {
    'API authorizer': 'authorizer',
    'API integration': 'integration',
    'API route': 'route',
    'API stage': 'stage',
    'function permission': 'function permission',
  },
  'user pool': {
    'sign-in domain': 'sign-in domain',
    'sign-in client': 'sign-in client',
    'people of the page': 'list of people',
  },
}

export interface Whole {
  readonly step: Step
  /** `with 4 routes, authorizer and stage`; undefined: it stands for itself. */
  readonly parts: string | undefined
}

/** In the order of the steps, each whole where the first of it stands; parts whose whole is not among them stay by themselves. */
export function wholes(steps: readonly Step[]): readonly Whole[] {
  const partsOf = (whole: Step): readonly Step[] => {
    const kinds = WHOLES[whole.kind]
    if (kinds === undefined || differencesOf(whole).length > 0) return []
    return steps.filter(
      (step) => step.do === whole.do && kinds[step.kind] !== undefined && differencesOf(step).length === 0,
    )
  }
  const wholeOf = new Map(steps.flatMap((whole) => partsOf(whole).map((part) => [part, whole] as const)))
  const shown = [...new Set(steps.map((step) => wholeOf.get(step) ?? step))]
  return shown.map((step) => ({ step, parts: inWords(step.kind, partsOf(step)) }))
}

function inWords(kind: string, parts: readonly Step[]): string | undefined {
  if (parts.length === 0) return undefined
  const counts = new Map<string, number>()
  for (const part of parts) {
    const word = WHOLES[kind]?.[part.kind] ?? part.kind
    counts.set(word, (counts.get(word) ?? 0) + 1)
  }
  const words = [...counts].map(([word, count]) => (count === 1 ? word : `${count} ${word}s`)).toSorted()
  const last = words.pop() ?? ''
  return `with ${words.length === 0 ? last : `${words.join(', ')} and ${last}`}`
}
