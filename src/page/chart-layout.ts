/** The arithmetic of the charts: exact dollars in, whole and half pixels out. Pure: the document plays no part. */

import { pico, sum, toDecimal } from '../runtime/domain/money/money.ts'
import type { PageDay } from '../runtime/page-protocol.ts'
import { readUsd } from './format.ts'

/** Colours and patterns there are; the last belongs to all that have none of their own. */
export const SERIES_AT_MOST = 8
export const OTHERS = '*others'

export interface Segment {
  /** Index into `series`. */
  readonly series: number
  readonly usd: string
  readonly y: number
  readonly height: number
}

export interface Bar {
  readonly day: string
  readonly usd: string
  readonly x: number
  readonly width: number
  readonly segments: readonly Segment[]
}

export interface Stacked {
  /** Dearest first; `OTHERS` last, where there are more than fit. */
  readonly series: readonly string[]
  /** How many names stand behind `OTHERS`. */
  readonly others: number
  readonly bars: readonly Bar[]
  /** From the bottom up: value in dollars as text and height above the bottom. */
  readonly ticks: readonly { readonly usd: string; readonly y: number }[]
  readonly dearest: PageDay | null
}

const PICO = 1e12
/** Loses what no screen can show; only pixels are made of it. */
const size = (decimal: string): number => Number(readUsd(decimal)) / PICO

/** The next of 1, 2, 2.5, 5 times a power of ten that a quarter of the highest bar fits into. */
export function niceStep(highest: number): number {
  if (highest <= 0) return 0.25
  const rough = highest / 4
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = [1, 2, 2.5, 5, 10].find((factor) => factor * power >= rough * 0.999_999) ?? 10
  return step * power
}

/** Names by what they cost in all, dearest first; equal ones by name, so that a refresh keeps the colours. */
export function bySize(days: readonly PageDay[]): readonly string[] {
  const totals = new Map<string, bigint>()
  for (const { models } of days) {
    for (const [name, usd] of Object.entries(models)) totals.set(name, (totals.get(name) ?? 0n) + readUsd(usd))
  }
  return [...totals]
    .toSorted(([a, costA], [b, costB]) => (costA === costB ? (a < b ? -1 : 1) : costA < costB ? 1 : -1))
    .map(([name]) => name)
}

export interface Room {
  readonly width: number
  readonly height: number
}

/** Lays out one bar for each of `days` (`YYYY-MM-DD`), those without spending included. */
export function stack(days: readonly string[], spent: readonly PageDay[], room: Room): Stacked {
  const names = bySize(spent)
  const fits = names.length <= SERIES_AT_MOST
  const series = fits ? names : [...names.slice(0, SERIES_AT_MOST - 1), OTHERS]
  const place = new Map(series.map((name, index) => [name, index]))
  const byDay = new Map(spent.map((day) => [day.day, day]))
  const highest = Math.max(0, ...spent.map(({ usd }) => size(usd)))
  const step = niceStep(highest)
  const count = Math.max(1, Math.ceil((highest / step) * 0.999_999))
  const scale = room.height / (step * count)
  const slot = room.width / Math.max(1, days.length)

  const bars = days.map((day, index): Bar => {
    const spend = byDay.get(day)
    const parts = new Map<number, bigint>()
    for (const [name, usd] of Object.entries(spend?.models ?? {})) {
      const at = place.get(name) ?? series.length - 1
      parts.set(at, (parts.get(at) ?? 0n) + readUsd(usd))
    }
    let top = room.height
    const segments = [...parts]
      .toSorted(([a], [b]) => a - b)
      .map(([at, amount]): Segment => {
        const height = (Number(amount) / PICO) * scale
        top -= height
        return { series: at, usd: decimalOf(amount), y: top, height }
      })
    return { day, usd: spend?.usd ?? '0', x: index * slot + slot * 0.12, width: slot * 0.76, segments }
  })
  return {
    series,
    others: fits ? 0 : names.length - SERIES_AT_MOST + 1,
    bars,
    ticks: Array.from({ length: count + 1 }, (_, index) => ({
      usd: tickText(step * index),
      y: room.height - step * index * scale,
    })),
    dearest: spent.toSorted((a, b) => size(b.usd) - size(a.usd))[0] ?? null,
  }
}

const tickText = (value: number): string => String(Number(value.toFixed(6)))

const decimalOf = (amount: bigint): string => toDecimal(pico(amount))

/** What these days cost together. */
export const totalOf = (days: readonly PageDay[]): string => toDecimal(sum(days.map(({ usd }) => readUsd(usd))))

/** Share of a whole in percent, rounded down; null of nothing. */
export function shareOf(part: string, whole: string): number | null {
  const all = readUsd(whole)
  return all <= 0n ? null : Number((readUsd(part) * 100n) / all)
}
