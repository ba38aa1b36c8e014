/** What a user pool is like, read and held against what is wanted. */
import {
  GetUserPoolMfaConfigCommand,
  type GetUserPoolMfaConfigResponse,
  type UserPoolMfaType,
  type UserPoolType,
} from '@aws-sdk/client-cognito-identity-provider'
import { unlessAbsent } from '../absent.ts'
import type { AwsClients } from '../clients.ts'
import { field } from '../differences.ts'
import type { Difference, Inputs, Observed, Tags } from '../engine/resource.ts'
import { pageIds } from '../page.ts'
import type { PageMail } from '../page-words.ts'
import { findUserPool } from './find-user-pool.ts'
import type { POOL_RULES, UserPoolDesired } from './user-pool.ts'

export interface UserPoolActual {
  readonly id: string
  readonly arn: string
  readonly name: string
  /** Accounts in it; AWS says that this is an estimate. */
  readonly people: number
  readonly remembered: boolean
  readonly tags: Tags
  readonly selfSignUp: boolean
  readonly signInBy: string
  readonly caseSensitive: boolean
  /** `14 characters, a-z, A-Z, 0-9, symbols` */
  readonly password: string
  readonly temporaryPasswordDays: number | undefined
  readonly mfa: string
  readonly mfaAsSet: UserPoolMfaType
  readonly deletionProtection: boolean
  readonly tier: string | undefined
  readonly verifies: string
  readonly verifiesBeforeChange: string
  readonly recovery: string
  /** Functions that Cognito calls while somebody signs in; one of them could let anybody in. */
  readonly triggers: string
  readonly mailer: string
  readonly invitation: PageMail
  readonly code: PageMail
}

export async function readUserPool(clients: AwsClients, inputs: Inputs): Promise<Observed<UserPoolActual>> {
  const pool = await findUserPool(clients, inputs)
  if (pool?.Id === undefined) return { state: 'absent' }
  const cognito = await clients.cognito()
  const mfa = await unlessAbsent(cognito.send(new GetUserPoolMfaConfigCommand({ UserPoolId: pool.Id })))
  if (mfa === undefined) return { state: 'absent' }
  const remembered = inputs.remembered(pageIds(inputs).userPool) === pool.Id
  return { state: 'present', actual: actualOf(pool, mfa, remembered), tags: pool.UserPoolTags ?? {} }
}

const listed = (names: readonly (string | undefined)[] | undefined): string => [...(names ?? [])].sort().join(', ')

function actualOf(pool: UserPoolType, mfa: GetUserPoolMfaConfigResponse, remembered: boolean): UserPoolActual {
  const { AdminCreateUserConfig: byAdmin, VerificationMessageTemplate: code, EmailConfiguration: mail } = pool
  const policy = pool.Policies?.PasswordPolicy
  return {
    id: pool.Id ?? '',
    arn: pool.Arn ?? '',
    name: pool.Name ?? '',
    people: pool.EstimatedNumberOfUsers ?? 0,
    remembered,
    tags: pool.UserPoolTags ?? {},
    selfSignUp: byAdmin?.AllowAdminCreateUserOnly !== true,
    signInBy: listed(pool.UsernameAttributes),
    // AWS's default for what was made by its API without saying.
    caseSensitive: pool.UsernameConfiguration?.CaseSensitive ?? true,
    password: [
      `${policy?.MinimumLength ?? 0} characters`,
      ...(policy?.RequireLowercase ? ['a-z'] : []),
      ...(policy?.RequireUppercase ? ['A-Z'] : []),
      ...(policy?.RequireNumbers ? ['0-9'] : []),
      ...(policy?.RequireSymbols ? ['symbols'] : []),
    ].join(', '),
    temporaryPasswordDays: policy?.TemporaryPasswordValidityDays,
    mfa: mfaInWords(mfa),
    mfaAsSet: mfa.MfaConfiguration ?? 'OFF',
    deletionProtection: pool.DeletionProtection === 'ACTIVE',
    tier: pool.UserPoolTier,
    verifies: listed(pool.AutoVerifiedAttributes),
    verifiesBeforeChange: listed(pool.UserAttributeUpdateSettings?.AttributesRequireVerificationBeforeUpdate),
    recovery: listed(pool.AccountRecoverySetting?.RecoveryMechanisms?.map((one) => one.Name)),
    triggers: listed(
      Object.entries(pool.LambdaConfig ?? {}).flatMap(([name, value]) => (value === undefined ? [] : [name])),
    ),
    mailer:
      mail?.EmailSendingAccount === 'DEVELOPER' ? mailerInWords(mail.SourceArn, mail.From) : mailerInWords(undefined),
    invitation: {
      subject: byAdmin?.InviteMessageTemplate?.EmailSubject ?? '',
      html: byAdmin?.InviteMessageTemplate?.EmailMessage ?? '',
    },
    // AWS gives it back under its old names as well.
    code: {
      subject: code?.EmailSubject ?? pool.EmailVerificationSubject ?? '',
      html: code?.EmailMessage ?? pool.EmailVerificationMessage ?? '',
    },
  }
}

