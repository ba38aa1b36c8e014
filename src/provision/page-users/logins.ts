/** The users of the page's user pool: who can sign in. Who sees what is the guard's own list, kept elsewhere. */
import type { UserType } from '@aws-sdk/client-cognito-identity-provider'
import {
  attemptsOf,
  errorMessage,
  isAbsent,
  isMailLimit,
  isMailNotSent,
  isNoSuchUser,
  isNotInvited,
  isUserThere,
} from '../../runtime/aws/aws-errors.ts'
import { type Instant, instant } from '../../runtime/domain/base/calendar.ts'
import { GuardError } from '../../runtime/domain/base/guard-error.ts'
import type { AwsClients } from '../clients.ts'
import type { Login } from './standing.ts'

/** Why no mail went out. */
export interface NotSent {
  readonly why: 'daily-limit' | 'not-deliverable'
  /** What AWS said. */
  readonly message: string
}

/** Made (or there already), or not; with or without its mail. */
export interface Invited {
  /** Undefined: there is no such user, so nothing was made. */
  readonly login: Login | undefined
  /** Somebody made it at the same moment, or before: nothing was sent by us. */
  readonly wasThere: boolean
  readonly notSent: NotSent | undefined
}

/** Who can sign in to the page. One suite runs on the fake and on the emulator. */
export interface Logins {
  /** By e-mail, user name or sub. */
  find(name: string): Promise<Login | undefined>
  /** Everybody, every page, or it throws. */
  all(): Promise<readonly Login[]>
  /** Cognito makes a temporary password and mails it; nobody of us knows it. */
  invite(email: string): Promise<Invited>
  /** A new temporary password and a new mail. `not-invited`: they have signed in since. */
  inviteAgain(username: string): Promise<'sent' | 'not-invited' | 'gone' | NotSent>
  /** Gone already is success. */
  remove(username: string): Promise<void>
  /** Whether a second factor is set up; ListUsers does not tell. */
  hasSecondFactor(username: string): Promise<boolean | undefined>
}

export class CognitoLogins implements Logins {
  readonly #clients: AwsClients
  readonly #pool: string

  constructor(clients: AwsClients, pool: string) {
    this.#clients = clients
    this.#pool = pool
  }

  async find(name: string): Promise<Login | undefined> {
    const found = await this.#get(name)
    return found && loginFrom({ ...found, Attributes: found.UserAttributes })
  }

  async all(): Promise<readonly Login[]> {
    const { sdk, client } = await this.#parts()
    return this.#asked(async () => {
      const logins: Login[] = []
      for await (const { Users = [] } of sdk.paginateListUsers({ client }, { UserPoolId: this.#pool }))
        logins.push(...Users.map(loginFrom))
      return logins
    })
  }

  async invite(email: string): Promise<Invited> {
    const { sdk, client } = await this.#parts()
    const wish = new sdk.AdminCreateUserCommand({
      UserPoolId: this.#pool,
      Username: email,
      // Verified, because the invitation proves it: without it nobody could ask for a new password.
      UserAttributes: [
        { Name: 'email', Value: email },
        { Name: 'email_verified', Value: 'true' },
      ],
      DesiredDeliveryMediums: ['EMAIL'],
    })
    wish.middlewareStack.add(unheardLimit, NOT_AGAIN)
    try {
      const { User = {} } = await this.#asked(() => client.send(wish))
      return { login: loginFrom(User), wasThere: false, notSent: undefined }
    } catch (error) {
      // Whether the user was made all the same AWS does not promise either way: it is looked up.
      if (isUserThere(error)) return this.#thereAlready(email, attemptsOf(error) > 1)
      const notSent = notSentBy(error)
      if (notSent === undefined) throw error
      return { login: await this.find(email), wasThere: false, notSent }
    }
  }

  /** @param byUs an attempt before the last one made the user, and we never heard whether its mail went out. */
  async #thereAlready(email: string, byUs: boolean): Promise<Invited> {
    const login = await this.find(email)
    if (login === undefined || !byUs) return { login, wasThere: true, notSent: undefined }
    const again = await this.inviteAgain(login.username)
    return { login, wasThere: false, notSent: typeof again === 'string' ? undefined : again }
  }

