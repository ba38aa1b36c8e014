/** cost-guard.yaml, as it is read: what may stand in it, and how everything that is wrong with it is said at once, with its line. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { readConfigFile } from '../../src/commands/_config/file.ts'
import { GuardError } from '../../src/runtime/domain/base/guard-error.ts'
import { PICO_PER_USD } from '../../src/runtime/domain/money/money.ts'

const folder = mkdtempSync(join(tmpdir(), 'cost-guard-config-'))
afterAll(() => rmSync(folder, { recursive: true }))
const file = join(folder, 'cost-guard.yaml')

const read = (text: string | Uint8Array) => {
  writeFileSync(file, text)
  return readConfigFile(file)
}
const usd = (amount: bigint) => amount * PICO_PER_USD

/** `line: message` of everything that is wrong. */
async function problemsOf(text: string | Uint8Array): Promise<readonly string[]> {
  const error = await read(text).then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (!(error instanceof GuardError)) throw new Error('the file was taken')
  expect([error.code, error.fault]).toEqual(['bad-config', 'user'])
  const { document } = error as unknown as { document: { problems: { line: number; message: string }[] } }
  for (const { message } of document.problems) expect(error.message).toContain(message)
  return document.problems.map(({ line, message }) => `${line}: ${message}`)
}

