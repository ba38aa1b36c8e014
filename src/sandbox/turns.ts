import type { Passing } from './world.ts'

/**
 * The emulator rolls a cancelled transaction back by putting a copy of the whole table in its place: what another request wrote
 * in the meantime is lost with it (moto 5.2.1, seen: 9 of 44 plain puts beside cancelled transactions were gone). So a
 * transaction has DynamoDB to itself. So has a conditional write: the emulator looks at the item and writes it in two strokes, and
 * two writes whose condition only one can meet were both let through (seen under load). Ours, not AWS's: there, both are isolated.
 */
export class Turns {
  #transaction: Promise<void> = Promise.resolve()
  readonly #others = new Set<Promise<void>>()

  async take<Answer>(call: Passing, work: () => Promise<Answer>): Promise<Answer> {
    if (call.service !== 'dynamodb') return await work()
    const alone = call.operation === 'TransactWriteItems' || call.input['ConditionExpression'] !== undefined
    const before = alone ? [this.#transaction, ...this.#others] : [this.#transaction]
    const mine = Promise.all(before).then(work)
    const done = mine.then(
      () => undefined,
      () => undefined,
    )
    if (alone) this.#transaction = done
    else {
      this.#others.add(done)
      void done.then(() => this.#others.delete(done))
    }
    return await mine
  }
}
