/**
 * AdminCreateUser as AWS does it: a temporary password that works, and a mail by the pool's own template that tells it.
 * https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminCreateUser.html
 * The emulator writes no mail, and at RESEND makes a second user of the same address.
 */
import { randomInt } from 'node:crypto'
import {
  AdminGetUserCommand,
  AdminSetUserPasswordCommand,
  type AttributeType,
  type UserPoolType,
} from '@aws-sdk/client-cognito-identity-provider'
import { type Answer, errorAnswer, jsonAnswer } from '../door/answer.ts'
import type { Mail } from '../mail/mail.ts'
import { orAbsent, text } from '../refusals/refuse.ts'
import type { Hook, Passing, World } from '../world.ts'
import { poolOf } from './pools.ts'

/** https://docs.aws.amazon.com/cognito/latest/developerguide/quotas.html: mails a day and account that Cognito sends by itself. */
const MAILS_A_DAY = 50
const DAY_MS = 86_400_000
const KINDS = ['ABCDEFGHJKLMNPQRSTUVWXYZ', 'abcdefghijkmnpqrstuvwxyz', '23456789', '!@#%-_+='] as const

/** A character of each kind and then any, so that every policy is met. */
function temporaryPassword(length: number): string {
  const any = KINDS.join('')
  const pick = (from: string) => from[randomInt(from.length)] ?? ''
  return Array.from({ length: Math.max(12, length) }, (_, at) => pick(KINDS[at] ?? any)).join('')
}

export class Invitations {
  readonly #world: World
  readonly #post: (mail: Mail) => void
  #sent: number[] = []
  /** Address, in small letters → the password of its newest letter. */
  readonly #passwords = new Map<string, string>()

  constructor(world: World, post: (mail: Mail) => void) {
    this.#world = world
    this.#post = post
  }
  reset(): void {
    this.#sent = []
    this.#passwords.clear()
  }
  passwordMailed(address: string): string | undefined {
    return this.#passwords.get(address.toLowerCase())
  }
  /** Takes one of the day's letters; undefined: none is left. */
  #take(pool: UserPoolType): { giveBack(): void } | undefined {
    const now = this.#world.clock.now()
    const isOwn = pool.EmailConfiguration?.EmailSendingAccount !== 'DEVELOPER'
    this.#sent = this.#sent.filter((at) => now - at < DAY_MS)
    if (isOwn && this.#sent.length >= MAILS_A_DAY) return undefined
    if (isOwn) this.#sent.push(now)
    return { giveBack: () => isOwn && this.#sent.pop() }
  }
  async #create(call: Passing): Promise<Answer | undefined> {
    const pool = await poolOf(this.#world, call.inRegion, text(call, 'UserPoolId'))
    if (pool === undefined) return undefined
    const action = text(call, 'MessageAction')
    const isMailed =
      action !== 'SUPPRESS' && ((call.input['DesiredDeliveryMediums'] ?? []) as readonly string[]).includes('EMAIL')
    const letter = isMailed ? this.#take(pool) : undefined
    if (isMailed && letter === undefined) {
      const message =
        'Exceeded daily email limit for the operation or the account. If a higher limit is required, please configure your user pool to use your own Amazon SES configuration for sending email.'
      return errorAnswer(call.wire, { code: 'LimitExceededException', message })
    }
    const password =
      text(call, 'TemporaryPassword') || temporaryPassword(pool.Policies?.PasswordPolicy?.MinimumLength ?? 8)
    const answer = action === 'RESEND' ? await this.#again(call, password) : await this.#first(call, password)
    if (answer.status !== 200) letter?.giveBack()
    else if (isMailed) this.#mail(call, pool, answer, password)
    return answer
  }
  #first(call: Passing, TemporaryPassword: string): Promise<Answer> {
    const body = Buffer.from(JSON.stringify({ ...call.input, TemporaryPassword }))
    return this.#world.upstream.forward({ ...call.request, body })
  }
  async #again(call: Passing, Password: string): Promise<Answer> {
    const { cognito } = this.#world.clients(call.inRegion)
    const who = { UserPoolId: text(call, 'UserPoolId'), Username: text(call, 'Username') }
    const find = async () => {
      try {
        return await orAbsent(cognito.send(new AdminGetUserCommand(who)))
      } catch (error) {
        if (error instanceof Error && error.name === 'UserNotFoundException') return undefined
        throw error
      }
    }
    const found = await find()
    if (found === undefined) {
      return errorAnswer(call.wire, { code: 'UserNotFoundException', message: 'User does not exist.' })
    }
    if (found.UserStatus !== 'FORCE_CHANGE_PASSWORD') {
      const message = `Resend not possible. ${who.Username} status is not FORCE_CHANGE_PASSWORD`
      return errorAnswer(call.wire, { code: 'UnsupportedUserStateException', message })
    }
    await cognito.send(new AdminSetUserPasswordCommand({ ...who, Password, Permanent: false }))
    const { Username, UserAttributes, UserStatus, Enabled } = found
    const seconds = (date: Date | undefined) => (date?.getTime() ?? 0) / 1000
    const dates = {
      UserCreateDate: seconds(found.UserCreateDate),
      UserLastModifiedDate: this.#world.clock.now() / 1000,
    }
    return jsonAnswer({ User: { Username, Attributes: UserAttributes, Enabled, UserStatus, ...dates } })
  }
  #mail(call: Passing, pool: UserPoolType, answer: Answer, password: string): void {
    const { User } = JSON.parse(answer.body.toString('utf8')) as { User?: { Attributes?: AttributeType[] } }
    const to = User?.Attributes?.find(({ Name }) => Name === 'email')?.Value ?? text(call, 'Username')
    const template = pool.AdminCreateUserConfig?.InviteMessageTemplate
    const written = template?.EmailMessage ?? 'Your username is {username} and temporary password is {####}.'
    const at = this.#world.clock.now()
    this.#passwords.set(to.toLowerCase(), password)
    this.#post({
      at,
      to,
      subject: template?.EmailSubject ?? 'Your temporary password',
      text: written.replaceAll('{username}', to).replaceAll('{####}', password),
      topic: pool.Arn ?? '',
      delivered: true,
    })
  }
  hooks(): Hook[] {
    return [{ on: ['cognito-idp:AdminCreateUser'], before: (call) => this.#create(call) }]
  }
}
