import type { Instant } from '../domain/base/calendar.ts'
import type { Health } from '../ports.ts'
import type { EnforceAnswer } from '../protocol.ts'
import { because, type EnforceRoom } from './enforce-room.ts'

/** One item holds them, and is written with every check: what goes wrong with five hundred is told by some of them. */
const problemsKept = 50

export const nothing: EnforceAnswer = {
  ran: 'now',
  blocked: [],
  released: [],
  warned: [],
  cannotBlock: [],
  problems: [],
}

/** Leaves word how the check went, for status and for the next check. */
export async function finish(
  room: EnforceRoom,
  now: Instant,
  answer: EnforceAnswer,
  facts: { enforceSeconds?: number; comparedAt?: Instant; balancesSeen?: Health['balancesSeen'] },
): Promise<EnforceAnswer> {
  try {
    await room.health.noteEnforce({
      lastEnforceAt: now,
      problems: kept(answer.problems),
      ...(facts.enforceSeconds === undefined ? {} : { enforceSeconds: facts.enforceSeconds }),
      ...(facts.comparedAt === undefined ? {} : { comparedAt: facts.comparedAt }),
      ...(facts.balancesSeen === undefined ? {} : { balancesSeen: facts.balancesSeen }),
    })
    return answer
  } catch (error) {
    return { ...answer, problems: [...answer.problems, because('the health facts were not written', error).text] }
  }
}

const kept = (problems: readonly string[]): readonly string[] =>
  problems.length <= problemsKept
    ? problems
    : [
        ...problems.slice(0, problemsKept),
        `and ${problems.length - problemsKept} more problems: see the function's log`,
      ]
