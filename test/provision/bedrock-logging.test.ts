import {
  DeleteModelInvocationLoggingConfigurationCommand,
  GetModelInvocationLoggingConfigurationCommand,
  type LoggingConfig,
  PutModelInvocationLoggingConfigurationCommand,
} from '@aws-sdk/client-bedrock'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { loggedText } from '../../src/provision/logged-text.ts'
import { bedrockLoggingId, bedrockLoggingResource } from '../../src/provision/resources/bedrock-logging.ts'
import { invocationLogGroup } from '../../src/provision/resources/log-group.ts'
import { manifestRecord } from '../../src/provision/resources/manifest-record.ts'
import { roleResource } from '../../src/provision/resources/role.ts'
import { tableResource } from '../../src/provision/resources/table.ts'
import { type Moto, startMoto } from '../support/moto.ts'
import { born, fieldsOf, type Life, repaired, stepOf } from './life.ts'
import { ACCOUNT, REGION, succeeded, type World, world } from './world.ts'

let moto: Moto
let aws: World
beforeAll(async () => {
  moto = await startMoto()
})
afterAll(() => moto.stop())
beforeEach(async () => {
  await moto.reset()
  aws = world()
})

const roleArn = `arn:aws:iam::${ACCOUNT}:role/cg-test-bedrock-logging`
const off = {
  textDataDeliveryEnabled: false,
  imageDataDeliveryEnabled: false,
  embeddingDataDeliveryEnabled: false,
  videoDataDeliveryEnabled: false,
  audioDataDeliveryEnabled: false,
}
const ours: LoggingConfig = { ...off, cloudWatchConfig: { logGroupName: '/aws/bedrock/cg-test', roleArn } }
/** What an S3 archive of the account's security team looks like. */
const archive: LoggingConfig = {
  ...off,
  textDataDeliveryEnabled: true,
  s3Config: { bucketName: 'the-archive', keyPrefix: 'bedrock' },
}

function life(overrides = {}): Life {
  const scope = aws.scope(overrides)
  const list = [
    tableResource(aws.clients, scope),
    manifestRecord(aws.manifest(scope), scope, '1.0.0'),
    invocationLogGroup(aws.clients, scope),
    roleResource(aws.clients, scope, 'bedrockLogging'),
    bedrockLoggingResource(aws.clients, scope),
  ]
  return { aws, scope, list, id: bedrockLoggingId(REGION) }
}

const bedrock = () => aws.clients.bedrock()
const put = async (loggingConfig: LoggingConfig) =>
  (await bedrock()).send(new PutModelInvocationLoggingConfigurationCommand({ loggingConfig }))
/** `{}` and nothing are both unset. */
async function now(): Promise<LoggingConfig | undefined> {
  const { loggingConfig } = await (await bedrock()).send(new GetModelInvocationLoggingConfigurationCommand({}))
  return loggingConfig && Object.keys(loggingConfig).length > 0 ? loggingConfig : undefined
}
async function tornDown(one: Life): Promise<string> {
  const { plan, outcome } = await aws.teardown(one.list, one.scope)
  expect(stepOf(plan, one.id)?.do).toBe('restore')
  succeeded(outcome)
  return outcome.done.find(({ step }) => step.id === one.id)?.said.join() ?? ''
}

