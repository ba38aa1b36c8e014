/**
 * The account's Bedrock logging configuration as three states: what was there before us (`saved`), what we wrote
 * (`wrote`), what is there now. Parts that are still as we wrote them are ours to give back; parts that somebody changed
 * since are theirs. Pure.
 */
import type { LoggingConfig, S3Config } from '@aws-sdk/client-bedrock'
import { stableJson } from '../tags.ts'

export interface LoggingWish {
  readonly logGroup: string
  readonly roleArn: string
  readonly bodies: Readonly<Record<BodyFlag, boolean>>
  /** Bucket of the copy in S3; undefined: none is wished. */
  readonly copy: { readonly bucket: string; readonly largeBodies: boolean } | undefined
}

export const BODY_FLAGS = [
  'textDataDeliveryEnabled',
  'imageDataDeliveryEnabled',
  'embeddingDataDeliveryEnabled',
  'videoDataDeliveryEnabled',
  'audioDataDeliveryEnabled',
] as const
export type BodyFlag = (typeof BODY_FLAGS)[number]
const PARTS = ['cloudWatchConfig', 's3Config', ...BODY_FLAGS] as const
type Part = (typeof PARTS)[number]

/** Kept in the manifest before anything is changed. Null: there was no configuration. */
export interface LoggingMemory {
  readonly saved: LoggingConfig | null
  readonly wrote: LoggingConfig
}

/** No destination at all is no configuration: the emulator answers `{}` where AWS leaves the answer out. */
export const orUnset = (config: LoggingConfig | undefined): LoggingConfig | undefined =>
  config?.cloudWatchConfig?.logGroupName || config?.s3Config?.bucketName ? config : undefined

export const writesTo = (config: LoggingConfig | undefined, logGroup: string): boolean =>
  config?.cloudWatchConfig?.logGroupName === logGroup

/**
 * Body flags of whoever was there before us stay on: their S3 copy may live of them. Without anybody before us they are
 * exactly as wished.
 */
export function wantedFlags(wish: LoggingWish, saved: LoggingConfig | null | undefined): Record<BodyFlag, boolean> {
  const flags = BODY_FLAGS.map((flag) => [flag, wish.bodies[flag] || saved?.[flag] === true] as const)
  return Object.fromEntries(flags) as Record<BodyFlag, boolean>
}

/** What was written before, as far as it is known: whose the two S3 targets are. */
export interface Before {
  readonly saved: LoggingConfig | null | undefined
  readonly wrote: LoggingConfig | undefined
}

/**
 * The S3 target as it is to be: ours where a copy is wished; without it what was there before us, when ours is there now;
 * else what is there now, which is somebody else's.
 */
export function wantedCopy(wish: LoggingWish, now: LoggingConfig | undefined, before: Before): S3Config | undefined {
  if (wish.copy) return target(now?.s3Config, wish.copy.bucket)
  return isStill(now?.s3Config, before.wrote?.s3Config) ? (before.saved?.s3Config ?? undefined) : now?.s3Config
}

/** The same of where bodies go that are too large for the log group. */
export function wantedLarge(wish: LoggingWish, now: LoggingConfig | undefined, before: Before): S3Config | undefined {
  const [is, wrote, saved] = [now, before.wrote, before.saved ?? undefined].map(largeOf)
  if (wish.copy?.largeBodies) return target(is, wish.copy.bucket)
  return isStill(is, wrote) ? saved : is
}

/** A target in that bucket stays with the prefix it has. */
const target = (is: S3Config | undefined, bucketName: string): S3Config =>
  is?.bucketName === bucketName ? is : { bucketName }

const isStill = (is: S3Config | undefined, wrote: S3Config | undefined): boolean =>
  is !== undefined && stableJson(is) === stableJson(wrote)

export const largeOf = (config: LoggingConfig | undefined): S3Config | undefined =>
  config?.cloudWatchConfig?.largeDataDeliveryS3Config

/** Our CloudWatch group, flags and S3 targets put into what is there; everything else stays. */
export function merged(
  now: LoggingConfig | undefined,
  wish: LoggingWish,
  before: Before & { readonly flags: LoggingConfig | null | undefined },
): LoggingConfig {
  const large = wantedLarge(wish, now, before)
  const copy = wantedCopy(wish, now, before)
  const cloudWatchConfig = {
    logGroupName: wish.logGroup,
    roleArn: wish.roleArn,
    ...(large ? { largeDataDeliveryS3Config: large } : {}),
  }
  const { s3Config: _replaced, ...rest } = now ?? {}
  return { ...rest, ...wantedFlags(wish, before.flags), cloudWatchConfig, ...(copy ? { s3Config: copy } : {}) }
}

/** Buckets of somebody else that a wished copy, or wished large bodies, would push out. */
export function pushedOut(wish: LoggingWish, now: LoggingConfig | undefined, before: Before): readonly string[] {
  const { copy } = wish
  if (!copy || !now) return []
  // What was there before us is theirs, although we wrote it again among our own parts.
  const theirs = (targetOf: (config: LoggingConfig | undefined) => S3Config | undefined) => {
    const is = targetOf(now)
    const ours = isStill(is, targetOf(before.wrote)) && !isStill(is, targetOf(before.saved ?? undefined))
    return is?.bucketName !== undefined && is.bucketName !== copy.bucket && !ours ? [is.bucketName] : []
  }
  return [...new Set([...theirs((config) => config?.s3Config), ...(copy.largeBodies ? theirs(largeOf) : [])])]
}

