/** Where there can be a page, and under which names of AWS's hosts. */
import { expect, test } from 'vitest'
import { pagePolicy } from '../../src/provision/admin-rights.ts'
import { awsClients } from '../../src/provision/clients.ts'
import { namesOf } from '../../src/provision/names.ts'
import { openGuard } from '../../src/provision/open-guard.ts'
import { pageFacts, pageIds } from '../../src/provision/page.ts'
import { pageResources } from '../../src/provision/page-stack.ts'
import { apiReader } from '../../src/provision/resources/api-reader.ts'
import { userPoolResource } from '../../src/provision/resources/user-pool.ts'
import { isNotPropagatedYet } from '../../src/runtime/aws/aws-errors.ts'
import { evaluate } from '../../src/sandbox/iam/evaluate.ts'
import { ACCOUNT, aPage, clock, NOW, scopeOf, settingsOf, sleeper } from './world.ts'
import { zipAnswering } from './zip.ts'

const settings = settingsOf({ page: aPage() })
const scopeAt = (region: string, partition: string, wished = settings) => {
  const where = { account: ACCOUNT, region, partition }
  return { ...where, settings: wished, names: namesOf(wished, where), now: NOW }
}

test('in GovCloud people sign in at the hosts with FIPS, which are the only ones there', () => {
  const scope = scopeAt('us-gov-west-1', 'aws-us-gov')
  const { userPool } = pageIds(scope)
  const remembered = (id: string) => (id === userPool ? 'us-gov-west-1_AbC' : undefined)
  expect(pageFacts({ ...scope, remembered }).signIn).toEqual({
    issuer: 'https://cognito-idp.us-gov-west-1.amazonaws.com/us-gov-west-1_AbC',
    authorize: 'https://cg-test-123456789012.auth-fips.us-gov-west-1.amazoncognito.com/oauth2/authorize',
    token: 'https://cg-test-123456789012.auth-fips.us-gov-west-1.amazoncognito.com/oauth2/token',
    logout: 'https://cg-test-123456789012.auth-fips.us-gov-west-1.amazoncognito.com/logout',
  })
})

test('in China a page is refused before AWS is asked anything, and a guard without one never looks for it', async () => {
  const clients = awsClients({
    region: 'cn-north-1',
    onCall: ({ operation }) => {
      throw new Error(`AWS was asked for ${operation}`)
    },
  })
  const manifest = { facts: async () => new Map(), read: async () => undefined } as never
  const assets = zipAnswering('page')
  const parts = { ...{ account: ACCOUNT, region: 'cn-north-1', partition: 'aws-cn' }, installed: undefined }
  const opened = openGuard({
    ...parts,
    ...{ clients, settings, manifest, assets, clock, sleeper, caller: undefined, version: '1.0.0' },
  })
  await expect(opened).rejects.toMatchObject({
    code: 'no-page-here',
    message: expect.stringContaining('in China (aws-cn)'),
    suggestions: [expect.stringContaining('--no-dashboard')],
  })
  const without = scopeAt('cn-north-1', 'aws-cn', settingsOf())
  expect(pageResources(clients, without, { known: [], thorough: true, assets })).toEqual([])
})

test('the printed rights hold for an API with tags as API Gateway asks for it, its ARN beginning twice', () => {
  const document = pagePolicy(scopeOf(settings).names)
  const asked = (tags: string) =>
    evaluate([{ arn: undefined, name: 'page', document }], {
      ...{ action: 'apigateway:POST', resources: [`arn:aws:apigateway:us-east-1::${tags}`], context: {} },
    }).effect
  expect(asked('arn:aws:apigateway:us-east-1::/tags/')).toBe('allow')
  expect(asked('/tags/arn%3Aaws%3Aapigateway%3Aus-east-1%3A%3A%2Fapis%2Fabc')).toBe('allow')
  expect(asked('/restapis/abc')).not.toBe('allow')
})

test('what API Gateway refuses because another part of the API is being changed is done again', () => {
  const error = (message: string) => Object.assign(new Error(message), { name: 'ConflictException' })
  expect(
    isNotPropagatedYet(error('Unable to complete operation due to concurrent modification. Please try again later.')),
  ).toBe(true)
  expect(isNotPropagatedYet(error('Route with key GET / already exists for this API'))).toBe(false)
})

test('the guard’s API is found on whichever page of all it stands, and not by its name alone', async () => {
  const scope = scopeOf(settings)
  const { api } = pageIds(scope)
  const named = { Name: 'cg-test-dashboard', ProtocolType: 'HTTP' }
  const ours = { ...named, ApiId: 'ours', Tags: { 'cost-guard:guard': 'cg-test', 'cost-guard:resource': api } }
  const pages: Record<string, object> = {
    first: { Items: [{ ...named, ApiId: 'theirs' }], NextToken: 'second' },
    second: { Items: [ours], NextToken: '' },
  }
  const asked: string[] = []
  const send = async ({ input }: { readonly input: { readonly NextToken?: string } }) => {
    asked.push(input.NextToken ?? 'first')
    return pages[input.NextToken ?? 'first']
  }
  const reader = apiReader({ apigateway: async () => ({ send }) as never })
  expect((await reader.find({ ...scope, remembered: () => undefined }))?.ApiId).toBe('ours')
  expect(asked).toEqual(['first', 'second'])
})

test('an SES identity of another account is refused before anything is made: Cognito would not mail with it', async () => {
  const pool = userPoolResource(awsClients({ region: 'us-east-1' }), scopeOf(settings))
  const refused = async (sesIdentity: string | undefined) => {
    const inputs = { ...scopeOf(settingsOf({ page: aPage({ sesIdentity }) })), remembered: () => undefined }
    const desired = pool.desired(inputs)
    if (desired === undefined) throw new Error('no pool is wished')
    return (await pool.refuse?.(desired, { state: 'absent' }, inputs))?.map(({ message }) => message)
  }
  expect(await refused(undefined)).toEqual([])
  expect(await refused(`arn:aws:ses:eu-west-1:${ACCOUNT}:identity/example.com`)).toEqual([])
  expect(await refused('arn:aws:ses:us-east-1:999999999999:identity/example.com')).toEqual([
    expect.stringContaining('is of the account 999999999999'),
  ])
})
