/** Charges for ledger tests: made by the real domain from real-looking usage. */
import { type Instant, instant } from '../../src/runtime/domain/base/calendar.ts'
import { type Charge, type Charging, chargeFor } from '../../src/runtime/domain/metering/charge.ts'
import { type ModelRef, modelBehind, parseModelId } from '../../src/runtime/domain/metering/model-id.ts'
import { callerOf } from '../../src/runtime/domain/metering/principal.ts'
import type { TokenCounts, Usage } from '../../src/runtime/domain/metering/usage.ts'
import { makeBook, noKeptPrices } from '../../src/runtime/domain/money/price-book.ts'

export const ACCOUNT = '123456789012'
export const TOKYO = [{ from: '0000-00', zone: 'Asia/Tokyo' }]
export const OPUS = 'global.anthropic.claude-opus-4-7'
export const HAIKU = 'us.anthropic.claude-haiku-4-5-20251001-v1:0'

export const at = (iso: string): Instant => instant(Date.parse(iso))
export const userArn = (name: string): string => `arn:aws:iam::${ACCOUNT}:user/${name}`
export const sessionArn = (role: string, session: string): string =>
  `arn:aws:sts::${ACCOUNT}:assumed-role/${role}/${session}`

export const charging: Charging = {
  book: makeBook({ kept: noKeptPrices, profiles: new Map(), assumedCacheTtl: '5m' }),
  zoning: TOKYO,
  sessionRoles: ['AWSReservedSSO_*'],
  labels: ['claude-code', 'claude-desktop'],
}

let made = 0
export const freshId = (): string => {
  made += 1
  return `00000000-0000-4000-8000-${String(made).padStart(12, '0')}`
}

export interface Wanted {
  readonly id?: string
  readonly arn?: string | undefined
  readonly at?: string | Instant
  readonly model?: string
  readonly source?: string
  readonly tokens?: Partial<TokenCounts>
  readonly how?: Partial<Charging>
  /** What only a body tells: `via` the prompt or router for which `model` answered. */
  readonly via?: string
  readonly facts?: Pick<Usage, 'tier' | 'units'>
}

function modelOf({ model = OPUS, via }: Wanted): ModelRef {
  return (via === undefined ? undefined : modelBehind(via, model)) ?? parseModelId(model)
}

export function charge(wanted: Wanted = {}): Charge {
  const arn = 'arn' in wanted ? wanted.arn : userArn('tanaka')
  const when = wanted.at ?? '2026-11-18T02:10:00Z'
  return chargeFor(
    {
      requestId: wanted.id ?? freshId(),
      at: typeof when === 'string' ? at(when) : when,
      account: ACCOUNT,
      region: 'us-east-1',
      operation: 'Converse',
      model: modelOf(wanted),
      caller: callerOf(arn, ACCOUNT),
      source: wanted.source,
      tokens: {
        input: 1000,
        output: 100,
        cacheRead: 0,
        cacheWrite5m: 0,
        cacheWrite1h: 0,
        cacheWriteUnknown: 0,
        ...wanted.tokens,
      },
      ...wanted.facts,
    },
    { ...charging, ...wanted.how },
  )
}

export async function all<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const list: Item[] = []
  for await (const item of items) list.push(item)
  return list
}
