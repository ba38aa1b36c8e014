const NEWLINE = 10
const decoder = new TextDecoder()

/** Longest line kept, in bytes: a subscription envelope is at most a few megabytes, a record far less. */
export const MAX_LINE_BYTES = 32 * 1024 * 1024

/**
 * Splits a stream of bytes into the lines of each chunk, without their ends. Arrays rather than single lines: waiting
 * once per line would cost more than reading it. A line that is too long comes as the text `(line too long)`.
 */
export async function* linesOf(
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  maxLineBytes = MAX_LINE_BYTES,
): AsyncGenerator<string[]> {
  let rest: Uint8Array[] = []
  let restBytes = 0
  for await (const chunk of chunks) {
    const end = chunk.lastIndexOf(NEWLINE)
    if (end < 0) {
      // Of a line that is too long only its length is kept.
      if (restBytes <= maxLineBytes) rest.push(chunk.slice())
      restBytes += chunk.length
      continue
    }
    const first = restBytes > maxLineBytes ? new Uint8Array(0) : undefined
    if (first !== undefined) {
      yield ['(line too long)', ...split(chunk.subarray(chunk.indexOf(NEWLINE) + 1, end + 1))]
    } else {
      yield split(joined(rest, chunk.subarray(0, end + 1)))
    }
    rest = end + 1 < chunk.length ? [chunk.slice(end + 1)] : []
    restBytes = chunk.length - end - 1
  }
  if (restBytes > maxLineBytes) yield ['(line too long)']
  else if (restBytes > 0) yield split(joined(rest, new Uint8Array(0)))
}

function joined(pieces: readonly Uint8Array[], last: Uint8Array): Uint8Array {
  if (pieces.length === 0) return last
  const whole = new Uint8Array(pieces.reduce((total, piece) => total + piece.length, last.length))
  let at = 0
  for (const piece of [...pieces, last]) {
    whole.set(piece, at)
    at += piece.length
  }
  return whole
}

function split(bytes: Uint8Array): string[] {
  const lines = decoder.decode(bytes).split('\n')
  if (lines.at(-1) === '') lines.pop()
  return lines
}
