/** E-mail of SNS: subscriptions stay pending until confirmed, and what would have been sent can be read. */
import { ListSubscriptionsByTopicCommand } from '@aws-sdk/client-sns'
import type { Answer } from '../door/answer.ts'
import type { Hook, Passing, World } from '../world.ts'

export interface Mail {
  /** Sandbox time, milliseconds. */
  readonly at: number
  readonly to: string
  readonly subject: string
  readonly text: string
  readonly topic: string
  /** False: the address had not confirmed; AWS sends such a mail to nobody. */
  readonly delivered: boolean
}

const PENDING = 'PendingConfirmation'
const replaceBody = (answer: Answer, body: string): Answer => ({ ...answer, body: Buffer.from(body) })

export class MailBox {
  readonly #world: World
  readonly #mails: Mail[] = []
  /** Subscription ARN → address. */
  readonly #pending = new Map<string, string>()

  constructor(world: World) {
    this.#world = world
  }
  mails(): readonly Mail[] {
    return [...this.#mails]
  }
  clear(): void {
    this.#mails.length = 0
  }
  reset(): void {
    this.clear()
    this.#pending.clear()
  }
  /** As if the person had clicked the link; answers how many subscriptions that confirmed. */
  confirm(address: string): number {
    const found = [...this.#pending].filter(([, one]) => one.toLowerCase() === address.toLowerCase())
    for (const [arn] of found) this.#pending.delete(arn)
    return found.length
  }
  isPending(arn: string): boolean {
    return this.#pending.has(arn)
  }
  pending(): readonly string[] {
    return [...new Set(this.#pending.values())]
  }
  async #published(call: Passing): Promise<void> {
    const topic = String(call.input['TopicArn'] ?? call.input['TargetArn'])
    const { sns } = this.#world.clients(call.inRegion)
    const { Subscriptions = [] } = await sns.send(new ListSubscriptionsByTopicCommand({ TopicArn: topic }))
    const subject = String(call.input['Subject'] ?? 'AWS Notification Message')
    const text = String(call.input['Message'] ?? '')
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
    this.#confirmed.add(arn)
    if (isNew) this.#pending.set(arn, String(call.input['Endpoint']))
    if (!this.#pending.has(arn) || call.input['ReturnSubscriptionArn'] === 'true') return undefined
    return replaceBody(answer, body.replace(arn, 'pending confirmation'))
  }
  /** Every e-mail subscription ever seen, so that subscribing again does not make a confirmed one pending. */
  readonly #confirmed = new Set<string>()

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
      if (!this.#pending.has(String(call.input['SubscriptionArn']))) return undefined
      const body = answer.body.toString('utf8')
      return replaceBody(answer, body.replace(/(<key>PendingConfirmation<\/key>\s*<value>)[^<]*/, '$1true'))
    }
    return [
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
