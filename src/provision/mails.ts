/**
 * The mail addresses of a guard as SNS knows them. Pending is known by its listing alone; whoever unsubscribed is listed as
 * `Deleted` for a while and then not at all, like whoever never confirmed: tokens live two days
 * (https://docs.aws.amazon.com/sns/latest/api/API_ConfirmSubscription.html, 2026-11).
 */
import { isAbsent, isAccessDenied, isInvalidParameter } from '../runtime/aws/aws-errors.ts'
import { GuardError } from '../runtime/domain/base/guard-error.ts'
import type { AwsClients } from './clients.ts'
import type { ManifestStore } from './manifest.ts'
import { SUBSCRIBED_BY_US, topicMailId } from './resources/topic-mail.ts'

export interface MailAddress {
  readonly address: string
  readonly state: 'confirmed' | 'waiting' | 'gone'
  /** ISO time of the mail that AWS sent; undefined: an older guard did not write it down, or it is not ours. */
  readonly askedAt: string | undefined
  /** Only an admin of the account can unsubscribe it; undefined: not confirmed, or it may not be asked. */
  readonly locked: boolean | undefined
}

export interface MailWhere {
  readonly clients: AwsClients
  readonly topicArn: string
  readonly region: string
}

type Listed = { readonly endpoint: string; readonly arn: string }

/** Undefined: the topic is gone, or may not be listed. */
export async function listedMails({ clients, topicArn }: MailWhere): Promise<readonly Listed[] | undefined> {
  const [{ paginateListSubscriptionsByTopic }, client] = await Promise.all([import('./sdk/sns.ts'), clients.sns()])
  const listed: Listed[] = []
  try {
    for await (const page of paginateListSubscriptionsByTopic({ client }, { TopicArn: topicArn })) {
      for (const { Protocol, Endpoint = '', SubscriptionArn = '' } of page.Subscriptions ?? [])
        if (Protocol === 'email') listed.push({ endpoint: Endpoint, arn: SubscriptionArn })
    }
    return listed
  } catch (error) {
    if (isAbsent(error) || isAccessDenied(error)) return undefined
    throw error
  }
}

const same = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase()

/** What the listing says of one address. Pure. */
export function mailState(address: string, listed: readonly Listed[]): MailAddress['state'] {
  const ours = listed.filter(({ endpoint }) => same(endpoint, address))
  if (ours.some(({ arn }) => arn.startsWith('arn:'))) return 'confirmed'
  return ours.some(({ arn }) => /^pending/i.test(arn)) ? 'waiting' : 'gone'
}

/** Every address of the settings, with what SNS and the manifest know of it. */
export async function mailAddresses(
  where: MailWhere,
  emails: readonly string[],
  manifest: Pick<ManifestStore, 'facts'>,
): Promise<readonly MailAddress[]> {
  const [listed = [], facts] = await Promise.all([listedMails(where), manifest.facts()])
  return Promise.all(
    emails.map(async (address): Promise<MailAddress> => {
      const state = mailState(address, listed)
      const fact = facts.get(topicMailId(address, where.region)) ?? ''
      const askedAt = fact.startsWith(`${SUBSCRIBED_BY_US} `) ? fact.slice(SUBSCRIBED_BY_US.length + 1) : undefined
      const arn = listed.find((one) => same(one.endpoint, address) && one.arn.startsWith('arn:'))?.arn
      return { address, state, askedAt, locked: arn === undefined ? undefined : await isLocked(where, arn) }
    }),
  )
}

async function isLocked({ clients }: MailWhere, SubscriptionArn: string): Promise<boolean | undefined> {
  const [{ GetSubscriptionAttributesCommand }, client] = await Promise.all([import('./sdk/sns.ts'), clients.sns()])
  try {
    const { Attributes } = await client.send(new GetSubscriptionAttributesCommand({ SubscriptionArn }))
    return Attributes?.['ConfirmationWasAuthenticated'] === 'true'
  } catch (error) {
    if (isAccessDenied(error) || isAbsent(error)) return undefined
    throw error
  }
}

/** The token of a confirmation link, or the token itself. @throws GuardError `bad-link`, `foreign-link`. */
export function tokenFrom(typed: string, topicArn: string): string {
  const refuse = (code: string, message: string): never => {
    throw new GuardError({
      code,
      fault: 'user',
      message,
      suggestions: ['copy the whole link of "Confirm subscription" in the mail that AWS sent, within single quotes'],
    })
  }
  const text = typed.trim()
  if (/^[0-9A-Za-z]{20,}$/.test(text)) return text
  if (!URL.canParse(text)) return refuse('bad-link', `"${text.slice(0, 80)}" is neither a link nor a token`)
  const { searchParams } = new URL(text)
  const token = searchParams.get('Token')
  if (token === null || token === '') return refuse('bad-link', 'there is no Token in this link')
  const topic = searchParams.get('TopicArn')
  return topic === null || topic === topicArn
    ? token
    : refuse('foreign-link', `this link confirms another topic, ${topic}, not ${topicArn}: nothing was changed`)
}

/**
 * Confirms, so that from now on only an admin of the account can unsubscribe the address: the link at the foot of each
 * mail else lets any one reader of a mailing list take all of them off.
 * @throws GuardError `bad-token`
 */
export async function confirmMail(where: MailWhere, token: string): Promise<string | undefined> {
  const [{ ConfirmSubscriptionCommand }, client] = await Promise.all([import('./sdk/sns.ts'), where.clients.sns()])
  try {
    const input = { TopicArn: where.topicArn, Token: token, AuthenticateOnUnsubscribe: 'true' }
    const { SubscriptionArn } = await client.send(new ConfirmSubscriptionCommand(input))
    return (await listedMails(where))?.find(({ arn }) => arn === SubscriptionArn)?.endpoint
  } catch (error) {
    if (!isInvalidParameter(error) && !isAbsent(error)) throw error
    throw new GuardError({
      code: 'bad-token',
      fault: 'user',
      message:
        'AWS does not take this token: it is older than two days, was replaced by a newer mail, or belongs to another topic',
      suggestions: ['cost-guard mail resend ADDRESS sends a new one'],
      cause: error,
    })
  }
}

/** AWS writes to the address once more. */
export async function askAgain(where: MailWhere, manifest: ManifestStore, address: string, now: string): Promise<void> {
  const [{ SubscribeCommand }, client] = await Promise.all([import('./sdk/sns.ts'), where.clients.sns()])
  await manifest.remember(topicMailId(address, where.region), `${SUBSCRIBED_BY_US} ${now}`)
  await client.send(new SubscribeCommand({ TopicArn: where.topicArn, Protocol: 'email', Endpoint: address }))
}