describe('a configuration file', () => {
  test('holds settings, limits, exclusions and prices, and the guard it is for', async () => {
    const config = await read(`
$schema: ./cost-guard.schema.json
guard: team-guard
region: ap-northeast-1
emails: [boss@example.com, cfo@example.com]
timeZone: Asia/Tokyo
reportTime: 09:00
currency: JPY
currencyRate: 160.50
warnAt: [50, 80]
alarms: no
logText: off
s3ExpireDays: none
labels:
  - claude-code
limits:
  everyone: 20
  user/tanaka: {amount: 50.5, per: month, action: notify, warnAt: [50, 95]}
  batch:
    - 100
    - {amount: 10, per: day}
people: {tanaka: [user/tanaka, user/x]}
teams:
  growth: person/tanaka
  research: {from: tags, members: [user/a]}
exclude: [user/suzuki, role/build]
prices:
  - {model: newlab.wonder-9, input: 3, output: 15.0, from: 2026-11-01}
discounts:
  - {of: '*', multiplier: 0.93}
  - {of: anthropic, multiplier: "0.9", from: 2026-12-01}
`)
    expect(config).toEqual({
      guard: 'team-guard',
      region: 'ap-northeast-1',
      settings: {
        emails: ['boss@example.com', 'cfo@example.com'],
        timeZone: 'Asia/Tokyo',
        reportTime: '09:00',
        currency: 'JPY',
        currencyRate: '160.50',
        warnAt: '50,80',
        alarms: 'no',
        logText: 'off',
        s3ExpireDays: 'none',
        labels: ['claude-code'],
      },
      pots: [
        { kind: 'person', name: 'tanaka', members: ['user/tanaka', 'user/x'], from: 'list' },
        { kind: 'team', name: 'growth', members: ['person/tanaka'], from: 'list' },
        { kind: 'team', name: 'research', members: ['user/a'], from: 'tags' },
      ],
      limits: [
        { target: '*', amount: usd(20n) },
        {
          target: 'user/tanaka',
          amount: usd(505n) / 10n,
          per: 'month',
          action: 'notify',
          warnAt: [50, 95],
        },
        { target: 'batch', amount: usd(100n) },
        { target: 'batch', amount: usd(10n), per: 'day' },
      ],
      exclude: ['user/suzuki', 'role/build'],
      prices: [
        {
          model: 'newlab.wonder-9',
          input: '3',
          output: '15.0',
          validFrom: '2026-11-01',
        },
      ],
      discounts: [
        { of: '*', multiplier: '0.93' },
        { of: 'anthropic', multiplier: '0.9', validFrom: '2026-12-01' },
      ],
    })
  })

  test('may be JSON, have Windows line ends, and list limits as limits set takes them', async () => {
    expect((await read('{"language": "ja", "limits": {"*": 20}}')).limits).toMatchObject([{ target: '*' }])
    const config = await read('\uFEFFlanguage: ja\r\nlimits:\r\n  - tanaka=50\r\n  - account=2000\r\n')
    expect(config.limits.map(({ target, amount }) => [target, amount])).toEqual([
      ['tanaka', usd(50n)],
      ['account', usd(2000n)],
    ])
  })

  test('every mistake is said at once, with its line and what was probably meant', async () => {
    expect(
      await problemsOf(`timezone: Asia/Tokyo
time-zone: Asia/Tokyo
email: boss@example.com
reportTime: 25:00
emails:
  - boss@example.com
  - nobody
retentionDays: [30]
warnAt: 120
language:
logText: maybe
limits:
  tanaka: {amount: 50, pre: month}
  suzuki: -3
  sato: {per: month}
exclude: {user: x}
prices:
  - {model: newlab.wonder-9, input: 3}
frobnicate: 1
`),
    ).toEqual([
      '1: unknown key "timezone": did you mean timeZone?',
      '2: unknown key "time-zone": did you mean timeZone?',
      '3: unknown key "email": did you mean emails?',
      '4: reportTime: "25:00" is not a time such as 09:00',
      '7: emails: "nobody" is not an e-mail address',
      '8: retentionDays: one value is expected, not a list',
      '9: warnAt: "120" are not warning thresholds: 120 is not between 1 and 100',
      '10: language: it has no value: write none, or take the line away',
      '11: logText: "maybe" is neither true nor false',
      '13: limits: tanaka: unknown key "pre": did you mean per?',
      '14: limits: suzuki: "-3" is not an amount in dollars: digits and at most one point are expected',
      '15: limits: sato has no amount',
      '16: exclude: the name of a principal is expected, such as user/tanaka',
      '18: prices: output is missing',
      '19: unknown key "frobnicate"',
    ])
  })

  test.for([
    ['language: en\nlanguage: ja\n', '2: this key stands there twice'],
    ['emails:\n\t- a@example.com\n', '2: a tab cannot indent: use spaces'],
    ['limits:\n  *: 20\n', '2: a star begins an alias in YAML: write everyone, or "*" in quotes'],
    ['', '1: there is nothing in it'],
    ['# nothing yet\n', '1: there is nothing in it'],
    ['- language: en\n', '1: keys and values are expected, such as language: en'],
    ['just text', '1: keys and values are expected, such as language: en'],
    ['language: en\n---\nlanguage: ja\n', '2: one document is expected: take the line --- away'],
    ['language: !!python/object ja\n', '1: Unresolved tag: tag:yaml.org,2002:python/object'],
    [
      'emails: [a@example.com,b@example.com\n',
      '2: Flow sequence in block collection must be sufficiently indented and end with a ]',
    ],
    ['limits: {everyone: 20, "*": 30}', '1: limits: * a month stands there twice'],
    ['region: moon-1', '1: region: "moon-1" is not an AWS region'],
    ['guard: Guard!', '1: guard: "Guard!" is not the name of a guard: 2 to 31 small letters, digits and dashes'],
  ] as const)('%j is refused with its line', async ([text, problem]) => {
    const [first, ...others] = await problemsOf(text)
    expect(others).toEqual([])
    expect(first).toBe(problem)
  })

  test('a bomb of aliases or brackets is refused, not unfolded', async () => {
    const bomb = ['a: &a [x,x,x,x,x,x,x,x,x]']
    for (let depth = 1; depth < 12; depth += 1) {
      const [name, before] = [String.fromCharCode(97 + depth), String.fromCharCode(96 + depth)]
      bomb.push(`${name}: &${name} [${Array(9).fill(`*${before}`).join(',')}]`)
    }
    expect(await problemsOf(bomb.join('\n'))).toContain('2: aliases such as *a are not read: write the value out')
    expect((await problemsOf('['.repeat(100_000)))[0]).toContain('lists stand too deep in each other')
    expect(await problemsOf(`language: en # ${'x'.repeat(1_000_001)}`)).toEqual([
      '1: it is too large for a configuration',
    ])
  })

  test('bytes that are no text, a directory and a file that is not there are said', async () => {
    expect(await problemsOf(new Uint8Array([0xff, 0xfe, 0x00]))).toEqual(['1: it is not UTF-8 text'])
    await expect(readConfigFile(folder)).rejects.toMatchObject({
      message: `${folder} cannot be read: it is a directory`,
    })
    await expect(readConfigFile(join(folder, 'none.yaml'))).rejects.toMatchObject({ code: 'no-file' })
  })
})
