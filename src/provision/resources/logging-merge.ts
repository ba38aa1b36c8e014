/**
 * The account's Bedrock logging configuration as three states: what was there before us (`saved`), what we wrote
 * (`wrote`), what is there now. Parts that are still as we wrote them are ours to give back; parts that somebody changed
 * since are theirs. Pure.
 */
import type { LoggingConfig } from '@aws-sdk/client-bedrock'
import { stableJson } from '../tags.ts'

export interface LoggingWish {
  readonly logGroup: string
  readonly roleArn: string
  readonly bodies: Readonly<Record<BodyFlag, boolean>>
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

/** Our CloudWatch group and flags put into what is there; everything else stays. */
export function merged(
  now: LoggingConfig | undefined,
  wish: LoggingWish,
  saved: LoggingConfig | null | undefined,
): LoggingConfig {
  const large = now?.cloudWatchConfig?.largeDataDeliveryS3Config
  const cloudWatchConfig = {
    logGroupName: wish.logGroup,
    roleArn: wish.roleArn,
    ...(large ? { largeDataDeliveryS3Config: large } : {}),
  }
  return { ...now, ...wantedFlags(wish, saved), cloudWatchConfig }
}

/** What to remember before `next` is written over `now`. */
export function remembering(
  memory: LoggingMemory | undefined,
  change: { now: LoggingConfig | undefined; next: LoggingConfig; logGroup: string; ourRole: string | undefined },
): LoggingMemory {
  const { now, next, logGroup, ourRole } = change
  const others = !writesTo(now, logGroup) || now?.cloudWatchConfig?.roleArn !== ourRole
  if (!memory && others) return { saved: now ?? null, wrote: next }
  if (!writesTo(now, logGroup)) return { saved: now ?? null, wrote: next }
  if (!memory) return { saved: withoutUs(now), wrote: next }
  // What somebody changed while we were there, and we leave so, is their new wish: that is what is given back.
  const theirs = PARTS.filter(
    (part) => part !== 'cloudWatchConfig' && !samePart(part, now, memory.wrote) && samePart(part, now, next),
  )
  if (theirs.length === 0) return { saved: memory.saved, wrote: next }
  return { saved: orUnset({ ...memory.saved, ...only(now, theirs) }) ?? null, wrote: next }
}

export interface Restored {
  /** Undefined: the configuration is deleted. */
  readonly config: LoggingConfig | undefined
  /** What somebody changed since we wrote it, and what therefore stays. */
  readonly changedByOthers: readonly string[]
}

/** Unchanged since: exactly what was saved. Changed since: what is there now without our part. */
export function restored(now: LoggingConfig, memory: LoggingMemory | undefined): Restored {
  if (!memory) return { config: orUnset(withoutUs(now) ?? undefined), changedByOthers: [] }
  const changedByOthers = PARTS.filter((part) => !samePart(part, now, memory.wrote))
  if (changedByOthers.length === 0) return { config: memory.saved ?? undefined, changedByOthers }
  const back = Object.fromEntries(
    // A log group that was written to before us is written to again.
    PARTS.filter((part) => part !== 'cloudWatchConfig' || memory.saved?.cloudWatchConfig !== undefined).map((part) => {
      const ours = !changedByOthers.includes(part) && memory.saved !== null
      return [part, ours ? memory.saved?.[part] : now[part]]
    }),
  ) as LoggingConfig
  return { config: orUnset(defined(back)), changedByOthers }
}

const samePart = (part: Part, a: LoggingConfig | undefined, b: LoggingConfig | undefined): boolean =>
  stableJson(value(part, a)) === stableJson(value(part, b))

/** A flag that was never written and one that is off are the same once we have written all of them. */
const value = (part: Part, config: LoggingConfig | undefined): unknown =>
  part === 'cloudWatchConfig' || part === 's3Config' ? (config?.[part] ?? null) : config?.[part] === true

function withoutUs(config: LoggingConfig | undefined): LoggingConfig | null {
  if (!config) return null
  const { cloudWatchConfig: _ours, ...rest } = config
  return orUnset(rest) ?? null
}

const only = (config: LoggingConfig | undefined, parts: readonly Part[]): LoggingConfig =>
  Object.fromEntries(parts.map((part) => [part, config?.[part]])) as LoggingConfig

const defined = (config: LoggingConfig): LoggingConfig =>
  Object.fromEntries(Object.entries(config).filter(([, part]) => part !== undefined)) as LoggingConfig
