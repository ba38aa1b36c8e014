/** Unpacks a deployment package: stored and deflated entries, no encryption, no zip64, as Lambda packages are. */
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, resolve, sep } from 'node:path'
import { inflateRawSync } from 'node:zlib'

const END = 0x06054b50
const ENTRY = 0x02014b50

export function unzip(zip: Buffer, folder: string): void {
  let end = zip.length - 22
  while (end >= 0 && zip.readUInt32LE(end) !== END) end--
  if (end < 0) throw new Error('Could not unzip uploaded file. Please check your file, then try to upload again.')
  let at = zip.readUInt32LE(end + 16)
  for (let left = zip.readUInt16LE(end + 10); left > 0; left--) {
    if (zip.readUInt32LE(at) !== ENTRY) throw new Error('the package has a broken directory')
    const method = zip.readUInt16LE(at + 10)
    const packed = zip.readUInt32LE(at + 20)
    const nameLength = zip.readUInt16LE(at + 28)
    const mode = zip.readUInt32LE(at + 38) >>> 16
    const local = zip.readUInt32LE(at + 42)
    const name = zip.toString('utf8', at + 46, at + 46 + nameLength)
    at += 46 + nameLength + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32)
    const target = resolve(folder, name)
    if (!target.startsWith(resolve(folder) + sep)) throw new Error(`the package points outside itself: ${name}`)
    if (name.endsWith('/')) continue
    const start = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28)
    const bytes = zip.subarray(start, start + packed)
    mkdirSync(dirname(target), { recursive: true })
    writeFileSync(target, method === 0 ? bytes : inflateRawSync(bytes))
    if (mode & 0o111) chmodSync(target, 0o755)
  }
}
