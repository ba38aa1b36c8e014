/** The page's users by the built CLI: who is invited, what Cognito and the guard's list say of them, and what is refused. */
import { AdminDeleteUserCommand, CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider'
import { AttachUserPolicyCommand, CreatePolicyCommand, IAMClient } from '@aws-sdk/client-iam'
import { expect, test } from 'vitest'
import { adminHalves, pagePolicy } from '../../src/provision/admin-rights.ts'
import { namesFor } from '../../src/provision/names.ts'
import { documentOf, PLAIN } from '../support/cli.ts'
import { sandboxForTests } from '../support/sandbox.ts'
import { Admin } from './guarded.ts'

const sandbox = sandboxForTests()
const here = () => ({ endpoint: sandbox.endpoint, region: sandbox.region, credentials: sandbox.admin })
const URL_OF_PAGE = 'https://spend.example.com/'
const LIMIT = {
  code: 'LimitExceededException',
  message: 'Exceeded daily email limit for the operation or the account. …',
  status: 400,
}

interface Listed {
  readonly name: string | null
  readonly email: string | null
  readonly sub: string
  readonly admin: boolean
  readonly sees: readonly string[]
  readonly status: string
}

/** What `iam-policy` prints for who keeps a guard with a page. */
async function onlyThePrintedPolicies(): Promise<Admin> {
  const keys = await sandbox.createUser('operator', { allow: 'sts:GetCallerIdentity' })
  const place = { account: sandbox.account, region: sandbox.region, partition: 'aws' }
  const names = namesFor('cost-guard', place)
  const iam = new IAMClient(here())
  for (const [index, policy] of [...adminHalves(names), pagePolicy(names)].entries()) {
    const { Policy } = await iam.send(
      new CreatePolicyCommand({ PolicyName: `operator-${index}`, PolicyDocument: JSON.stringify(policy) }),
    )
    await iam.send(new AttachUserPolicyCommand({ UserName: 'operator', PolicyArn: Policy?.Arn }))
  }
  return new Admin(sandbox, sandbox.envOf(keys))
}

test('somebody is let in, sees other things, is invited again, and is shut out; what Cognito does in between is noticed', async () => {
  const admin = await onlyThePrintedPolicies()
  const listed = async () => (await admin.reads('dashboard', 'users', 'list'))['users'] as readonly Listed[]
  const invitations = () => sandbox.mails().filter(({ text }) => text.includes(URL_OF_PAGE))
  await sandbox.createUser('tanaka')
  await sandbox.createUser('sato')

  const wish = ['--dashboard', '--dashboard-url', URL_OF_PAGE.slice(0, -1), '--language', 'ja']
  const made = await new Admin(sandbox).does('init', '--yes', ...PLAIN, ...wish)
  expect(made).toContain(URL_OF_PAGE)
  expect(made).toContain('dashboard users add NAME --email you@example.com')
  expect(await admin.reads('dashboard', 'open')).toMatchObject({ url: URL_OF_PAGE, opened: false })
  expect(await admin.does('dashboard', 'open')).toBe(`${URL_OF_PAGE}\n`)

  // Wrong words are refused before anybody is written to.
  const add = ['dashboard', 'users', 'add']
  expect(await admin.isRefused(...add, 'tanaka', '--email', 'tanaka')).toMatchObject({ exit: 2, code: 'bad-email' })
  expect(await admin.isRefused(...add, 'tanakaa', '--email', 'tanaka@example.com')).toMatchObject({
    ...{ exit: 2, code: 'unknown-principal', suggestions: expect.arrayContaining(['--principals user/tanaka']) },
  })
  expect(invitations()).toEqual([])

  await admin.does(...add, 'tanaka', '--email', 'Tanaka@Example.com')
  expect(await admin.reads(...add, '上長', '--email', 'boss@example.com', '--admin')).toMatchObject({
    ...{ changed: true, mail: 'sent', previous: null, url: URL_OF_PAGE },
    user: { name: '上長', admin: true, sees: [], status: 'invited' },
  })
  const [mail] = invitations()
  expect(mail).toMatchObject({
    to: 'tanaka@example.com',
    subject: expect.stringContaining('Amazon Bedrock 利用額ページ'),
  })
  expect(mail?.text).toMatch(/ユーザー名: tanaka@example\.com[\s\S]*仮パスワード: \S{12,}/)
  expect(await admin.isRefused(...add, 'sato', '--email', 'tanaka@example.com')).toMatchObject({ code: 'email-taken' })

  const changed = await admin.does(...add, 'tanaka', '--principals', 'tanaka,user/sato')
  expect(changed).toContain('sees user/tanaka → user/tanaka, user/sato')
  await admin.does('dashboard', 'users', 'resend', 'tanaka')
  expect(invitations().map(({ to }) => to)).toEqual(['tanaka@example.com', 'boss@example.com', 'tanaka@example.com'])
  expect(await listed()).toMatchObject([
    { name: 'tanaka', email: 'tanaka@example.com', status: 'invited', sees: ['user/tanaka', 'user/sato'] },
    { name: '上長', email: 'boss@example.com', status: 'invited', admin: true },
  ])

  // Cognito's mails of the day are used up: once the user is made all the same, once not.
  const lost = sandbox.inject({
    service: 'cognito-idp',
    operation: 'AdminCreateUser',
    error: LIMIT,
    times: 99,
    when: 'after',
  })
  const half = await admin.run([...add, 'sato', '--email', 'sato@example.com', '--json'])
  expect([half.code, documentOf(half)]).toEqual([1, expect.objectContaining({ changed: true, mail: 'daily-limit' })])
  lost.remove()
  const before = sandbox.inject({ service: 'cognito-idp', operation: 'AdminCreateUser', error: LIMIT })
  const none = await admin.isRefused(...add, 'lead', '--email', 'lead@example.com', '--principals', 'sato')
  expect(none).toMatchObject({ exit: 1, code: 'mail-limit' })
  expect(none.suggestions.join('\n')).toMatch(/tomorrow: .*users add lead[\s\S]*--dashboard-ses ARN/)
  before.remove()
  // The answer is lost, and the second attempt finds the user made: the mail is sent again rather than perhaps not at all.
  sandbox.inject({ service: 'cognito-idp', operation: 'AdminCreateUser', error: 'cut', when: 'after' })
  expect(await admin.reads(...add, 'lead', '--email', 'lead@example.com', '--principals', 'sato')).toMatchObject({
    mail: 'sent',
  })
  expect(invitations().at(-1)?.to).toBe('lead@example.com')
  expect((await listed()).map(({ name }) => name)).toEqual(['lead', 'sato', 'tanaka', '上長'])

  // A removal asks; by script it must be meant.
  expect(await admin.isRefused('dashboard', 'users', 'remove', 'tanaka')).toMatchObject({ exit: 2, code: 'needs-yes' })
  await admin.does('dashboard', 'users', 'remove', 'tanaka', '--yes')
  expect(await admin.isRefused('dashboard', 'users', 'remove', 'tanaka', '--yes')).toMatchObject({
    code: 'unknown-user',
  })

  // Somebody deletes a login in the console: list and doctor say so, and the same name is invited again.
  const { userPoolId } = (await admin.reads('dashboard', 'open')) as { userPoolId: string }
  const sato = (await listed()).find(({ name }) => name === 'sato')
  const cognito = new CognitoIdentityProviderClient(here())
  await cognito.send(new AdminDeleteUserCommand({ UserPoolId: userPoolId, Username: sato?.sub }))
  const doctor = documentOf(await admin.run(['doctor', '--no-heartbeat', '--json'])) as { checks: readonly object[] }
  expect(doctor.checks).toContainEqual(
    expect.objectContaining({ check: 'page-users', state: 'warn', what: expect.stringContaining('sato') }),
  )
  expect((await listed()).find(({ name }) => name === 'sato')).toMatchObject({ status: 'no-login', email: null })
  await admin.does(...add, 'sato', '--email', 'sato@example.com')
  const table = await admin.does('dashboard', 'users', 'list')
  expect(table).toMatch(/^NAME +E-MAIL +STATUS +SEES\n/)
  expect(table).toMatch(/sato +sato@example\.com +invited +user\/sato\n/)

  const history = await admin.does('history')
  for (const said of ['user of the page added', 'user of the page changed', 'user of the page removed', 'name tanaka'])
    expect(history).toContain(said)
})
