/** The settings in the guard's table: written before anything else is made, erased after everything else is gone. */

import { field, zoneWords } from '../differences.ts'
import type { Difference, Resource, ResourceId } from '../engine/resource.ts'
import type { Settings } from '../guard.ts'
import type { Manifest, ManifestStore } from '../manifest.ts'
import type { RightsScope } from '../permissions.ts'
import { stableJson } from '../tags.ts'
import { compareVersions } from '../versions.ts'
import { tableId } from './table.ts'

export interface RecordDesired {
  readonly settings: Settings
  readonly version: string
}

export const recordId = (guard: string, region: string): ResourceId => `manifest/${guard}@${region}`

export function manifestRecord(
  store: ManifestStore,
  scope: RightsScope,
  version: string,
): Resource<RecordDesired, Manifest> {
  const { guard, table } = scope.names
  const parent = tableId(table, scope.region)
  return {
    id: recordId(guard, scope.region),
    kind: 'settings record',
    name: `${table}/MANIFEST`,
    why: 'lets any admin on any machine see and change the same settings',
    ownership: { by: 'parent', parent },
    onTeardown: 'remove',
    needs: [parent],
    diesLast: true,

    desired: (inputs) => ({ settings: inputs.settings, version }),

    async read() {
      const actual = await store.read()
      return actual === undefined ? { state: 'absent' } : { state: 'present', actual, tags: undefined }
    },

    diff: (desired, actual) => [
      ...field('version', { is: actual.version, want: desired.version }),
      ...settingDifferences(desired.settings, actual.settings),
    ],

    async refuse(desired, observed) {
      if (observed.state !== 'present' || compareVersions(observed.actual.version, desired.version) <= 0) return []
      return [
        {
          why: 'newer-version',
          message: `the guard ${guard} was installed by cost-guard ${observed.actual.version}, this is ${desired.version}`,
          suggestion: `use cost-guard ${observed.actual.version} or later`,
        },
      ]
    },

    // Before the settings: once those are there it is a guard that goes on.
    async create(desired) {
      await store.begin()
      await store.saveSettings(desired.settings, desired.version)
    },
    update: (desired) => store.saveSettings(desired.settings, desired.version),
    remove: () => store.erase(),
  }
}

/** One difference per setting, in words: `timeZone is UTC, wanted UTC, from 2026-12 Asia/Tokyo`. */
function settingDifferences(want: Settings, is: Settings): readonly Difference[] {
  const keys = [...new Set([...Object.keys(want), ...Object.keys(is)])] as (keyof Settings)[]
  return keys.flatMap((key) =>
    key === 'page' && want.page !== undefined && is.page !== undefined
      ? partDifferences('page', want.page, is.page)
      : field(key === 'zoning' ? 'timeZone' : key, { is: wordsOf(key, is), want: wordsOf(key, want) }),
  )
}

/** `page/shows: own -> team`: what stays as it is would only hide it. */
function partDifferences(name: string, want: object, is: object): readonly Difference[] {
  const [wished, found] = [new Map(Object.entries(want)), new Map(Object.entries(is))]
  return [...new Set([...wished.keys(), ...found.keys()])].flatMap((part) =>
    field(`${name}/${part}`, { is: listWord(found.get(part)), want: listWord(wished.get(part)) }),
  )
}
const listWord = (value: unknown): string | undefined =>
  value === undefined ? undefined : Array.isArray(value) ? value.join(', ') : partWord(value)

/** Whole: two settings that differ have words that differ. */
function wordsOf(key: keyof Settings, settings: Settings): string | undefined {
  const value: unknown = settings[key]
  if (value === undefined) return undefined
  if (key === 'zoning') return zoneWords(settings.zoning)
  if (key === 'currency' && settings.currency) return `${settings.currency.code} at ${settings.currency.rate} a dollar`
  if (key === 'costTag' && settings.costTag) return `${settings.costTag.key}=${settings.costTag.value}`
  if (Array.isArray(value) && value.every((one) => ['string', 'number'].includes(typeof one))) return value.join(', ')
  if (typeof value === 'object') return value === null ? 'null' : partWords(value)
  return String(value)
}

/** `image off, text on`; in the order of the names and without what is undefined, as the table gives it back. */
const partWords = (value: object): string =>
  Object.entries(value)
    .filter(([, one]) => one !== undefined)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, one]) => `${name} ${partWord(one)}`)
    .join(', ')

const partWord = (one: unknown): string =>
  typeof one === 'boolean' ? (one ? 'on' : 'off') : typeof one === 'object' ? stableJson(one) : String(one)