  async inviteAgain(username: string): Promise<'sent' | 'not-invited' | 'gone' | NotSent> {
    const { sdk, client } = await this.#parts()
    const wish = new sdk.AdminCreateUserCommand({
      UserPoolId: this.#pool,
      Username: username,
      MessageAction: 'RESEND',
      DesiredDeliveryMediums: ['EMAIL'],
    })
    wish.middlewareStack.add(unheardLimit, NOT_AGAIN)
    try {
      await this.#asked(() => client.send(wish))
      return 'sent'
    } catch (error) {
      if (isNotInvited(error)) return 'not-invited'
      if (isNoSuchUser(error)) return 'gone'
      const notSent = notSentBy(error)
      if (notSent === undefined) throw error
      return notSent
    }
  }

  async remove(username: string): Promise<void> {
    const { sdk, client } = await this.#parts()
    try {
      await this.#asked(() =>
        client.send(new sdk.AdminDeleteUserCommand({ UserPoolId: this.#pool, Username: username })),
      )
    } catch (error) {
      if (!isNoSuchUser(error)) throw error
    }
  }

  async hasSecondFactor(username: string): Promise<boolean | undefined> {
    const found = await this.#get(username)
    return found && (found.UserMFASettingList ?? []).length > 0
  }

  async #get(Username: string) {
    const { sdk, client } = await this.#parts()
    try {
      return await this.#asked(() => client.send(new sdk.AdminGetUserCommand({ UserPoolId: this.#pool, Username })))
    } catch (error) {
      if (isNoSuchUser(error)) return undefined
      throw error
    }
  }

  async #parts() {
    const [sdk, client] = await Promise.all([import('../sdk/cognito.ts'), this.#clients.cognito()])
    return { sdk, client }
  }

  async #asked<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
    try {
      return await ask()
    } catch (error) {
      throw isAbsent(error) ? this.#poolGone(error) : error
    }
  }

  #poolGone(cause: unknown): GuardError {
    return new GuardError({
      code: 'user-pool-gone',
      fault: 'aws',
      message: `the user pool ${this.#pool} of the page is gone: somebody deleted it, and everybody's login with it`,
      suggestions: ['cost-guard init makes a new one; then add each user again'],
      cause,
    })
  }
}

/** Cognito's mails of the day are used up. */
class MailLimitReached extends Error {}

/** The SDK takes this limit, by its name, for one of calls a second: it would try again for half a minute. */
const unheardLimit =
  <Input, Output>(next: (args: Input) => Promise<Output>) =>
  async (args: Input): Promise<Output> => {
    try {
      return await next(args)
    } catch (error) {
      throw isMailLimit(error) ? new MailLimitReached(errorMessage(error), { cause: error }) : error
    }
  }
/** Within the SDK's own retrying, which has the step's high priority. */
const NOT_AGAIN = { step: 'finalizeRequest', priority: 'low', name: 'dailyMailLimit' } as const

function notSentBy(error: unknown): NotSent | undefined {
  if (error instanceof MailLimitReached) return { why: 'daily-limit', message: error.message }
  return isMailNotSent(error) ? { why: 'not-deliverable', message: errorMessage(error) } : undefined
}

function loginFrom(user: UserType): Login {
  const attribute = (name: string): string => user.Attributes?.find(({ Name }) => Name === name)?.Value ?? ''
  const createdAt = momentOf(user.UserCreateDate)
  return {
    sub: attribute('sub'),
    username: user.Username ?? '',
    email: attribute('email'),
    status: user.UserStatus ?? 'UNKNOWN',
    enabled: user.Enabled ?? true,
    createdAt,
    changedAt: user.UserLastModifiedDate === undefined ? createdAt : momentOf(user.UserLastModifiedDate),
  }
}

const momentOf = (date: Date | undefined): Instant => instant(date?.getTime() ?? 0)
