/** What the doors say, without a process: pure functions. */
import { describe, expect, test } from 'vitest'
import { readSettings } from '../../src/commands/_config/settings.ts'
import { errorJson, errorText, tell } from '../../src/commands/_errors.ts'
import { startedAs } from '../../src/commands/_started.ts'
import { nearest } from '../../src/commands/_suggest.ts'
import { columns } from '../../src/commands/_view/columns.ts'
import { monthlyCostText } from '../../src/commands/_view/monthly-cost.ts'
import { bar } from '../../src/commands/_view/status-tables.ts'
import { localEndpoint, parseIni, resolveWhere } from '../../src/commands/_where.ts'
import { GuardError } from '../../src/runtime/domain/base/guard-error.ts'
import { displayWidth } from '../../src/runtime/domain/telling/layout.ts'
import { aPage } from '../provision/world.ts'

const context = { command: 'limits set', flags: ['warn-at', 'yes', 'json'], bin: 'cost-guard' }

describe('an error', () => {
  test('of the user is wrong usage, of AWS a failure, and a declined question a failure', () => {
    const of = (code: string, fault: 'user' | 'aws' | 'bug') =>
      tell(new GuardError({ code, fault, message: 'x' }), context).exit
    expect([of('bad-amount', 'user'), of('throttled', 'aws'), of('no-config', 'bug'), of('declined', 'user')]).toEqual([
      2, 1, 1, 1,
    ])
  })

  test('says what happened, why, and what to try', () => {
    const error = new GuardError({
      code: 'c',
      fault: 'user',
      message: 'what happened: why',
      suggestions: ['first', 'second'],
    })
    expect(errorText(tell(error, context))).toBe('Error: what happened: why\nTry this:\n  first\n  second\n')
    expect(errorJson(tell(error, context))).toEqual({
      error: { code: 'c', message: 'what happened: why', suggestions: ['first', 'second'] },
    })
  })

  test('of a prompt that was left with Ctrl-C is cancelled, 130', () => {
    const left = Object.assign(new Error('User force closed the prompt with SIGINT'), { name: 'ExitPromptError' })
    expect(tell(left, context)).toMatchObject({ code: 'cancelled', message: 'Cancelled', exit: 130 })
  })

  test('of an unknown flag names the flag that was probably meant', () => {
    const parse = Object.assign(new Error('Nonexistent flag: --warnat\nSee more help with --help'), {
      oclif: { exit: 2 },
      flags: ['--warnat'],
      parse: {},
    })
    expect(tell(parse, context)).toMatchObject({
      code: 'usage',
      message: 'Unknown flag: --warnat',
      suggestions: ['--warn-at', 'cost-guard limits set --help'],
      exit: 2,
    })
  })

  test('of wrong usage is in our words, not in those of the parser', () => {
    const said = (message: string) =>
      tell(
        Object.assign(new Error(`${message}\nSee more help with --help`), { oclif: { exit: 2 }, parse: {} }),
        context,
      ).message
    expect(
      [
        'The following error occurred:\n  Missing required flag output',
        'Expected --client=foo to be one of: sdk, cli',
        'The following error occurred:\n  Parsing --watch \n\tExpected an integer greater than or equal to 2 but received: 0',
        'The following error occurred:\n  All of the following must be provided when using --until: --since',
        'The following error occurred:\n  --month=2026-10 cannot also be provided when using --since',
      ].map(said),
    ).toEqual([
      '--output is missing',
      '--client foo is none of sdk, cli',
      '--watch: an integer is expected, 2 or more, not 0',
      '--until goes only with --since',
      '--month and --since do not go together',
    ])
  })

  test('breaks at words on a terminal, and its advice stays whole', () => {
    const message = 'a guard that is not here cannot be shown:\n  line 3: it was never installed, or removed'
    const error = new GuardError({
      code: 'c',
      fault: 'user',
      message,
      suggestions: ['a command that is to be pasted whole'],
    })
    expect(errorText(tell(error, context), 30)).toBe(
      'Error: a guard that is not\nhere cannot be shown:\n  line 3: it was never\n  installed, or removed\nTry this: a command that is to be pasted whole\n',
    )
  })
})

test('a mistyped command is near the one that was meant', () => {
  expect(nearest('statsu', ['status', 'limits set', 'block'])).toEqual(['status'])
  expect(nearest('limits lst', ['limits list', 'limits set', 'status'])).toContain('limits list')
  expect(nearest('frobnicate', ['status', 'block'])).toEqual([])
})

describe('advice', () => {
  test('is given in the form the program was started in', () => {
    expect(startedAs(['node', '/a/node_modules/.bin/cost-guard'], { npm_command: 'exec' })).toBe('npx cost-guard')
    expect(startedAs(['node', '/a/bin/run.js'], { _: '/usr/bin/node' })).toBe('node bin/run.js')
    expect(startedAs(['node', '/a/bin/run.js'], { _: './bin/run.js' })).toBe('./bin/run.js')
    expect(startedAs(['node', '/usr/local/bin/cost-guard'], {})).toBe('cost-guard')
  })
})

