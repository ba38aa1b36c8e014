/**
 * What AWS refuses and the emulator does not. All of it is ours: written from AWS's documentation and from errors
 * people posted, not by AWS, so a test that passes because of it is no third-party proof.
 */
import { type Answer, errorAnswer } from '../door/answer.ts'
import type { Hook, Passing } from '../world.ts'

export interface Refusal {
  readonly code: string
  readonly message: string
  readonly status?: number
}

export type Check = (call: Passing) => Promise<Refusal | undefined> | Refusal | undefined

/** A hook that refuses when any of the checks does; the first refusal counts, as at AWS. */
export const refusing = (service: string, checks: Readonly<Record<string, Check>>): Hook[] =>
  Object.entries(checks).map(([operation, check]) => ({
    on: [`${service}:${operation}`],
    before: async (call: Passing): Promise<Answer | undefined> => {
      const refusal = await check(call)
      return refusal && errorAnswer(call.wire, refusal)
    },
  }))

export const text = (call: Passing, key: string): string => {
  const value = call.input[key]
  return typeof value === 'string' ? value : ''
}

/** The answer, or undefined where the thing asked for is absent; other errors stay errors. */
export async function orAbsent<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading
  } catch (error) {
    const absent = ['NoSuchEntityException', 'ResourceNotFoundException', 'NotFoundException', 'NotFound']
    if (error instanceof Error && absent.includes(error.name)) return undefined
    throw error
  }
}
