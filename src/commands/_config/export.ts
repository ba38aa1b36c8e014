/** An installed guard as a `cost-guard.yaml` that gives the same guard back. */

import type { Settings } from '../../provision/guard.ts'
import { defaultSettings, rawSettings, type SettingKey, settingsTable } from '../../provision/settings.ts'
import { type Instant, toIso } from '../../runtime/domain/base/calendar.ts'
import { type Limit, potKey, type Wishes } from '../../runtime/domain/judging/limit.ts'
import { type Belongings, noBelongings } from '../../runtime/domain/metering/belonging.ts'
import { toDecimal } from '../../runtime/domain/money/money.ts'
import type { Discount, RateOverride } from '../../runtime/domain/money/price-book.ts'
import type { Door } from '../_compose.ts'
import { rateBook, statusRoom } from '../_rooms.ts'
import { potsForFile } from './people.ts'
import { loadYaml } from './yaml.ts'

export interface Exported {
  readonly guard: string
  readonly region: string
  readonly [key: string]: unknown
}

export async function exportConfig(door: Door): Promise<{ text: string; json: Exported }> {
  const [room, rates] = await Promise.all([statusRoom(door), rateBook(door)])
  const [wishes, { overrides, discounts }, belongings] = await Promise.all([
    room.limits.wishes(),
    rates.kept(),
    room.people.belongings(),
  ])
  const { region, clock } = door
  const parts = { region, settings: room.settings, wishes, overrides, discounts, belongings, now: clock.now() }
  return { text: await yamlText(configOf(parts, 'yaml')), json: configOf(parts, 'json') }
}

interface Parts {
  readonly region: string
  readonly settings: Settings
  readonly wishes: Pick<Wishes, 'limits' | 'excluded'>
  readonly overrides: readonly RateOverride[]
  readonly discounts: readonly Discount[]
  readonly belongings?: Belongings
  readonly now: Instant
}

/** Names made from the guard's own are left out, so that the file serves another guard name as well. */
const DERIVED: readonly SettingKey[] = ['logGroup', 'table', 'topic']

/** @param how JSON holds money as text; YAML as a number a person types, where that is exact. */
export function configOf(parts: Parts, how: 'yaml' | 'json'): Exported {
  const { settings, wishes, overrides, discounts, region, belongings = noBelongings } = parts
  const raw = rawSettings(settings)
  const usual = rawSettings(defaultSettings(settings.guard))
  const rows = settingsTable.filter(({ key }) => !(DERIVED.includes(key) && raw[key] === usual[key]))
  const values = rows.map(({ key, kind }) => {
    const value = raw[key]
    if (kind === 'numbers') return [key, value === 'none' ? 'none' : String(value).split(',').map(Number)] as const
    return [key, value === '' || value === undefined ? 'none' : value] as const
  })
  const limits = wishes.limits.filter(({ until }) => until === undefined || parts.now < until)
  return {
    guard: settings.guard,
    region,
    ...Object.fromEntries(values),
    ...potsForFile(belongings),
    limits: limitsFor(limits, how),
    exclude: [...wishes.excluded].sort(),
    prices: overrides.map(priceOf),
    discounts: discounts.map(({ of, multiplier, validFrom }) => ({ of, multiplier, from: validFrom })),
  }
}

const money = (text: string, how: 'yaml' | 'json'): string | number =>
  how === 'yaml' && String(Number(text)) === text ? Number(text) : text

export function limitsFor(limits: readonly Limit[], how: 'yaml' | 'json'): Readonly<Record<string, unknown>> {
  const byTarget = new Map<string, object[]>()
  for (const limit of limits.toSorted((a, b) => (a.id < b.id ? -1 : 1))) {
    const target = potKey(limit.of) === '*' ? 'everyone' : potKey(limit.of)
    byTarget.set(target, [...(byTarget.get(target) ?? []), limitOf(limit, how)])
  }
  return Object.fromEntries([...byTarget].map(([target, all]) => [target, all.length === 1 ? all[0] : all]))
}

const limitOf = (limit: Limit, how: 'yaml' | 'json') => ({
  amount: money(toDecimal(limit.amount), how),
  per: limit.per,
  action: limit.action,
  warnAt: limit.warnAt.length === 0 ? 'none' : limit.warnAt,
  ...(limit.of.kind === 'everyone' ? { includeRoles: limit.of.includeRoles } : {}),
  ...(limit.until === undefined ? {} : { until: toIso(limit.until) }),
})

const priceOf = ({ stem, scope, perMillion, validFrom }: RateOverride) => ({
  model: stem,
  scope,
  ...perMillion,
  from: validFrom,
})

const HEAD = ` What this guard is told: init --config gives the same guard back, plan --config shows what would change.
 Blocks and pardons by hand, the ledger and the history are not settings and are not in here.
 Editors check the file with the schema that "config schema" prints, when a line says
 # yaml-language-server: $schema=cost-guard.schema.json`

async function yamlText(config: Exported): Promise<string> {
  const { Document, isMap, isScalar, visit } = await loadYaml()
  const document = new Document(config)
  document.commentBefore = HEAD
  const summaries = new Map<string, string>(settingsTable.map(({ key, summary }) => [key, summary]))
  if (isMap(document.contents)) {
    for (const { key } of document.contents.items) {
      const summary = isScalar(key) ? summaries.get(String(key.value)) : undefined
      if (!isScalar(key) || summary === undefined) continue
      key.commentBefore = ` ${summary}`
      key.spaceBefore = true
    }
  }
  // Settings one below the other; what belongs to one limit or one price on one line.
  visit(document, {
    Seq: (_, node, path) => {
      if (path.length <= 3 && !node.items.some(isMap)) node.flow = true
    },
    Map: (_, node, path) => {
      if (path.length > 3) node.flow = true
    },
  })
  return document.toString({ lineWidth: 0, flowCollectionPadding: false })
}
