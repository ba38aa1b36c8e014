/** Who is written to: confirmed, waiting, or unsubscribed since. */
import type { Door } from '../_compose.ts'
import { type Finding, found } from './finding.ts'

export async function mailFindings(door: Door): Promise<readonly Finding[]> {
  const [{ paginateListSubscriptionsByTopic }, { isAbsent }, client, settings] = await Promise.all([
    import('../../provision/sdk/sns.ts'),
    import('../../runtime/aws/aws-errors.ts'),
    door.clients.sns(),
    door.settings(),
  ])
  if (settings.emails.length === 0) {
    return [found('mail', 'warn', 'nobody is written to', door.command('init --email you@example.com'))]
  }
  const states = new Map<string, string>()
  const TopicArn = door.names(settings).arn.topic
  try {
    for await (const page of paginateListSubscriptionsByTopic({ client }, { TopicArn })) {
      for (const { Endpoint = '', Protocol, SubscriptionArn = '' } of page.Subscriptions ?? []) {
        if (Protocol === 'email' && states.get(Endpoint.toLowerCase()) !== 'confirmed') {
          states.set(Endpoint.toLowerCase(), SubscriptionArn.startsWith('arn:') ? 'confirmed' : SubscriptionArn)
        }
      }
    }
  } catch (error) {
    if (!isAbsent(error)) throw error
    return [found('mail', 'fail', 'the topic for mails is gone', door.command('doctor --fix'))]
  }
  return settings.emails.map((address) => {
    const state = states.get(address.toLowerCase())
    if (state === 'confirmed') return found('mail', 'ok', `${address} has confirmed`)
    if (state === 'PendingConfirmation') {
      const what = `${address} has not confirmed: nothing reaches it`
      return found('mail', 'warn', what, 'click the link in the mail from AWS')
    }
    return found('mail', 'warn', `${address} is not subscribed any more`, door.command('init'))
  })
}
