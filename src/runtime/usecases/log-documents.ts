/**
 * Log records as files hold them: one JSON a line (Bedrock's own copy in S3), CloudWatch Logs' envelopes and exports, and
 * the answer of `aws logs filter-log-events`, on one line or printed over many.
 */
import { isObject, parseJson } from '../domain/base/json.ts'

/** What is inside a text that is no record itself; undefined when it holds none. */
export function unwrap(text: string): { readonly messages: readonly string[]; readonly ignored: number } | undefined {
  // CloudWatch Logs exports to S3 put the time before the message.
  const exported = /^\d{4}-\d\d-\d\dT[\d:.]+Z (.*)$/s.exec(text)?.[1]
  if (exported !== undefined) return { messages: [exported], ignored: 0 }
  const parsed = parseJson(text)
  if (parsed === undefined) return undefined
  const document = parsed.value
  if (Array.isArray(document)) return held(document)
  if (!isObject(document)) return undefined
  if (document['messageType'] === 'CONTROL_MESSAGE') return { messages: [], ignored: 1 }
  for (const list of [document['logEvents'], document['events'], document['Records']]) {
    if (Array.isArray(list)) return held(list)
  }
  return undefined
}

/** Log events, or records themselves; what lies between them is counted as ignored, a list of nothing else is one thing. */
function held(list: readonly unknown[]): { messages: string[]; ignored: number } | undefined {
  const messages: string[] = []
  let ignored = 0
  for (const item of list) {
    if (isObject(item) && typeof item['message'] === 'string') messages.push(item['message'])
    else if (isObject(item) && 'schemaType' in item) messages.push(JSON.stringify(item))
    else ignored += 1
  }
  return messages.length > 0 ? { messages, ignored } : undefined
}

/** Longest document kept whole; log events inside are taken as they pass, so only a single record can be longer. */
const MAX_DOCUMENT_CHARACTERS = 16 * 1024 * 1024

/** Puts documents together that are printed over many lines. */
export class Documents {
  private lines: string[] = []
  private characters = 0
  private closing: string | undefined
  private streamed = false

  /** Whether a document is open: then every line belongs to it. */
  get open(): boolean {
    return this.closing !== undefined
  }

  /** The messages that are complete with this line. */
  take(line: string): readonly string[] {
    const text = line.trimEnd()
    if (this.closing === undefined) {
      if (text === '{' || text === '[') {
        this.closing = text === '{' ? '}' : ']'
        this.lines.push(text)
        return []
      }
      return text.trim() === '' ? [] : [text]
    }
    const message = /^\s+"message": (".*"),?$/.exec(text)?.[1]
    const read = message === undefined ? undefined : parseJson(message)?.value
    if (typeof read === 'string') {
      this.streamed = true
      this.lines = []
      return [read]
    }
    return this.takeOther(text)
  }

  private takeOther(text: string): readonly string[] {
    this.characters += text.length
    const tooLong = this.characters > MAX_DOCUMENT_CHARACTERS
    if (tooLong) this.lines = []
    else if (!this.streamed) this.lines.push(text)
    // Only the outermost bracket stands at the beginning of its line.
    if (text !== this.closing) return []
    const whole = this.streamed ? [] : [tooLong ? '(document too long)' : this.lines.join('\n')]
    this.reset()
    return whole
  }

  /** Forgets the open document; true when there was one. */
  reset(): boolean {
    const open = this.open
    this.lines = []
    this.characters = 0
    this.closing = undefined
    this.streamed = false
    return open
  }
}
