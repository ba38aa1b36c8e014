/**
 * What the guard itself costs a month: estimated for a team of 20 at AWS's list prices of us-east-1, free tiers not counted.
 * Other regions are up to a third dearer. Prices: aws.amazon.com/{lambda,dynamodb,cloudwatch,sns,eventbridge}/pricing, read 2026-11.
 */
import { add, type PicoUsd, parseUsd, pico, sum, toCents } from '../../runtime/domain/money.ts'

export interface CostPart {
  readonly what: string
  readonly why: string
  readonly cost: PicoUsd
}

/** 20 people, 1000 calls each on 22 days: coding assistants make many small calls. */
export const CALLS_A_MONTH = 440_000n
const MINUTES_A_MONTH = 43_800n
const MILLION = 1_000_000n

/** @param amount units, @param per units that `price` buys. */
const at = (price: string, amount: bigint, per: bigint): PicoUsd => pico((parseUsd(price) * amount) / per)

/** @param checkMinutes minutes between two checks of the limits. */
export function monthlyCost(checkMinutes: number): readonly CostPart[] {
  const checks = MINUTES_A_MONTH / BigInt(checkMinutes)
  return [
    {
      what: 'DynamoDB writes',
      why: `${CALLS_A_MONTH.toLocaleString('en-US')} calls, about 2.6 write units each`,
      cost: at('0.625', (CALLS_A_MONTH * 26n) / 10n, MILLION),
    },
    // 20 balances in four shards, limits, blocks, lease: about 20 consistent read units a check.
    { what: 'DynamoDB reads', why: `a check every ${minutes(checkMinutes)}`, cost: at('0.125', checks * 20n, MILLION) },
    // A record without bodies is about 1.2 KB.
    {
      what: 'CloudWatch Logs',
      why: 'invocation records without bodies',
      cost: at('0.50', (CALLS_A_MONTH * 12n) / 10n, MILLION),
    },
    {
      what: 'CloudWatch Logs',
      why: "the functions' own logs",
      // About 600 bytes an invocation, Lambda's own START, END and REPORT included.
      cost: at('0.50', (checks + CALLS_A_MONTH / 10n) * 600n, 1_000_000_000n),
    },
    {
      what: 'Lambda',
      why: 'checks, ingestion, the daily mail',
      // arm64: 0.0000133334 a GB-second. A check 0.3 s of 256 MB; a batch of ten records 0.2 s of 512 MB.
      cost: add(
        at('0.0000133334', checks * 75n + (CALLS_A_MONTH / 10n) * 100n, 1000n),
        at('0.20', checks + CALLS_A_MONTH / 10n, MILLION),
      ),
    },
    // Kept 365 days, compressed to about a sixth: the mean of the first year is half of it.
    {
      what: 'Storage',
      why: 'log group and ledger, mean of the first year',
      cost: at('0.28', CALLS_A_MONTH * 12n * 12n, MILLION * 60n),
    },
  ]
}

const minutes = (count: number): string => (count === 1 ? 'minute' : `${count} minutes`)

export function monthlyCostText(checkMinutes: number): string {
  const parts = monthlyCost(checkMinutes)
  const total = toCents(sum(parts.map((part) => part.cost)))
  const lines = parts.map((part) => `  ${toCents(part.cost).padStart(6)}  ${part.what}: ${part.why}`)
  return [
    `What it costs a month: about ${total} dollars for a team of 20`,
    ...lines,
    '  Estimated at list prices of us-east-1, before free tiers.',
  ].join('\n')
}
