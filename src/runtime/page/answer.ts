import { type Encoding, encoded, encodingFor } from './encoding.ts'
import { type Headers, NOT_KEPT } from './headers.ts'
import type { PageRequest } from './request.ts'

/** What Lambda gives back to an HTTP API; API Gateway turns base64 into bytes again. */
export interface HttpAnswer {
  readonly statusCode: number
  readonly headers: Headers
  readonly body: string
  readonly isBase64Encoded: boolean
}

/** An answer before it is known how the browser wants it packed. */
export interface Reply {
  readonly status: number
  readonly headers: Headers
  body(wanted: Encoding): Promise<[Buffer, Encoding]>
}

const said = (status: number, text: string, headers: Headers): Reply => ({
  status,
  headers: { ...headers, ...NOT_KEPT },
  body: (wanted) => encoded(Buffer.from(text, 'utf8'), wanted, 4),
})
export const json = (status: number, value: unknown, headers: Headers = {}): Reply =>
  said(status, JSON.stringify(value), { 'content-type': 'application/json; charset=utf-8', ...headers })
export const plainText = (status: number, text: string): Reply =>
  said(status, text, { 'content-type': 'text/plain; charset=utf-8' })

/** `common`: what every answer says, whatever it is. */
export async function answered(reply: Reply, request: PageRequest, common: Headers): Promise<HttpAnswer> {
  const [bytes, encoding] = await reply.body(encodingFor(request.acceptEncoding))
  const isPlain = encoding === 'identity'
  return {
    statusCode: reply.status,
    headers: {
      ...common,
      ...reply.headers,
      vary: 'Accept-Encoding',
      ...(isPlain ? {} : { 'content-encoding': encoding }),
    },
    body: bytes.toString(isPlain ? 'utf8' : 'base64'),
    isBase64Encoded: !isPlain,
  }
}
