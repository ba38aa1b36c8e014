/** Exit codes and words of the built CLI where no AWS is needed, as real processes. */
import { describe, expect, test } from 'vitest'
import { documentOf, run } from '../support/cli.ts'

describe('without an account', () => {
  test('help and version are on stdout, exit 0, and mention no warning of the SDK', async () => {
    const [help, version, topic] = await Promise.all([run(['--help']), run(['--version']), run(['limits'])])
    for (const ran of [help, version, topic]) expect(ran).toMatchObject({ code: 0, stderr: '' })
    expect(help.stdout).toContain('init')
    expect(version.stdout).toMatch(/^cost-guard\/\d+\.\d+\.\d+ /)
    expect(topic.stdout).toContain('limits set')
  })

  test('an unknown command names the one that was probably meant, exit 2', async () => {
    const ran = await run(['statsu'])
    expect(ran).toMatchObject({ code: 2, stdout: '' })
    expect(ran.stderr).toContain('"statsu" is not a command')
    expect(ran.stderr).toContain('node bin/run.js status')
    const json = await run(['limits', 'sett', 'tanaka=5', '--json'])
    expect(json.code).toBe(2)
    expect(documentOf(json)).toMatchObject({
      error: {
        code: 'unknown-command',
        suggestions: ['limits set', 'limits list', 'limits unset', '--help'].map((rest) => `node bin/run.js ${rest}`),
      },
    })
  })

  test('an unknown flag names the one that was probably meant, exit 2, also as the one JSON document', async () => {
    const ran = await run(['status', '--montn', '2026-11'])
    expect(ran.code).toBe(2)
    expect(ran.stderr).toContain('--month')
    const json = await run(['limits', 'set', '--json'])
    expect(json.code).toBe(2)
    expect(documentOf(json)).toMatchObject({ error: { code: 'usage' } })
  })

  test('no region, no such profile and no credentials each get what to do', async () => {
    const [region, profile, credentials] = await Promise.all([
      run(['status', '--json']),
      run(['status', '--json', '--profile', 'ghost', '--region', 'us-east-1']),
      run(['status', '--json', '--region', 'us-east-1'], { env: { AWS_EC2_METADATA_DISABLED: 'true' } }),
    ])
    expect([region.code, documentOf(region)]).toMatchObject([2, { error: { code: 'no-region' } }])
    expect([profile.code, documentOf(profile)]).toMatchObject([2, { error: { code: 'unknown-profile' } }])
    expect([credentials.code, documentOf(credentials)]).toMatchObject([1, { error: { code: 'no-credentials' } }])
  })

  test('an endpoint where nobody listens is said, not traced', async () => {
    const env = {
      AWS_ENDPOINT_URL: 'http://127.0.0.1:9',
      AWS_ACCESS_KEY_ID: 'AKIAXXXXXXXXXXXXXXXX',
      AWS_SECRET_ACCESS_KEY: 'x',
      AWS_MAX_ATTEMPTS: '1',
      AWS_REGION: 'us-east-1',
    }
    const ran = await run(['status'], { env })
    expect(ran.code).toBe(1)
    expect(ran.stderr).toContain('AWS did not answer')
    expect(ran.stderr).not.toContain('    at ')
  })

  test('the least policy is printed as JSON that needs no credentials', async () => {
    const document = documentOf(await run(['iam-policy', '--account', '123456789012', '--json']))
    expect(document).toMatchObject({ Version: '2012-10-17', Statement: expect.any(Array) })
  })

  test('a question answered through a pipe is not answered: nothing is read from it', async () => {
    const ran = await run(['limits', 'unset', '--json'], { input: 'tanaka\n' })
    expect([ran.code, documentOf(ran)]).toMatchObject([2, { error: { code: 'usage' } }])
  })
})
