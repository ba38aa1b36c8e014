/** What the view of everybody works out before it draws anything. */
import { describe, expect, test } from 'vitest'
import { choices, found, searchTexts, type Wanted } from '../../src/page/everybody/finding.ts'
import { linesOf, shownLimit } from '../../src/page/everybody/people.ts'
import { type Column, columns, firstDirection, nextOrder, sorted, urgent } from '../../src/page/everybody/sorting.ts'
import type { PrincipalState } from '../../src/runtime/domain/telling/status-view.ts'
import type { PageRow } from '../../src/runtime/page-protocol.ts'
import { ja } from '../../src/runtime/words/ja.ts'
import { limitOf, rowOf } from './everybody-rows.ts'

const keys = (lines: readonly { readonly row: PageRow }[]): readonly string[] => lines.map(({ row }) => row.key)
const by = (rows: readonly PageRow[], column: Column, direction = firstDirection(column)): readonly string[] =>
  keys(sorted(linesOf(rows), { column, direction }, 'en'))

describe('sorting', () => {
  test('compares amounts exactly, beyond what a float could tell apart', () => {
    const rows = [
      rowOf('user/a', { usd: '999999999999.000000000001' }),
      rowOf('user/b', { usd: '999999999999.000000000002' }),
      rowOf('user/c', { usd: '10.1' }),
      rowOf('user/d', { usd: '9.9' }),
    ]
    expect(by(rows, 'usd')).toEqual(['user/b', 'user/a', 'user/c', 'user/d'])
    expect(by(rows, 'usd', 'ascending')).toEqual(['user/d', 'user/c', 'user/a', 'user/b'])
  })

  test('leaves equal lines in the order they had, in both directions', () => {
    const rows = ['user/c', 'user/a', 'user/b'].map((key) => rowOf(key, { usd: '1', requests: 4 }))
    for (const direction of ['ascending', 'descending'] as const) {
      expect(by(rows, 'requests', direction)).toEqual(['user/c', 'user/a', 'user/b'])
    }
  })

  test('puts what is unknown last, in both directions', () => {
    const rows = [
      rowOf('user/none'),
      rowOf('user/low', { usedPercent: 3, limits: [limitOf({ restUsd: '-5.5' })], lastAt: '2026-11-02T00:00:00Z' }),
      rowOf('user/high', { usedPercent: 99, limits: [limitOf({ restUsd: '2' })], lastAt: '2026-11-03T00:00:00Z' }),
    ]
    for (const column of ['used', 'rest', 'last'] as const) {
      expect(by(rows, column, 'ascending')).toEqual(['user/low', 'user/high', 'user/none'])
      expect(by(rows, column, 'descending')).toEqual(['user/high', 'user/low', 'user/none'])
    }
  })

  test('knows every column of the table', () => {
    const rows = [
      rowOf('user/a2', {
        person: 'abe',
        teams: ['alpha'],
        usd: '2',
        usedPercent: 2,
        requests: 2,
        state: 'blocked',
        forecastUsd: '2',
        lastAt: '2026-11-02T00:00:00Z',
        limits: [limitOf({ limitUsd: '2', restUsd: '2' })],
      }),
      rowOf('user/a10', {
        person: 'zen',
        teams: ['beta'],
        usd: '10',
        usedPercent: 10,
        requests: 10,
        state: 'unlimited',
        forecastUsd: '10',
        lastAt: '2026-11-10T00:00:00Z',
        limits: [limitOf({ limitUsd: '10', restUsd: '10' })],
      }),
    ]
    for (const column of columns) expect(by(rows, column, 'ascending'), column).toEqual(['user/a2', 'user/a10'])
  })

  test('starts with the largest figure and the first name, and turns round on the second click', () => {
    const first = nextOrder({ column: 'name', direction: 'ascending' }, 'usd')
    expect(first).toEqual({ column: 'usd', direction: 'descending' })
    expect(nextOrder(first, 'usd')).toEqual({ column: 'usd', direction: 'ascending' })
    expect(nextOrder(first, 'person')).toEqual({ column: 'person', direction: 'ascending' })
  })

  test('who needs attention: the blocked before the warned, then the dearest', () => {
    const rows = [
      rowOf('user/warned-dear', { state: 'warned', usd: '90' }),
      rowOf('user/fine', { usd: '100' }),
      rowOf('user/warned', { state: 'warned', usd: '5' }),
      rowOf('user/blocked', { state: 'blocked', usd: '1' }),
    ]
    expect(keys(urgent(linesOf(rows)))).toEqual(['user/blocked', 'user/warned-dear', 'user/warned'])
  })
})