/** What to remember before `next` is written over `now`. */
export function remembering(
  memory: LoggingMemory | undefined,
  change: {
    now: LoggingConfig | undefined
    next: LoggingConfig
    logGroup: string
    ourRole: string | undefined
    bucket: string
  },
): LoggingMemory {
  const { now, next, logGroup, ourRole, bucket } = change
  const others = !writesTo(now, logGroup) || now?.cloudWatchConfig?.roleArn !== ourRole
  if (!memory && others) return { saved: now ?? null, wrote: next }
  if (!writesTo(now, logGroup)) return { saved: now ?? null, wrote: next }
  if (!memory) return { saved: withoutUs(now, bucket), wrote: next }
  // What somebody changed while we were there, and we leave so, is their new wish: that is what is given back.
  const theirs = PARTS.filter(
    (part) => part !== 'cloudWatchConfig' && !samePart(part, now, memory.wrote) && samePart(part, now, next),
  )
  const saved = orUnset({ ...memory.saved, ...only(now, theirs) })
  // Where a log group was written to before us, so is a new target of theirs for what is too large for it.
  const large = largeOf(now)
  const newLarge = !isStill(large, largeOf(memory.wrote)) && isStill(large, largeOf(next))
  const group = saved?.cloudWatchConfig
  if (saved === undefined || group === undefined || !newLarge) return { saved: saved ?? null, wrote: next }
  return { saved: { ...saved, cloudWatchConfig: withLarge(group, large) }, wrote: next }
}

type CloudWatchConfig = NonNullable<LoggingConfig['cloudWatchConfig']>
function withLarge(group: CloudWatchConfig, large: S3Config | undefined): CloudWatchConfig {
  const { largeDataDeliveryS3Config: _replaced, ...rest } = group
  return large === undefined ? rest : { ...rest, largeDataDeliveryS3Config: large }
}

export interface Restored {
  /** Undefined: the configuration is deleted. */
  readonly config: LoggingConfig | undefined
  /** What somebody changed since we wrote it, and what therefore stays. */
  readonly changedByOthers: readonly string[]
}

/** @param bucket the guard's: what to take out where nothing was remembered. Unchanged since: exactly what was saved. Changed since: what is there now without our part. */
export function restored(now: LoggingConfig, memory: LoggingMemory | undefined, bucket: string): Restored {
  if (!memory) return { config: orUnset(withoutUs(now, bucket) ?? undefined), changedByOthers: [] }
  const changedByOthers = PARTS.filter((part) => !samePart(part, now, memory.wrote))
  if (changedByOthers.length === 0) return { config: memory.saved ?? undefined, changedByOthers }
  const back = Object.fromEntries(
    // A log group that was written to before us is written to again.
    PARTS.filter((part) => part !== 'cloudWatchConfig' || memory.saved?.cloudWatchConfig !== undefined).map((part) => {
      // A target is put back in any case; flags of nobody before us mean nothing without a target.
      const ours = !changedByOthers.includes(part) && (memory.saved !== null || part === 's3Config')
      return [
        part,
        ours ? memory.saved?.[part] : part === 'cloudWatchConfig' ? withoutOurLarge(now, memory) : now[part],
      ]
    }),
  ) as LoggingConfig
  return { config: orUnset(defined(back)), changedByOthers }
}

/** Somebody changed the log group or its role: only our bucket for large bodies goes out of it. */
function withoutOurLarge(now: LoggingConfig, memory: LoggingMemory): CloudWatchConfig | undefined {
  const group = now.cloudWatchConfig
  const isOurs = isStill(largeOf(now), largeOf(memory.wrote))
  return group && isOurs ? withLarge(group, largeOf(memory.saved ?? undefined)) : group
}

/**
 * What another guard goes on with, that reads the same log group: its own role, no bucket of ours. A target for large
 * bodies that was there before us comes back, one that somebody put there since stays.
 */
export function handedOn(
  now: LoggingConfig,
  memory: LoggingMemory | undefined,
  to: { readonly logGroup: string; readonly roleArn: string; readonly bucket: string },
): LoggingConfig {
  const { config } = restored(now, memory, to.bucket)
  const { s3Config: _ours, ...rest } = now
  const is = largeOf(now)
  const isOurs = memory ? isStill(is, largeOf(memory.wrote)) : is?.bucketName === to.bucket
  const large = isOurs ? largeOf(memory?.saved ?? undefined) : is
  const group = { ...now.cloudWatchConfig, logGroupName: to.logGroup, roleArn: to.roleArn }
  return {
    ...rest,
    ...(config?.s3Config ? { s3Config: config.s3Config } : {}),
    cloudWatchConfig: withLarge(group, large),
  }
}

const samePart = (part: Part, a: LoggingConfig | undefined, b: LoggingConfig | undefined): boolean =>
  stableJson(value(part, a)) === stableJson(value(part, b))

/** A flag that was never written and one that is off are the same once we have written all of them. */
const value = (part: Part, config: LoggingConfig | undefined): unknown =>
  part === 'cloudWatchConfig' || part === 's3Config' ? (config?.[part] ?? null) : config?.[part] === true

/** Without a memory a target counts as ours when it is the bucket the guard would use. */
function withoutUs(config: LoggingConfig | undefined, bucket: string): LoggingConfig | null {
  if (!config) return null
  const { cloudWatchConfig: _ours, s3Config, ...rest } = config
  const theirs = s3Config && s3Config.bucketName !== bucket ? { s3Config } : {}
  return orUnset({ ...rest, ...theirs }) ?? null
}

const only = (config: LoggingConfig | undefined, parts: readonly Part[]): LoggingConfig =>
  Object.fromEntries(parts.map((part) => [part, config?.[part]])) as LoggingConfig

const defined = (config: LoggingConfig): LoggingConfig =>
  Object.fromEntries(Object.entries(config).filter(([, part]) => part !== undefined)) as LoggingConfig
