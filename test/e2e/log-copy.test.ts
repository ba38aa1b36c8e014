/** The copy in S3 under a key of the guard's own, from init to the last teardown, by the built CLI. */
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { GetModelInvocationLoggingConfigurationCommand } from '@aws-sdk/client-bedrock'
import { GetObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3'
import { expect, test } from 'vitest'
import { awsClients } from '../../src/provision/clients.ts'
import { sandboxForTests } from '../support/sandbox.ts'
import { Admin } from './guarded.ts'
import { Worker } from './team.ts'

const sandbox = sandboxForTests()

test('every call lies in the bucket too; switched off and torn down it stays with its key, until its data is deleted', async () => {
  sandbox.setTime('2026-11-10T02:00:00Z')
  const admin = new Admin(sandbox)
  const clients = awsClients({ region: sandbox.region })
  const Bucket = `cost-guard-log-${sandbox.account}-${sandbox.region}`
  const keys = async () => {
    const { Contents = [] } = await (await clients.s3()).send(new ListObjectsV2Command({ Bucket }))
    return Contents.flatMap(({ Key }) => (Key === undefined ? [] : [Key]))
  }
  const logging = async () =>
    (await (await clients.bedrock()).send(new GetModelInvocationLoggingConfigurationCommand({}))).loggingConfig

  await admin.does('init', '--yes', '--s3-logs', '--s3-large-bodies', '--kms-key', 'own')
  expect(await logging()).toMatchObject({
    s3Config: { bucketName: Bucket },
    cloudWatchConfig: { largeDataDeliveryS3Config: { bucketName: Bucket } },
  })
  expect(await admin.does('plan')).toContain('Nothing to change')

  const tanaka = new Worker(sandbox, await sandbox.createUser('tanaka'))
  await tanaka.asks({ tokens: '100000 in, 5000 out', source: 'claude-code' })
  await tanaka.asks({ tokens: '2000 in, 100 out' })
  await sandbox.idle()
  const written = await keys()
  expect(written).toHaveLength(2)
  expect(written[0]).toMatch(
    new RegExp(
      `^AWSLogs/${sandbox.account}/BedrockModelInvocationLogs/${sandbox.region}/2026/11/10/02/.+\\.json\\.gz$`,
    ),
  )

  // What was downloaded counts to the same cent as what the guard counted.
  const folder = mkdtempSync(join(tmpdir(), 'log-copy-'))
  for (const [index, Key] of written.entries()) {
    const { Body } = await (await clients.s3()).send(new GetObjectCommand({ Bucket, Key }))
    writeFileSync(join(folder, `${index}.json.gz`), (await Body?.transformToByteArray()) ?? '')
  }
  const status = await admin.reads('status')
  expect((await admin.reads('analyze', folder))['totalUsd']).toBe(status['totalUsd'])

  await admin.does('init', '--yes', '--no-s3-logs')
  expect((await logging())?.s3Config).toBeUndefined()
  expect((await logging())?.cloudWatchConfig?.largeDataDeliveryS3Config).toBeUndefined()
  await tanaka.asks({ tokens: '10 in, 1 out' })
  await sandbox.idle()
  expect(await keys()).toEqual(written)

  expect(await admin.does('teardown', '--confirm', 'cost-guard')).toContain(Bucket)
  expect(await keys()).toEqual(written)
  // The name of the key is all that a teardown without a manifest finds it by.
  expect(await admin.does('teardown', '--confirm', 'cost-guard', '--delete-data')).toContain('cancel-key-deletion')
  await expect(keys()).rejects.toMatchObject({ name: 'NoSuchBucket' })
  clients.close()
}, 180_000)
