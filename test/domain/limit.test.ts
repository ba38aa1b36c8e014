import { describe, expect, it } from 'vitest'
import { GuardError } from '../../src/runtime/domain/base/guard-error.ts'
import {
  limitId,
  parseAssignment,
  parseAssignments,
  parsePot,
  parseThresholds,
  potKey,
  refuseDuplicates,
} from '../../src/runtime/domain/judging/limit.ts'
import { toDecimal } from '../../src/runtime/domain/money/money.ts'
import { account } from './judging.ts'

function refusal(act: () => unknown): GuardError {
  try {
    act()
  } catch (error) {
    if (error instanceof GuardError) return error
    throw error
  }
  throw new Error('nothing was refused')
}

describe('an assignment as typed', () => {
  it.each([
    ['tanaka=50', 'tanaka', '50'],
    ['role/team-a=100', 'role/team-a', '100'],
    ['*=20', '*', '20'],
    ['everyone=20', '*', '20'],
    ['account=2000', 'account', '2000'],
    ['session/AWSReservedSSO_Dev_0a1b/tanaka@example.com=5', 'session/AWSReservedSSO_Dev_0a1b/tanaka@example.com', '5'],
    ['user/a=b=12.50', 'user/a=b', '12.5'],
    [' tanaka = $7 ', 'tanaka', '7'],
    ['tanaka=0', 'tanaka', '0'],
  ])('%s sets %s to %s', (typed, target, usd) => {
    const read = parseAssignment(typed)
    expect([read.target, toDecimal(read.amount)]).toEqual([target, usd])
  })

  it.each([
    ['tanaka', 'bad-assignment'],
    ['=50', 'bad-assignment'],
    ['tanaka=', 'bad-assignment'],
    ['tanaka=-5', 'bad-amount'],
    ['tanaka=NaN', 'bad-amount'],
    ['tanaka=1e3', 'bad-amount'],
    ['tanaka=5,5', 'bad-amount'],
    ['tanaka=1000000000001', 'bad-amount'],
    ['tanaka=0.0000000000001', 'bad-amount'],
  ])('%s is refused with what to type instead', (typed, code) => {
    const error = refusal(() => parseAssignment(typed))
    expect(error.code).toBe(code)
    expect(error.fault).toBe('user')
    expect(error.suggestions).not.toEqual([])
  })

  it('one target twice in a command is refused, however it is written', () => {
    const all = refusal(() => parseAssignments(['sato=abc', 'tanaka=5', 'foo', '=3'])).message
    expect(all).toContain('"abc" is not an amount in dollars')
    expect(all).toContain('"foo" is not a limit: there is no = in it; "=3" is not a limit')
    expect(refusal(() => parseAssignments(['*=20', 'tanaka=5', 'everyone=30'])).message).toBe(
      '"*=20" and "everyone=30" set the same limit: nothing was changed',
    )
    const looked = [
      { id: 'user/tanaka@month', typed: 'tanaka=50' },
      { id: 'user/tanaka@month', typed: 'user/tanaka=80' },
    ]
    expect(refusal(() => refuseDuplicates(looked)).code).toBe('duplicate-limit')
    expect(parseAssignments(['tanaka=5', 'user/sato=6']).map(({ target }) => target)).toEqual(['tanaka', 'user/sato'])
  })
})

describe('a pot', () => {
  it.each([
    'user/tanaka',
    'role/team-a',
    'session/team-a/(others)',
    'session/r/a@b.example',
    'person/田中 一郎',
    'team/R+D',
    '*',
    'account',
  ])('%s is written as it is read', (text) => {
    const pot = parsePot(text, account)
    expect(pot && potKey(pot)).toBe(text)
  })

  it('everyone is the star', () => {
    expect(parsePot('everyone', account)).toEqual({ kind: 'everyone', includeRoles: false })
  })

  it.each([
    'tanaka',
    '',
    'user/',
    'user/a/b',
    'root/123456789012',
    'federated/joe',
    'unattributed',
    'team/',
    'team/a,b',
    'team/*',
    'person/a/b',
    'person/ x',
  ])('"%s" is none: a bare name, or something that cannot carry a limit', (text) => {
    expect(parsePot(text, account)).toBeUndefined()
  })

  it('has one limit per period kind', () => {
    const pot = parsePot('user/tanaka', account)
    expect(pot && [limitId(pot, 'month'), limitId(pot, 'day')]).toEqual(['user/tanaka@month', 'user/tanaka@day'])
    expect(limitId({ kind: 'everyone', includeRoles: true }, 'month')).toBe('*@month')
  })
})

describe('warning thresholds', () => {
  it.each([
    ['80', [80]],
    ['50,80,95', [50, 80, 95]],
    ['95, 50 ,80%', [50, 80, 95]],
    ['1,100', [1, 100]],
    ['none', []],
  ])('%s is read ascending', (text, expected) => {
    expect(parseThresholds(text)).toEqual(expected)
  })

  it.each(['', '0', '101', '80,80', '80.5', '-5', 'eighty', '80,,90', '1e1'])('"%s" is refused', (text) => {
    const error = refusal(() => parseThresholds(text))
    expect(error.code).toBe('bad-thresholds')
    expect(error.suggestions).not.toEqual([])
  })
})
