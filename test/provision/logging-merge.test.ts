/** The three states of the account's logging configuration, as far as S3 goes: what was there, what we wrote, what is there. */
import type { LoggingConfig } from '@aws-sdk/client-bedrock'
import { describe, expect, test } from 'vitest'
import {
  handedOn,
  type LoggingMemory,
  type LoggingWish,
  merged,
  pushedOut,
  remembering,
  restored,
} from '../../src/provision/resources/logging-merge.ts'

const logGroup = '/aws/bedrock/cg-test'
const roleArn = 'arn:aws:iam::123456789012:role/cg-test-bedrock-logging'
const bucket = 'cg-test-log'
const ours = { bucketName: bucket }
const archive = { bucketName: 'the-archive', keyPrefix: 'bedrock' }
const off = {
  textDataDeliveryEnabled: false,
  imageDataDeliveryEnabled: false,
  embeddingDataDeliveryEnabled: false,
  videoDataDeliveryEnabled: false,
  audioDataDeliveryEnabled: false,
}
const bodies = off
const wish = (copy: LoggingWish['copy']): LoggingWish => ({ logGroup, roleArn, bodies, copy })
const both = wish({ bucket, largeBodies: true })
const none = wish(undefined)

/** One install over what is there: the configuration and the memory after it. */
function installed(
  now: LoggingConfig | undefined,
  wanted: LoggingWish,
  memory?: LoggingMemory,
): { now: LoggingConfig; memory: LoggingMemory } {
  const before = memory ?? { saved: now ?? null, wrote: undefined }
  const next = merged(now, wanted, { ...before, flags: before.saved })
  return { now: next, memory: remembering(memory, { now, next, logGroup, ourRole: roleArn, bucket }) }
}

describe('a copy in S3 beside somebody else’s', () => {
  test('never pushes out a bucket that is there, neither of the copy nor of large bodies', () => {
    const fresh = { saved: { ...off, s3Config: archive }, wrote: undefined }
    expect(pushedOut(both, { ...off, s3Config: archive }, fresh)).toEqual(['the-archive'])
    const large = { ...off, cloudWatchConfig: { logGroupName: logGroup, roleArn, largeDataDeliveryS3Config: archive } }
    expect(pushedOut(both, large, { saved: large, wrote: undefined })).toEqual(['the-archive'])
    expect(pushedOut(wish({ bucket, largeBodies: false }), large, { saved: large, wrote: undefined })).toEqual([])
  })

  test('nor one that was there at the first install and stayed: having written it again makes it nobody else’s', () => {
    const first = installed({ ...off, s3Config: archive }, none)
    expect(first.now.s3Config).toEqual(archive)
    expect(pushedOut(both, first.now, first.memory)).toEqual(['the-archive'])
  })

  test('moves from one bucket of the guard to another without asking anybody', () => {
    const first = installed(undefined, both)
    const moved = wish({ bucket: 'cg-new-log', largeBodies: true })
    expect(pushedOut(moved, first.now, first.memory)).toEqual([])
    const second = installed(first.now, moved, first.memory)
    expect(second.now.s3Config).toEqual({ bucketName: 'cg-new-log' })
    expect(second.now.cloudWatchConfig?.largeDataDeliveryS3Config).toEqual({ bucketName: 'cg-new-log' })
    expect(restored(second.now, second.memory, 'cg-new-log').config).toBeUndefined()
  })

  test('goes into the archive itself where the admin named it, under the prefix it has', () => {
    const named = wish({ bucket: 'the-archive', largeBodies: false })
    const now = { ...off, s3Config: archive }
    expect(pushedOut(named, now, { saved: now, wrote: undefined })).toEqual([])
    const first = installed(now, named)
    expect(first.now.s3Config).toEqual(archive)
    expect(restored(first.now, first.memory, bucket)).toEqual({ config: now, changedByOthers: [] })
  })
})

describe('what was there comes back', () => {
  const theirs: LoggingConfig = {
    ...off,
    textDataDeliveryEnabled: true,
    cloudWatchConfig: { logGroupName: logGroup, roleArn: `${roleArn}-of-theirs` },
  }

  test('nothing, where there was nothing', () => {
    const { now, memory } = installed(undefined, both)
    expect(now).toMatchObject({ s3Config: ours, cloudWatchConfig: { largeDataDeliveryS3Config: ours } })
    expect(restored(now, memory, bucket)).toEqual({ config: undefined, changedByOthers: [] })
  })

  test('without the copy and the large bodies that are not wished any more, and nothing else changes', () => {
    const on = installed(theirs, both)
    const offAgain = installed(on.now, none, on.memory)
    expect(offAgain.now.s3Config).toBeUndefined()
    expect(offAgain.now.cloudWatchConfig).toEqual({ logGroupName: logGroup, roleArn })
    expect(restored(offAgain.now, offAgain.memory, bucket).config).toEqual(theirs)
  })

  test('a log group of theirs loses our bucket for large bodies, also where they changed its role since', () => {
    const { now, memory } = installed(theirs, both)
    const newRole = { ...now, cloudWatchConfig: { ...now.cloudWatchConfig, logGroupName: logGroup, roleArn: 'new' } }
    const { config, changedByOthers } = restored(newRole, memory, bucket)
    expect(changedByOthers).toEqual(['cloudWatchConfig'])
    expect(config?.cloudWatchConfig).toEqual({ logGroupName: logGroup, roleArn: 'new' })
    expect(config?.s3Config).toBeUndefined()
  })

  test('a bucket for large bodies that they named while we were there is theirs afterwards', () => {
    const first = installed(theirs, none)
    const named = {
      ...first.now,
      cloudWatchConfig: { logGroupName: logGroup, roleArn, largeDataDeliveryS3Config: archive },
    }
    const second = installed(named, { ...none, bodies: { ...bodies, imageDataDeliveryEnabled: true } }, first.memory)
    expect(restored(second.now, second.memory, bucket).config?.cloudWatchConfig).toEqual({
      ...theirs.cloudWatchConfig,
      largeDataDeliveryS3Config: archive,
    })
  })

  test('without a memory the guard’s own bucket goes, another one stays', () => {
    const { now } = installed(undefined, both)
    expect(restored(now, undefined, bucket).config).toBeUndefined()
    expect(restored({ ...now, s3Config: archive }, undefined, bucket).config).toEqual({ ...off, s3Config: archive })
  })
})

describe('another guard that reads the same log group goes on', () => {
  const heir = { logGroup, roleArn: 'arn:aws:iam::123456789012:role/other-bedrock-logging', bucket }

  test('with its own role and without any bucket of the guard that went', () => {
    const { now, memory } = installed(undefined, both)
    for (const known of [memory, undefined]) {
      expect(handedOn(now, known, heir)).toEqual({
        ...off,
        cloudWatchConfig: { logGroupName: logGroup, roleArn: heir.roleArn },
      })
    }
  })

  test('with the archive that was there before both, and the bucket for large bodies that somebody named since', () => {
    const { now, memory } = installed({ ...off, s3Config: archive }, none)
    const named = { ...now, cloudWatchConfig: { logGroupName: logGroup, roleArn, largeDataDeliveryS3Config: archive } }
    expect(handedOn(named, memory, heir)).toEqual({
      ...off,
      s3Config: archive,
      cloudWatchConfig: { logGroupName: logGroup, roleArn: heir.roleArn, largeDataDeliveryS3Config: archive },
    })
  })
})
