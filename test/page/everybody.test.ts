/** What the view of everybody works out before it draws anything. */
import { describe, expect, test } from 'vitest'
import { statusCsv } from '../../src/commands/_view/status-csv.ts'
import { csvName, everybodyCsv } from '../../src/page/everybody/csv.ts'
import { choices, found, searchTexts, type Wanted } from '../../src/page/everybody/finding.ts'
import { daysByPerson, favourites, heat, requestsByModel } from '../../src/page/everybody/matrices.ts'
import { linesOf, shownLimit } from '../../src/page/everybody/people.ts'
import { type Column, columns, firstDirection, nextOrder, sorted, urgent } from '../../src/page/everybody/sorting.ts'
import { toDecimal } from '../../src/runtime/domain/money/money.ts'
import type { PrincipalState, StatusView } from '../../src/runtime/domain/telling/status-view.ts'
import type { PageLimit, PageModels, PageRow } from '../../src/runtime/page-protocol.ts'
import { ja } from '../../src/runtime/words/ja.ts'

const DAYS = ['2026-11-01', '2026-11-02', '2026-11-03']
const PERIOD = {
  month: '2026-11',
  timezone: 'Asia/Tokyo',
  days: DAYS,
  resetsAt: '2026-11-30T15:00:00Z',
  isCurrent: true,
}

const limitOf = (given: Partial<PageLimit> = {}): PageLimit => ({
  id: 'user/a#month',
  of: 'user/a',
  per: 'month',
  limitUsd: '50',
  spentUsd: '10',
  restUsd: '40',
  usedPercent: 20,
  forecastUsd: '30',
  resetsAt: '2026-11-30T15:00:00Z',
  action: 'block',
  decides: true,
  ...given,
})

