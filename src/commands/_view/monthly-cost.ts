/** What the guard itself costs a month, with its parts, for a stated team. Pure; the figures are the domain's. */
import type { Settings } from '../../provision/guard.ts'
import { toCents } from '../../runtime/domain/money/money.ts'
import { OWN_PRICES, type OwnCostInput, type OwnCostItem, ownCost } from '../../runtime/domain/money/own-cost.ts'
import { OWN_PRICES_READ, OWN_PRICES_REGION } from '../../runtime/domain/money/own-cost-sources.ts'

/** The team the estimate is made for. */
export const TEAM = { people: 20, callsADay: 200, daysAMonth: 22 } as const
const CALLS_A_MONTH = TEAM.people * TEAM.callsADay * TEAM.daysAMonth

export type CostSettings = Pick<
  Settings,
  'checkMinutes' | 'alarms' | 'cloudwatchDashboard' | 'kmsKey' | 's3' | 'page' | 'bodies' | 'emails'
>

export const ownCostInput = (settings: CostSettings): OwnCostInput => ({
  people: TEAM.people,
  requestsPerMonth: CALLS_A_MONTH,
  checkMinutes: settings.checkMinutes,
  alarms: settings.alarms,
  dashboard: settings.cloudwatchDashboard,
  ownKey: settings.kmsKey === 'own',
  s3: settings.s3 !== undefined,
  page: settings.page !== undefined,
  bodies: settings.bodies.text,
  addresses: settings.emails.length,
})

const minutes = (count: number): string => (count === 1 ? 'minute' : `${count} minutes`)
const WHY: Record<OwnCostItem, (settings: CostSettings) => string> = {
  'DynamoDB writes': () => 'about 6 units a call where calls come one by one',
  'DynamoDB reads': ({ checkMinutes }) => `a check every ${minutes(checkMinutes)} and after each batch`,
  'DynamoDB storage': () => 'ledger with point-in-time recovery, mean of a year',
  Lambda: () => 'checks, counting, the daily mail',
  Scheduler: () => 'starts the checks and catch-up',
  'Invocation log': ({ bodies }) => `Bedrock's records ${bodies.text ? 'with' : 'without'} bodies`,
  'Function logs': () => "the functions' own lines, metrics and charges in them",
  'Log storage': () => 'compressed, mean of the first year',
  'Custom metrics': () => 'checks finished, records counted',
  Alarms: () => 'on throttling and on the health of the guard',
  Dashboard: () => 'that of CloudWatch, the first three are free',
  Coverage: () => "CloudWatch's own counts, once a day",
  Mails: () => 'daily report, warnings, blocks',
  'KMS key': () => 'the key and its use; the first two rotations add 1.00 each',
  Page: () => 'opened twice a working day; 10,000 users sign in for free',
  'S3 copy': () => 'objects written and kept, mean of the first year',
}

const lines = (settings: CostSettings): readonly string[] =>
  ownCost(ownCostInput(settings)).parts.map(
    ({ what, usd }) => `  ${toCents(usd).padStart(6)}  ${what}: ${WHY[what](settings)}`,
  )

/** The first screen's paragraph. */
export function monthlyCostText(settings: CostSettings): string {
  const { total } = ownCost(ownCostInput(settings))
  const [dashboard] = OWN_PRICES.dashboard
  return [
    `What it costs a month: about ${toCents(total)} dollars for a team of ${TEAM.people}`,
    ...lines(settings),
    `  For ${TEAM.callsADay} calls a day of each on ${TEAM.daysAMonth} days, at list prices of`,
    `  ${OWN_PRICES_REGION} (${OWN_PRICES_READ}), before free tiers.`,
    ...(settings.cloudwatchDashboard
      ? [`  An account that has three in CloudWatch already pays ${dashboard} more.`]
      : []),
  ].join('\n')
}
