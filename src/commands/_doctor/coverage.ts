/** How much of what AWS counted on the last settled day is in the ledger. */
import { CloudWatchUsage } from '../../runtime/aws/cloudwatch-usage.ts'
import { toCents } from '../../runtime/domain/money/money.ts'
import { type DayCoverage, isAlarming } from '../../runtime/domain/telling/coverage.ts'
import { collect } from '../../runtime/usecases/books.ts'
import { dayCoverage } from '../../runtime/usecases/day-coverage.ts'
import { enUncovered } from '../../runtime/words/en-uncovered.ts'
import type { Door } from '../_compose.ts'
import { rateBook, statusRoom } from '../_rooms.ts'
import { type Finding, found } from './finding.ts'

const PATIENCE_MS = 30_000

export async function coverageNow(door: Door): Promise<readonly Finding[]> {
  const [room, rates, client] = await Promise.all([statusRoom(door), rateBook(door), door.clients.cloudwatch()])
  const usage = new CloudWatchUsage({ client, region: door.region, patienceMs: PATIENCE_MS })
  const { countFrom } = await room.health.read()
  const detailsOf = (month: Parameters<typeof room.ledger.detail>[0]) => collect(room.ledger.detail(month))
  const { zoning, assumedCacheTtl, onlySources } = room.settings
  const config = { region: door.region, zoning, assumedCacheTtl, onlySources }
  const of = await dayCoverage({ config, rates, usage }, { now: door.clock.now(), countFrom, detailsOf })
  return [coverageFinding(of, door.command)]
}

/** @param command words → the whole command */
export function coverageFinding(of: DayCoverage, command: (words: string) => string): Finding {
  if (of.kind === 'too-early') return found('coverage', 'ok', 'coverage is known after the first complete day')
  if (of.kind === 'unknown') {
    const fix = 'attach the policy that `cost-guard iam-policy` prints'
    return found('coverage', 'unknown', `what AWS counted on ${of.day} could not be read: ${of.why}`, fix)
  }
  const { coveredPermille, total, causes } = of.coverage
  if (coveredPermille === undefined) return found('coverage', 'ok', `CloudWatch counted no call on ${of.day}`)
  if (total.missingTokens === 0)
    return found('coverage', 'ok', `every token that CloudWatch counted on ${of.day} is in the ledger`)
  const likely = causes.filter(({ code }) => code !== 'surplus').map(({ code }) => enUncovered[code].short)
  const what = `${(1000 - coveredPermille) / 10} % of the tokens of ${of.day} (about ${toCents(total.missingUsd)} USD) were not in the log; likely ${likely.join(', ')}`
  return found(
    'coverage',
    isAlarming(of.coverage) ? 'warn' : 'note',
    what,
    command(`coverage --since ${of.day} --by hour`),
  )
}
