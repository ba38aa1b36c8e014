/** Ingest's room, all of memory, with a clock that is told. */
import { instant } from '../../src/runtime/domain/base/calendar.ts'
import type { Log } from '../../src/runtime/ports.ts'
import { factsFrom } from '../../src/runtime/usecases/facts.ts'
import type { IngestRoom } from '../../src/runtime/usecases/ingest.ts'
import {
  CountingTrigger,
  MemoryBadRecords,
  MemoryHealth,
  MemoryLogs,
  MemoryPeople,
  MemoryRates,
  MemorySessions,
} from '../fakes/memory-books.ts'
import { MemoryLedger } from '../fakes/memory-ledger.ts'
import { ACCOUNT, TOKYO } from './charges.ts'

export function memoryRoom(start = Date.UTC(2026, 10, 18, 2, 11)) {
  let now = start
  let deadline = Number.POSITIVE_INFINITY
  const lines: Parameters<Log>[0][] = []
  const charged: Parameters<Log>[0][] = []
  const clock = { now: () => instant(now) }
  const parts = {
    ledger: new MemoryLedger(),
    bad: new MemoryBadRecords(),
    health: new MemoryHealth(),
    rates: new MemoryRates(),
    people: new MemoryPeople(),
    sessions: new MemorySessions(),
    logs: new MemoryLogs(),
    trigger: new CountingTrigger(),
  }
  const config = {
    guard: 'cost-guard',
    account: ACCOUNT,
    zoning: TOKYO,
    sessionRoles: ['AWSReservedSSO_*'],
    labels: ['claude-code', 'claude-desktop'],
    assumedCacheTtl: '5m' as const,
    journalDays: 400,
  }
  const room: IngestRoom = {
    ...parts,
    clock,
    config,
    log: (line) => (line.event === 'charged' ? charged : lines).push(line),
    facts: factsFrom({ ...parts, clock, assumedCacheTtl: config.assumedCacheTtl }),
    deadlineMs: () => deadline,
  }
  return {
    ...parts,
    room,
    /** What it logged, but for what it logs of every batch: `charged`. */
    lines,
    charged,
    clock,
    pass: (milliseconds: number) => {
      now += milliseconds
    },
    endAt: (milliseconds: number) => {
      deadline = milliseconds
    },
  }
}
