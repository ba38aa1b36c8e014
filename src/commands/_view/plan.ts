/** A plan in words. Pure: what is printed here is what apply does. */
import {
  changesAnything,
  type Difference,
  differencesOf,
  type Plan,
  type Step,
  summaryOf,
} from '../../provision/engine/plan.ts'
import { wholes } from './plan-wholes.ts'
import { wrap } from './width.ts'

const STATE_TAG = 'cost-guard:state'
const SIGN: Readonly<Record<Step['do'], string>> = {
  create: '+',
  adopt: '>',
  update: '~',
  keep: '=',
  remove: '-',
  retain: '=',
  restore: '~',
  'give-back': '<',
  refuse: '!',
}
/** Account settings are not ours: they are named first and by themselves. */
const isYours = (step: Step): boolean => step.id.startsWith('bedrock-logging/')
/** Not ours, and left as it is (nearly): its note says what that means. */
const isUsed = (step: Step): boolean =>
  step.do === 'adopt' || (isYours(step) && step.do === 'keep' && step.note !== undefined)

/** @param details every resource on a line of its own, with what it is for. */
export function planText(plan: Plan, options: { readonly details: boolean }): string {
  const refused = plan.steps.filter((step) => step.do === 'refuse')
  if (refused.length > 0)
    return [refusalText(refused), notes({ ...plan, steps: [] })].filter((text) => text !== '').join('\n\n')
  const rest = plan.steps.filter((step) => !isYours(step))
  const sections =
    plan.purpose === 'install'
      ? [
          section('What of yours changes', yours(plan), options),
          opensText(plan.opens ?? []),
          section('What of yours is used', plan.steps.filter(isUsed), { details: true }),
          section(
            'What is new',
            rest.filter((step) => step.do === 'create'),
            options,
          ),
          section(
            'What changes',
            rest.filter((step) => step.do === 'update'),
            options,
          ),
          section(
            'What goes',
            rest.filter((step) => step.do === 'remove' || step.do === 'restore' || step.do === 'give-back'),
            options,
          ),
          options.details
            ? section(
                'What stays as it is',
                rest.filter((step) => step.do === 'keep'),
                options,
              )
            : '',
        ]
      : [
          section(
            'What of yours is put back',
            plan.steps.filter((step) => step.do === 'restore'),
            options,
          ),
          section(
            'What of yours is given back',
            plan.steps.filter((step) => step.do === 'give-back'),
            { details: true },
          ),
          section(
            'What goes',
            plan.steps.filter((step) => step.do === 'remove'),
            options,
          ),
          section(
            'What stays',
            plan.steps.filter((step) => step.do === 'retain'),
            { details: true },
          ),
        ]
  return [...sections, notes(plan), summaryText(plan)].filter((text) => text !== '').join('\n\n')
}

const opensText = (opens: readonly string[]): string =>
  opens.length === 0
    ? ''
    : ['What becomes public', ...opens.map((line) => wrap(line, 80, '    ').replace(/^ {4}/, '  + '))].join('\n')

const yours = (plan: Plan): readonly Step[] => plan.steps.filter((step) => isYours(step) && step.do !== 'keep')

function section(title: string, steps: readonly Step[], options: { readonly details: boolean }): string {
  if (steps.length === 0) return ''
  const lines = options.details ? steps.flatMap(detailed) : grouped(steps)
  return [title, ...lines].join('\n')
}

const detailed = (step: Step): readonly string[] => [
  `  ${SIGN[step.do]} ${step.kind} ${step.name}`,
  wrap(step.why, 80, '      '),
  ...(isUsed(step) && step.note !== undefined ? [wrap(step.note, 80, '      ')] : []),
  ...differenceLines(step),
]

/** The state tag is our own note of what was last wanted: a word only where nothing else differs. */
function shownDifferences(step: Step): readonly Difference[] {
  const all = differencesOf(step)
  const telling = all.filter(({ field }) => field !== `tag/${STATE_TAG}`)
  return telling.length > 0 ? telling : all
}

const differenceLines = (step: Step): readonly string[] =>
  shownDifferences(step).map(
    (difference) => `      ${difference.field}: ${brief(difference.is)} -> ${brief(difference.want)}`,
  )

const brief = (text: string): string => (text.length > 160 ? `${text.slice(0, 157)}...` : text)

