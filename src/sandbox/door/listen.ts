/** One loopback port that speaks HTTP/1.1 and HTTP/2 without TLS: the JavaScript bedrock-runtime client uses HTTP/2. */
import http from 'node:http'
import http2 from 'node:http2'
import net from 'node:net'
import type { Answer } from './answer.ts'
import type { Request } from './decode.ts'
import { type Door, openDoor } from './open.ts'

type AnyRequest = http.IncomingMessage | http2.Http2ServerRequest
type AnyResponse = http.ServerResponse | http2.Http2ServerResponse

const hopByHop = new Set(['connection', 'keep-alive', 'transfer-encoding', 'upgrade', 'proxy-connection', 'server'])

async function read(incoming: AnyRequest): Promise<Request> {
  const chunks: Buffer[] = []
  for await (const chunk of incoming) chunks.push(chunk as Buffer)
  const headers: Record<string, string> = {}
  for (const [name, value] of Object.entries(incoming.headers)) {
    if (name.startsWith(':') || value === undefined) continue
    headers[name] = Array.isArray(value) ? value.join(', ') : String(value)
  }
  const authority = incoming.headers[':authority']
  if (authority && !headers['host']) headers['host'] = String(authority)
  return { method: incoming.method ?? 'GET', path: incoming.url ?? '/', headers, body: Buffer.concat(chunks) }
}

function write(answer: Answer, response: AnyResponse, isHead: boolean, date: string): void {
  if (answer.cut) {
    if (response instanceof http.ServerResponse) response.socket?.destroy()
    else response.stream.close(http2.constants.NGHTTP2_INTERNAL_ERROR)
    return
  }
  const headers: Record<string, string> = {}
  for (const [name, value] of Object.entries(answer.headers)) {
    const key = name.toLowerCase()
    if (!hopByHop.has(key) && key !== 'date' && key !== 'content-length') headers[key] = value
  }
  headers['date'] = date
  if (answer.status !== 204) headers['content-length'] = String(answer.body.length)
  // http2 throws where a connection died under us; there is nobody left to answer.
  if (response.destroyed) return
  ;(response as http.ServerResponse).writeHead(answer.status, headers)
  ;(response as http.ServerResponse).end(isHead ? undefined : answer.body)
}

/** Opens the door on 127.0.0.1. `now` dates the answers, so that SDKs see the sandbox's time. */
export async function listen(
  options: { port: number; now: () => number },
  handle: (request: Request) => Promise<Answer>,
): Promise<Door> {
  const onRequest = (incoming: AnyRequest, response: AnyResponse) => {
    const date = () => new Date(options.now()).toUTCString()
    read(incoming)
      .then(handle)
      .catch((error: unknown): Answer => {
        const text = `the sandbox failed: ${error instanceof Error ? error.stack : String(error)}`
        return { status: 500, headers: { 'content-type': 'text/plain' }, body: Buffer.from(text) }
      })
      .then((answer) => write(answer, response, incoming.method === 'HEAD', date()))
      .catch(() => response.destroy?.())
  }
  const one = http.createServer({ keepAliveTimeout: 30_000 }, onRequest)
  const two = http2.createServer({}, onRequest)
  const server = net.createServer((socket) => {
    socket.on('error', () => socket.destroy())
    socket.once('data', (first: Buffer) => {
      socket.pause()
      socket.unshift(first)
      const speaksTwo = first.subarray(0, 3).toString('latin1') === 'PRI'
      ;(speaksTwo ? two : one).emit('connection', socket)
      // The HTTP/2 session reads the socket's handle and the buffered bytes by itself.
      if (!speaksTwo) process.nextTick(() => socket.resume())
    })
  })
  return openDoor(server, options.port)
}
