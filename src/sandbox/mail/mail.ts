/** E-mail of SNS (and the letters of Cognito): subscriptions stay pending until confirmed, and what would have been sent can be read. */

import { randomBytes } from 'node:crypto'
import { ListSubscriptionsByTopicCommand, UnsubscribeCommand } from '@aws-sdk/client-sns'
import { type Answer, errorAnswer, xmlAnswer } from '../door/answer.ts'
import type { Hook, Passing, World } from '../world.ts'

export interface Mail {
  /** Sandbox time, milliseconds. */
  readonly at: number
  readonly to: string
  readonly subject: string
  readonly text: string
  /** ARN of the topic, or of the user pool that invites. */
  readonly topic: string
  /** False: the address had not confirmed; AWS sends such a mail to nobody. */
  readonly delivered: boolean
}

const PENDING = 'PendingConfirmation'
/** A token lives two days. */
const TOKEN_MS = 2 * 86_400_000
const same = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase()
const replaceBody = (answer: Answer, body: string): Answer => ({ ...answer, body: Buffer.from(body) })

export class MailBox {
  readonly #world: World
  readonly #mails: Mail[] = []
  /** Subscription ARN → address. */
  readonly #pending = new Map<string, string>()
  /** Token → what it confirms, and until when. */
  readonly #tokens = new Map<string, { arn: string; topic: string; address: string; until: number }>()
  /** Confirmed with AuthenticateOnUnsubscribe: the link of a mail does not unsubscribe them. */
  readonly #locked = new Set<string>()

