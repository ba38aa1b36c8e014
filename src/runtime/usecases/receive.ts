import { instant, parseInstant } from '../domain/base/calendar.ts'
import { GuardError } from '../domain/base/guard-error.ts'
import type { IngestAnswer, IngestEvent } from '../protocol.ts'
import { backfill, catchUp, refuseTooOld } from './catch-up.ts'
import { type IngestRoom, ingest, type Origin } from './ingest.ts'

const nothing = { recorded: 0, duplicates: 0, conflicts: 0, failed: 0, ignored: 0, malformed: 0, refused: 0 }

/** Whoever may write to the log group chooses it. */
const HEARTBEAT_ID_AT_MOST = 128

/** One delivery of the subscription, opened. */
export type Delivery =
  | { readonly kind: 'lines'; readonly lines: readonly { id: string; at: number | undefined; message: string }[] }
  | { readonly kind: 'ignored'; readonly count: number }
  | { readonly kind: 'heartbeat'; readonly guard: string; readonly id: string; readonly count: number }
  | { readonly kind: 'broken'; readonly why: string; readonly id: string; readonly excerpt: string }

/** What the ingest function does with what it is handed. */
export async function receive(
  room: IngestRoom,
  event: IngestEvent,
  open: (data: unknown) => Delivery,
): Promise<IngestAnswer> {
  if ('awslogs' in event) return await deliver(room, open(event.awslogs?.data), 'subscription')
  if (event.kind === 'catch-up') return await catchUp(room)
  const from = parseInstant(event.from)
  const to = event.kind === 'replay' ? from : parseInstant(event.to)
  if (from === undefined || to === undefined) {
    const end = event.kind === 'replay' ? '' : ` to "${event.to}"`
    throw new GuardError({
      code: 'bad-range',
      fault: 'user',
      message: `"${event.from}"${end} is no range of times`,
    })
  }
  if (event.kind === 'replay') {
    refuseTooOld(room, from)
    return await deliver(room, open(event.data), 'backfill')
  }
  return await backfill(room, { from, to }, event.cursor)
}

async function deliver(room: IngestRoom, delivery: Delivery, origin: Origin): Promise<IngestAnswer> {
  if (delivery.kind === 'ignored') return { ...nothing, ignored: delivery.count }
  if (delivery.kind === 'heartbeat') {
    // Two guards may read one log group: each hears the other's beats too.
    const [at, id] = [room.clock.now(), delivery.id.slice(0, HEARTBEAT_ID_AT_MOST)]
    if (delivery.guard === room.config.guard) await room.health.noteIngest({ heartbeat: { id, at } })
    return { ...nothing, ignored: delivery.count }
  }
  if (delivery.kind === 'lines') {
    const lines = delivery.lines.map((line) => ({ ...line, at: line.at === undefined ? undefined : instant(line.at) }))
    return await ingest(room, lines, origin)
  }
  // One bad record for the whole payload: what was in it is still in the log group, and catch-up reads it there.
  const { id, why, excerpt } = delivery
  room.log({ level: 'warn', event: 'bad-record', id, requestId: null, why })
  await room.bad.keep([{ id, why, requestId: undefined, excerpt, at: room.clock.now() }])
  return { ...nothing, malformed: 1 }
}
