/** The addresses of a guard in rows and sentences. Pure. */
import type { MailAddress } from '../../provision/mails.ts'
import { columns } from './columns.ts'

const LINK_MS = 2 * 86_400_000

const validUntil = ({ askedAt }: MailAddress): number | undefined =>
  askedAt === undefined ? undefined : Date.parse(askedAt) + LINK_MS

const minute = (iso: string): string => `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`

export function stateText(mail: MailAddress, now: number): string {
  if (mail.state === 'confirmed') {
    if (mail.locked === undefined) return 'confirmed'
    return mail.locked ? 'confirmed; only an admin can unsubscribe it' : 'confirmed; any reader can unsubscribe it'
  }
  const asked = mail.askedAt === undefined ? '' : ` since ${minute(mail.askedAt)}`
  const until = validUntil(mail)
  if (mail.state === 'waiting') {
    const link = until === undefined ? '' : until > now ? '; the link is good for two days' : '; the link is too old'
    return `waiting${asked}${link}`
  }
  return until !== undefined && until > now
    ? 'gone: somebody unsubscribed it'
    : 'gone: somebody unsubscribed it, or nobody confirmed within two days'
}

export function mailsText(
  mails: readonly MailAddress[],
  words: { readonly command: (words: string) => string; readonly now: number; readonly screen: number },
): string {
  if (mails.length === 0) return `Nobody is written to.\nTry this: ${words.command('init --email you@example.com')}`
  const missing = mails.filter(({ state }) => state !== 'confirmed')
  return [
    columns(
      [{ head: 'ADDRESS' }, { head: 'STATE' }],
      mails.map((mail) => [mail.address, stateText(mail, words.now)]),
      words.screen,
    ),
    ...(missing.length === 0
      ? []
      : [
          '',
          ...missing.map(({ address }) => `Send it again: ${words.command(`mail resend ${address}`)}`),
          'Confirm it here, so that no one reader can unsubscribe all:',
          `  ${words.command("mail confirm 'LINK OF THE MAIL'")}`,
        ]),
  ].join('\n')
}

/** One sentence for each address that no mail reaches. */
export const unreachedText = (address: string, state: 'waiting' | 'gone'): string =>
  state === 'waiting'
    ? `${address} has not confirmed its subscription: no mail reaches it.`
    : `${address} is not subscribed any more (somebody unsubscribed it, or nobody confirmed in time): no mail reaches it.`

export const mailsJson = (mails: readonly MailAddress[], now: number) =>
  mails.map((mail) => {
    const until = validUntil(mail)
    return {
      address: mail.address,
      state: mail.state,
      askedAt: mail.askedAt ?? null,
      linkValidUntil:
        mail.state === 'waiting' && until !== undefined && until > now ? new Date(until).toISOString() : null,
      locked: mail.locked ?? null,
    }
  })