  constructor(world: World) {
    this.#world = world
  }
  mails(): readonly Mail[] {
    return [...this.#mails]
  }
  /** A letter that no topic carries. */
  post(mail: Mail): void {
    this.#mails.push(mail)
  }
  clear(): void {
    this.#mails.length = 0
  }
  reset(): void {
    this.clear()
    this.#pending.clear()
    this.#tokens.clear()
    this.#locked.clear()
    this.#confirmed.clear()
  }
  /** As if the person had clicked the link; answers how many subscriptions that confirmed. */
  confirm(address: string): number {
    const found = [...this.#pending].filter(([, one]) => one.toLowerCase() === address.toLowerCase())
    for (const [arn] of found) this.#pending.delete(arn)
    return found.length
  }
  /** What the newest mail of AWS to this address links to; undefined: none was sent. */
  confirmationLink(address: string): string | undefined {
    const found = [...this.#tokens].filter(([, one]) => same(one.address, address)).at(-1)
    if (found === undefined) return undefined
    const [token, { topic }] = found
    const query = new URLSearchParams({ TopicArn: topic, Token: token, Endpoint: address })
    return `https://sns.${topic.split(':')[3]}.amazonaws.com/confirmation.html?${query}`
  }
  /** As if a reader had clicked the unsubscribe link of a mail; false: the link asks for a signature. */
  async unsubscribe(address: string): Promise<boolean> {
    const found = [...this.#confirmed].find(([arn, one]) => !this.#pending.has(arn) && same(one, address))?.[0]
    if (found === undefined || this.#locked.has(found)) return false
    const { sns } = this.#world.clients(found.split(':')[3] ?? this.#world.region)
    await sns.send(new UnsubscribeCommand({ SubscriptionArn: found }))
    this.#confirmed.delete(found)
    return true
  }
  isPending(arn: string): boolean {
    return this.#pending.has(arn)
  }
  pending(): readonly string[] {
    return [...new Set(this.#pending.values())]
  }
  async #published(call: Passing): Promise<void> {
    const topic = String(call.input['TopicArn'] ?? call.input['TargetArn'])
    const subject = String(call.input['Subject'] ?? 'AWS Notification Message')
    await this.deliver(topic, { subject, text: String(call.input['Message'] ?? '') }, call.inRegion)
  }
  /** To everybody who is subscribed to the topic. */
  async deliver(topic: string, { subject, text }: { subject: string; text: string }, region: string): Promise<void> {
    const { sns } = this.#world.clients(region)
    const { Subscriptions = [] } = await sns.send(new ListSubscriptionsByTopicCommand({ TopicArn: topic }))
    const at = this.#world.clock.now()
    for (const { Protocol, Endpoint = '', SubscriptionArn = '' } of Subscriptions) {
      if (Protocol !== 'email') continue
      this.#mails.push({ at, to: Endpoint, subject, text, topic, delivered: !this.#pending.has(SubscriptionArn) })
    }
  }
  async #subscribed(call: Passing, answer: Answer): Promise<Answer | undefined> {
    if (call.input['Protocol'] !== 'email' || answer.status !== 200) return undefined
    const body = answer.body.toString('utf8')
    const arn = /<SubscriptionArn>([^<]+)</.exec(body)?.[1] ?? ''
    const isNew = !this.#confirmed.has(arn)
    const address = String(call.input['Endpoint'])
    this.#confirmed.set(arn, address)
    if (isNew) this.#pending.set(arn, address)
    if (this.#pending.has(arn)) {
      const until = this.#world.clock.now() + TOKEN_MS
      this.#tokens.set(randomBytes(64).toString('hex'), { arn, topic: String(call.input['TopicArn']), address, until })
    }
    if (!this.#pending.has(arn) || call.input['ReturnSubscriptionArn'] === 'true') return undefined
    return replaceBody(answer, body.replace(arn, 'pending confirmation'))
  }
  /** Every e-mail subscription ever seen, so that subscribing again does not make a confirmed one pending. */
  readonly #confirmed = new Map<string, string>()

  /** https://docs.aws.amazon.com/sns/latest/api/API_ConfirmSubscription.html */
  #confirmedBy(call: Passing): Answer {
    const found = this.#tokens.get(String(call.input['Token']))
    if (found === undefined || found.topic !== call.input['TopicArn'] || found.until <= this.#world.clock.now()) {
      return errorAnswer(call.wire, { code: 'InvalidParameter', message: 'Invalid parameter: Token' })
    }
    this.#pending.delete(found.arn)
    if (call.input['AuthenticateOnUnsubscribe'] === 'true') this.#locked.add(found.arn)
    const result = `<SubscriptionArn>${found.arn}</SubscriptionArn>`
    return xmlAnswer('ConfirmSubscription', 'http://sns.amazonaws.com/doc/2010-03-31/', result)
  }

  hooks(): Hook[] {
    const mask = async (_: Passing, answer: Answer) => {
      let body = answer.body.toString('utf8')
      for (const arn of this.#pending.keys()) {
        body = body.replaceAll(
          `<SubscriptionArn>${arn}</SubscriptionArn>`,
          `<SubscriptionArn>${PENDING}</SubscriptionArn>`,
        )
      }
      return replaceBody(answer, body)
    }
    const attributes = async (call: Passing, answer: Answer) => {
      const arn = String(call.input['SubscriptionArn'])
      const set = (body: string, key: string, value: boolean) =>
        body.replace(new RegExp(`(<key>${key}</key>\\s*<value>)[^<]*`), `$1${value}`)
      const body = set(answer.body.toString('utf8'), 'PendingConfirmation', this.#pending.has(arn))
      return replaceBody(answer, set(body, 'ConfirmationWasAuthenticated', this.#locked.has(arn)))
    }
    return [
      { on: ['sns:ConfirmSubscription'], before: async (call) => this.#confirmedBy(call) },
      { on: ['sns:Subscribe'], after: (call, answer) => this.#subscribed(call, answer) },
      { on: ['sns:ListSubscriptions', 'sns:ListSubscriptionsByTopic'], after: mask },
      { on: ['sns:GetSubscriptionAttributes'], after: attributes },
      {
        on: ['sns:Unsubscribe'],
        after: async (call) => {
          this.#pending.delete(String(call.input['SubscriptionArn']))
          this.#confirmed.delete(String(call.input['SubscriptionArn']))
          return undefined
        },
      },
      {
        on: ['sns:Publish'],
        after: async (call, answer) => {
          if (answer.status === 200) await this.#published(call)
          return undefined
        },
      },
    ]
  }
}
