/**
 * Where the page's people have their accounts. On the plan Lite: what it lacks (Cognito's newer sign-in pages, codes by mail as a
 * second factor, tokens changed by code) the page does not use, and it costs the least
 * (https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-sign-in-feature-plans.html, 2026-11).
 */
import {
  CreateUserPoolCommand,
  DeleteUserPoolCommand,
  SetUserPoolMfaConfigCommand,
  UntagResourceCommand,
  UpdateUserPoolCommand,
} from '@aws-sdk/client-cognito-identity-provider'
import { unlessAbsent } from '../absent.ts'
import type { AwsClients } from '../clients.ts'
import { field } from '../differences.ts'
import type { Difference, Resource } from '../engine/resource.ts'
import { pageFacts, pageIds, pageWithoutAddress } from '../page.ts'
import { TEMPORARY_PASSWORD_DAYS } from '../page-users/standing.ts'
import { type PageMails, pageMails } from '../page-words.ts'
import type { RightsScope } from '../permissions.ts'
import { tagChanges } from '../tags.ts'
import { forgetPageUsers, peopleInWords } from './page-users.ts'
import { mailFields, poolFields, readUserPool, type UserPoolActual } from './user-pool-state.ts'

export interface UserPoolDesired {
  readonly name: string
  readonly mfa: 'optional' | 'required'
  readonly sesIdentity: string | undefined
  readonly mailFrom: string | undefined
  /** Undefined while the page has no address: a pool is not made without it. */
  readonly mails: PageMails | undefined
}

/** What never depends on a wish; part of `desired` all the same, so that a version that asks for more is a new wish. */
export const POOL_RULES = {
  passwordLength: 14,
  temporaryPasswordDays: TEMPORARY_PASSWORD_DAYS,
  tier: 'LITE',
} as const

export function userPoolResource(
  clients: AwsClients,
  scope: RightsScope,
): Resource<UserPoolDesired & typeof POOL_RULES, UserPoolActual> {
  const { names } = scope
  const ids = pageIds(scope)
  return {
    id: ids.userPool,
    kind: 'user pool',
    name: names.page.userPool,
    why: 'holds the accounts of those who may open the page; nobody can sign up by themselves',
    ownership: { by: 'tag' },
    onTeardown: 'remove',
    // The invitation names the page's address.
    needs: [ids.api],
    follows: { ids: [ids.api], fields: ['invitation', 'code mail'] },

    desired(inputs) {
      const { page, language } = inputs.settings
      if (page === undefined) return undefined
      const { url } = pageFacts(inputs)
      return {
        ...POOL_RULES,
        name: names.page.userPool,
        mfa: page.mfa,
        sesIdentity: page.sesIdentity,
        mailFrom: page.mailFrom,
        mails:
          url === undefined ? undefined : pageMails(language, { guard: names.guard, account: inputs.account, url }),
      }
    },

    read: (inputs) => readUserPool(clients, inputs),

    losing: ({ people }) => (people === 0 ? undefined : `goes with its accounts (Cognito counts ${people})`),

    diff: (desired, actual) => [
      ...poolFields(desired, actual),
      ...mailFields(desired, actual),
      ...field('known to the guard', { is: actual.remembered ? 'yes' : 'no', want: 'yes' }),
    ],

    // "You can't configure a user pool in one account, and then use it with an Amazon SES email address in a different AWS account":
    // https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-email.html
    async refuse({ sesIdentity }, _observed, { account }) {
      const owner = sesIdentity?.split(':')[4] ?? account
      if (owner === account) return []
      return [
        {
          why: 'unfit',
          message: `the SES identity ${sesIdentity} is of the account ${owner}, and Cognito mails only with one of its own account, ${account}`,
          suggestion: 'name an identity of this account with --dashboard-ses, or none',
        },
      ]
    },

    async create(desired, doing) {
      // Who is mapped belongs to a pool that is gone.
      await forgetPageUsers(clients, names.table)
      const cognito = await clients.cognito()
      const { UserPool } = await cognito.send(
        new CreateUserPoolCommand({
          ...settingsFor(desired),
          PoolName: desired.name,
          UsernameAttributes: ['email'],
          UsernameConfiguration: { CaseSensitive: false },
          UserPoolTags: { ...doing.tags },
        }),
      )
      await doing.remember(UserPool?.Id)
      await setMfa(clients, UserPool?.Id, desired)
    },

    async update(desired, actual, differences, doing) {
      const cognito = await clients.cognito()
      await doing.remember(actual.id)
      const changes = tagChanges(differences, doing.tags)
      const gone = changes?.remove ?? []
      if (gone.length > 0) {
        await cognito.send(new UntagResourceCommand({ ResourceArn: actual.arn, TagKeys: [...gone] }))
      }
      if (differences.every((one) => ONLY_MEMORY_OR_MFA.includes(one.field))) {
        if (differs(differences, 'mfa')) await setMfa(clients, actual.id, desired)
        return
      }
      // What is not sent goes back to its default, the second factor too.
      const others = Object.fromEntries(Object.entries(actual.tags).filter(([key]) => !gone.includes(key)))
      await cognito.send(
        new UpdateUserPoolCommand({
          ...settingsFor(desired),
          UserPoolId: actual.id,
          PoolName: desired.name,
          // Only what is in force can be sent here: another second factor is set by a call of its own.
          MfaConfiguration: actual.mfaAsSet,
          UserPoolTags: { ...others, ...doing.tags },
        }),
      )
      await setMfa(clients, actual.id, desired)
    },

    async remove(actual, doing) {
      const cognito = await clients.cognito()
      if (actual.deletionProtection) {
        await cognito.send(
          new UpdateUserPoolCommand({
            UserPoolId: actual.id,
            DeletionProtection: 'INACTIVE',
            AdminCreateUserConfig: { AllowAdminCreateUserOnly: true },
            MfaConfiguration: actual.mfaAsSet,
            AutoVerifiedAttributes: ['email'],
            UserPoolTags: { ...actual.tags },
          }),
        )
      }
      await unlessAbsent(cognito.send(new DeleteUserPoolCommand({ UserPoolId: actual.id })))
      if (actual.people > 0) doing.answer(`with the accounts of ${peopleInWords(actual.people)}`)
      await doing.remember(undefined)
    },
  }
}

