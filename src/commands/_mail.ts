/** mail list, confirm and resend: who is written to, and whether it arrives. */
import type { MailAddress } from '../provision/mails.ts'
import { askAgain, confirmMail, mailAddresses, tokenFrom } from '../provision/mails.ts'
import { toIso } from '../runtime/domain/base/calendar.ts'
import { GuardError } from '../runtime/domain/base/guard-error.ts'
import type { Door } from './_compose.ts'
import { nearest } from './_suggest.ts'
import { mailsJson, mailsText } from './_view/mails.ts'

async function open(door: Door) {
  const settings = await door.settings()
  const { clients, region } = door
  const names = door.names(settings)
  return { settings, where: { clients, region, topicArn: names.arn.topic }, manifest: door.manifestIn(names.table) }
}

/** Some address of the guard is never reached: `ok` is false. */
export async function listMails(door: Door, screen: number) {
  const { settings, where, manifest } = await open(door)
  const mails = await mailAddresses(where, settings.emails, manifest)
  return {
    text: mailsText(mails, { command: door.command, now: door.clock.now(), screen }),
    json: { guard: door.guard, addresses: mailsJson(mails, door.clock.now()) },
  }
}

export async function confirmByLink(door: Door, typed: string) {
  const { settings, where } = await open(door)
  const token = tokenFrom(typed, where.topicArn)
  const address = await confirmMail(where, token).catch((error: unknown) => {
    if (error instanceof GuardError && error.code === 'bad-token')
      throw new GuardError({
        ...told(error),
        suggestions: [door.command('mail resend ADDRESS'), door.command('mail list')],
      })
    throw error
  })
  const known = settings.emails.some((one) => one.toLowerCase() === address?.toLowerCase())
  return {
    text: [
      `${address ?? 'The address'} is confirmed: mails reach it, and only an admin of this account can unsubscribe it.`,
      ...(known || address === undefined
        ? []
        : [`It is not among the addresses of this guard: ${door.command('mail list')}`]),
    ].join('\n'),
    json: { address: address ?? null, confirmed: true, locked: true },
  }
}

const told = ({ code, fault, message, cause }: GuardError) => ({ code, fault, message, cause })

export async function resend(door: Door, typed: string) {
  const { settings, where, manifest } = await open(door)
  const address = settings.emails.find((one) => one.toLowerCase() === typed.toLowerCase())
  if (address === undefined) {
    throw new GuardError({
      code: 'unknown-address',
      fault: 'user',
      message: `${typed} is not among the addresses of this guard: nothing was sent`,
      suggestions: [
        ...nearest(typed, settings.emails),
        door.command(`init ${[...settings.emails, typed].map((one) => `--email ${one}`).join(' ')}`),
      ],
    })
  }
  const before = (await mailAddresses(where, [address], manifest)).find((one) => one.address === address)
  if (before?.state === 'confirmed')
    return { text: `${address} is confirmed: nothing was sent.`, json: answer(before, false) }
  await askAgain(where, manifest, address, toIso(door.clock.now()))
  return {
    text: [
      `AWS writes to ${address}; the link is good for two days.`,
      `Whoever has the mail: ${door.command("mail confirm 'LINK'")}`,
    ].join('\n'),
    json: answer(before, true),
  }
}

const answer = (before: MailAddress | undefined, sent: boolean) => ({
  address: before?.address ?? null,
  wasState: before?.state ?? null,
  sent,
})
