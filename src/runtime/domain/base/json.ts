/** What was read from JSON and may be anything. */
export type JsonObject = { readonly [key: string]: unknown }

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** More tokens than any context window times any day's patience: a count above it is an error, not usage. */
export const MAX_COUNT = 1_000_000_000

/** A whole count from 0 to 10^9; undefined for everything else. */
export const asCount = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= MAX_COUNT ? value : undefined

/** The value, or undefined where the text is no JSON at all. */
export function parseJson(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) }
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}
