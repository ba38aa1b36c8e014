/**
 * The size of an item as DynamoDB counts it: names and values in UTF-8; a number is one byte for two significant digits, and one.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html (read 2026-11)
 */
import type { AttributeValue } from '@aws-sdk/client-dynamodb'

const utf8 = new TextEncoder()
const bytesOf = (text: string): number => utf8.encode(text).length

function numberBytes(digits: string): number {
  const significant = digits.replace(/^-/, '').replace('.', '').replace(/^0+/, '').replace(/0+$/, '')
  const sign = digits.startsWith('-') ? 1 : 0
  return Math.ceil(significant.length / 2) + 1 + sign
}

const sumOf = (sizes: readonly number[]): number => sizes.reduce((total, size) => total + size, 0)

function valueBytes(value: AttributeValue): number {
  if (value.S !== undefined) return bytesOf(value.S)
  if (value.N !== undefined) return numberBytes(value.N)
  if (value.B !== undefined) return value.B.length
  if (value.SS !== undefined) return sumOf(value.SS.map(bytesOf))
  if (value.NS !== undefined) return sumOf(value.NS.map(numberBytes))
  if (value.L !== undefined) return 3 + sumOf(value.L.map((entry) => 1 + valueBytes(entry)))
  if (value.M !== undefined) return 3 + Object.values(value.M).length + itemBytes(value.M)
  return 1
}

export const itemBytes = (item: Readonly<Record<string, AttributeValue>>): number =>
  sumOf(Object.entries(item).map(([name, value]) => bytesOf(name) + valueBytes(value)))

/** Write units of one action inside a transaction: two for each started KiB. */
export const transactedUnits = (bytes: number): number => 2 * Math.ceil(bytes / 1024)
