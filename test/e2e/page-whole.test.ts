/**
 * The page as its people meet it, with nothing but HTTP: made, kept and removed by an admin with the printed policies alone, served by a
 * function with its role alone. Whoever signs in sees what is theirs; others, strangers and old tokens see nothing.
 */
import { AttachUserPolicyCommand, CreatePolicyCommand, IAMClient } from '@aws-sdk/client-iam'
import { beforeAll, describe, expect, test } from 'vitest'
import { adminHalves, pagePolicy } from '../../src/provision/admin-rights.ts'
import { namesOf } from '../../src/provision/names.ts'
import { rolePolicies } from '../../src/provision/role-policies.ts'
import { defaultSettings } from '../../src/provision/settings.ts'
import type { PageEverybody, PageRefusal, PageSpend } from '../../src/runtime/page-protocol.ts'
import type { SignedIn } from '../../src/sandbox/index.ts'
import { PLAIN } from '../support/cli.ts'
import { sandboxForTests } from '../support/sandbox.ts'
import { Admin } from './guarded.ts'
import { Worker } from './team.ts'
import { unusedIn } from './used-rights.ts'

const sandbox = sandboxForTests()
const page = { shows: 'own', mfa: 'optional', cidrs: [], prefix: undefined, url: undefined } as const
const settings = { ...defaultSettings('cost-guard'), page: { ...page, sesIdentity: undefined, mailFrom: undefined } }
const where = () => ({ account: sandbox.account, region: sandbox.region, partition: 'aws' })
const scope = () => ({ ...where(), settings, names: namesOf(settings, where()) })
const PASSWORD = 'Correct-horse-9-battery'

let admin: Admin
let url = ''
let tanaka: SignedIn
let boss: SignedIn

async function onlyThePrintedPolicies(): Promise<Admin> {
  const keys = await sandbox.createUser('installer', { allow: 'sts:GetCallerIdentity' })
  const iam = new IAMClient({ endpoint: sandbox.endpoint, region: sandbox.region, credentials: sandbox.admin })
  const { names } = scope()
  for (const [index, document] of [...adminHalves(names), pagePolicy(names)].entries()) {
    const { Policy } = await iam.send(
      new CreatePolicyCommand({ PolicyName: `installer-${index}`, PolicyDocument: JSON.stringify(document) }),
    )
    await iam.send(new AttachUserPolicyCommand({ UserName: 'installer', PolicyArn: Policy?.Arn }))
  }
  return new Admin(sandbox, sandbox.envOf(keys))
}

async function comes(email: string): Promise<SignedIn> {
  const password = sandbox.passwordMailed(email) ?? 'nothing was mailed'
  return sandbox.signInAs({ email, password, newPassword: PASSWORD }, url)
}
const refusal = async (asked: Promise<{ readonly status: number; readonly body: unknown }>) => {
  const { status, body } = await asked
  return `${status} ${(body as Partial<PageRefusal>).error?.code ?? (body as { message: string }).message}`
}
/** Asks as if from another address. */
async function from(address: string, path: string, token?: string): Promise<number> {
  const headers = { 'x-sandbox-source-ip': address, ...(token ? { authorization: `Bearer ${token}` } : {}) }
  return (await fetch(`${url}${path}`, { headers })).status
}

beforeAll(async () => {
  sandbox.setTime('2026-11-18T02:00:00Z')
  admin = await onlyThePrintedPolicies()
  const cidrs = ['127.0.0.0/8', '203.0.113.0/24', '2001:db8::/32'].flatMap((cidr) => ['--dashboard-cidr', cidr])
  await admin.does('init', '--yes', ...PLAIN, '--email', 'boss@example.com', '--dashboard', ...cidrs)
  url = (await sandbox.pageUrl()) ?? ''
  await new Worker(sandbox, await sandbox.createUser('tanaka')).asks({ tokens: '500000 in, 5000 out' })
  await new Worker(sandbox, await sandbox.createUser('sato')).asks({ tokens: '1000000 in, 10000 out' })
  await admin.does('dashboard', 'users', 'add', 'tanaka', '--email', 'tanaka@example.com')
  await admin.does('dashboard', 'users', 'add', 'boss', '--email', 'b@example.com', '--admin', '--principals', 'none')
  tanaka = await comes('tanaka@example.com')
  boss = await comes('b@example.com')
}, 240_000)

describe('with nothing but the printed policies', () => {
  test('tanaka sees what is tanaka’s, exactly, and by no way what is the others’', async () => {
    const { status, body } = await tanaka.ask('spend')
    const { totals, pots } = body as PageSpend
    expect({ status, usd: totals.usd, pots: pots.map(({ key }) => key) }).toEqual({
      ...{ status: 200, usd: '2.1', pots: ['user/tanaka'] },
    })
    expect(await refusal(tanaka.ask('everybody'))).toBe('403 not-yours')
    expect(await refusal(tanaka.ask('models'))).toBe('403 not-yours')
    expect(JSON.stringify(await (await tanaka.ask('spend?of=user/sato&principal=user/sato')).body)).not.toContain(
      'sato',
    )
  })

  test('the admin sees everybody', async () => {
    const { rows, totals } = (await boss.ask('everybody')).body as PageEverybody
    expect(rows.map(({ key, usd }) => `${key} ${usd}`)).toEqual(['user/sato 4.2', 'user/tanaka 2.1'])
    expect(totals.usd).toBe('6.3')
  })

  test('an ID token opens nothing, nor does an address that is not on the list, for page and data alike', async () => {
    expect(await from('127.0.0.1', 'api/spend', tanaka.idToken)).toBe(403)
    expect(await from('127.0.0.1', 'api/spend')).toBe(401)
    for (const [address, status] of [
      ['203.0.113.9', 200],
      ['2001:db8::1', 200],
      ['198.51.100.1', 403],
      ['2001:db9::1', 403],
    ] as const) {
      expect(`${address} ${await from(address, '')}`).toBe(`${address} ${status}`)
      expect(`${address} ${await from(address, 'api/spend', tanaka.accessToken)}`).toBe(`${address} ${status}`)
    }
  })

  test('who is taken off the list sees nothing from the next request on, and an old token nothing at all', async () => {
    await admin.does('dashboard', 'users', 'remove', 'tanaka', '--yes')
    expect(await refusal(tanaka.ask('spend'))).toBe('403 unknown-user')
    sandbox.ageTokens(16 * 60_000)
    expect(await refusal(boss.ask('everybody'))).toBe('401 Unauthorized')
  })

  test('it goes again with its people, and nobody was refused anything', async () => {
    expect(await admin.does('plan')).toContain('Nothing to change')
    await admin.does('init', '--yes', '--no-dashboard')
    expect(await sandbox.pageUrl()).toBeUndefined()
    const refused = sandbox.calls().filter((call) => /AccessDenied|AuthorizationError/.test(call.error ?? ''))
    expect(refused.map((call) => `${call.caller} ${call.asked.at(-1)?.action}`)).toEqual([])
    expect(sandbox.problems()).toEqual([])
  }, 120_000)

  test('every right of the function was needed', () => {
    const { name, policy } = rolePolicies(scope()).dashboard
    const used = sandbox
      .calls()
      .filter((call) => call.status < 300 && call.role?.endsWith(`/${name}`) === true)
      .flatMap((call) => call.asked)
    // Lambda writes the log in the role's name, and asks nobody at this door.
    expect(unusedIn(policy, used).filter((grant) => !grant.startsWith('OwnLogs '))).toEqual([])
  })
})
