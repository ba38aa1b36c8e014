/** Who on which day, who with which model. Pure. */
import { add, type PicoUsd, zero } from '../../runtime/domain/money/money.ts'
import type { PageModels } from '../../runtime/page-protocol.ts'
import { readUsd } from '../format.ts'
import { type Line, ratio, somebodies, total } from './people.ts'

export interface Matrix<Cell extends bigint | number> {
  readonly columns: readonly string[]
  /** Largest total first. */
  readonly rows: readonly { readonly name: string; readonly cells: readonly Cell[]; readonly total: Cell }[]
  readonly largest: Cell
}

const down = (a: bigint | number, b: bigint | number): number => (a > b ? -1 : a < b ? 1 : 0)

export function daysByPerson(lines: readonly Line[], days: readonly string[]): Matrix<PicoUsd> {
  const rows = somebodies(lines)
    .map(({ name, lines: own }) => ({
      name,
      cells: days.map((_, day) => own.reduce((sum, line) => add(sum, line.days[day] ?? zero), zero)),
      total: total(own),
    }))
    .filter((row) => row.total > zero)
    .toSorted((a, b) => down(a.total, b.total))
  const largest = rows.flatMap(({ cells }) => cells).reduce((most, cell) => (cell > most ? cell : most), zero)
  return { columns: days, rows, largest }
}

/** What somebody used. */
interface Used {
  readonly name: string
  readonly usd: PicoUsd
  readonly requests: number
}

/** Models of several principals put together. */
function modelsOf(
  keys: readonly string[],
  byKey: ReadonlyMap<string, PageModels['principals'][number]>,
): readonly Used[] {
  const models = new Map<string, Used>()
  for (const key of keys) {
    for (const { name, usd, requests } of byKey.get(key)?.models ?? []) {
      const known = models.get(name) ?? { name, usd: zero, requests: 0 }
      models.set(name, { name, usd: add(known.usd, readUsd(usd)), requests: known.requests + requests })
    }
  }
  return [...models.values()].toSorted((a, b) => down(a.usd, b.usd))
}

export interface Favourites {
  readonly name: string
  readonly dearest: Used
  readonly mostUsed: Used
}

/** By person, from what went to which model. A principal that is no longer in the table is left out. */
function usedBy(
  lines: readonly Line[],
  { principals }: PageModels,
): readonly { name: string; models: readonly Used[] }[] {
  const byKey = new Map(principals.map((one) => [one.key, one]))
  return somebodies(lines)
    .map(({ name, lines: own }) => ({
      name,
      models: modelsOf(
        own.map(({ row }) => row.key),
        byKey,
      ),
    }))
    .filter(({ models }) => models.length > 0)
}

export function requestsByModel(lines: readonly Line[], models: PageModels): Matrix<number> {
  const used = usedBy(lines, models)
  const requests = new Map<string, number>()
  for (const model of used.flatMap((one) => one.models))
    requests.set(model.name, (requests.get(model.name) ?? 0) + model.requests)
  const columns = [...requests].toSorted(([, a], [, b]) => down(a, b)).map(([name]) => name)
  const rows = used
    .map((one) => {
      const byName = new Map(one.models.map((model) => [model.name, model.requests]))
      const cells = columns.map((column) => byName.get(column) ?? 0)
      return { name: one.name, cells, total: cells.reduce((sum, cell) => sum + cell, 0) }
    })
    .toSorted((a, b) => down(a.total, b.total))
  return { columns, rows, largest: rows.flatMap(({ cells }) => cells).reduce((most, cell) => Math.max(most, cell), 0) }
}

/** The dearest and the most used model of each, in the order of the lines. */
export const favourites = (lines: readonly Line[], models: PageModels): readonly Favourites[] =>
  usedBy(lines, models).flatMap(({ name, models: used }) => {
    const [dearest] = used
    const [mostUsed] = used.toSorted((a, b) => down(a.requests, b.requests))
    return dearest && mostUsed ? [{ name, dearest, mostUsed }] : []
  })

/** 0 for nothing, else 1 to 5. By the root: a few dear days would leave all the others white. */
export function heat(cell: bigint | number, largest: bigint | number): number {
  const share = ratio(BigInt(cell), BigInt(largest))
  return cell > 0 ? Math.max(1, Math.ceil(Math.sqrt(share) * 5)) : 0
}