describe('the region', () => {
  const nowhere = { HOME: '/nonexistent' }
  test('comes from the flag, then AWS_REGION, then AWS_DEFAULT_REGION', () => {
    const environment = { ...nowhere, AWS_REGION: 'eu-west-1', AWS_DEFAULT_REGION: 'ap-northeast-1' }
    expect(resolveWhere({ region: 'us-east-1' }, environment, 'cost-guard').region).toBe('us-east-1')
    expect(resolveWhere({}, environment, 'cost-guard').region).toBe('eu-west-1')
    expect(resolveWhere({}, { ...nowhere, AWS_DEFAULT_REGION: 'ap-northeast-1' }, 'cost-guard').region).toBe(
      'ap-northeast-1',
    )
  })

  test('is refused when nobody names one or when it is none', () => {
    const code = (wanted: object, environment: object): string => {
      try {
        resolveWhere(wanted, { ...nowhere, ...environment }, 'cost-guard')
      } catch (error) {
        return error instanceof GuardError ? error.code : String(error)
      }
      return 'none'
    }
    expect(code({}, {})).toBe('no-region')
    expect(code({ region: 'tokyo' }, {})).toBe('bad-region')
    expect(code({ profile: 'ghost', region: 'us-east-1' }, {})).toBe('unknown-profile')
  })

  test('is read from an AWS configuration file as the AWS CLI reads it', () => {
    const read = parseIni('[default]\nregion = eu-west-1 # home\n\n[profile dev]\nregion=us-west-2\ns3 =\n  max = 1\n')
    expect(read.get('default')?.get('region')).toBe('eu-west-1')
    expect(read.get('dev')?.get('region')).toBe('us-west-2')
  })
})

test('only an endpoint on this machine is a sandbox', () => {
  expect(localEndpoint({ AWS_ENDPOINT_URL: 'http://127.0.0.1:4000' })).toBe('http://127.0.0.1:4000')
  expect(localEndpoint({ AWS_ENDPOINT_URL: 'http://localhost:4000' })).toBe('http://localhost:4000')
  expect(localEndpoint({ AWS_ENDPOINT_URL: 'https://127.0.0.1.example.com' })).toBeUndefined()
  expect(localEndpoint({})).toBeUndefined()
})

describe('columns', () => {
  const heads = [{ head: 'NAME' }, { head: 'USD', align: 'right' as const }]
  test('line up with names of wide characters', () => {
    const lines = columns(heads, [
      ['user/tanaka', '1.00'],
      ['user/田中', '20.00'],
    ]).split('\n')
    expect(lines).toEqual(['NAME           USD', 'user/tanaka   1.00', 'user/田中    20.00'])
    expect(new Set(lines.map(displayWidth))).toEqual(new Set([18]))
  })

  test('give a name that is too long a line of its own and cut nothing', () => {
    const name = `session/${'r'.repeat(60)}/someone@example.com`
    expect(columns(heads, [[name, '1.00']])).toBe(`NAME   USD\n${name}\n      1.00`)
  })

  test('never pass control characters on to the terminal', () => {
    expect(columns(heads, [['user/\u001b[31mred', '1.00']])).not.toContain('\u001b')
  })
})

test('the bar is full only when the limit is reached', () => {
  expect([bar(0), bar(50), bar(99), bar(100), bar(250), bar(null)]).toEqual([
    '--------',
    '####----',
    '#######-',
    '########',
    '########',
    '########',
  ])
})

test('the guard says what it costs a month, part by part, for a stated team, within 80 columns', () => {
  const settings = {
    checkMinutes: 1,
    alarms: true,
    cloudwatchDashboard: true,
    kmsKey: 'own',
    s3: { bucket: undefined, expireDays: 365, largeBodies: false },
    page: aPage(),
    bodies: { text: true, image: false, embedding: false, video: false, audio: false },
    emails: ['ops@example.com'],
  } as const
  const text = monthlyCostText(settings)
  expect(text.split('\n').filter((line) => line.length > 80)).toEqual([])
  expect(text).toContain('a team of 20')
  expect(text).toContain('200 calls a day of each on 22 days')
  expect(text).toContain('Page: opened twice a working day')
  expect(text).toContain('Dashboard: that of CloudWatch')
  const plain = {
    ...settings,
    cloudwatchDashboard: false,
    alarms: false,
    kmsKey: 'none',
    s3: undefined,
    page: undefined,
  }
  for (const gone of ['Dashboard', 'Alarms', 'KMS', 'S3', 'Page']) expect(monthlyCostText(plain)).not.toContain(gone)
})

describe('config set', () => {
  const refusal = (texts: readonly string[]): unknown => {
    try {
      return readSettings(texts)
    } catch (error) {
      return error instanceof GuardError ? error.message : error
    }
  }
  test('names a bad value by the key that was typed, and all of them at once', () => {
    expect(refusal(['timeZone=Mars/X', 'retentionDays=17', 'language=ja'])).toMatch(
      /^timeZone: "Mars\/X" is not a time zone[^;]*; retentionDays: [^;]+$/,
    )
    expect(refusal(['timeZone=Asia/Tokyo'])).toEqual({ timeZone: 'Asia/Tokyo' })
  })
})
