/** Bedrock's own copy of its log in S3: only the objects of the hours in question are read, one after the other. */
import { Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { isAbsent, isAccessDenied } from '../../runtime/aws/aws-errors.ts'
import { type Instant, instant } from '../../runtime/domain/base/calendar.ts'
import { GuardError } from '../../runtime/domain/base/guard-error.ts'
import { textsOf, wholeLines } from '../../runtime/usecases/lines.ts'
import type { Door } from '../_compose.ts'
import { megabytes } from './files.ts'
import type { Range } from './range.ts'
import { type Batch, LOGGED_LATE_MS, type LogSource } from './source.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR

interface Place {
  readonly bucket: string
  /** Empty, or with its slash. */
  readonly prefix: string
}
interface Found {
  readonly key: string
  readonly size: number
  /** Beginning of the hour in whose folder it lies: when it was written, UTC. */
  readonly hour: Instant
}

/** @param problem hears of objects that cannot be read; the others are. */
export async function copyInS3(
  door: Door,
  typed: string | undefined,
  range: Range,
  problem: (text: string) => void,
): Promise<LogSource> {
  const place = typed === undefined ? await ownCopy(door) : readPlace(typed)
  const hours = { from: Math.floor(range.from / HOUR) * HOUR, to: range.to + LOGGED_LATE_MS }
  return {
    from: 's3',
    place: `s3://${place.bucket}/${place.prefix}`,
    amount: () =>
      readable(place, async () => {
        let objects = 0
        let bytes = 0
        for await (const { size } of objectsIn(door, place, hours)) {
          objects += 1
          bytes += size
        }
        return `${objects.toLocaleString('en-US')} ${objects === 1 ? 'object' : 'objects'}, ${megabytes(bytes)} packed`
      }),
    async *batches() {
      for await (const found of objectsIn(door, place, hours)) yield* batchesOf(door, place, found, { range, problem })
    },
  }
}

async function* batchesOf(
  door: Door,
  place: Place,
  found: Found,
  { range, problem }: { range: Range; problem: (text: string) => void },
): AsyncGenerator<Batch> {
  const { bucket } = place
  const [{ GetObjectCommand }, client] = await Promise.all([import('../../provision/sdk/s3.ts'), door.clients.s3()])
  const { Body } = await readable(place, () => client.send(new GetObjectCommand({ Bucket: bucket, Key: found.key })))
  const bytes =
    Body instanceof Readable ? Body : Readable.from([(await Body?.transformToByteArray()) ?? Buffer.alloc(0)])
  const reached = instant(Math.min(Math.max(found.hour, range.from), range.to))
  const done = Math.min(1, (reached - range.from) / Math.max(1, range.to - range.from))
  try {
    for await (const piece of wholeLines(unpacked(bytes))) yield { texts: textsOf(piece), reached, done }
  } catch (error) {
    const { code = '', message } = error as NodeJS.ErrnoException
    if (!code.startsWith('Z_')) throw error
    problem(`s3://${bucket}/${found.key}: the compressed data is broken or ends early (${message}); the rest is read`)
  }
}

/** A connection that breaks in the middle ends the reading with its error. */
function unpacked(bytes: Readable): Readable {
  const gunzip = createGunzip()
  bytes.on('error', (error) => gunzip.destroy(error))
  return bytes.pipe(gunzip)
}

/** Objects written within the hours, oldest first; prompts that were too long for the record lie in `data/` and are none. */
async function* objectsIn(door: Door, place: Place, hours: { from: number; to: number }): AsyncGenerator<Found> {
  const [{ ListObjectsV2Command }, client] = await Promise.all([import('../../provision/sdk/s3.ts'), door.clients.s3()])
  for (let day = Math.floor(hours.from / DAY) * DAY; day < hours.to; day += DAY) {
    const date = new Date(day).toISOString().slice(0, 10).replaceAll('-', '/')
    const Prefix = `${place.prefix}AWSLogs/${door.account}/BedrockModelInvocationLogs/${door.region}/${date}/`
    let ContinuationToken: string | undefined
    do {
      const page = await client.send(new ListObjectsV2Command({ Bucket: place.bucket, Prefix, ContinuationToken }))
      for (const { Key = '', Size = 0 } of page.Contents ?? []) {
        const hour = /^(\d\d)\/[^/]+\.json\.gz$/.exec(Key.slice(Prefix.length))?.[1]
        const at = day + Number(hour) * HOUR
        if (hour !== undefined && at >= hours.from && at < hours.to) yield { key: Key, size: Size, hour: instant(at) }
      }
      ContinuationToken = page.NextContinuationToken
    } while (ContinuationToken !== undefined)
  }
}

/** Who reads the copy reads prompts: no policy that this program prints lets anybody. See docs/decisions/0007. */
async function readable<Answer>({ bucket }: Place, read: () => Promise<Answer>): Promise<Answer> {
  try {
    return await read()
  } catch (cause) {
    if (isAbsent(cause)) throw noBucket(bucket, cause)
    if (!isAccessDenied(cause)) throw cause
    throw new GuardError({
      code: 'may-not-read-copy',
      fault: 'user',
      message: `you may not read the copy in ${bucket}: whoever reads it may read prompts, so no policy of the guard allows it`,
      suggestions: [
        `allow yourself s3:ListBucket on the bucket ${bucket} and s3:GetObject on what is in it`,
        'and kms:Decrypt on its key, as one of --log-reader, where it is encrypted with one',
        '--from log-group',
      ],
      cause,
    })
  }
}

const noBucket = (bucket: string, cause: unknown): GuardError =>
  new GuardError({
    code: 'no-copy',
    fault: 'user',
    message: `there is no bucket ${bucket}, or something was removed from it while it was read`,
    suggestions: ['--bucket s3://BUCKET/PREFIX, as aws s3 ls shows it', '--from log-group'],
    cause,
  })

async function ownCopy(door: Door): Promise<Place> {
  const settings = await door.settings()
  if (settings.s3 === undefined) {
    throw new GuardError({
      code: 'no-copy',
      fault: 'user',
      message: `the guard ${door.guard} keeps no copy of the log in S3`,
      suggestions: ['--bucket s3://BUCKET/PREFIX, where the copy is somebody else’s', '--from log-group'],
    })
  }
  return { bucket: door.names(settings).logBucket, prefix: '' }
}

/** What follows `AWSLogs` is Bedrock's own layout, whether typed or not. @throws GuardError `bad-bucket`. */
export function readPlace(typed: string): Place {
  const [, bucket, path = ''] = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/(.*))?$/.exec(typed) ?? []
  if (bucket === undefined) {
    throw new GuardError({
      code: 'bad-bucket',
      fault: 'user',
      message: `"${typed}" is no place in S3`,
      suggestions: ['--bucket s3://our-logs/bedrock'],
    })
  }
  const prefix = path.replace(/(?:^|\/)AWSLogs(?:\/.*)?$/, '').replace(/\/+$/, '')
  return { bucket, prefix: prefix === '' ? '' : `${prefix}/` }
}
