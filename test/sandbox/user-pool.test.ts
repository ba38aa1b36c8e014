/** User pools in the sandbox: what AWS does around Cognito's users and the emulator does not. */
import {
  AdminCreateUserCommand,
  CognitoIdentityProviderClient,
  CreateUserPoolClientCommand,
  CreateUserPoolCommand,
  CreateUserPoolDomainCommand,
  DeleteUserPoolCommand,
  DeleteUserPoolDomainCommand,
  DescribeUserPoolCommand,
  InitiateAuthCommand,
  ListTagsForResourceCommand,
  ListUsersCommand,
  SetUserPoolMfaConfigCommand,
  TagResourceCommand,
  UpdateUserPoolCommand,
} from '@aws-sdk/client-cognito-identity-provider'
import { expect, test } from 'vitest'
import { sandboxForTests } from '../support/sandbox.ts'

const sandbox = sandboxForTests()
const client = () =>
  new CognitoIdentityProviderClient({ endpoint: sandbox.endpoint, region: sandbox.region, credentials: sandbox.admin })

async function poolOf(name: string) {
  const cognito = client()
  const { UserPool } = await cognito.send(
    new CreateUserPoolCommand({
      PoolName: name,
      UsernameAttributes: ['email'],
      DeletionProtection: 'ACTIVE',
      AdminCreateUserConfig: {
        AllowAdminCreateUserOnly: true,
        InviteMessageTemplate: { EmailSubject: 'Come in', EmailMessage: 'You are {username}, say {####}' },
      },
      UserPoolTags: { guard: name },
    }),
  )
  return { cognito, id: UserPool?.Id ?? '', arn: UserPool?.Arn ?? '' }
}

test('an invitation is mailed by the template of the pool with a password that works, again after RESEND, to one user only', async () => {
  const { cognito, id } = await poolOf('letters')
  const { UserPoolClient } = await cognito.send(new CreateUserPoolClientCommand({ UserPoolId: id, ClientName: 'page' }))
  const invite = (MessageAction?: 'RESEND') =>
    cognito.send(
      new AdminCreateUserCommand({
        UserPoolId: id,
        Username: 'tanaka@example.com',
        DesiredDeliveryMediums: ['EMAIL'],
        ...(MessageAction ? { MessageAction } : {}),
      }),
    )
  const passwords: string[] = []
  for (const action of [undefined, 'RESEND'] as const) {
    sandbox.clearMails()
    await invite(action)
    const mail = sandbox.mails().at(-1)
    expect(mail).toMatchObject({ to: 'tanaka@example.com', subject: 'Come in', delivered: true })
    const [, PASSWORD = ''] = /^You are tanaka@example\.com, say (\S+)$/.exec(mail?.text ?? '') ?? []
    passwords.push(PASSWORD)
    const AuthParameters = { USERNAME: 'tanaka@example.com', PASSWORD }
    const ClientId = UserPoolClient?.ClientId
    const answer = await cognito.send(
      new InitiateAuthCommand({ AuthFlow: 'USER_PASSWORD_AUTH', ClientId, AuthParameters }),
    )
    expect(answer.ChallengeName).toBe('NEW_PASSWORD_REQUIRED')
  }
  expect(new Set(passwords).size).toBe(2)
  const { Users } = await cognito.send(new ListUsersCommand({ UserPoolId: id }))
  expect(Users).toHaveLength(1)
})

test('Cognito sends fifty letters a day and says so at the next, until a day has passed', async () => {
  const { cognito, id } = await poolOf('many')
  const invite = (n: number) =>
    cognito.send(
      new AdminCreateUserCommand({
        UserPoolId: id,
        Username: `p${n}@example.com`,
        DesiredDeliveryMediums: ['EMAIL'],
      }),
    )
  // Letters of other tests count too: the limit is the account's.
  const all = await Promise.allSettled(Array.from({ length: 51 }, (_, n) => invite(n)))
  expect(all.some((one) => one.status === 'rejected' && one.reason.name === 'LimitExceededException')).toBe(true)
  await expect(invite(60)).rejects.toMatchObject({ name: 'LimitExceededException' })
  sandbox.advance(86_400_000 + 1)
  expect((await invite(61)).User?.UserStatus).toBe('FORCE_CHANGE_PASSWORD')
})

test('a pool keeps through an update what it was made with, and what an update leaves out falls back', async () => {
  const { cognito, id, arn } = await poolOf('kept')
  await cognito.send(
    new SetUserPoolMfaConfigCommand({
      UserPoolId: id,
      MfaConfiguration: 'OPTIONAL',
      SoftwareTokenMfaConfiguration: { Enabled: true },
    }),
  )
  await cognito.send(new TagResourceCommand({ ResourceArn: arn, Tags: { team: 'blue' } }))
  const look = async () => (await cognito.send(new DescribeUserPoolCommand({ UserPoolId: id }))).UserPool
  expect(await look()).toMatchObject({
    MfaConfiguration: 'OPTIONAL',
    UserPoolTags: { guard: 'kept', team: 'blue' },
    DeletionProtection: 'ACTIVE',
  })
  await cognito.send(new UpdateUserPoolCommand({ UserPoolId: id, UserPoolTier: 'ESSENTIALS' }))
  expect(await look()).toMatchObject({ MfaConfiguration: 'OFF', UsernameAttributes: ['email'] })
  const { Tags } = await cognito.send(new ListTagsForResourceCommand({ ResourceArn: arn }))
  expect(Tags).toEqual({ guard: 'kept', team: 'blue' })
})

test('a pool is not deleted while it is protected or has a domain, and a domain belongs to one pool', async () => {
  const { cognito, id } = await poolOf('guarded')
  const { id: other } = await poolOf('other')
  const refused = (why: RegExp) => ({ name: 'InvalidParameterException', message: expect.stringMatching(why) })
  const remove = () => cognito.send(new DeleteUserPoolCommand({ UserPoolId: id }))
  await expect(remove()).rejects.toMatchObject(refused(/deletion protection is activated/))
  await cognito.send(new UpdateUserPoolCommand({ UserPoolId: id, DeletionProtection: 'INACTIVE' }))
  await cognito.send(new CreateUserPoolDomainCommand({ UserPoolId: id, Domain: 'guard-1' }))
  const take = new CreateUserPoolDomainCommand({ UserPoolId: other, Domain: 'guard-1' })
  await expect(cognito.send(take)).rejects.toMatchObject(refused(/already associated with another user pool/))
  await expect(remove()).rejects.toMatchObject(refused(/has a domain configured/))
  await cognito.send(new DeleteUserPoolDomainCommand({ UserPoolId: id, Domain: 'guard-1' }))
  await remove()
  await expect(cognito.send(new DescribeUserPoolCommand({ UserPoolId: id }))).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
  })
})
