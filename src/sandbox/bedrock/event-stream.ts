/** AWS event stream framing, as response streams of Bedrock use it. https://smithy.io/2.0/aws/amazon-eventstream.html */
import { crc32 } from 'node:zlib'

const STRING = 7

function headerBytes(headers: Readonly<Record<string, string>>): Buffer {
  const parts = Object.entries(headers).map(([name, value]) => {
    const bytes = Buffer.from(value)
    const length = Buffer.alloc(2)
    length.writeUInt16BE(bytes.length)
    return Buffer.concat([Buffer.from([name.length]), Buffer.from(name), Buffer.from([STRING]), length, bytes])
  })
  return Buffer.concat(parts)
}

/** One message of the stream. `event` is the member of the union: `chunk`, `messageStart`, `metadata`… */
export function frame(event: string, payload: unknown): Buffer {
  const headers = headerBytes({
    ':event-type': event,
    ':content-type': 'application/json',
    ':message-type': 'event',
  })
  const body = Buffer.from(JSON.stringify(payload))
  const message = Buffer.alloc(16 + headers.length + body.length)
  message.writeUInt32BE(message.length, 0)
  message.writeUInt32BE(headers.length, 4)
  message.writeUInt32BE(crc32(message.subarray(0, 8)), 8)
  headers.copy(message, 12)
  body.copy(message, 12 + headers.length)
  message.writeUInt32BE(crc32(message.subarray(0, message.length - 4)), message.length - 4)
  return message
}
