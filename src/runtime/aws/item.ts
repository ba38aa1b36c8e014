import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import type { Instant } from '../domain/base/calendar.ts'
import { GuardError } from '../domain/base/guard-error.ts'
import { type PicoUsd, pico } from '../domain/money/money.ts'

export type Item = Readonly<Record<string, AttributeValue>>

export const textAttribute = (value: string): AttributeValue => ({ S: value })
/** Whole numbers only: DynamoDB keeps 38 digits of them exactly. */
export const numberAttribute = (value: number | bigint): AttributeValue => ({ N: value.toString() })

/**
 * Reads the attributes of one item; an attribute that is missing or of another type throws, because an item that is
 * half understood must not become a limit or a block.
 */
export class ItemReader {
  readonly #item: Item

  constructor(item: Item) {
    this.#item = item
  }

  has(name: string): boolean {
    return this.#item[name] !== undefined
  }

  text(name: string): string {
    return this.#item[name]?.S ?? this.#refuse(name)
  }

  optionalText(name: string): string | undefined {
    return this.has(name) ? this.text(name) : undefined
  }

  bigint(name: string): bigint {
    const digits = this.#item[name]?.N
    return digits !== undefined && /^-?\d+$/.test(digits) ? BigInt(digits) : this.#refuse(name)
  }

  number(name: string): number {
    return Number(this.bigint(name))
  }

  /** A measured figure, fractions allowed; unreadable means unknown, because a broken statistic must never stop a check. */
  measure(name: string): number | undefined {
    const value = Number(this.#item[name]?.N ?? Number.NaN)
    return Number.isFinite(value) ? value : undefined
  }

  money(name: string): PicoUsd {
    return pico(this.bigint(name))
  }

  instant(name: string): Instant {
    return this.number(name) as Instant
  }

  flag(name: string): boolean {
    return this.#item[name]?.BOOL ?? this.#refuse(name)
  }

  numbers(name: string): readonly number[] {
    const list = this.#item[name]?.L ?? this.#refuse(name)
    return list.map((entry) => (entry.N === undefined ? this.#refuse(name) : Number(entry.N)))
  }

  texts(name: string): readonly string[] {
    const list = this.#item[name]?.L ?? this.#refuse(name)
    return list.map((entry) => entry.S ?? this.#refuse(name))
  }

  oneOf<Word extends string>(name: string, words: readonly Word[]): Word {
    const text = this.text(name)
    return words.find((word) => word === text) ?? this.#refuse(name)
  }

  #refuse(name: string): never {
    throw new GuardError({
      code: 'unreadable-item',
      fault: 'bug',
      message: `the item ${this.#item['pk']?.S} / ${this.#item['sk']?.S} cannot be read: its attribute ${name} is missing or of another kind`,
      suggestions: ['it was changed by hand or written by a newer cost-guard: run cost-guard init with that version'],
    })
  }
}
