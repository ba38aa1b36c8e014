import { Flags } from '@oclif/core'
import type { GivenSettings, Raw, Setting } from '../provision/settings-table.ts'

/** One oclif flag per row of the settings table. No defaults here: what is not given keeps its installed value. */
export function settingFlags(table: readonly Setting[]): Record<string, ReturnType<typeof flagOf>> {
  return Object.fromEntries(table.map((setting) => [setting.flag, flagOf(setting)]))
}

function flagOf(setting: Setting) {
  const summary = `${setting.summary[0]?.toUpperCase()}${setting.summary.slice(1)} [${setting.otherwise}].`
  const aliases = setting.alias === undefined ? {} : { aliases: [setting.alias] }
  const about = { summary, helpGroup: 'SETTINGS', ...aliases }
  if (setting.kind === 'switch') return Flags.boolean({ ...about, allowNo: true })
  if (setting.kind === 'list') return Flags.string({ ...about, multiple: true, helpValue: 'VALUE' })
  return Flags.string({ ...about, ...(setting.choices ? { options: [...setting.choices] } : {}) })
}

/** What of the parsed flags are settings, by their keys; undefined where not given. */
export const givenSettings = (table: readonly Setting[], flags: Readonly<Record<string, unknown>>): GivenSettings =>
  Object.fromEntries(table.map(({ key, flag }) => [key, flags[flag] as Raw]).filter(([, value]) => value !== undefined))
