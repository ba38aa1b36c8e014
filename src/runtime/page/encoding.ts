import { promisify } from 'node:util'
import { brotliCompress, gzip, constants as zlib } from 'node:zlib'

export type Encoding = 'br' | 'gzip' | 'identity'

/** Below this the compressed answer is hardly smaller, and base64 takes it back. */
const BYTES_WORTH_IT = 1024

/** The best that the browser takes (RFC 9110, 12.5.3): by its own weights, and brotli where they are equal. */
export function encodingFor(acceptEncoding: string): Encoding {
  const weights = new Map<string, number>()
  for (const part of acceptEncoding.toLowerCase().split(',')) {
    const [coding = '', ...parameters] = part.split(';').map((text) => text.trim())
    const weight = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2)
    if (coding !== '') weights.set(coding, weight === undefined ? 1 : Number(weight) || 0)
  }
  const weightOf = (coding: string) => weights.get(coding) ?? weights.get('*') ?? 0
  const [br, gz] = [weightOf('br'), weightOf('gzip')]
  // `identity` has to be named to count for more: without a word it is what remains.
  const plain = weights.get('identity') ?? 0
  if (Math.max(br, gz) === 0 || plain > Math.max(br, gz)) return 'identity'
  return br >= gz ? 'br' : 'gzip'
}

const asBrotli = promisify(brotliCompress)
const asGzip = promisify(gzip)

/** `quality`: 4 for what is said once, 9 for what is said often (brotli's own best, 11, takes a hundred times as long). */
export async function encoded(body: Buffer, wanted: Encoding, quality: 4 | 9): Promise<[Buffer, Encoding]> {
  if (wanted === 'identity' || body.length < BYTES_WORTH_IT) return [body, 'identity']
  if (wanted === 'gzip') return [await asGzip(body, { level: quality === 4 ? 6 : 9 }), wanted]
  const params = {
    [zlib.BROTLI_PARAM_QUALITY]: quality,
    [zlib.BROTLI_PARAM_MODE]: zlib.BROTLI_MODE_TEXT,
    [zlib.BROTLI_PARAM_SIZE_HINT]: body.length,
  }
  return [await asBrotli(body, { params }), wanted]
}
