import { CreateTopicCommand, SNSClient } from '@aws-sdk/client-sns'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { SnsNotifier } from '../../src/runtime/aws/sns-notifier.ts'
import type { Notice } from '../../src/runtime/domain/telling/notice.ts'
import type { Notifier } from '../../src/runtime/ports.ts'
import { MemoryNotifier } from '../fakes/memory-notices.ts'
import { type Moto, startMoto } from '../support/moto.ts'
import { at } from './world.ts'

let moto: Moto
beforeAll(async () => {
  moto = await startMoto()
})
afterAll(() => moto.stop())

interface Mailbox {
  readonly notifier: Notifier
  mails(): Promise<readonly { subject: string; text: string }[]>
}

/** `[id, message, subject, attributes, group]` (moto's own view of a topic). */
type Sent = readonly [string, string, string, unknown, unknown]

const mailboxes: readonly [string, () => Promise<Mailbox>][] = [
  [
    'the fake',
    async () => {
      const notifier = new MemoryNotifier()
      return { notifier, mails: async () => notifier.sent.map(({ subject, text }) => ({ subject, text })) }
    },
  ],
  [
    'SNS',
    async () => {
      await moto.reset()
      const client = new SNSClient({})
      const { TopicArn = '' } = await client.send(new CreateTopicCommand({ Name: 'cost-guard-notices' }))
      const mails = async () => {
        const answer = await fetch(`${moto.endpoint}/moto-api/data.json`)
        const data = (await answer.json()) as { sns: { Topic: readonly { sent_notifications: readonly Sent[] }[] } }
        return data.sns.Topic.flatMap((topic) => topic.sent_notifications).map(([, text, subject]) => ({
          subject,
          text,
        }))
      }
      return { notifier: new SnsNotifier({ client, topicArn: TopicArn }), mails }
    },
  ],
]

const notice: Notice = {
  kind: 'blocked',
  at: at('2026-11-20T09:00:00Z'),
  items: [],
  subject: '[cost-guard] user/tanaka is blocked: 上限に達しました',
  text: 'user/tanaka reached 50.00 dollars.\n\n  利用額  USD 50.00\n',
}

describe.each(mailboxes)('the notifier on %s', (_, open) => {
  test('sends subject and text as they are, in any language', async () => {
    const { notifier, mails } = await open()
    await notifier.send(notice)
    expect(await mails()).toEqual([{ subject: notice.subject, text: notice.text }])
  })
})

describe('the notifier on SNS', () => {
  const open = mailboxes[1]?.[1]
  const sent = async (parts: Partial<Notice>) => {
    const mailbox = await open?.()
    await mailbox?.notifier.send({ ...notice, ...parts })
    return (await mailbox?.mails())?.[0]
  }

  test('makes one line below 100 characters of any subject, because SNS refuses others', async () => {
    const mail = await sent({ subject: `two\r\nlines\u0007 and ${'😀'.repeat(120)}` })
    expect(mail?.subject).toMatch(/^two lines {2}and 😀+$/u)
    expect([...(mail?.subject ?? '')]).toHaveLength(99)
  })

  test('cuts a text that SNS would refuse at a character’s end', async () => {
    const mail = await sent({ text: '金'.repeat(100_000) })
    const bytes = new TextEncoder().encode(mail?.text ?? '').length
    expect(bytes).toBeLessThanOrEqual(256 * 1024)
    expect(mail?.text).toMatch(/^金+\n…$/u)
  })

  test('throws when the topic is gone, so that the notice stays unsettled', async () => {
    const notifier = new SnsNotifier({
      client: new SNSClient({}),
      topicArn: 'arn:aws:sns:us-east-1:123456789012:gone',
    })
    await expect(notifier.send(notice)).rejects.toThrow()
  })
})
