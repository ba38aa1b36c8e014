/** The guard's table on the emulator, and the door to it: counts requests, serialises transactions, injects what AWS answers. */
import {
  type AttributeValue,
  CreateTableCommand,
  DeleteTableCommand,
  DynamoDBClient,
  type TransactWriteItem,
} from '@aws-sdk/client-dynamodb'
import { instant } from '../../src/runtime/domain/base/calendar.ts'

let made = 0

export interface Call {
  readonly name: string
  readonly input: unknown
}

export interface Door {
  readonly client: DynamoDBClient
  /** Every request that reached the emulator's door, refused ones included. */
  readonly calls: Call[]
  /** Asked before each request; an error it answers is thrown instead of sending, `after: true` sends and then throws. */
  meddle: (call: Call) => { error: unknown; after?: boolean } | undefined
}

export interface LedgerTable extends Door {
  readonly table: string
  /** Another program's client to the same table. */
  another(): Door
  drop(): Promise<void>
}

/**
 * Ours, not the emulator's: moto rolls a cancelled transaction back by restoring a copy of the whole table, so two at once
 * can undo each other. The door lets one through at a time, and answers a second one on the same item as AWS would:
 * TransactionConflict.
 */
class Gate {
  readonly #inFlight = new Set<string>()
  #turn: Promise<unknown> = Promise.resolve()
  conflicts = 0

  async pass<Answer>(items: readonly TransactWriteItem[], send: () => Promise<Answer>): Promise<Answer> {
    const keys = items.map(keyOf)
    const busy = keys.map((key) => this.#inFlight.has(key))
    if (busy.some(Boolean)) {
      this.conflicts += 1
      throw cancelled(busy.map((is) => (is ? 'TransactionConflict' : 'None')))
    }
    for (const key of keys) this.#inFlight.add(key)
    try {
      const before = this.#turn
      const mine = before.then(send, send)
      this.#turn = mine.catch(() => undefined)
      return await mine
    } finally {
      for (const key of keys) this.#inFlight.delete(key)
    }
  }
}

const keyOf = (item: TransactWriteItem): string => {
  const key: Record<string, AttributeValue> = item.Put?.Item ?? item.Update?.Key ?? {}
  return `${key['pk']?.S}\n${key['sk']?.S}`
}

export const cancelled = (codes: readonly string[]): Error =>
  Object.assign(new Error(`Transaction cancelled, please refer cancellation reasons [${codes.join(', ')}]`), {
    name: 'TransactionCanceledException',
    CancellationReasons: codes.map((Code) => ({ Code })),
  })
export const awsFault = (name: string, status = 400): Error =>
  Object.assign(new Error(name), { name, $metadata: { httpStatusCode: status } })

function doorTo(gate: Gate): Door {
  const client = new DynamoDBClient({})
  const door: Door = { client, calls: [], meddle: () => undefined }
  client.middlewareStack.add(
    (next, context) => async (args) => {
      const call = { name: String(context.commandName).replace('Command', ''), input: args.input }
      door.calls.push(call)
      const meddling = door.meddle(call)
      if (meddling && !meddling.after) throw meddling.error
      const { TransactItems } = args.input as { TransactItems?: TransactWriteItem[] }
      const answer = TransactItems ? await gate.pass(TransactItems, () => next(args)) : await next(args)
      if (meddling) throw meddling.error
      return answer
    },
    { step: 'initialize', name: 'door' },
  )
  return door
}

export async function ledgerTable(): Promise<LedgerTable> {
  made += 1
  const table = `ledger-${process.pid}-${made}`
  const gate = new Gate()
  const door = doorTo(gate)
  const setup = new DynamoDBClient({})
  await setup.send(
    new CreateTableCommand({
      TableName: table,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [
        { AttributeName: 'pk', AttributeType: 'S' },
        { AttributeName: 'sk', AttributeType: 'S' },
      ],
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
    }),
  )
  return Object.assign(door, {
    table,
    another: () => doorTo(gate),
    drop: async () => {
      await setup.send(new DeleteTableCommand({ TableName: table }))
    },
  })
}

/** Waits for nothing; time passes by what was slept, so that deadlines come. */
export function patience(start = Date.UTC(2026, 10, 20, 3)) {
  let now = start
  const slept: number[] = []
  return {
    slept,
    clock: { now: () => instant(now) },
    sleeper: {
      sleep: async (milliseconds: number) => {
        slept.push(milliseconds)
        now += milliseconds
        // Lets the others run.
        await new Promise((resolve) => setImmediate(resolve))
      },
    },
  }
}
