import type { Instant } from '../domain/base/calendar.ts'
import { blockedBy, decide } from '../domain/judging/enforcement.ts'
import type { EnforceAnswer, EnforceEvent } from '../protocol.ts'
import { judge, protectedBy, readBooks } from './books.ts'
import { checkOnce } from './check-once.ts'
import { because, type EnforceRoom } from './enforce-room.ts'

/** Beyond the function's own timeout (50 s): a holder that died is out a moment after it can no longer act. */
const leaseMs = 60_000
/** New acts begin at most so long after the start; the rest of the timeout is for ending them. */
const actsMs = 35_000
/** Runs that pokes cause in one invocation; what comes later waits for the minute. */
const runsAtMost = 4
/** An admin waits for the answer, so a command waits for its turn. */
const turnWaitMs = 10_000
const turnStepMs = 500

const nothing: EnforceAnswer = { ran: 'now', blocked: [], released: [], warned: [], cannotBlock: [], problems: [] }

/**
 * Compares who should be blocked with who is, and acts on the difference. Level-triggered: it may run at any time, any
 * number of times, and needs nobody to tell it what changed.
 * @throws when nothing could be read; every other failure is listed in the answer.
 */
export async function enforceLimits(room: EnforceRoom, event: EnforceEvent): Promise<EnforceAnswer> {
  if (event.kind === 'preview') return preview(room)
  const deadline = (room.clock.now() + actsMs) as Instant
  if ((await takeTurn(room, event)) === 'busy') return { ...nothing, ran: 'left-to-the-running-one' }
  let answer = nothing
  for (let run = 1; run <= runsAtMost; run++) {
    const { done, again } = await checkAndGiveBack(room, event, deadline)
    answer = merge(answer, done)
    if (!again || run === runsAtMost || room.clock.now() >= deadline) break
    if ((await room.lease.acquire(leaseEnd(room))) === 'busy') break
  }
  return answer
}

const leaseEnd = (room: EnforceRoom): Instant => (room.clock.now() + leaseMs) as Instant

/** A busy answer has left word: the running check runs once more. Only who is waited for tries to have it itself. */
async function takeTurn(room: EnforceRoom, event: EnforceEvent): Promise<'acquired' | 'busy'> {
  const waits = event.kind === 'release-all' || (event.kind === 'check' && event.from === 'command')
  const until = room.clock.now() + (waits ? turnWaitMs : 0)
  for (;;) {
    if ((await room.lease.acquire(leaseEnd(room))) === 'acquired') return 'acquired'
    if (room.clock.now() + turnStepMs > until) return 'busy'
    await room.sleeper.sleep(turnStepMs)
  }
}

async function checkAndGiveBack(
  room: EnforceRoom,
  event: Exclude<EnforceEvent, { kind: 'preview' }>,
  deadline: Instant,
): Promise<{ done: EnforceAnswer; again: boolean }> {
  let done: EnforceAnswer
  try {
    done = await checkOnce(room, event, deadline)
  } catch (error) {
    // What made the check fail is the news; a lease that cannot be given back runs out by itself.
    await giveBack(room)
    throw error
  }
  const { again, problem } = await giveBack(room)
  return { done: problem === undefined ? done : { ...done, problems: [...done.problems, problem] }, again }
}

async function giveBack(room: EnforceRoom): Promise<{ again: boolean; problem?: string }> {
  try {
    return await room.lease.release()
  } catch (error) {
    return { again: false, problem: because('the lease was not given back and runs out by itself', error).text }
  }
}

function merge(before: EnforceAnswer, after: EnforceAnswer): EnforceAnswer {
  const both = <Entry>(one: readonly Entry[], other: readonly Entry[]) => [...new Set([...one, ...other])]
  return {
    ran: 'now',
    ...(after.wouldBlock === undefined ? {} : { wouldBlock: after.wouldBlock }),
    blocked: both(before.blocked, after.blocked),
    released: both(before.released, after.released),
    warned: both(before.warned, after.warned),
    cannotBlock: after.cannotBlock,
    problems: both(before.problems, after.problems),
    ...(after.unblocked ? { unblocked: after.unblocked } : {}),
    ...(after.unread ? { unread: true } : {}),
  }
}

/** What a check would do now, were nothing on hold. Reads only. */
async function preview(room: EnforceRoom): Promise<EnforceAnswer> {
  const now = room.clock.now()
  const [books, records] = await Promise.all([readBooks(room, now), room.blocks.all()])
  const judgements = judge(books, room.config)
  const isProtected = protectedBy(room.config.protectedPrincipals, room.config.account)
  const observe = room.config.mode === 'observe'
  const decision = decide({ judgements, records, isProtected, now, observe })
  return {
    ...nothing,
    ...(observe ? { wouldBlock: blockedBy(judgements).map(({ principal }) => principal) } : {}),
    blocked: decision.block.map((blocking) => blocking.principal),
    released: decision.release,
    warned: judgements.filter(({ verdict }) => verdict.kind === 'warn').map(({ principal }) => principal),
    cannotBlock: decision.cannot.map(({ principal, why }) => ({ principal, why })),
  }
}
