/** onboard: settings that programs can read as they are, and what an admin is told beside them. */
import { execFileSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import { CLIENTS, METADATA_HEADER } from '../../src/commands/_onboard-clients.ts'
import { documentOf, PLAIN, type Ran, run } from '../support/cli.ts'
import { sandboxForTests } from '../support/sandbox.ts'

const wish = {
  region: 'ap-northeast-1',
  source: 'claude-code',
  model: 'arn:aws:bedrock:ap-northeast-1:123456789012:application-inference-profile/abc123',
  awsProfile: 'bedrock',
}
const text = (client: string, format: string): string => CLIENTS[client]?.formats[format]?.text(wish) ?? 'no such form'
/** What a shell makes of `export` lines. */
const inShell = (lines: string, name: string): string =>
  execFileSync('bash', ['-c', `${lines}\nprintf %s "$${name}"`], { encoding: 'utf8' })

describe('the settings for a client', () => {
  test('Claude Code gets JSON whose header is one line with the label as JSON in it', () => {
    const { env } = JSON.parse(text('claude-code', 'settings')) as { env: Record<string, string> }
    expect(env).toEqual({
      CLAUDE_CODE_USE_BEDROCK: '1',
      AWS_REGION: 'ap-northeast-1',
      AWS_PROFILE: 'bedrock',
      ANTHROPIC_MODEL: wish.model,
      ANTHROPIC_CUSTOM_HEADERS: `${METADATA_HEADER}: {"source":"claude-code"}`,
    })
    expect(text('claude-code', 'managed')).toBe(text('claude-code', 'settings'))
    expect(inShell(text('claude-code', 'env'), 'ANTHROPIC_CUSTOM_HEADERS')).toBe(env['ANTHROPIC_CUSTOM_HEADERS'])
  })

  test('Claude Desktop gets strings only, objects as JSON in a string, for macOS and Windows alike', () => {
    const plist = text('claude-desktop', 'mobileconfig')
    const values = new Map(
      [...plist.matchAll(/<key>(\w+)<\/key>\s*<string>([^<]*)<\/string>/g)].map(([, key, value]) => [
        key,
        (value ?? '').replaceAll('&quot;', '"').replaceAll('&amp;', '&'),
      ]),
    )
    const headers = { [METADATA_HEADER]: '{"source":"claude-code"}' }
    expect(values.get('inferenceProvider')).toBe('bedrock')
    expect(JSON.parse(values.get('inferenceModels') ?? '')).toEqual([wish.model])
    expect(JSON.parse(values.get('inferenceCustomHeaders') ?? '')).toEqual(headers)

    const reg = text('claude-desktop', 'reg')
    const line = reg.split('\r\n').find((one) => one.startsWith('"inferenceCustomHeaders"=')) ?? ''
    // A .reg string escapes backslash and quote as JSON does.
    expect(JSON.parse(JSON.parse(line.slice(line.indexOf('=') + 1)) as string)).toEqual(headers)
  })

  test('no form of any client holds a curly quote, and those that label carry the label', () => {
    for (const [id, client] of Object.entries(CLIENTS)) {
      for (const format of Object.keys(client.formats)) {
        expect(text(id, format)).not.toMatch(/[\u2018\u2019\u201c\u201d]/)
        if (client.labels) expect(`${id} ${format}: ${text(id, format)}`).toContain('claude-code')
      }
    }
  })
})

const sandbox = sandboxForTests()
const guard = (...args: string[]): Promise<Ran> => run(args, { env: sandbox.env })

describe('onboard', () => {
  test('says whose limit waits, what the label is worth, and prints the settings alone with --raw', async () => {
    await sandbox.createUser('tanaka')
    await guard('init', '--yes', ...PLAIN, '--limit', 'tanaka=50')
    const said = await guard('onboard', 'tanaka', '--client', 'claude-code')
    expect(said.code).toBe(0)
    expect(said.stdout).toContain('of 50.00 dollars spent, by its own monthly limit')
    expect(said.stdout).toMatch(/whoever leaves it out is counted\s+all the same, under none/)
    const { stdout } = await guard('onboard', 'tanaka', '--client', 'claude-code', '--raw')
    expect(JSON.parse(stdout)).toHaveProperty('env.AWS_REGION', sandbox.region)
  })

  test('says how a label that the guard does not keep apart is kept apart', async () => {
    const { notes } = documentOf(await guard('onboard', 'tanaka', '--client', 'sdk', '--json')) as unknown as {
      notes: string[]
    }
    expect(notes.join('\n')).toMatch(/init --source claude-code --source claude-desktop --source sdk/)
  })

  test('refuses an unknown form, a label with curly quotes and a profile a shell would run, before AWS is asked', async () => {
    sandbox.clearCalls()
    for (const wrong of [
      ['--format', 'yaml'],
      ['--source', '\u201cme\u201d'],
      ['--aws-profile', '$(id)'],
    ]) {
      expect((await guard('onboard', 'tanaka', '--client', 'claude-code', ...wrong)).code).toBe(2)
    }
    expect(sandbox.calls()).toEqual([])
  })
})
