/** What an admin reads before anything of the page is on the internet, and before anybody loses it. */
import { describe, expect, test } from 'vitest'
import { planJson, planText } from '../../src/commands/_view/plan.ts'
import type { Plan, Step } from '../../src/provision/engine/plan.ts'
import type { PageSettings, Settings } from '../../src/provision/guard.ts'
import { changedForPeople, opening } from '../../src/provision/page-public.ts'
import { aPage, scopeOf, settingsOf } from './world.ts'

const about = (before: Settings | undefined, page: Partial<PageSettings> | undefined, made = false) => {
  const after = settingsOf({ page: page && aPage(page) })
  const { names, region, partition } = scopeOf(after)
  return { before, after, names, region, partition, makes: { address: made, accounts: made } }
}
const with_ = (page: Partial<PageSettings>): Settings => settingsOf({ page: aPage(page) })

describe('what becomes public', () => {
  test('is said of a first page: its address, its sign-in, and who sees what', () => {
    expect(opening(about(undefined, {}, true))).toEqual([
      'the self-service page, at an address that API Gateway chooses: every address on the internet may open it. Without a sign-in it shows no name and no amount',
      'its sign-in, a page of Cognito at https://cg-test-123456789012.auth.us-east-1.amazoncognito.com: nobody can sign up, only whom you add can sign in, with a password; nobody is added yet',
      'to those who are signed in, and to nobody else: their own spend; to those added with --admin everybody’s',
    ])
  })

  test('names the addresses that are answered, and that the sign-in of Cognito answers all', () => {
    const page = {
      cidrs: ['203.0.113.0/24'],
      mfa: 'required',
      shows: 'team',
      url: 'https://spend.example.com',
    } as const
    const [where, signIn, whom] = opening(about(undefined, page, true))
    expect(where).toContain('https://spend.example.com (once you lead that there) and at an address that API Gateway')
    expect(where).toContain('it answers 203.0.113.0/24 and no other address')
    expect(signIn).toContain('which every address on the internet may open')
    expect(signIn).toContain('with a password and an authenticator app')
    expect(whom).toContain('the spend of their teams')
  })

  test('is said again where an init was cut off before it was, and not where it is', () => {
    expect(opening(about(with_({}), {}, true))).toHaveLength(3)
    expect(opening(about(with_({}), {}))).toEqual([])
    expect(opening(about(settingsOf(), undefined))).toEqual([])
  })

  test('are all addresses, where only some were answered', () => {
    expect(opening(about(with_({ cidrs: ['203.0.113.0/24'] }), {}))).toEqual([
      'the self-service page answers every address on the internet from now on, and not 203.0.113.0/24 alone',
    ])
  })
})

test('whoever uses the page already is thought of: another sign-in address, a second factor, more to see', () => {
  const told = changedForPeople(about(with_({}), { prefix: 'acme-ai', mfa: 'required', shows: 'all' })).join('; ')
  expect(told).toContain('https://acme-ai.auth.us-east-1.amazoncognito.com from now on: for up to a minute nobody can')
  expect(told).toContain('everybody has to set up an authenticator app at the next sign-in')
  expect(told).toContain('sees everybody’s spend from now on')
  expect(changedForPeople(about(with_({}), {}))).toEqual([])
  expect(changedForPeople(about(undefined, { mfa: 'required' }))).toEqual([])
})

describe('the plan of a page', () => {
  const step = (kind: string, name: string, what: 'create' | 'remove' = 'create'): Step => ({
    ...{ do: what, id: `${kind}/${name}`, kind, name, why: 'the page' },
  })
  const parts = [
    ...[step('user pool', 'p'), step('sign-in domain', 'd'), step('sign-in client', 'p'), step('HTTP API', 'p')],
    ...[step('API route', 'GET /'), step('API route', 'GET /x'), step('API stage', 'p')],
  ]
  const text = (plan: Partial<Plan>) =>
    planText({ purpose: 'install', guard: 'g', steps: parts, ...plan }, { details: false })

  test('begins with what becomes public, and names each part with what it belongs to', () => {
    expect(text({ opens: ['its address'] })).toBe(
      [
        ...['What becomes public', '  + its address', '', 'What is new'],
        '  + user pool: p with sign-in client and sign-in domain',
        ...['  + HTTP API: p with 2 routes and stage', '', '7 to create.'],
      ].join('\n'),
    )
  })

  test('tells a program as well what goes public and who loses a login', () => {
    const lost = { ...step('user pool', 'p', 'remove'), note: '3 people lose the login' }
    const told = planJson({
      purpose: 'install',
      guard: 'g',
      steps: [lost, step('IAM role', 'r')],
      opens: ['its address'],
    })
    expect(told).toMatchObject({ opens: ['its address'], steps: [{ note: '3 people lose the login' }, { note: null }] })
  })

  test('names a part by itself where its whole is there already', () => {
    expect(text({ steps: [step('API stage', 'p')] })).toContain('  + API stage: p')
  })
})
