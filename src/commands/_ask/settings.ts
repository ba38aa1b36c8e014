/** The questions of a first install: one for each row of the settings table that has a question and was not given. */
import {
  defaultSettings,
  type GivenSettings,
  mergeSettings,
  rawSettings,
  type Setting,
  type SettingKey,
  settingsTable,
} from '../../provision/settings.ts'
import type { Instant } from '../../runtime/domain/base/calendar.ts'
import { GuardError } from '../../runtime/domain/base/guard-error.ts'
import { parseUsd } from '../../runtime/domain/money/money.ts'
import { choice, text } from './ask.ts'

export interface Answers {
  readonly settings: GivenSettings
  readonly defaultLimit: string | undefined
}

interface How {
  readonly guard: string
  readonly now: Instant
  /** Limits were given: none is asked for. */
  readonly limits: boolean
}

/** Said before the first question: what they are for, and that nothing is decided by them. */
export const INTRODUCTION = `A few questions first; Enter takes what stands in brackets or is marked.
Nothing is made before you have seen the plan and said yes, and all of it can be
changed later. Everything else has a default: init --help lists it.`

/** After whom to tell and when a month begins, before what happens at it. */
const LIMIT_ORDER = 4

export async function askSettings(given: GivenSettings, how: How): Promise<Answers> {
  const answers: Partial<Record<SettingKey, string>> = {}
  let defaultLimit: string | undefined
  for (const question of questions(given, how)) {
    if (question === 'limit') defaultLimit = await askLimit()
    else {
      const answer = await askOne(question, { ...given, ...answers }, how)
      if (answer !== undefined) answers[question.key] = answer
    }
  }
  return { settings: { ...given, ...answers }, defaultLimit }
}

function questions(given: GivenSettings, how: How): readonly (Setting | 'limit')[] {
  const rows = settingsTable.flatMap((row) =>
    row.question === undefined || given[row.key] !== undefined ? [] : [{ order: row.question.order, ask: row }],
  )
  const all = how.limits ? rows : [...rows, { order: LIMIT_ORDER, ask: 'limit' as const }]
  return all.toSorted((a, b) => a.order - b.order).map(({ ask }) => ask)
}

const askLimit = (): Promise<string | undefined> =>
  text({
    message: 'How many dollars a month may each user spend? (empty: no limit yet)',
    check: (typed) => refusal(() => parseUsd(typed)),
  })

/** @param known what was given and answered so far: the language decides which time zone is likely. */
async function askOne(setting: Setting, known: GivenSettings, how: How): Promise<string | undefined> {
  const message = setting.question?.text ?? setting.summary
  const usual = rawSettings(defaultSettings(how.guard, known.language === 'ja' ? 'ja' : 'en'))[setting.key]
  if (setting.choices !== undefined) return choice({ message, choices: setting.choices, default: String(usual) })
  return text({
    message,
    default: usual === undefined || String(usual) === '' ? undefined : String(usual),
    check: (typed) => problemWith(setting, typed, known, how),
  })
}

const problemWith = (setting: Setting, typed: string, known: GivenSettings, how: How): string | undefined =>
  refusal(() => mergeSettings(undefined, { ...known, [setting.key]: typed }, how))

function refusal(work: () => unknown): string | undefined {
  try {
    work()
    return undefined
  } catch (error) {
    if (error instanceof GuardError) return error.message
    throw error
  }
}
