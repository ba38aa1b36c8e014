import {
  CreateTopicCommand,
  GetTopicAttributesCommand,
  ListSubscriptionsByTopicCommand,
  SetTopicAttributesCommand,
  SNSClient,
  SubscribeCommand,
  UnsubscribeCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-sns'
import { mockClient } from 'aws-sdk-client-mock'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { manifestRecord } from '../../src/provision/resources/manifest-record.ts'
import { tableResource } from '../../src/provision/resources/table.ts'
import { topicId, topicResource } from '../../src/provision/resources/topic.ts'
import { subscribedAddresses, topicMailId, topicMailResource } from '../../src/provision/resources/topic-mail.ts'
import { TAG } from '../../src/provision/tags.ts'
import { type Moto, startMoto } from '../support/moto.ts'
import { born, died, fieldsOf, type Life, repaired, stepOf, switchedOff, unchanged } from './life.ts'
import { ACCOUNT, REGION, type Scope, succeeded, told, type World, world } from './world.ts'

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

const TopicArn = `arn:aws:sns:${REGION}:${ACCOUNT}:cg-test-notices`
const sns = () => aws.clients.sns()
const set = async (AttributeName: string, AttributeValue: string) =>
  (await sns()).send(new SetTopicAttributesCommand({ TopicArn, AttributeName, AttributeValue }))

describe('the topic', () => {
  const life = (overrides = {}): Life => {
    const scope = aws.scope(overrides)
    return { aws, scope, list: [topicResource(aws.clients, scope)], id: topicId('cg-test-notices', REGION) }
  }

  test('is made without encryption, once', async () => {
    await born(life())
    const { Attributes } = await (await sns()).send(new GetTopicAttributesCommand({ TopicArn }))
    expect(Attributes?.['DisplayName']).toBe('cg-test')
    expect(Attributes?.['KmsMasterKeyId'] ?? '').toBe('')
  })

  test('whatever of it is changed by hand is found and mended', async () => {
    const one = life()
    await born(one)
    expect(await repaired(one, () => set('DisplayName', 'spam'))).toEqual(['displayName'])
    expect(await repaired(one, () => set('KmsMasterKeyId', 'alias/aws/sns'))).toEqual(['encryption'])
    const untag = async () =>
      (await sns()).send(new UntagResourceCommand({ ResourceArn: TopicArn, TagKeys: [TAG.guard] }))
    await untag()
    expect(stepOf(await aws.plan(one.list, one.scope), one.id)).toMatchObject({ do: 'refuse', reason: 'not-ours' })
  })

  test('is encrypted with the key that the settings name, and with none that its functions may not use', async () => {
    await born(life())
    const KEY = `arn:aws:kms:${REGION}:${ACCOUNT}:key/4711`
    const wish = life({ kmsKey: KEY })
    const { plan, outcome } = await aws.install(wish.list, wish.scope)
    succeeded(outcome)
    expect(fieldsOf(plan, wish.id)).toContain('encryption')
    await unchanged(wish)
    const back = await aws.install(life().list, life().scope)
    succeeded(back.outcome)
    expect(await repaired(life(), () => set('KmsMasterKeyId', KEY))).toEqual(['encryption'])
  })

  test('is removed, and removed again', async () => {
    await born(life())
    await died(life())
  })

  test('is switched off and on again', async () => {
    await born(life())
    await switchedOff(life())
  })

  test('of somebody else is refused', async () => {
    await (await sns()).send(new CreateTopicCommand({ Name: 'cg-test-notices' }))
    const one = life()
    expect(stepOf(await aws.plan(one.list, one.scope), one.id)).toMatchObject({ do: 'refuse', reason: 'not-ours' })
  })
})

describe('an e-mail address', () => {
  const listFor = (scope: Scope, addresses: readonly string[]) => [
    tableResource(aws.clients, scope),
    manifestRecord(aws.manifest(scope), scope, '1.0.0'),
    topicResource(aws.clients, scope),
    ...addresses.map((address) => topicMailResource(aws.clients, scope, address)),
  ]
  const life = (...emails: string[]): Life => {
    const scope = aws.scope({ emails })
    return { aws, scope, list: listFor(scope, emails), id: topicMailId(emails[0] ?? '', REGION) }
  }
  const subscribed = async () =>
    ((await (await sns()).send(new ListSubscriptionsByTopicCommand({ TopicArn }))).Subscriptions ?? [])
      .map((one) => one.Endpoint)
      .sort()

  test('is subscribed once', async () => {
    await born(life('ops@example.com'))
    expect(await subscribed()).toEqual(['ops@example.com'])
  })

  test('that unsubscribed by its own link is written to again', async () => {
    const one = life('ops@example.com')
    await born(one)
    await switchedOff({ ...one, list: one.list })
  })

  test('whose reader unsubscribed is shown as a difference, and asked again only by applying it', async () => {
    const one = life('ops@example.com')
    await born(one)
    const client = await sns()
    const { Subscriptions } = await client.send(new ListSubscriptionsByTopicCommand({ TopicArn }))
    await client.send(new UnsubscribeCommand({ SubscriptionArn: Subscriptions?.[0]?.SubscriptionArn }))
    const plan = await aws.plan(one.list, one.scope)
    expect(stepOf(plan, one.id)).toMatchObject({
      do: 'update',
      differences: [{ field: 'subscription', want: 'AWS asks the address again' }],
    })
    expect(await subscribed()).toEqual([])
    succeeded((await aws.install(one.list, one.scope)).outcome)
    expect(await subscribed()).toEqual(['ops@example.com'])
  })

  test('that the settings do not name any more is found by the manifest and removed; addresses of others stay', async () => {
    const both = life('ops@example.com', 'boss@example.com')
    await born(both)
    await (await sns()).send(new SubscribeCommand({ TopicArn, Protocol: 'email', Endpoint: 'somebody@example.com' }))
    const scope = aws.scope({ emails: ['ops@example.com'] })
    const known = subscribedAddresses((await aws.manifest(scope).facts()).keys(), REGION)
    expect([...known].sort()).toEqual(['boss@example.com', 'ops@example.com'])
    const { plan, outcome } = await aws.install(listFor(scope, known), scope)
    succeeded(outcome)
    expect(stepOf(plan, topicMailId('boss@example.com', REGION))?.do).toBe('remove')
    expect(await subscribed()).toEqual(['ops@example.com', 'somebody@example.com'])
    expect(subscribedAddresses((await aws.manifest(scope).facts()).keys(), REGION)).toEqual(['ops@example.com'])
  })

  test('goes with the guard', async () => {
    const one = life('ops@example.com')
    await born(one)
    await died(one)
  })

  test('that has not confirmed yet is fine, and said', async () => {
    const one = life('ops@example.com')
    await born(one)
    await pending(async () => {
      const mail = one.list.filter((resource) => resource.id === one.id)
      expect(stepOf(await aws.plan(mail, one.scope), one.id)).toMatchObject({
        do: 'keep',
        note: 'has not confirmed yet: AWS sent a mail with a link',
      })
    })
  })

  test('that never confirmed is forgotten without asking AWS for what it cannot do', async () => {
    const one = life('ops@example.com')
    await born(one)
    await pending(async (mock) => {
      const scope = aws.scope({ emails: [] })
      const mail = listFor(scope, ['ops@example.com']).filter((resource) => resource.id === one.id)
      const { plan, outcome } = await aws.install(mail, scope)
      succeeded(outcome)
      expect(told(plan)).toEqual(['remove e-mail subscription'])
      expect(told(await aws.plan(mail, scope))).toEqual([])
      expect(mock.calls().map((call) => call.args[0].constructor.name)).not.toContain('UnsubscribeCommand')
    })
  })

  /** The emulator confirms at once; AWS leaves it pending until the reader clicks. */
  async function pending(check: (mock: ReturnType<typeof mockClient>) => Promise<void>): Promise<void> {
    const mock = mockClient(SNSClient)
    mock.on(ListSubscriptionsByTopicCommand).resolves({
      Subscriptions: [{ Protocol: 'email', Endpoint: 'ops@example.com', SubscriptionArn: 'PendingConfirmation' }],
    })
    try {
      await check(mock as never)
    } finally {
      mock.restore()
    }
  }
})
