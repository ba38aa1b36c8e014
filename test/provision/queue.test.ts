import {
  CreateQueueCommand,
  GetQueueUrlCommand,
  SetQueueAttributesCommand,
  TagQueueCommand,
  UntagQueueCommand,
} from '@aws-sdk/client-sqs'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { queueId, queueResource } from '../../src/provision/resources/queue.ts'
import { type Moto, startMoto } from '../support/moto.ts'
import { born, died, type Life, repaired, switchedOff } from './life.ts'
import { REGION, succeeded, type World, world } from './world.ts'

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

const QueueName = 'cg-test-ingest-dead-letters'
function life(): Life {
  const scope = aws.scope()
  return { aws, scope, list: [queueResource(aws.clients, scope)], id: queueId(QueueName, REGION) }
}
const url = async () => (await (await aws.clients.sqs()).send(new GetQueueUrlCommand({ QueueName }))).QueueUrl

describe('the life of the dead-letter queue', () => {
  test('it is made, keeps two weeks, encrypted, and whatever is changed by hand is found and repaired', async () => {
    const one = life()
    await born(one)
    const sqs = await aws.clients.sqs()
    const QueueUrl = await url()
    const set = (Attributes: Record<string, string>) => () =>
      sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes }))
    expect(await repaired(one, set({ MessageRetentionPeriod: '60' }))).toEqual(['retentionSeconds'])
    expect(await repaired(one, set({ SqsManagedSseEnabled: 'false' }))).toEqual(['encryption'])
    const tag = { 'cost-guard:resource': 'other' }
    expect(await repaired(one, () => sqs.send(new TagQueueCommand({ QueueUrl, Tags: tag })))).toEqual([
      'tag/cost-guard:resource',
    ])
    const untag = () => sqs.send(new UntagQueueCommand({ QueueUrl, TagKeys: ['cost-guard:managed-by'] }))
    expect(await repaired(one, untag)).toEqual(['tag/cost-guard:managed-by'])
    await switchedOff(one)
    await died(one)
  })

  test('a queue of that name that is not the guard’s is refused', async () => {
    await (await aws.clients.sqs()).send(new CreateQueueCommand({ QueueName }))
    const one = life()
    expect((await aws.plan(one.list, one.scope)).steps).toMatchObject([{ do: 'refuse', reason: 'not-ours' }])
    expect((await aws.teardown(one.list, one.scope)).plan.steps).toEqual([])
  })

  test('a name that SQS has not freed yet is waited for, because a teardown a moment ago is an ordinary thing', async () => {
    let tries = 0
    aws = world((call) => {
      if (call.operation !== 'CreateQueue' || call.phase !== 'before' || ++tries > 2) return
      throw Object.assign(new Error('You must wait 60 seconds'), { name: 'QueueDeletedRecently' })
    })
    const one = life()
    const { outcome } = await aws.install(one.list, one.scope)
    succeeded(outcome)
    expect(tries).toBe(3)
    expect(await url()).toContain(QueueName)
  })
})
