/** What the metering tests share. */
import { readFileSync } from 'node:fs'
import type { Charging } from '../../src/runtime/domain/metering/charge.ts'
import { makeBook, noKeptPrices } from '../../src/runtime/domain/money/price-book.ts'

export const ACCOUNT = '123456789012'

const read = (name: string): string => readFileSync(new URL(`../cases/${name}`, import.meta.url), 'utf8')

export const readCases = <Case>(name: string): Case => JSON.parse(read(name)) as Case

export const sampleLines = (): string[] => read('records.jsonl').split('\n')

export interface ExpectedRecord {
  readonly requestId?: string
  readonly kind: 'counted' | 'duplicate' | 'failed' | 'malformed' | 'ignored'
  readonly note: string
  readonly principal?: string
  readonly monthInTokyo?: string
  readonly source?: string | null
  readonly model?: string
  readonly scope?: string
  readonly tokens?: Readonly<Record<string, number>>
  readonly usd?: string
  readonly unpriced?: boolean
}

export const expectedSamples = () =>
  readCases<{
    readonly summary: Readonly<
      Record<'counted' | 'failed' | 'duplicates' | 'malformed' | 'ignored', number> & { pricedUsd: string }
    >
    readonly records: readonly ExpectedRecord[]
  }>('expected.json')

/** A guard in Tokyo with nothing set. */
export const charging = (more: Partial<Charging> = {}): Charging => ({
  book: makeBook({ kept: noKeptPrices, profiles: new Map(), assumedCacheTtl: '5m' }),
  zoning: [{ from: '0000-00', zone: 'Asia/Tokyo' }],
  sessionRoles: ['AWSReservedSSO_*'],
  labels: ['claude-code', 'claude-desktop'],
  ...more,
})
