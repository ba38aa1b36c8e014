/** Answers in the three wire forms of AWS, errors above all. */
import { randomUUID } from 'node:crypto'
import type { Wire } from './decode.ts'

export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
  /** The connection is cut instead of answered: what a lost answer looks like. */
  readonly cut?: true
}

export interface AwsError {
  readonly code: string
  readonly message: string
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly fields?: Readonly<Record<string, unknown>>
}

const contentType: Readonly<Record<Wire, string>> = {
  json: 'application/x-amz-json-1.1',
  query: 'text/xml',
  'rest-json': 'application/json',
  'rest-xml': 'application/xml',
}
const escaped = (text: string) => text.replace(/[<>&]/g, (one) => `&#${one.charCodeAt(0)};`)

export const jsonAnswer = (value: unknown, status = 200, headers: Record<string, string> = {}): Answer => ({
  status,
  headers: { 'content-type': 'application/json', 'x-amzn-requestid': randomUUID(), ...headers },
  body: Buffer.from(JSON.stringify(value)),
})

export const xmlAnswer = (operation: string, namespace: string, result: string): Answer => ({
  status: 200,
  headers: { 'content-type': 'text/xml' },
  body: Buffer.from(
    `<${operation}Response xmlns="${namespace}"><${operation}Result>${result}</${operation}Result><ResponseMetadata><RequestId>${randomUUID()}</RequestId></ResponseMetadata></${operation}Response>`,
  ),
})

export function errorAnswer(wire: Wire, error: AwsError): Answer {
  const { code, message, status = 400, fields = {} } = error
  const requestId = randomUUID()
  const headers = {
    'content-type': contentType[wire],
    'x-amzn-requestid': requestId,
    'x-amzn-errortype': code,
    ...error.headers,
  }
  const side = status < 500 ? 'Sender' : 'Receiver'
  const body =
    wire === 'rest-xml'
      ? `<Error><Code>${escaped(code)}</Code><Message>${escaped(message)}</Message><RequestId>${requestId}</RequestId></Error>`
      : wire === 'query'
        ? `<ErrorResponse><Error><Type>${side}</Type><Code>${escaped(code)}</Code><Message>${escaped(message)}</Message></Error><RequestId>${requestId}</RequestId></ErrorResponse>`
        : JSON.stringify({ __type: code, message, Message: message, ...fields })
  return { status, headers, body: Buffer.from(body) }
}

/** The AWS error code in an answer, for the record of calls; undefined when it is no error. */
export function errorCodeOf(answer: Answer): string | undefined {
  if (answer.cut) return 'ConnectionCut'
  if (answer.status < 400) return undefined
  const header = answer.headers['x-amzn-errortype']
  if (header) return header.split(':')[0]
  const text = answer.body.toString('utf8')
  const found = /<Code>([^<]+)<\/Code>/.exec(text)?.[1] ?? /"__type"\s*:\s*"([^"]+)"/.exec(text)?.[1]
  return found?.split('#').pop() ?? `Http${answer.status}`
}
