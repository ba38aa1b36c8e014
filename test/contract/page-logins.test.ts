/** Who can sign in to the page: each promise on the fake and on the emulator's user pool. Mails, and sending them again, the sandbox plays. */
import {
  CognitoIdentityProviderClient,
  CreateUserPoolCommand,
  DeleteUserPoolCommand,
} from '@aws-sdk/client-cognito-identity-provider'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { AwsClients } from '../../src/provision/clients.ts'
import { CognitoLogins, type Logins } from '../../src/provision/page-users/logins.ts'
import { MemoryLogins } from '../fakes/memory-logins.ts'
import { type Moto, startMoto } from '../support/moto.ts'
import { TestClock } from './world.ts'

function promises(logins: () => Logins): void {
  it('makes somebody who has to choose a password, and finds them by address and by id', async () => {
    expect(await logins().find('tanaka@example.com')).toBeUndefined()
    const { login, wasThere, notSent } = await logins().invite('tanaka@example.com')
    expect([wasThere, notSent]).toEqual([false, undefined])
    expect(login).toMatchObject({ email: 'tanaka@example.com', status: 'FORCE_CHANGE_PASSWORD', enabled: true })
    expect(await logins().find('tanaka@example.com')).toEqual(login)
    expect(await logins().find(login?.sub ?? '')).toEqual(login)
    expect(await logins().hasSecondFactor(login?.username ?? '')).toBe(false)
  })

  it('makes nobody twice', async () => {
    const first = await logins().invite('tanaka@example.com')
    expect(await logins().invite('tanaka@example.com')).toEqual({ ...first, wasThere: true })
    expect(await logins().all()).toEqual([first.login])
  })

  it('knows a removed user no more, and removing nobody is no error', async () => {
    const { login } = await logins().invite('tanaka@example.com')
    await logins().remove(login?.username ?? '')
    await logins().remove(login?.username ?? '')
    expect(await logins().find('tanaka@example.com')).toBeUndefined()
    expect(await logins().hasSecondFactor(login?.username ?? '')).toBeUndefined()
    expect(await logins().inviteAgain(login?.username ?? '')).toBe('gone')
  })

  it('lists everybody, also beyond the sixty that Cognito answers at once', async () => {
    const emails = Array.from({ length: 65 }, (_, index) => `u${index}@example.com`)
    for (const email of emails) await logins().invite(email)
    expect((await logins().all()).map(({ email }) => email).sort()).toEqual(emails.sort())
  })
}

describe('logins in memory', () => {
  let logins: MemoryLogins
  beforeEach(() => {
    logins = new MemoryLogins(new TestClock('2026-11-18T00:00:00Z'))
  })
  promises(() => logins)
})

describe('logins on the emulator', () => {
  let moto: Moto
  let cognito: CognitoIdentityProviderClient
  let pool = ''
  let logins: Logins
  beforeAll(async () => {
    moto = await startMoto()
    cognito = new CognitoIdentityProviderClient({})
  })
  afterAll(async () => await moto.stop())
  beforeEach(async () => {
    const made = await cognito.send(new CreateUserPoolCommand({ PoolName: 'page', UsernameAttributes: ['email'] }))
    pool = made.UserPool?.Id ?? ''
    logins = new CognitoLogins({ cognito: async () => cognito } as AwsClients, pool)
  })
  promises(() => logins)

  it('says that the pool is gone, and takes it for nobody’s absence', async () => {
    await cognito.send(new DeleteUserPoolCommand({ UserPoolId: pool }))
    const asked = [
      () => logins.find('tanaka@example.com'),
      () => logins.all(),
      () => logins.invite('tanaka@example.com'),
      () => logins.inviteAgain('x'),
      () => logins.remove('x'),
    ]
    for (const one of asked) await expect(one()).rejects.toMatchObject({ code: 'user-pool-gone' })
  })
})
