const NEWLINE = 10
/** Inside a file the mark of byte order is a character like any other. */
const decoder = new TextDecoder('utf-8', { ignoreBOM: true })

/** Longest line kept, in bytes: a subscription envelope is at most a few megabytes, a record far less. */
export const MAX_LINE_BYTES = 32 * 1024 * 1024
const TOO_LONG = new TextEncoder().encode('(line too long)\n')

/**
 * Cuts a stream of bytes between lines: each piece is whole lines, every one with its newline. Only a line that lies in
 * two chunks is copied: a piece is good until the next is asked for, if the chunk is. A line that is too long comes as the text `(line too long)`.
 */
export async function* wholeLines(
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  maxLineBytes = MAX_LINE_BYTES,
): AsyncGenerator<Uint8Array> {
  let rest: Uint8Array[] = []
  let restBytes = 0
  for await (const given of chunks) {
    // `slice` of a Buffer would copy nothing.
    const chunk = plain(given)
    const end = chunk.lastIndexOf(NEWLINE)
    let begin = 0
    if (end >= 0 && restBytes > 0) {
      begin = chunk.indexOf(NEWLINE) + 1
      yield restBytes > maxLineBytes ? TOO_LONG : joined(rest, chunk.subarray(0, begin))
      rest = []
      restBytes = 0
    }
    if (begin <= end) yield chunk.subarray(begin, end + 1)
    if (end + 1 === chunk.length) continue
    // Of a line that is too long only its length is kept. Copied or a short rest would hold on to a whole chunk.
    if (restBytes <= maxLineBytes) rest.push(chunk.slice(end + 1))
    restBytes += chunk.length - end - 1
  }
  if (restBytes > 0) yield restBytes > maxLineBytes ? TOO_LONG : joined(rest, Uint8Array.of(NEWLINE))
}

function joined(pieces: readonly Uint8Array[], last: Uint8Array): Uint8Array {
  const whole = new Uint8Array(pieces.reduce((total, piece) => total + piece.length, last.length))
  let at = 0
  for (const piece of [...pieces, last]) {
    whole.set(piece, at)
    at += piece.length
  }
  return whole
}

/** Without what Node adds to its Buffers. */
export const plain = (bytes: Uint8Array): Uint8Array => new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)

/** The texts of whole lines, without their newlines. */
export function textsOf(lines: Uint8Array): string[] {
  const texts = decoder.decode(lines).split('\n')
  texts.pop()
  return texts
}

export const textOf = (line: Uint8Array): string => decoder.decode(line)

/** The beginning of a file, without the mark that some editors put there. */
export const withoutMark = (bytes: Uint8Array): Uint8Array =>
  bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.subarray(3) : bytes
