/**
 * What the guard itself costs a month at AWS's list prices of us-east-1, before free tiers (other regions are up to a third
 * dearer). Where each price comes from: `own-cost-sources.ts`. Pure, and small, because the daily mail shows the sum.
 */
import { type PicoUsd, parseUsd, pico, sum, zero } from './money.ts'

export interface OwnCostInput {
  /** Principals that use Bedrock. */
  readonly people: number
  /** Model calls. */
  readonly requestsPerMonth: number
  /** Minutes between two checks of the limits. */
  readonly checkMinutes: number
  readonly alarms: boolean
  readonly dashboard: boolean
  /** A KMS key of the guard's own. */
  readonly ownKey: boolean
  /** A copy of the invocation log in S3. Default: none. */
  readonly s3?: boolean
  /** Prompts and answers are logged too. Default: no. */
  readonly bodies?: boolean
  /** The self-service page is there. Default: no. */
  readonly page?: boolean
  /** Addresses that get the mails. Default: 1. */
  readonly addresses?: number
}

export type OwnCostItem =
  | 'DynamoDB writes'
  | 'DynamoDB reads'
  | 'DynamoDB storage'
  | 'Lambda'
  | 'Scheduler'
  | 'Invocation log'
  | 'Function logs'
  | 'Log storage'
  | 'Custom metrics'
  | 'Alarms'
  | 'Dashboard'
  | 'Coverage'
  | 'Mails'
  | 'KMS key'
  | 'S3 copy'
  | 'Page'

export interface OwnCostPart {
  readonly what: OwnCostItem
  readonly usd: PicoUsd
}

/** USD for so many units. Read 2026-11 from the pages in `own-cost-sources.ts`. */
export const OWN_PRICES = {
  writeUnit: ['0.625', 1e6],
  readUnit: ['0.125', 1e6],
  /** 0.25 the data, 0.20 point-in-time recovery. */
  tableGb: ['0.45', 1],
  lambdaGbSecond: ['0.0000133334', 1],
  lambdaRequest: ['0.20', 1e6],
  scheduled: ['1.00', 1e6],
  logGb: ['0.50', 1],
  logGbMonth: ['0.03', 1],
  metric: ['0.30', 1],
  alarmMetric: ['0.10', 1],
  /** Each metric that GetMetricData answers. */
  metricRead: ['0.01', 1e3],
  /** From the fourth dashboard of an account on. */
  dashboard: ['3.00', 1],
  mail: ['2.00', 1e5],
  key: ['1.00', 1],
  keyRequest: ['0.03', 1e4],
  httpApi: ['1.00', 1e6],
  s3Put: ['0.005', 1e3],
  s3GbMonth: ['0.023', 1],
} as const

/** ChecksFinished and RecordsCounted all the time; BlockFailures is written, and paid by the hour, only while there are any. */
export const PAID_METRICS = 2
/** Metrics in the alarms of a guard without an S3 copy, which adds one. A test holds it to the alarms that are made. */
export const ALARM_METRICS = 10

const MINUTES = 43_800
/** 22 days of ten hours: Bedrock hands over its records about every five seconds. */
const HANDOVERS = (22 * 10 * 3600) / 5
const KB = 1e-6

type Price = keyof typeof OWN_PRICES
/** Units may be fractions: rounded to a millionth of one. */
function at(price: Price, units: number): PicoUsd {
  const [usd, per] = OWN_PRICES[price]
  return pico((parseUsd(usd) * BigInt(Math.round(units * 1e6))) / BigInt(per * 1e6))
}

/** The parts that cost something, in a fixed order, and their sum. A dashboard is counted as free: AWS charges from the fourth of an account on. */
export function ownCost(input: OwnCostInput): { readonly parts: readonly OwnCostPart[]; readonly total: PicoUsd } {
  const { people, requestsPerMonth: calls, s3 = false } = input
  const checks = MINUTES / input.checkMinutes
  const batches = calls === 0 ? 0 : (calls * HANDOVERS) / (calls + HANDOVERS)
  // Each batch counts its people once: entry 2 units, balance and detail 4 a group.
  const groups = batches === 0 ? 0 : (calls * people) / (people + calls / batches - 1)
  const catchUps = MINUTES / 15
  const runs = checks + batches
  const logGb = calls * (input.bodies ? 25 : 1.2) * KB
  const ledgerGb = calls * 0.4 * KB
  const mails = (input.addresses ?? 1) * (30 + people)
  // Everybody opens it twice on a working day: six requests of 0.1 s and 1,024 MB, two of them with a read of all balances.
  const asked = input.page ? people * 22 * 2 * 6 : 0
  const parts: readonly (readonly [OwnCostItem, ...(readonly [Price, number])[]])[] = [
    // A run of enforce takes its lease, gives it back, leaves word; a batch leaves word.
    ['DynamoDB writes', ['writeUnit', 2 * calls + 4 * groups + batches + 3 * runs]],
    // Balances in four shards, wishes, people, blocks, health; four balances fit into one unit. Each catch-up reads two hours again.
    ['DynamoDB reads', ['readUnit', runs * (13 + people / 4) + 9 * calls]],
    ['DynamoDB storage', ['tableGb', ledgerGb * 6]],
    // enforce 0.3 s of 256 MB, ingest 0.2 s of 512 MB.
    [
      'Lambda',
      ['lambdaGbSecond', runs * 0.075 + (batches + catchUps) * 0.1],
      ['lambdaRequest', runs + batches + catchUps],
    ],
    ['Scheduler', ['scheduled', checks + catchUps + 30]],
    ['Invocation log', ['logGb', logGb]],
    // A run 0.9 KB with its metrics and Lambda's own lines; what was charged 0.2 KB a principal and model.
    ['Function logs', ['logGb', ((runs + batches + catchUps) * 0.9 + groups * 0.2) * KB]],
    // A year's log, compressed to a sixth: the mean of the first year is half of it.
    ['Log storage', ['logGbMonth', logGb]],
    ['Custom metrics', ['metric', PAID_METRICS]],
    ['Alarms', ['alarmMetric', input.alarms ? ALARM_METRICS + (s3 ? 1 : 0) : 0]],
    ['Dashboard', ['dashboard', 0]],
    // The daily mail asks for seven metrics of five models, and three of bedrock-mantle.
    ['Coverage', ['metricRead', 30 * 38]],
    ['Mails', ['mail', mails]],
    // The log group asks the key for each batch, the topic for each mail, the bucket (which has a key of its own) hardly ever.
    ['KMS key', ['key', input.ownKey ? 1 : 0], ['keyRequest', input.ownKey ? batches + mails : 0]],
    // Bedrock compresses what it writes, as the log group does.
    ['S3 copy', ['s3Put', s3 ? batches : 0], ['s3GbMonth', s3 ? logGb : 0]],
    // Two lines of log a request, 0.9 KB together. Cognito's first 10,000 users a month are free for good.
    [
      'Page',
      ['httpApi', asked],
      ['lambdaRequest', asked],
      ['lambdaGbSecond', asked * 0.1],
      ['readUnit', (asked / 3) * (13 + people / 4)],
      ['logGb', asked * 0.9 * KB],
    ],
  ]
  const priced = parts
    .map(([what, ...units]) => ({ what, usd: sum(units.map(([price, amount]) => at(price, amount))) }))
    .filter(({ what, usd }) => usd > zero || (what === 'Dashboard' && input.dashboard))
  return { parts: priced, total: sum(priced.map(({ usd }) => usd)) }
}
