/** A loopback port for browsers: plain HTTP/1.1, whoever answers. */
import http from 'node:http'
import { type Door, openDoor } from './open.ts'

export const listenPlain = (handle: http.RequestListener, port = 0): Promise<Door> =>
  openDoor(http.createServer({ keepAliveTimeout: 30_000 }, handle), port)

export async function bodyOf(incoming: http.IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of incoming) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}
