import { CreateTopicCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns'
import { beforeEach, expect, test } from 'vitest'
import { awsClients } from '../../src/provision/clients.ts'
import { askAgain, confirmMail, mailAddresses, tokenFrom } from '../../src/provision/mails.ts'
import type { ManifestStore } from '../../src/provision/manifest.ts'
import { topicMailId } from '../../src/provision/resources/topic-mail.ts'
import { sandboxForTests } from '../support/sandbox.ts'

const sandbox = sandboxForTests()
const boss = 'boss@example.com'
const facts = new Map<string, string>()
const manifest = {
  facts: async () => facts,
  remember: async (id: string, fact: string | undefined) => void facts.set(id, fact ?? ''),
} as unknown as ManifestStore

const topic = (name: string) => `arn:aws:sns:us-east-1:${sandbox.account}:${name}`
const where = () => ({
  clients: awsClients({ region: sandbox.region }),
  region: sandbox.region,
  topicArn: topic('cg-mail'),
})
const seen = async () => (await mailAddresses(where(), [boss], manifest))[0]
const link = () => sandbox.confirmationLink(boss) ?? ''

async function subscribed(name: string, address: string): Promise<void> {
  const sns = new SNSClient({ region: sandbox.region })
  await sns.send(new CreateTopicCommand({ Name: name }))
  await sns.send(new SubscribeCommand({ TopicArn: topic(name), Protocol: 'email', Endpoint: address }))
}

beforeEach(async () => {
  await sandbox.reset()
  facts.clear()
  await subscribed('cg-mail', boss)
  facts.set(topicMailId(boss, sandbox.region), 'subscribed 2026-11-20T00:00:00Z')
})

test('an address waits until it is confirmed, and it is known since when', async () => {
  expect(await seen()).toEqual({ address: boss, state: 'waiting', askedAt: '2026-11-20T00:00:00Z', locked: undefined })
})

test('confirmed by its link it is locked: no reader can unsubscribe all', async () => {
  const token = tokenFrom(link(), topic('cg-mail'))
  expect(await confirmMail(where(), token)).toBe(boss)
  expect(await seen()).toMatchObject({ state: 'confirmed', locked: true })
  expect(await sandbox.unsubscribeMail(boss)).toBe(false)
  expect(await seen()).toMatchObject({ state: 'confirmed' })
})

test('confirmed by a click it is not, and whoever unsubscribes is seen to be gone', async () => {
  sandbox.confirmMail(boss)
  expect(await seen()).toMatchObject({ state: 'confirmed', locked: false })
  expect(await sandbox.unsubscribeMail(boss)).toBe(true)
  expect(await seen()).toMatchObject({ state: 'gone', locked: undefined })
})

test('who is gone is asked again, and the new link confirms', async () => {
  sandbox.confirmMail(boss)
  await sandbox.unsubscribeMail(boss)
  await askAgain(where(), manifest, boss, '2026-11-25T00:00:00Z')
  expect(await seen()).toMatchObject({ state: 'waiting', askedAt: '2026-11-25T00:00:00Z' })
  await confirmMail(where(), tokenFrom(link(), topic('cg-mail')))
  expect(await seen()).toMatchObject({ state: 'confirmed', locked: true })
})

test('a token two days old is refused, and so is one of another topic', async () => {
  const token = tokenFrom(link(), topic('cg-mail'))
  sandbox.advance(2 * 86_400_000)
  await expect(confirmMail(where(), token)).rejects.toMatchObject({ code: 'bad-token' })
  await subscribed('foreign', 'else@example.com')
  const foreign = new URL(sandbox.confirmationLink('else@example.com') ?? '').searchParams.get('Token') ?? ''
  await expect(confirmMail(where(), foreign)).rejects.toMatchObject({ code: 'bad-token' })
  expect(await seen()).toMatchObject({ state: 'waiting' })
})

test('a link of another topic, or what is no link at all, is refused before AWS is asked', async () => {
  await subscribed('foreign', 'else@example.com')
  const refused = (typed: string) => {
    try {
      return tokenFrom(typed, topic('cg-mail'))
    } catch (error) {
      return (error as { code: string }).code
    }
  }
  expect(refused(sandbox.confirmationLink('else@example.com') ?? '')).toBe('foreign-link')
  expect(refused('hello')).toBe('bad-link')
  expect(refused('https://example.com/')).toBe('bad-link')
  expect(refused(` ${'a1'.repeat(40)} `)).toBe('a1'.repeat(40))
})
