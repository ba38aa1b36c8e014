/**
 * One e-mail address on the topic. AWS writes to it once and sends nothing else until the reader has confirmed; that is a
 * state to be shown, not a difference. A pending subscription has no ARN and cannot be taken away: AWS forgets it after
 * some days (https://docs.aws.amazon.com/sns/latest/api/API_Unsubscribe.html, 2026-09), so without our note in the
 * manifest it counts as absent. One that we subscribed and that is listed no more is gone: somebody unsubscribed it, or
 * nobody confirmed in time. That is a difference, shown before it is written to again.
 */
import { paginateListSubscriptionsByTopic, SubscribeCommand, UnsubscribeCommand } from '@aws-sdk/client-sns'
import { type Instant, toIso } from '../../runtime/domain/base/calendar.ts'
import { allPages, unlessAbsent } from '../absent.ts'
import type { AwsClients } from '../clients.ts'
import type { Resource, ResourceId } from '../engine/resource.ts'
import type { RightsScope } from '../permissions.ts'
import { topicId } from './topic.ts'

export interface MailDesired {
  readonly address: string
}
export interface MailActual {
  /** Undefined: not confirmed. */
  readonly arn: string | undefined
  readonly gone: boolean
}

const KIND = 'topic-mail'
export const topicMailId = (address: string, region: string): ResourceId => `${KIND}/${address}@${region}`

/** Addresses this guard has subscribed and not taken away, from the ids of the manifest's facts. */
export const subscribedAddresses = (known: Iterable<ResourceId>, region: string): readonly string[] =>
  [...known]
    .filter((id) => id.startsWith(`${KIND}/`) && id.endsWith(`@${region}`))
    .map((id) => id.slice(KIND.length + 1, -(region.length + 1)))

/** Followed by the time AWS was asked to write; older guards noted the word alone. */
export const SUBSCRIBED_BY_US = 'subscribed'

export function topicMailResource(
  clients: AwsClients,
  scope: RightsScope,
  address: string,
): Resource<MailDesired, MailActual> {
  const { names, region } = scope
  const TopicArn = names.arn.topic
  const parent = topicId(names.topic, region)
  const id = topicMailId(address, region)
  return {
    id,
    kind: 'e-mail subscription',
    name: address,
    why: 'is written to when something happens, and daily',
    ownership: { by: 'parent', parent },
    onTeardown: 'remove',
    needs: [parent],

    desired: ({ settings }) => (settings.emails.includes(address) ? { address } : undefined),

    async read(inputs) {
      const client = await clients.sns()
      const all = await unlessAbsent(
        allPages(paginateListSubscriptionsByTopic({ client }, { TopicArn }), (page) => page.Subscriptions),
      )
      const ours = (all ?? []).filter((one) => one.Protocol === 'email' && same(one.Endpoint, address))
      const confirmed = ours.find((one) => one.SubscriptionArn?.startsWith('arn:'))
      if (confirmed)
        return { state: 'present', actual: { arn: confirmed.SubscriptionArn, gone: false }, tags: undefined }
      if (all === undefined || inputs.remembered(id) === undefined) return { state: 'absent' }
      const waits = ours.some((one) => one.SubscriptionArn?.startsWith('Pending'))
      return { state: 'present', actual: { arn: undefined, gone: !waits }, tags: undefined }
    },

    diff: (_, actual) =>
      actual.gone
        ? [
            {
              field: 'subscription',
              is: 'gone (somebody unsubscribed it, or nobody confirmed in time)',
              want: 'AWS asks the address again',
              how: 'in-place',
            },
          ]
        : [],

    /** Whoever was on an adopted topic before is its owner's reader, and stays. */
    isOurs: (_actual, inputs) => !inputs.settings.adopt.includes('topic') || inputs.remembered(id) !== undefined,

    note: (actual) =>
      actual.arn === undefined && !actual.gone ? 'has not confirmed yet: AWS sent a mail with a link' : undefined,

    /** Again for an address that is still pending, AWS sends the confirmation once more. */
    async create(desired, doing, inputs) {
      await doing.remember(`${SUBSCRIBED_BY_US} ${toIso(inputs.now as Instant)}`)
      const sns = await clients.sns()
      await sns.send(new SubscribeCommand({ TopicArn, Protocol: 'email', Endpoint: desired.address }))
    },

    async update(desired, _actual, _differences, doing, inputs) {
      await this.create(desired, doing, inputs)
    },

    async remove(actual, doing) {
      if (actual.gone) {
        doing.say(`${address} is not subscribed any more`)
      } else if (actual.arn === undefined) {
        doing.say(`${address} never confirmed: AWS forgets it by itself within days`)
      } else {
        const sns = await clients.sns()
        await unlessAbsent(sns.send(new UnsubscribeCommand({ SubscriptionArn: actual.arn })))
      }
      await doing.remember(undefined)
    },
  }
}

const same = (a: string | undefined, b: string): boolean => a?.toLowerCase() === b.toLowerCase()