describe('invocation logging in an account that had none', () => {
  test('is switched on with all bodies off, once', async () => {
    await born(life())
    expect(await now()).toEqual(ours)
  })

  test('is off again after teardown, and a second teardown finds nothing of it', async () => {
    const one = life()
    await born(one)
    expect(await tornDown(one)).toBe('invocation logging is off again')
    expect(await now()).toBeUndefined()
    expect(stepOf((await aws.teardown(one.list, one.scope)).plan, one.id)).toBeUndefined()
  })

  const byHand: readonly [string, LoggingConfig, string][] = [
    [
      'another role',
      { ...ours, cloudWatchConfig: { ...ours.cloudWatchConfig, roleArn: `${roleArn}2` } } as never,
      'role',
    ],
    ['prompts logged', { ...ours, textDataDeliveryEnabled: true }, 'textDataDeliveryEnabled'],
    ['images logged', { ...ours, imageDataDeliveryEnabled: true }, 'imageDataDeliveryEnabled'],
    ['embeddings logged', { ...ours, embeddingDataDeliveryEnabled: true }, 'embeddingDataDeliveryEnabled'],
    ['videos logged', { ...ours, videoDataDeliveryEnabled: true }, 'videoDataDeliveryEnabled'],
    ['sound logged', { ...ours, audioDataDeliveryEnabled: true }, 'audioDataDeliveryEnabled'],
  ]
  test.each(byHand)(
    '%s by hand is found and mended, and teardown still leaves it off',
    async (_what, config, field) => {
      const one = life()
      await born(one)
      expect(await repaired(one, () => put(config))).toEqual([field])
      expect(await now()).toEqual(ours)
      await tornDown(one)
      expect(await now()).toBeUndefined()
    },
  )

  test('deleted by hand it is made again', async () => {
    const one = life()
    await born(one)
    await (await bedrock()).send(new DeleteModelInvocationLoggingConfigurationCommand({}))
    const { plan, outcome } = await aws.install(one.list, one.scope)
    succeeded(outcome)
    expect(stepOf(plan, one.id)?.do).toBe('create')
    expect(await now()).toEqual(ours)
  })

  test('takes bodies when the admin wishes them, and drops them again', async () => {
    await born(life())
    const wish = life({ bodies: { text: true, image: false, embedding: false, video: false, audio: false } })
    const { plan } = await aws.install(wish.list, wish.scope)
    expect(fieldsOf(plan, wish.id)).toEqual(['textDataDeliveryEnabled'])
    expect(await now()).toEqual({ ...ours, textDataDeliveryEnabled: true })
    const back = life()
    succeeded((await aws.install(back.list, back.scope)).outcome)
    expect(await now()).toEqual(ours)
    await tornDown(back)
    expect(await now()).toBeUndefined()
  })

  test('an S3 target that somebody added later stays after teardown, and that is said', async () => {
    const one = life()
    await born(one)
    await put({ ...ours, s3Config: { bucketName: 'added-later' } })
    expect(stepOf(await aws.plan(one.list, one.scope), one.id)?.do).toBe('keep')
    expect(await tornDown(one)).toBe(
      "somebody changed s3Config since: only the guard's part was taken out (logging to s3://added-later stays)",
    )
    expect(await now()).toEqual({ ...off, s3Config: { bucketName: 'added-later' } })
  })
})