const ONLY_MEMORY_OR_MFA: readonly string[] = ['known to the guard', 'mfa']

const differs = (differences: readonly Difference[], name: string): boolean =>
  differences.some((one) => one.field === name)

/** All that can be changed of a pool: an update that leaves something out resets it. */
function settingsFor(desired: UserPoolDesired & typeof POOL_RULES) {
  if (desired.mails === undefined) throw pageWithoutAddress()
  const { invitation, code } = desired.mails
  return {
    UserPoolTier: desired.tier,
    DeletionProtection: 'ACTIVE' as const,
    Policies: {
      PasswordPolicy: {
        MinimumLength: desired.passwordLength,
        RequireLowercase: true,
        RequireUppercase: true,
        RequireNumbers: true,
        RequireSymbols: true,
        TemporaryPasswordValidityDays: desired.temporaryPasswordDays,
      },
    },
    AutoVerifiedAttributes: ['email' as const],
    UserAttributeUpdateSettings: { AttributesRequireVerificationBeforeUpdate: ['email' as const] },
    AccountRecoverySetting: { RecoveryMechanisms: [{ Name: 'verified_email' as const, Priority: 1 }] },
    AdminCreateUserConfig: {
      AllowAdminCreateUserOnly: true,
      InviteMessageTemplate: { EmailSubject: invitation.subject, EmailMessage: invitation.html },
    },
    VerificationMessageTemplate: {
      DefaultEmailOption: 'CONFIRM_WITH_CODE' as const,
      EmailSubject: code.subject,
      EmailMessage: code.html,
    },
    EmailConfiguration:
      desired.sesIdentity === undefined
        ? { EmailSendingAccount: 'COGNITO_DEFAULT' as const }
        : {
            EmailSendingAccount: 'DEVELOPER' as const,
            SourceArn: desired.sesIdentity,
            ...(desired.mailFrom === undefined ? {} : { From: desired.mailFrom }),
          },
  }
}

/** An authenticator app, never a text message: those cost money each and can be taken over. */
async function setMfa(clients: AwsClients, UserPoolId: string | undefined, { mfa }: UserPoolDesired): Promise<void> {
  const cognito = await clients.cognito()
  await cognito.send(
    new SetUserPoolMfaConfigCommand({
      UserPoolId,
      SoftwareTokenMfaConfiguration: { Enabled: true },
      MfaConfiguration: mfa === 'required' ? 'ON' : 'OPTIONAL',
    }),
  )
}
