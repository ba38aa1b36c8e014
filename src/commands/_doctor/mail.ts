/** Who is written to: confirmed, waiting, or gone. */
import { listedMails, mailState } from '../../provision/mails.ts'
import type { Door } from '../_compose.ts'
import { type Finding, found } from './finding.ts'

export async function mailFindings(door: Door): Promise<readonly Finding[]> {
  const settings = await door.settings()
  if (settings.emails.length === 0) {
    return [found('mail', 'warn', 'nobody is written to', door.command('init --email you@example.com'))]
  }
  const { clients, region } = door
  const listed = await listedMails({ clients, region, topicArn: door.names(settings).arn.topic })
  if (listed === undefined) {
    return [found('mail', 'unknown', 'the addresses of the topic cannot be listed', door.command('plan'))]
  }
  return settings.emails.map((address) => {
    switch (mailState(address, listed)) {
      case 'confirmed':
        return found('mail', 'ok', `${address} has confirmed`)
      case 'waiting':
        return found('mail', 'warn', `${address} has not confirmed: nothing reaches it`, door.command('mail list'))
      default:
        return found('mail', 'warn', `${address} is not subscribed any more`, door.command(`mail resend ${address}`))
    }
  })
}
