/** The questions of a first install: one for each row of the settings table that has a question and was not given. */
import {
  type GivenSettings,
  mergeSettings,
  type Setting,
  type SettingKey,
  settingsTable,
} from '../../provision/settings.ts'
import type { Instant } from '../../runtime/domain/calendar.ts'
import { GuardError } from '../../runtime/domain/guard-error.ts'
import { parseUsd } from '../../runtime/domain/money.ts'
import { text } from './ask.ts'

export interface Answers {
  readonly settings: GivenSettings
  readonly defaultLimit: string | undefined
}

export async function askSettings(
  given: GivenSettings,
  how: {
    readonly guard: string
    readonly now: Instant
    /** Limits were given: none is asked for. */
    readonly limits: boolean
  },
): Promise<Answers> {
  const answers: Partial<Record<SettingKey, string>> = {}
  for (const setting of settingsTable) {
    if (setting.question === undefined || given[setting.key] !== undefined) continue
    const answer = await text({
      message: setting.question,
      default: suggestion(setting, given),
      check: (typed) => problemWith(setting, typed, given, how),
    })
    if (answer !== undefined) answers[setting.key] = answer
  }
  const defaultLimit = how.limits
    ? undefined
    : await text({
        message: 'How many dollars a month may each user spend? (empty: no limit yet)',
        check: (typed) => refusal(() => parseUsd(typed)),
      })
  return { settings: { ...given, ...answers }, defaultLimit }
}

const suggestion = (setting: Setting, given: GivenSettings): string | undefined =>
  setting.key === 'timeZone' ? (given.language === 'ja' ? 'Asia/Tokyo' : 'UTC') : undefined

const problemWith = (
  setting: Setting,
  typed: string,
  given: GivenSettings,
  how: { readonly guard: string; readonly now: Instant },
): string | undefined => refusal(() => mergeSettings(undefined, { ...given, [setting.key]: typed }, how))

function refusal(work: () => unknown): string | undefined {
  try {
    work()
    return undefined
  } catch (error) {
    if (error instanceof GuardError) return error.message
    throw error
  }
}
