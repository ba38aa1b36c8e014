/** User pool, sign-in domain, sign-in client, and who is mapped: from nothing to nothing, on the sandbox. */
import { DeleteApiCommand } from '@aws-sdk/client-apigatewayv2'
import {
  AdminCreateUserCommand,
  CreateUserPoolClientCommand,
  CreateUserPoolCommand,
  CreateUserPoolDomainCommand,
  DeleteUserPoolClientCommand,
  DeleteUserPoolCommand,
  DeleteUserPoolDomainCommand,
  DescribeUserPoolClientCommand,
  DescribeUserPoolCommand,
  GetUserPoolMfaConfigCommand,
  ListUserPoolClientsCommand,
  ListUserPoolsCommand,
  SetUserPoolMfaConfigCommand,
  UpdateUserPoolClientCommand,
  UpdateUserPoolCommand,
} from '@aws-sdk/client-cognito-identity-provider'
import { PutItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb'
import { beforeEach, describe, expect, test } from 'vitest'
import { adminPolicy, MANAGED_POLICY_CHARACTERS, pagePolicy } from '../../src/provision/admin-rights.ts'
import { type AwsCall, isReadOnly } from '../../src/provision/clients.ts'
import type { Plan } from '../../src/provision/engine/plan.ts'
import type { PageSettings } from '../../src/provision/guard.ts'
import { pageIds, readApiFact } from '../../src/provision/page.ts'
import { pageResources } from '../../src/provision/page-stack.ts'
import { removalCommand } from '../../src/provision/removal-commands.ts'
import { pageUsersId } from '../../src/provision/resources/page-users.ts'
import { tableResource } from '../../src/provision/resources/table.ts'
import { rightsFor } from '../../src/provision/step-rights.ts'
import { existenceOf } from '../../src/provision/still-there.ts'
import { taggedInRegion } from '../../src/provision/tagged.ts'
import { sandboxForTests } from '../support/sandbox.ts'
import { type AnyResource, fieldsOf, type Life, repaired, stepOf, unchanged } from './life.ts'
import { personWith } from './on-sandbox.ts'
import { ACCOUNT, REGION, scopeOf, settingsOf, succeeded, told, type World, world } from './world.ts'
import { zipAnswering } from './zip.ts'

const sandbox = sandboxForTests()
let aws: World
beforeEach(async () => {
  await sandbox.reset()
  Object.assign(process.env, sandbox.env)
  aws = world()
  const scope = aws.scope()
  succeeded((await aws.install([tableResource(aws.clients, scope)], scope)).outcome)
})

const PAGE: PageSettings = {
  ...{ shows: 'own', mfa: 'optional', cidrs: [], prefix: undefined },
  ...{ url: 'https://spend.example.com', sesIdentity: undefined, mailFrom: undefined },
}
const ids = pageIds(scopeOf(settingsOf()))
const assets = zipAnswering('page')
const users = pageUsersId('cg-test-ledger', REGION)
const OURS: readonly string[] = [users, ids.userPool, ids.domain, ids.client]

async function life(page: Partial<PageSettings> | undefined = {}, only = OURS): Promise<Life> {
  const scope = aws.scope({ page: page === undefined ? undefined : { ...PAGE, ...page } })
  const known = [...(await aws.manifest(scope).facts()).keys()]
  const all = pageResources(aws.clients, scope, { known, thorough: false, assets })
  const list: readonly AnyResource[] = all.filter((one) => only.includes(one.id))
  return { aws, scope, list, id: ids.userPool }
}
const noPage = async (): Promise<Life> => {
  const scope = aws.scope()
  const known = [...(await aws.manifest(scope).facts()).keys()]
  const list = pageResources(aws.clients, scope, { known, thorough: false, assets }).filter((one) =>
    OURS.includes(one.id),
  )
  return { aws, scope, list, id: ids.userPool }
}
async function installed(page: Partial<PageSettings> = {}): Promise<Life> {
  const one = await life(page)
  succeeded((await aws.install(one.list, one.scope)).outcome)
  return one
}

const cognito = () => aws.clients.cognito()
const fact = async (id: string) => (await aws.manifest(aws.scope()).facts()).get(id)
const pools = async () => (await (await cognito()).send(new ListUserPoolsCommand({ MaxResults: 60 }))).UserPools ?? []
const pool = async () => {
  const UserPoolId = await fact(ids.userPool)
  return (await (await cognito()).send(new DescribeUserPoolCommand({ UserPoolId }))).UserPool
}
const client = async () => {
  const [UserPoolId, ClientId] = [await fact(ids.userPool), await fact(ids.client)]
  return (await (await cognito()).send(new DescribeUserPoolClientCommand({ UserPoolId, ClientId }))).UserPoolClient
}
async function invited(Username: string, sub = 'sub-1'): Promise<void> {
  const UserPoolId = await fact(ids.userPool)
  await (await cognito()).send(new AdminCreateUserCommand({ UserPoolId, Username, MessageAction: 'SUPPRESS' }))
  const Item = { pk: { S: 'PAGE' }, sk: { S: `USER#${sub}` } }
  await (await aws.clients.dynamo()).send(new PutItemCommand({ TableName: 'cg-test-ledger', Item }))
}
const mapped = async () => {
  const found = await (await aws.clients.dynamo()).send(
    new QueryCommand({
      TableName: 'cg-test-ledger',
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': { S: 'PAGE' } },
    }),
  )
  return found.Items?.map((item) => item['sk']?.S)
}

describe('signing in to the page', () => {
  test('is made once: nobody signs up alone, passwords are long, codes come from an app, one address may ask', async () => {
    const one = await life()
    const first = await aws.install(one.list, one.scope)
    succeeded(first.outcome)
    expect(told(first.plan)).toEqual([
      'create people of the page',
      'create user pool',
      'create sign-in domain',
      'create sign-in client',
    ])
    await unchanged(one)
    expect(await pool()).toMatchObject({
      Name: 'cg-test-dashboard',
      Domain: 'cg-test-123456789012',
      UserPoolTier: 'LITE',
      DeletionProtection: 'ACTIVE',
      UsernameAttributes: ['email'],
      UsernameConfiguration: { CaseSensitive: false },
      AdminCreateUserConfig: { AllowAdminCreateUserOnly: true },
      Policies: { PasswordPolicy: { MinimumLength: 14, RequireSymbols: true, TemporaryPasswordValidityDays: 7 } },
      AccountRecoverySetting: { RecoveryMechanisms: [{ Name: 'verified_email', Priority: 1 }] },
      EmailConfiguration: { EmailSendingAccount: 'COGNITO_DEFAULT' },
      MfaConfiguration: 'OPTIONAL',
      UserPoolTags: { 'cost-guard:guard': 'cg-test' },
    })
    expect((await pool())?.AdminCreateUserConfig?.InviteMessageTemplate?.EmailMessage).toContain(
      'https://spend.example.com/',
    )
    const made = await client()
    expect(made?.ClientSecret).toBeUndefined()
    expect(made).toMatchObject({
      AllowedOAuthFlows: ['code'],
      AllowedOAuthScopes: ['openid'],
      CallbackURLs: ['https://spend.example.com/'],
      LogoutURLs: ['https://spend.example.com/'],
      ExplicitAuthFlows: ['ALLOW_REFRESH_TOKEN_AUTH'],
      AccessTokenValidity: 15,
      TokenValidityUnits: { AccessToken: 'minutes' },
      PreventUserExistenceErrors: 'ENABLED',
    })
  })

  test('is not even looked for where there is no page and never was', async () => {
    expect((await noPage()).list).toEqual([])
  })

  test('whatever of the pool is changed by hand is found and mended, and its other tags stay', async () => {
    const one = await installed()
    const client = await cognito()
    const UserPoolId = await fact(ids.userPool)
    const tags = (await pool())?.UserPoolTags
    const damage = () =>
      client.send(
        new UpdateUserPoolCommand({
          UserPoolId,
          LambdaConfig: { PreAuthentication: 'arn:aws:lambda:us-east-1:123456789012:function:evil' },
          UserPoolTags: { ...tags, theirs: 'yes' },
        }),
      )
    const fields = await repaired(one, damage)
    expect(fields).toEqual(
      expect.arrayContaining(['self sign-up', 'password', 'deletionProtection', 'recovery', 'triggers', 'invitation']),
    )
    expect(await pool()).toMatchObject({ DeletionProtection: 'ACTIVE', UserPoolTags: { theirs: 'yes' } })
    expect((await pool())?.LambdaConfig ?? {}).toEqual({})
    const off = () => client.send(new SetUserPoolMfaConfigCommand({ UserPoolId, MfaConfiguration: 'OFF' }))
    expect(await repaired(one, off)).toEqual(['mfa'])
  })

  test('a client that lets another address ask, or passwords be tried over the API, is put right', async () => {
    const one = { ...(await installed()), id: ids.client }
    const damage = async () =>
      (await cognito()).send(
        new UpdateUserPoolClientCommand({
          ...{ UserPoolId: await fact(ids.userPool), ClientId: await fact(ids.client) },
          ...{ CallbackURLs: ['https://evil.example.com/'], AllowedOAuthFlows: ['implicit'] },
          ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH'],
        }),
      )
    expect(await repaired(one, damage)).toEqual(['callback', 'flows', 'apiFlows'])
    expect((await client())?.CallbackURLs).toEqual(['https://spend.example.com/'])
  })

  test('other wishes change it in place: a second factor for all, mails by SES, another address', async () => {
    await installed()
    const before = await fact(ids.userPool)
    const sesIdentity = 'arn:aws:ses:us-east-1:123456789012:identity/example.com'
    const wish = { mfa: 'required' as const, url: 'https://ai.example.com', sesIdentity, mailFrom: 'guard@example.com' }
    const one = await life(wish)
    const { plan, outcome } = await aws.install(one.list, one.scope)
    succeeded(outcome)
    expect(fieldsOf(plan, ids.userPool)).toEqual(
      expect.arrayContaining(['mfa', 'mails sent by', 'invitation', 'code mail']),
    )
    expect(fieldsOf(plan, ids.client)).toEqual(['callback', 'logout'])
    await unchanged(one)
    expect(await fact(ids.userPool)).toBe(before)
    const UserPoolId = before
    const mfa = await (await cognito()).send(new GetUserPoolMfaConfigCommand({ UserPoolId }))
    expect(mfa).toMatchObject({ MfaConfiguration: 'ON', SoftwareTokenMfaConfiguration: { Enabled: true } })
    expect((await pool())?.EmailConfiguration).toMatchObject({ SourceArn: sesIdentity, From: 'guard@example.com' })
  })

  test('a new prefix takes the place of the old one, and the old one is free again', async () => {
    await installed()
    const one = await life({ prefix: 'acme-ai' })
    const { plan, outcome } = await aws.install(one.list, one.scope)
    succeeded(outcome)
    expect(fieldsOf(plan, ids.domain)).toEqual(['prefix'])
    expect((await pool())?.Domain).toBe('acme-ai')
    await unchanged(one)
    // Cut off between the two: the pool has none, and gets the one it should have.
    const UserPoolId = await fact(ids.userPool)
    await (await cognito()).send(new DeleteUserPoolDomainCommand({ UserPoolId, Domain: 'acme-ai' }))
    const again = await aws.install(one.list, one.scope)
    succeeded(again.outcome)
    expect(stepOf(again.plan, ids.domain)?.do).toBe('create')
  })

  test('a prefix that somebody else has is refused before anything is made, with the way out', async () => {
    const client = await cognito()
    const { UserPool } = await client.send(new CreateUserPoolCommand({ PoolName: 'theirs' }))
    await client.send(new CreateUserPoolDomainCommand({ UserPoolId: UserPool?.Id, Domain: 'cg-test-123456789012' }))
    const one = await life()
    const plan = await aws.plan(one.list, one.scope)
    expect(stepOf(plan, ids.domain)).toMatchObject({
      do: 'refuse',
      reason: 'occupied',
      why: expect.stringContaining('the sign-in domain cg-test-123456789012 is taken in us-east-1'),
      suggestion: expect.stringContaining('--dashboard-prefix'),
    })
    expect((await pools()).length).toBe(1)
  })

  test('a prefix that turns out to be another account’s leaves the sign-in where it was, and says so', async () => {
    await installed()
    const theirs = (call: AwsCall) => {
      if (call.phase === 'after' || call.operation !== 'CreateUserPoolDomain') return
      const { Domain } = call.input as { Domain?: string }
      if (Domain !== 'acme-ai') return
      const message = 'Domain already associated with another user pool.'
      throw Object.assign(new Error(message), { name: 'InvalidParameterException' })
    }
    aws = world(theirs)
    const one = await life({ prefix: 'acme-ai' })
    const { outcome } = await aws.install(one.list, one.scope)
    expect(outcome.failed.map(({ error }) => error)).toMatchObject([
      {
        code: 'sign-in-domain-taken',
        message:
          'the sign-in domain acme-ai is taken in us-east-1: a user pool of another account has it; people sign in at cg-test-123456789012 as before',
        suggestions: [expect.stringContaining('--dashboard-prefix cg-test-123456789012')],
      },
    ])
    expect((await pool())?.Domain).toBe('cg-test-123456789012')
    await unchanged(await life())
  })

  test('memory that was lost is found again: the pool by its tags among others of its name, the client by its name', async () => {
    const one = await installed()
    const client = await cognito()
    await client.send(new CreateUserPoolCommand({ PoolName: 'cg-test-dashboard' }))
    const before = [await fact(ids.userPool), await fact(ids.client)]
    for (const id of OURS) await aws.manifest(one.scope).remember(id, undefined)
    const again = await life()
    const { plan, outcome } = await aws.install(again.list, again.scope)
    succeeded(outcome)
    expect(plan.steps.map((step) => step.do)).toEqual(['create', 'update', 'keep', 'update'])
    expect([await fact(ids.userPool), await fact(ids.client)]).toEqual(before)
    expect(fieldsOf(plan, ids.userPool)).toEqual(['known to the guard'])
    await unchanged(again)
    expect((await pools()).length).toBe(2)
  })

  test('a page that is not wanted any more goes with everybody who could open it; another one begins with nobody', async () => {
    await installed()
    await invited('tanaka@example.com')
    const off = await noPage()
    const { plan, outcome } = await aws.install(off.list, off.scope)
    succeeded(outcome)
    expect(told(plan)).toEqual([
      'remove people of the page',
      'remove user pool',
      'remove sign-in domain',
      'remove sign-in client',
    ])
    expect(plan.steps.map((step) => step.note)).toEqual([
      '1 person loses the login to the page for good',
      'goes with its accounts (Cognito counts 1)',
      undefined,
      undefined,
    ])
    expect([await pools(), await mapped()]).toEqual([[], []])
    expect((await noPage()).list).toEqual([])
    const on = await installed()
    await unchanged(on)
    expect(await mapped()).toEqual([])
  })

  test('a teardown that keeps the ledger leaves nobody in it, and a second one finds nothing', async () => {
    const one = await installed()
    await invited('tanaka@example.com')
    const gone = await aws.teardown(one.list, one.scope)
    succeeded(gone.outcome)
    expect(told(gone.plan)).toEqual([
      'remove sign-in client',
      'remove sign-in domain',
      'remove user pool',
      'remove people of the page',
    ])
    expect(gone.outcome.done.flatMap(({ said }) => said)).toEqual(['with the accounts of 1 person'])
    expect([await pools(), await mapped()]).toEqual([[], []])
    expect((await aws.teardown(one.list, one.scope)).plan.steps).toEqual([])
  })

  test('a pool that is left over is found by its tag, and what removes it is said', async () => {
    await installed()
    const [found, ...more] = await taggedInRegion(aws.clients, 'cg-test').then((all) =>
      all.filter(({ arn }) => arn.includes(':cognito-idp:')),
    )
    const UserPoolId = await fact(ids.userPool)
    expect([found, more]).toEqual([
      { arn: `arn:aws:cognito-idp:${REGION}:${ACCOUNT}:userpool/${UserPoolId}`, id: ids.userPool },
      [],
    ])
    const arn = found?.arn ?? ''
    expect(await existenceOf(aws.clients, arn)).toEqual({ is: 'there' })
    expect(await existenceOf(aws.clients, `${arn}x`)).toEqual({ is: 'gone' })
    const commands = removalCommand(arn, REGION)?.split(' && ') ?? []
    expect(commands.map((one) => one.split(' ').slice(0, 5).join(' '))).toEqual([
      `aws cognito-idp update-user-pool --user-pool-id ${UserPoolId}`,
      `aws cognito-idp delete-user-pool-domain --user-pool-id ${UserPoolId}`,
      `aws cognito-idp delete-user-pool --user-pool-id ${UserPoolId}`,
    ])
  })

  test('a pool that somebody deleted by hand is made anew, with its domain and client, and nobody of the old one mapped', async () => {
    const one = await installed()
    await invited('tanaka@example.com')
    const client = await cognito()
    const UserPoolId = await fact(ids.userPool)
    const ClientId = await fact(ids.client)
    await client.send(new DeleteUserPoolClientCommand({ UserPoolId, ClientId }))
    await client.send(new DeleteUserPoolDomainCommand({ UserPoolId, Domain: 'cg-test-123456789012' }))
    await client.send(new UpdateUserPoolCommand({ UserPoolId, DeletionProtection: 'INACTIVE' }))
    await client.send(new DeleteUserPoolCommand({ UserPoolId }))
    const { plan, outcome } = await aws.install(one.list, one.scope)
    succeeded(outcome)
    expect(plan.steps.map((step) => step.do)).toEqual(['keep', 'create', 'create', 'create'])
    expect(await fact(ids.userPool)).not.toBe(UserPoolId)
    expect(await mapped()).toEqual([])
    await unchanged(one)
  })

  test('where the API was deleted by hand, invitation and client name the new address after one run', async () => {
    const one = await life({ url: undefined }, [...OURS, ids.api])
    succeeded((await aws.install(one.list, one.scope)).outcome)
    const before = readApiFact(await fact(ids.api))
    expect((await client())?.CallbackURLs).toEqual([`${before?.endpoint}/`])
    await (await aws.clients.apigateway()).send(new DeleteApiCommand({ ApiId: before?.id }))
    const { plan, outcome } = await aws.install(one.list, one.scope)
    succeeded(outcome)
    expect(plan.steps.map((step) => step.do)).toEqual(['keep', 'update', 'keep', 'update', 'create'])
    expect([fieldsOf(plan, ids.userPool), fieldsOf(plan, ids.client)]).toEqual([
      ['invitation', 'code mail'],
      ['callback', 'logout'],
    ])
    const after = readApiFact(await fact(ids.api))
    expect(after?.endpoint).not.toBe(before?.endpoint)
    expect((await client())?.CallbackURLs).toEqual([`${after?.endpoint}/`])
    expect((await pool())?.AdminCreateUserConfig?.InviteMessageTemplate?.EmailMessage).toContain(`${after?.endpoint}/`)
    await unchanged(one)
  })

  test('a client of the same name in the pool that keeps a secret cannot be used, and that is said', async () => {
    const one = await installed()
    const sdk = await cognito()
    const UserPoolId = await fact(ids.userPool)
    await sdk.send(new DeleteUserPoolClientCommand({ UserPoolId, ClientId: await fact(ids.client) }))
    await sdk.send(
      new CreateUserPoolClientCommand({ UserPoolId, ClientName: 'cg-test-dashboard', GenerateSecret: true }),
    )
    const plan = await aws.plan(one.list, one.scope)
    expect(stepOf(plan, ids.client)).toMatchObject({ do: 'refuse', reason: 'immutable-difference' })
    const { UserPoolClients } = await sdk.send(new ListUserPoolClientsCommand({ UserPoolId, MaxResults: 60 }))
    expect(UserPoolClients?.length).toBe(1)
  })
})

describe('the rights to it', () => {
  const names = scopeOf(settingsOf()).names
  /** As somebody who has these rights and no others. */
  async function as(name: string, ...documents: readonly { readonly Statement: readonly object[] }[]) {
    const Statement = documents.flatMap((each) => each.Statement)
    const { keys } = await personWith(sandbox, name, { Version: '2012-10-17', Statement })
    Object.assign(process.env, sandbox.envOf(keys))
    aws = world()
    sandbox.clearCalls()
  }
  const cognitoRights = (plan: Plan, one: Life) =>
    [...new Set(plan.steps.flatMap((step) => rightsFor(step, one.scope).map(({ action }) => action)))]
      .filter((action) => action.startsWith('cognito-idp:'))
      .sort()
  const asked = () =>
    [
      ...new Set(
        sandbox
          .calls()
          .filter((call) => call.service === 'cognito-idp' && !isReadOnly(call.operation))
          .flatMap((call) => call.asked.map(({ action }) => action)),
      ),
    ].sort()
  const refused = () => sandbox.calls().filter((call) => /AccessDenied/.test(call.error ?? ''))

  test('that are printed are enough from first to last, and a plan checks exactly those that its steps use', async () => {
    await as('installer', adminPolicy(names), pagePolicy(names))
    const one = await life()
    const first = await aws.install(one.list, one.scope)
    succeeded(first.outcome)
    expect([refused(), asked()]).toEqual([[], cognitoRights(first.plan, one)])
    sandbox.clearCalls()
    const other = await life({ prefix: 'acme-ai', mfa: 'required', url: 'https://ai.example.com' })
    const second = await aws.install(other.list, other.scope)
    succeeded(second.outcome)
    expect(refused()).toEqual([])
    expect(cognitoRights(second.plan, other)).toEqual(expect.arrayContaining([...asked()]))
    sandbox.clearCalls()
    const gone = await aws.teardown(other.list, other.scope)
    succeeded(gone.outcome)
    expect([refused(), asked()]).toEqual([[], cognitoRights(gone.plan, other)])
  })

  test('reach no pool of anybody else, and fit a managed policy', async () => {
    const sdk = await cognito()
    const { UserPool: theirs } = await sdk.send(new CreateUserPoolCommand({ PoolName: 'cg-test-dashboard' }))
    await as('nosy', adminPolicy(names), pagePolicy(names))
    const mine = await cognito()
    const lacks = (action: string) => new RegExp(`not authorized to perform: cognito-idp:${action}`)
    const UserPoolId = theirs?.Id
    await expect(mine.send(new DeleteUserPoolCommand({ UserPoolId }))).rejects.toThrow(lacks('DeleteUserPool'))
    await expect(mine.send(new CreateUserPoolCommand({ PoolName: 'x' }))).rejects.toThrow(lacks('CreateUserPool'))
    const longest = { ...scopeOf(settingsOf({ guard: 'a-guard-with-a-name-of-31-chars' })) }.names
    expect(JSON.stringify(pagePolicy(longest)).length).toBeLessThanOrEqual(MANAGED_POLICY_CHARACTERS)
    expect(theirs?.Arn).toContain(ACCOUNT)
  })

  test('are not needed by whoever has no page, also when a teardown looks thoroughly', async () => {
    await as('without', adminPolicy(names))
    const scope = aws.scope()
    const list = pageResources(aws.clients, scope, { known: [], thorough: true, assets })
    expect((await aws.teardown(list, scope)).plan.steps).toEqual([])
  })
})
