/** The guard's side of the comparison. */
import type { Detail } from '../../src/runtime/domain/metering/balance.ts'
import { factsFrom } from '../../src/runtime/usecases/facts.ts'
import type { IngestRoom } from '../../src/runtime/usecases/ingest.ts'
import { memoryRoom } from '../support/ingest-room.ts'
import type { Rules } from './reader.ts'

export const MONTHS = ['2026-10', '2026-11', '2026-12'] as const

/** A room on fakes with these rules as its settings. */
export async function productRoom(rules: Rules) {
  const made = memoryRoom(Date.UTC(2026, 11, 4))
  for (const [arn, { model, global }] of Object.entries(rules.profiles)) {
    await made.rates.putProfile(arn, { model, scope: global ? 'global' : 'regional' })
  }
  const config = {
    ...made.room.config,
    zoning: [{ from: '0000-00', zone: rules.zone }],
    sessionRoles: rules.peopleBehind.map((beginning) => `${beginning}*`),
    labels: rules.labels,
    assumedCacheTtl: rules.unknownWrites === 'five' ? ('5m' as const) : ('1h' as const),
  }
  const facts = factsFrom({ ...made, assumedCacheTtl: config.assumedCacheTtl })
  const room: IngestRoom = { ...made.room, config, facts }
  return { ...made, room }
}

/** As the reference writes its sums. */
export function detailSums(details: readonly Detail[], key: (detail: Detail) => string): Record<string, string> {
  const found = new Map<string, { spend: bigint; requests: number }>()
  for (const detail of details) {
    const { spend, requests } = found.get(key(detail)) ?? { spend: 0n, requests: 0 }
    found.set(key(detail), { spend: spend + detail.spend, requests: requests + detail.requests })
  }
  return Object.fromEntries(
    [...found]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, { spend, requests }]) => [name, `${spend} in ${requests}`]),
  )
}
