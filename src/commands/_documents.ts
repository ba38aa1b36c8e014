/** One JSON document that holds many records, as tools write it: an array, or what `aws logs filter-log-events` and a subscription deliver. */

/** The records of a document as lines; the text itself as one line when it is none of these (it is then counted as malformed). */
export function messagesOf(text: string): readonly string[] {
  const document = parsed(text)
  if (document === undefined) return [text]
  const list = Array.isArray(document) ? document : listIn(document)
  return list === undefined ? [JSON.stringify(document)] : list.map(messageOf)
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

function listIn(document: unknown): readonly unknown[] | undefined {
  if (typeof document !== 'object' || document === null) return undefined
  const { events, logEvents, Records } = document as { events?: unknown; logEvents?: unknown; Records?: unknown }
  return [events, logEvents, Records].find((value): value is readonly unknown[] => Array.isArray(value))
}

/** CloudWatch puts the record as text into `message`. */
const messageOf = (item: unknown): string => {
  const message = typeof item === 'object' && item !== null ? (item as { message?: unknown }).message : undefined
  return typeof message === 'string' ? message : JSON.stringify(item)
}