const rowOf = (key: string, given: Partial<PageRow> = {}): PageRow => ({
  key,
  members: [key],
  usd: '0',
  assumedUsd: '0',
  requests: 0,
  state: 'ok',
  reason: null,
  blockedUntil: null,
  forecastUsd: null,
  limits: [],
  person: null,
  teams: [],
  excluded: false,
  usedPercent: null,
  lastAt: null,
  sources: {},
  days: DAYS.map(() => '0'),
  ...given,
})

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

  test('find by principal, person, team and state, whatever the case or the width', () => {
    expect(find({ text: 'ＴＡＮＡＫＡ' })).toEqual(['user/Tanaka'])
    expect(find({ text: 'ﾀﾅｶ' })).toEqual(['user/Tanaka'])
    expect(find({ text: 'ﾌﾟﾗｯﾄﾌｫｰﾑ' })).toEqual(['user/Tanaka'])
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

describe('CSV', () => {
  const head = { period: PERIOD, currency: null }

  test('is UTF-8 with a mark for Excel, CRLF, exact amounts, and quoted as RFC 4180 says', () => {
    const lines = linesOf([
      rowOf('session/R/he said "hi", twice', {
        usd: '12.000000000001',
        assumedUsd: '0.5',
        requests: 7,
        state: 'blocked',
        blockedUntil: '2026-11-30T15:00:00Z',
        forecastUsd: '99.9',
        limits: [limitOf({ restUsd: '-2.5' })],
        person: '田中',
        teams: ['data', 'ml'],
        lastAt: '2026-11-02T01:02:03Z',
      }),
    ])
    expect(everybodyCsv(lines, { ...head, currency: { code: 'JPY', rate: '160.5' } })).toBe(
      '\u{feff}principal,period,usd,assumedUsd,requests,limitUsd,usedPercent,forecastUsd,state,blockedUntil,' +
        'person,teams,excluded,restUsd,monthForecastUsd,lastAt,JPY\r\n' +
        '"session/R/he said ""hi"", twice",2026-11,12.000000000001,0.5,7,50,20,30,blocked,2026-11-30T15:00:00Z,' +
        '田中,data; ml,false,-2.5,99.9,2026-11-02T01:02:03Z,1926.0000000001605\r\n',
    )
  })

  test.each(['=1+1', '+1', '-1', '@SUM(A1)', '\tx'])('takes the formula out of a name that begins as %j', (name) => {
    const csv = everybodyCsv(linesOf([rowOf(name, { person: name, teams: [name] })]), head)
    const cells = csv.split('\r\n')[1]?.split(',') ?? []
    expect([cells[0], cells[10], cells[11]]).toEqual([`'${name}`, `'${name}`, `'${name}`])
  })

  test('begins with the columns of status --csv, and says the same in them', () => {
    const row = rowOf('user/a', { usd: '10', requests: 3, limits: [limitOf()], forecastUsd: '31' })
    const view = {
      period: { kind: 'month', key: '2026-11', timezone: 'Asia/Tokyo', resetsAt: PERIOD.resetsAt },
      principals: [
        { ...row, principal: row.key, decidedBy: null, limits: [{ ...limitOf(), sharedBy: null, spentUsd: '10' }] },
      ],
    } as unknown as StatusView
    const [heads = '', values = ''] = statusCsv(view).split('\r\n')
    const [ownHeads = '', ownValues = ''] = everybodyCsv(linesOf([row]), head)
      .slice(1)
      .split('\r\n')
    expect(ownHeads.startsWith(`${heads},`)).toBe(true)
    expect(ownValues.startsWith(`${values},`)).toBe(true)
  })

  test('is named after guard and month, and after nothing that a path could be made of', () => {
    expect(csvName({ guard: 'cost-guard', period: PERIOD })).toBe('cost-guard-2026-11.csv')
    expect(csvName({ guard: '../../x y', period: PERIOD })).toBe('-x-y-2026-11.csv')
  })
})

describe('matrices', () => {
  const lines = linesOf([
    rowOf('user/a', { person: 'abe', usd: '0.3', days: ['0.1', '0.2', '0'] }),
    rowOf('session/r/a', { person: 'abe', usd: '1', days: ['0', '0', '1'] }),
    rowOf('user/b', { usd: '5', days: ['5', '0', '0'] }),
    rowOf('user/quiet'),
  ])
  const models: PageModels = {
    month: '2026-11',
    days: [],
    models: [],
    sources: [],
    tokens: {
      input: 0,
      output: 0,
      cacheRead: 0,
      cacheWrite5m: 0,
      cacheWrite1h: 0,
      cacheWriteUnknown: 0,
      cacheHitPercent: null,
    },
    unpricedModels: [],
    principals: [
      {
        key: 'user/a',
        models: [
          { name: 'opus', usd: '0.2', requests: 1 },
          { name: 'haiku', usd: '0.1', requests: 50 },
        ],
      },
      { key: 'session/r/a', models: [{ name: 'opus', usd: '1', requests: 2 }] },
      { key: 'user/b', models: [{ name: 'sonnet', usd: '5', requests: 9 }] },
      { key: 'user/gone', models: [{ name: 'sonnet', usd: '7', requests: 1 }] },
    ],
  }

  test('days by person put a person’s principals together, exactly, the dearest first', () => {
    const matrix = daysByPerson(lines, DAYS)
    expect(matrix.rows.map(({ name, cells, total }) => [name, cells.map(toDecimal), toDecimal(total)])).toEqual([
      ['user/b', ['5', '0', '0'], '5'],
      ['abe', ['0.1', '0.2', '1'], '1.3'],
    ])
    expect(toDecimal(matrix.largest)).toBe('5')
  })

  test('requests by model and person: models most used first, nobody who is not shown', () => {
    expect(requestsByModel(lines, models)).toEqual({
      columns: ['haiku', 'sonnet', 'opus'],
      rows: [
        { name: 'abe', cells: [50, 0, 3], total: 53 },
        { name: 'user/b', cells: [0, 9, 0], total: 9 },
      ],
      largest: 50,
    })
  })

  test('the dearest and the most used model of a person may be two', () => {
    const [abe] = favourites(lines, models)
    expect(abe).toMatchObject({
      name: 'abe',
      dearest: { name: 'opus', requests: 3 },
      mostUsed: { name: 'haiku', requests: 50 },
    })
    expect(toDecimal(abe?.dearest.usd ?? (0n as never))).toBe('1.2')
  })

  test('heat is nothing for nothing, and something for anything', () => {
    expect([heat(0n, 100n), heat(1n, 1_000_000n), heat(25n, 100n), heat(100n, 100n)]).toEqual([0, 1, 3, 5])
    expect(heat(0, 0)).toBe(0)
  })
})

test('every state has its place in the order of urgency', () => {
  const states = Object.keys(ja.states) as PrincipalState[]
  const rows = states.map((state) => rowOf(`user/${state}`, { state }))
  expect(by(rows, 'state')[0]).toBe('user/blocked')
  expect(by(rows, 'state').toSorted()).toEqual(keys(linesOf(rows)).toSorted())
  expect(by(rows, 'state').at(-1)).toBe('user/unlimited')
})