/** One line per kind: how many, and their names as far as the line goes. Every change is shown, once for all it is the same for. */
function grouped(steps: readonly Step[]): readonly string[] {
  const groups = new Map<string, Step[]>()
  const parts = new Map<Step, string | undefined>()
  for (const { step, parts: itsParts } of wholes(steps)) {
    parts.set(step, itsParts)
    const key = [SIGN[step.do], step.kind, ...differenceLines(step)].join('\n')
    groups.set(key, [...(groups.get(key) ?? []), step])
  }
  return [...groups.values()].flatMap((members) => {
    const [first] = members
    if (first === undefined) return []
    const changes = differencesOf(first).length > 0
    if (isYours(first) || (changes && members.length === 1)) return members.flatMap(detailed)
    const count = members.length === 1 ? first.kind : `${members.length} ${plural(first.kind)}`
    const names = [namesOf(members), parts.get(first)].filter((one) => one !== undefined).join(' ')
    const line = wrap(`${count}: ${names}`, 80, '    ').replace(/^ {4}/, `  ${SIGN[first.do]} `)
    return [line, ...differenceLines(first)]
  })
}

/** Names that differ only in a date are said once, with first and last. */
function namesOf(steps: readonly Step[]): string {
  const names = steps.map((step) => step.name)
  const [first = '', last = ''] = [names[0], names.at(-1)]
  return names.length <= 4 ? names.join(', ') : `${first} ... ${last}`
}

const plural = (kind: string): string =>
  /(?:s|x|ch|sh)$/.test(kind)
    ? `${kind}es`
    : kind.endsWith('cy')
      ? `${kind.slice(0, -1)}ies`
      : kind.endsWith('logging')
        ? kind
        : `${kind}s`

function refusalText(refused: readonly Step[]): string {
  const byAdvice = new Map<string, Set<string>>()
  for (const step of refused) {
    if (step.do !== 'refuse') continue
    const obstacle = [wrap(step.why, 80, '    ').replace(/^ {4}/, '  ! '), ...differenceLines(step)].join('\n')
    byAdvice.set(step.suggestion, (byAdvice.get(step.suggestion) ?? new Set()).add(obstacle))
  }
  const lines = [...byAdvice].flatMap(([advice, obstacles]) => [
    ...obstacles,
    wrap(`Try this: ${advice}`, 80, '      '),
  ])
  const several = [...byAdvice.values()].reduce((count, { size }) => count + size, 0) > 1
  return [`Nothing can be done before ${several ? 'these are' : 'this is'} settled:`, ...lines].join('\n')
}

function notes(plan: Plan): string {
  const said = [
    ...plan.steps.flatMap((step) => (step.note === undefined || isUsed(step) ? [] : [`  ${step.name}: ${step.note}`])),
    ...(plan.notes ?? []).map((note) => wrap(note, 80, '  ')),
  ]
  return said.length === 0 ? '' : ['To know', ...said].join('\n')
}

export function summaryText(plan: Plan): string {
  if (!changesAnything(plan)) return plan.purpose === 'install' ? 'Nothing to change.' : 'Nothing to remove.'
  const counts = summaryOf(plan)
  const words: readonly (readonly [Step['do'], string])[] = [
    ['create', 'to create'],
    ['adopt', 'to adopt'],
    ['update', 'to change'],
    ['restore', 'to put back'],
    ['give-back', 'to give back'],
    ['remove', 'to remove'],
    ['retain', 'to keep'],
    ['keep', 'as wanted'],
  ]
  return `${words
    .filter(([what]) => counts[what] > 0)
    .map(([what, word]) => `${counts[what]} ${word}`)
    .join(', ')}.`
}

/** `init|plan|teardown --json`. */
export const planJson = (plan: Plan) => ({
  steps: plan.steps.map((step) => ({
    do: step.do,
    id: step.id,
    kind: step.kind,
    name: step.name,
    differences: differencesOf(step).map(({ field, is, want, how }) => ({ field, is, want, how })),
    why: step.why,
    note: step.note ?? null,
    ...(step.do === 'refuse' ? { suggestion: step.suggestion } : {}),
  })),
  summary: summaryOf(plan),
  ...(plan.notes === undefined ? {} : { notes: plan.notes }),
  ...(plan.opens === undefined ? {} : { opens: plan.opens }),
})