function mfaInWords(mfa: GetUserPoolMfaConfigResponse): string {
  if (mfa.MfaConfiguration === undefined || mfa.MfaConfiguration === 'OFF') return 'off'
  const by = [
    ...(mfa.SoftwareTokenMfaConfiguration?.Enabled ? ['authenticator app'] : []),
    ...(mfa.SmsMfaConfiguration?.SmsConfiguration ? ['text message'] : []),
    ...(mfa.EmailMfaConfiguration ? ['mail'] : []),
  ]
  return [mfa.MfaConfiguration === 'ON' ? 'required' : 'optional', ...by].join(', ')
}

const mailerInWords = (sesIdentity: string | undefined, from?: string | undefined): string =>
  sesIdentity === undefined ? 'Cognito' : [sesIdentity, ...(from === undefined ? [] : [`from ${from}`])].join(' ')

const yesNo = (is: boolean): string => (is ? 'yes' : 'no')

export const poolFields = (
  desired: UserPoolDesired & typeof POOL_RULES,
  actual: UserPoolActual,
): readonly Difference[] => [
  ...field('name', { is: actual.name, want: desired.name }),
  ...field('self sign-up', { is: yesNo(actual.selfSignUp), want: 'no' }),
  // Cognito decides these two when a pool is made, for good.
  ...field('sign-in by', { is: actual.signInBy, want: 'email' }, 'impossible'),
  ...field('case counts', { is: yesNo(actual.caseSensitive), want: 'no' }, 'impossible'),
  ...field('password', { is: actual.password, want: `${desired.passwordLength} characters, a-z, A-Z, 0-9, symbols` }),
  ...field('temporaryPasswordDays', { is: actual.temporaryPasswordDays, want: desired.temporaryPasswordDays }),
  ...field('mfa', { is: actual.mfa, want: `${desired.mfa}, authenticator app` }),
  ...field('deletionProtection', { is: yesNo(actual.deletionProtection), want: 'yes' }),
  ...field('tier', { is: actual.tier, want: desired.tier }),
  ...field('verifies', { is: actual.verifies, want: 'email' }),
  ...field('verifies before a change', { is: actual.verifiesBeforeChange, want: 'email' }),
  ...field('recovery', { is: actual.recovery, want: 'verified_email' }),
  ...field('triggers', { is: actual.triggers, want: undefined }),
]

export const mailFields = (desired: UserPoolDesired, actual: UserPoolActual): readonly Difference[] => [
  ...field('mails sent by', { is: actual.mailer, want: mailerInWords(desired.sesIdentity, desired.mailFrom) }),
  ...mailField('invitation', actual.invitation, desired.mails?.invitation),
  ...mailField('code mail', actual.code, desired.mails?.code),
]

const mailField = (name: string, is: PageMail, want: PageMail | undefined): readonly Difference[] =>
  is.subject === want?.subject && is.html === want.html
    ? []
    : [{ field: name, is: is.subject === '' ? "Cognito's own" : 'another text', want: "the guard's", how: 'in-place' }]