describe('search and filters', () => {
  const lines = linesOf([
    rowOf('user/Tanaka', { person: 'タナカ', teams: ['プラットフォーム'], state: 'blocked' }),
    rowOf('session/Builders/suzuki', { person: null, teams: ['data', 'ML'], state: 'warned' }),
    rowOf('role/batch', { state: 'unlimited', excluded: true }),
  ])
  const texts = searchTexts(lines, ja.states)
  const find = (wanted: Partial<Wanted>): readonly string[] =>
    keys(found(lines, { text: '', state: 'all', team: 'all', ...wanted }, texts))

  test('find by principal, person, team and state, whatever the case, the width or the kana', () => {
    expect(find({ text: 'ＴＡＮＡＫＡ' })).toEqual(['user/Tanaka'])
    expect(find({ text: 'ﾀﾅｶ' })).toEqual(['user/Tanaka'])
    expect(find({ text: 'ﾌﾟﾗｯﾄﾌｫｰﾑ' })).toEqual(['user/Tanaka'])
    expect(find({ text: 'たなか ぷらっと' })).toEqual(['user/Tanaka'])
    expect(find({ text: 'ml' })).toEqual(['session/Builders/suzuki'])
    expect(find({ text: '停止中' })).toEqual(['user/Tanaka'])
    expect(find({ text: 'blocked' })).toEqual(['user/Tanaka'])
    expect(find({ text: 'nobody' })).toEqual([])
  })

  test('want every word of the search, in any order', () => {
    expect(find({ text: ' data  suzuki ' })).toEqual(['session/Builders/suzuki'])
    expect(find({ text: 'data tanaka' })).toEqual([])
  })

  test('filter by state, by who needs attention, by team and by no team', () => {
    expect(find({ state: 'warned' })).toEqual(['session/Builders/suzuki'])
    expect(find({ state: 'attention' })).toEqual(['user/Tanaka', 'session/Builders/suzuki'])
    expect(find({ state: 'excluded' })).toEqual(['role/batch'])
    expect(find({ team: { team: 'data' } })).toEqual(['session/Builders/suzuki'])
    expect(find({ team: { team: null } })).toEqual(['role/batch'])
    expect(find({ state: 'blocked', text: 'suzuki' })).toEqual([])
  })

  test('offer only what there is, with how many it would show', () => {
    expect(choices(lines, 'en')).toEqual({
      states: [
        { state: 'attention', count: 2 },
        { state: 'blocked', count: 1 },
        { state: 'warned', count: 1 },
        { state: 'excluded', count: 1 },
        { state: 'unlimited', count: 1 },
      ],
      teams: [
        { team: 'data', count: 1 },
        { team: 'ML', count: 1 },
        { team: 'プラットフォーム', count: 1 },
        { team: null, count: 1 },
      ],
    })
    expect(choices([], 'en')).toEqual({ states: [], teams: [] })
  })
})

describe('the limit a line tells of', () => {
  test('is the one that decides, else the nearest to being reached that is not the account’s', () => {
    const [account, week, day] = [
      limitOf({ id: 'account', of: 'account', usedPercent: 99, decides: false }),
      limitOf({ id: 'week', usedPercent: 10, decides: false }),
      limitOf({ id: 'day', usedPercent: 60, decides: false }),
    ]
    expect(shownLimit([account, week, day])?.id).toBe('day')
    expect(shownLimit([{ ...account, decides: true }, week, day])?.id).toBe('account')
    expect(shownLimit([account])).toBeNull()
  })
})

test('every state has its place in the order of urgency', () => {
  const states = Object.keys(ja.states) as PrincipalState[]
  const rows = states.map((state) => rowOf(`user/${state}`, { state }))
  expect(by(rows, 'state')[0]).toBe('user/blocked')
  expect(by(rows, 'state').toSorted()).toEqual(keys(linesOf(rows)).toSorted())
  expect(by(rows, 'state').at(-1)).toBe('user/unlimited')
})
