/** config get, set and outputs. */
import { outputsOf } from '../../provision/outputs.ts'
import { type GivenSettings, type Raw, rawSettings, type SettingKey, settingsTable } from '../../provision/settings.ts'
import { whoReadsText } from '../../provision/who-reads.ts'
import { GuardError } from '../../runtime/domain/base/guard-error.ts'
import type { Door } from '../_compose.ts'
import { nearest } from '../_suggest.ts'
import { columns } from '../_view/columns.ts'
import { screenOf, wrap } from '../_view/width.ts'

/** @throws GuardError `unknown-setting` naming every one of them, with what was probably meant. */
export function settingKeys(typed: readonly string[]): readonly SettingKey[] {
  const keys = settingsTable.map(({ key }) => key)
  const unknown = typed.filter((one) => !(keys as readonly string[]).includes(one))
  if (unknown.length === 0) return keys.filter((key) => typed.includes(key))
  const plain = (word: string) => word.replaceAll('-', '').toLowerCase()
  const meant = unknown.flatMap((one) => {
    const named = settingsTable.filter(({ key, flag, alias = key }) =>
      [key, flag, alias].some((name) => plain(name) === plain(one)),
    )
    return named.length > 0 ? named.map(({ key }) => key) : nearest(one, keys)
  })
  throw new GuardError({
    code: 'unknown-setting',
    fault: 'user',
    message: `there is no setting ${unknown.map((one) => `"${one}"`).join(', ')}`,
    suggestions: [...new Set(meant), 'cost-guard config get lists all'],
  })
}

/** A value as `config set` takes it. */
const words = (value: Raw): string => (Array.isArray(value) ? value.join(',') : String(value ?? '')) || 'none'

export async function getSettings(door: Door, keys: readonly SettingKey[]) {
  const settings = await door.settings()
  const raw = rawSettings(settings)
  const wanted = keys.length === 0 ? settingsTable.map(({ key }) => key) : keys
  const [only] = wanted
  const text =
    wanted.length === 1 && only !== undefined
      ? words(raw[only])
      : columns(
          [{ head: 'SETTING' }, { head: 'VALUE' }],
          wanted.map((key) => [key, words(raw[key])]),
          screenOf(process.stdout),
        )
  const notes = keys.length === 0 && settings.bodies.text ? whoReadsText(settings, 'wished') : []
  const nothing = (value: Raw) => (value === '' || value === undefined ? null : value)
  return {
    text: [text, ...notes.map((note) => wrap(note, 80))].join('\n\n'),
    json: { guard: door.guard, settings: Object.fromEntries(wanted.map((key) => [key, nothing(raw[key])])) },
  }
}

/** `KEY=VALUE` … → what init takes. @throws GuardError `bad-assignment`, `unknown-setting`, `bad-settings`. */
export function readSettings(texts: readonly string[]): GivenSettings {
  const pairs = texts.map((text) => {
    const at = text.indexOf('=')
    if (at > 0) return { key: text.slice(0, at).trim(), value: text.slice(at + 1).trim() }
    throw new GuardError({
      code: 'bad-assignment',
      fault: 'user',
      message: `"${text}" is not a setting: KEY=VALUE is expected`,
      suggestions: ['reportTime=08:30', 'emails=boss@example.com,cfo@example.com', 'costTag=none takes a value away'],
    })
  })
  const twice = pairs.find(({ key }, index) => pairs.findIndex((one) => one.key === key) < index)
  if (twice) {
    throw new GuardError({
      code: 'duplicate-setting',
      fault: 'user',
      message: `${twice.key} is set twice: nothing was changed`,
      suggestions: ['name each setting once in a command'],
    })
  }
  settingKeys(pairs.map(({ key }) => key))
  const problems = pairs.flatMap(({ key, value }) => {
    const checked = settingsTable.find((row) => row.key === key)?.check(value)
    return checked !== undefined && 'bad' in checked ? [`${key}: ${checked.bad}`] : []
  })
  if (problems.length > 0) {
    throw new GuardError({
      code: 'bad-settings',
      fault: 'user',
      message: problems.join('; '),
      suggestions: ['cost-guard init --help says what each setting takes'],
    })
  }
  return Object.fromEntries(pairs.map(({ key, value }) => [key, value]))
}

export async function showOutputs(door: Door) {
  const settings = await door.settings()
  const names = door.names(settings)
  // Only the page's parts have ids that AWS chose.
  const facts = settings.page === undefined ? undefined : await door.manifestIn(names.table).facts()
  const outputs = outputsOf(names, settings, door, (id) => facts?.get(id))
  return {
    text: outputs
      .flatMap(({ what, name, arn, url }) => [
        `${what}: ${name}`,
        ...(arn === undefined ? [] : [`  ${arn}`]),
        `  ${url}`,
      ])
      .join('\n'),
    json: {
      guard: door.guard,
      account: door.account,
      region: door.region,
      outputs: outputs.map((output) => ({ ...output, arn: output.arn ?? null })),
    },
  }
}