describe('invocation logging that somebody uses already', () => {
  test('keeps its S3 target and its body flags', async () => {
    await put(archive)
    const one = life()
    succeeded((await aws.install(one.list, one.scope)).outcome)
    expect(await now()).toEqual({
      ...archive,
      ...(ours.cloudWatchConfig ? { cloudWatchConfig: ours.cloudWatchConfig } : {}),
    })
    expect(stepOf(await aws.plan(one.list, one.scope), one.id)?.do).toBe('keep')
  })

  test('is given back exactly as it was', async () => {
    await put(archive)
    const one = life({ bodies: { text: false, image: true, embedding: false, video: false, audio: false } })
    succeeded((await aws.install(one.list, one.scope)).outcome)
    expect((await now())?.imageDataDeliveryEnabled).toBe(true)
    expect(await tornDown(one)).toBe('invocation logging is as it was before')
    expect(await now()).toEqual(archive)
  })

  test('is given back as its owner changed it meanwhile, also when we wrote it once more after that', async () => {
    await put(archive)
    const one = life()
    succeeded((await aws.install(one.list, one.scope)).outcome)
    const moved = { bucketName: 'the-new-archive' }
    await put({ ...(await now()), s3Config: moved })
    const wish = life({ bodies: { text: false, image: true, embedding: false, video: false, audio: false } })
    succeeded((await aws.install(wish.list, wish.scope)).outcome)
    expect((await now())?.s3Config).toEqual(moved)
    expect(await tornDown(wish)).toBe('invocation logging is as it was before')
    expect(await now()).toEqual({ ...archive, s3Config: moved })
  })

  test('changed by its owner since we wrote it, only our part is taken out', async () => {
    await put(archive)
    const one = life()
    succeeded((await aws.install(one.list, one.scope)).outcome)
    const moved = { bucketName: 'the-new-archive' }
    await put({ ...(await now()), s3Config: moved })
    expect(await tornDown(one)).toBe(
      "somebody changed s3Config since: only the guard's part was taken out (logging to s3://the-new-archive stays)",
    )
    expect(await now()).toEqual({ ...archive, s3Config: moved })
  })

  test('by another log group is refused and not touched', async () => {
    const theirs = { ...off, cloudWatchConfig: { logGroupName: '/theirs', roleArn } }
    await put(theirs)
    const one = life()
    expect(stepOf(await aws.plan(one.list, one.scope), one.id)).toMatchObject({
      do: 'refuse',
      reason: 'occupied',
      why: expect.stringContaining('already writes to the log group /theirs'),
    })
    await expect(aws.install(one.list, one.scope)).rejects.toMatchObject({ code: 'plan-refused' })
    expect((await aws.teardown(one.list, one.scope)).plan.steps).toEqual([])
    expect(await now()).toEqual(theirs)
  })

  test('taken over by another log group while we were there is refused, and teardown leaves it alone', async () => {
    const one = life()
    await born(one)
    const theirs = { ...off, cloudWatchConfig: { logGroupName: '/theirs', roleArn } }
    await put(theirs)
    expect(stepOf(await aws.plan(one.list, one.scope), one.id)).toMatchObject({ do: 'refuse', reason: 'occupied' })
    const { plan, outcome } = await aws.teardown(one.list, one.scope)
    succeeded(outcome)
    expect(stepOf(plan, one.id)).toBeUndefined()
    expect(await now()).toEqual(theirs)
  })
})

test('what was there is written down before anything is changed', async () => {
  await put(archive)
  const one = life()
  aws.calls.length = 0
  succeeded((await aws.install(one.list, one.scope)).outcome)
  const order = aws.calls.map((call) => call.operation)
  const fact = aws.calls.findIndex(
    (call) => call.operation === 'PutItem' && JSON.stringify(call.input).includes('the-archive'),
  )
  expect(fact).toBeGreaterThan(-1)
  expect(fact).toBeLessThan(order.indexOf('PutModelInvocationLoggingConfiguration'))
})

test('without the manifest’s memory teardown takes out our part alone', async () => {
  await put({ ...archive, ...(ours.cloudWatchConfig ? { cloudWatchConfig: ours.cloudWatchConfig } : {}) })
  const one = life()
  const { outcome } = await aws.teardown(one.list, one.scope)
  succeeded(outcome)
  expect(await now()).toEqual(archive)
})

describe('whether prompts will be in the log', () => {
  const asked = async (overrides = {}) => {
    const { list, scope } = life(overrides)
    const how = { region: REGION, wished: scope.settings.bodies.text }
    return loggedText(aws.clients, await aws.plan(list, scope), how)
  }
  const text = { text: true, image: false, embedding: false, video: false, audio: false }

  test('is as wished in an account of the guard’s own, also when it is switched off', async () => {
    expect(await asked()).toBe(false)
    expect(await asked({ bodies: text })).toBe(true)
    const on = life({ bodies: text })
    succeeded((await aws.install(on.list, on.scope)).outcome)
    expect(await asked()).toBe(false)
  })

  test('is yes where somebody had them logged before the guard, at the first install and ever after', async () => {
    await put(archive)
    expect(await asked()).toBe(true)
    const one = life()
    succeeded((await aws.install(one.list, one.scope)).outcome)
    expect(await asked()).toBe(true)
  })
})
