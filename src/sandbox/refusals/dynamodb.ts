/** DynamoDB. https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html */
import { createHash } from 'node:crypto'
import { DescribeTimeToLiveCommand } from '@aws-sdk/client-dynamodb'
import { type Answer, errorAnswer } from '../door/answer.ts'
import type { Hook, Passing, World } from '../world.ts'
import { orAbsent, type Refusal, refusing, text } from './refuse.ts'

const TOKEN_MS = 10 * 60_000
const invalid = (message: string): Refusal => ({ code: 'ValidationException', message })

async function timeToLiveRefused(world: World, call: Passing): Promise<Refusal | undefined> {
  const { dynamodb } = world.clients(call.inRegion)
  const found = await orAbsent(dynamodb.send(new DescribeTimeToLiveCommand({ TableName: text(call, 'TableName') })))
  if (!found) return undefined
  const { Enabled, AttributeName } = (call.input['TimeToLiveSpecification'] ?? {}) as {
    Enabled?: boolean
    AttributeName?: string
  }
  const { TimeToLiveStatus: status, AttributeName: on } = found.TimeToLiveDescription ?? {}
  const isEnabled = status === 'ENABLED'
  if (Enabled && isEnabled) {
    return on === AttributeName
      ? invalid('TimeToLive is already enabled')
      : invalid(`TimeToLive is active on a different AttributeName: current AttributeName is ${on}`)
  }
  return !Enabled && !isEnabled ? invalid('TimeToLive is already disabled') : undefined
}

const count = (items: unknown): number =>
  Object.values((items ?? {}) as Record<string, unknown>).reduce<number>((sum, one) => {
    const keys = (one as { Keys?: unknown[] }).Keys ?? one
    return sum + (Array.isArray(keys) ? keys.length : 0)
  }, 0)

/** The same token within ten minutes is the same transaction: the emulator would write it twice. */
function idempotence(world: World): Hook {
  const known = new WeakMap<World, Map<string, { hash: string; at: number; answer: Answer }>>()
  const tokens = () => {
    const found = known.get(world) ?? new Map<string, { hash: string; at: number; answer: Answer }>()
    known.set(world, found)
    return found
  }
  const key = (call: Passing) => `${call.accessKey}/${text(call, 'ClientRequestToken')}`
  const hash = (call: Passing) => createHash('sha256').update(call.request.body).digest('hex')
  return {
    on: ['dynamodb:TransactWriteItems'],
    async before(call) {
      const found = tokens().get(key(call))
      if (!text(call, 'ClientRequestToken') || !found || world.clock.now() - found.at > TOKEN_MS) return undefined
      if (found.hash === hash(call)) return found.answer
      const message = 'The request uses the same client token as a previous, but non-identical request.'
      return errorAnswer('json', { code: 'IdempotentParameterMismatchException', message })
    },
    async after(call, answer) {
      if (answer.status !== 200 || !text(call, 'ClientRequestToken')) return undefined
      const at = world.clock.now()
      for (const [token, { at: then }] of tokens()) if (at - then > TOKEN_MS) tokens().delete(token)
      tokens().set(key(call), { hash: hash(call), at, answer })
      return undefined
    },
  }
}

export function dynamodbRefusals(world: World): Hook[] {
  return [
    ...refusing('dynamodb', {
      UpdateTimeToLive: (call) => timeToLiveRefused(world, call),
      BatchWriteItem: (call) =>
        count(call.input['RequestItems']) > 25
          ? invalid('Too many items requested for the BatchWriteItem call')
          : undefined,
      BatchGetItem: (call) =>
        count(call.input['RequestItems']) > 100
          ? invalid('Too many items requested for the BatchGetItem call')
          : undefined,
    }),
    idempotence(world),
  ]
}
