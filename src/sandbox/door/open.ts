import type net from 'node:net'

/** A port of the sandbox that is open. */
export interface Door {
  readonly port: number
  /** Ends every connection too: clients keep theirs open. */
  close(): Promise<void>
}

/** On 127.0.0.1; a browser's `localhost` finds it. `port` 0 takes a free one. */
export async function openDoor(server: net.Server, port: number): Promise<Door> {
  const sockets = new Set<net.Socket>()
  server.on('connection', (socket: net.Socket) => {
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
