/** A loopback port for browsers: plain HTTP/1.1, whoever answers. */
import http from 'node:http'
import type net from 'node:net'
import type { Door } from './listen.ts'

/** On 127.0.0.1; a browser's `localhost` finds it. */
export async function listenPlain(handle: http.RequestListener, port = 0): Promise<Door> {
  const server = http.createServer({ keepAliveTimeout: 30_000 }, handle)
  const sockets = new Set<net.Socket>()
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
  return {
    port: (server.address() as net.AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        for (const socket of sockets) socket.destroy()
      }),
  }
}

export async function bodyOf(incoming: http.IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of incoming) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}
