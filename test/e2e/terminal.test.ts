/** The questions, and the ways out of them, as a person at a terminal meets them. */
import { beforeAll, expect, test } from 'vitest'
import { sandboxForTests } from '../support/sandbox.ts'
import { differences, dump } from './dump.ts'
import { ADMIN_ARN, Admin, changesBy } from './guarded.ts'
import { atTerminal, type Turn } from './terminal.ts'

const sandbox = sandboxForTests()
const CTRL_C = '\u0003'
const CLEAR = '\u0015'
const language: Turn = { sees: 'In which language', types: '\r' }
const mode: Turn = { sees: 'What happens at a limit', types: '\r' }
const who: Turn = { sees: 'Who gets warnings', types: 'boss@example.com\r' }
const zone: Turn = { sees: 'In which time zone', types: `${CLEAR}Asia/Tokyo\r` }
const limit: Turn = { sees: 'How many dollars a month', types: '20\r' }
const person = (args: readonly string[], turns: readonly Turn[]) => atTerminal(args, sandbox.env, turns)
let before: readonly string[]

beforeAll(async () => {
  before = await dump(sandbox)
})

test('Ctrl-C at a question ends with 130 and has changed nothing', async () => {
  const { code, screen } = await person(['init'], [language, { ...who, types: CTRL_C }])
  expect(code).toBe(130)
  expect(screen).toContain('Cancelled')
  expect(changesBy(sandbox, ADMIN_ARN)).toEqual([])
})

test('a Japanese admin is asked in an order that makes sense, and is offered what is likely', async () => {
  const ja: Turn = { sees: 'In which language', types: '\u001b[B\r' }
  const turns = [ja, who, { ...zone, types: '\r' }, limit, { ...mode, types: '\u001b[B\r' }]
  const { screen } = await person(['init'], [...turns, { sees: 'Do this?', types: 'n\r' }])
  expect(screen).toContain('Nothing is made before you have seen the plan')
  const order = ['In which language', 'Who gets warnings', 'In which time zone', 'How many dollars', 'What happens']
  const places = order.map((question) => screen.indexOf(question))
  expect(places).toEqual(places.toSorted((a, b) => a - b))
  expect(screen).toContain('In which time zone do days and months begin? (Asia/Tokyo)')
  expect(screen).toContain('* a month: none → 20.00')
  expect(changesBy(sandbox, ADMIN_ARN)).toEqual([])
})

test('a plan that is declined changes nothing and is no success', async () => {
  const { code, screen } = await person(
    ['init'],
    [language, who, zone, limit, mode, { sees: 'Do this?', types: 'n\r' }],
  )
  expect(code).toBe(1)
  expect(screen).toContain('no changes made')
  expect(changesBy(sandbox, ADMIN_ARN)).toEqual([])
})

test('a wrong answer is asked again; Ctrl-C in the middle of the work stops it, and says how to go on with all that was answered', async () => {
  const { code, screen } = await person(
    ['init'],
    [
      language,
      { sees: 'Who gets warnings', types: 'nobody\r' },
      { sees: '"nobody" is not an e-mail address', types: `${CLEAR}boss@example.com\r` },
      zone,
      limit,
      mode,
      { sees: 'Do this?', types: 'y\r' },
      { sees: '[5/', types: CTRL_C },
    ],
  )
  expect(code).toBe(130)
  expect(screen).toContain('Try this: node bin/run.js init --default-limit 20')
})

test('init again asks only whether to do what is left, and completes it', async () => {
  const { code, screen } = await person(['init', '--default-limit', '20'], [{ sees: 'Do this?', types: 'y\r' }])
  expect(screen).toContain('What to do next')
  expect(code).toBe(0)
  const admin = new Admin(sandbox)
  expect((await admin.status()).period.timezone).toBe('Asia/Tokyo')
  expect(await admin.reads('limits', 'list')).toMatchObject({ limits: [{ id: '*@month', limitUsd: '20' }] })
  expect((await admin.run(['plan', '--exit-code'])).code).toBe(0)
})

test('teardown wants the guard’s name; another name changes nothing', async () => {
  sandbox.clearCalls()
  const wrong = await person(['teardown', '--delete-data'], [{ sees: 'type the name', types: 'yes\r' }])
  expect(wrong.code).toBe(1)
  expect(changesBy(sandbox, ADMIN_ARN)).toEqual([])
  const right = await person(['teardown', '--delete-data'], [{ sees: 'type the name', types: 'cost-guard\r' }])
  expect(right.code).toBe(0)
  expect(differences(before, await dump(sandbox))).toEqual([])
})
