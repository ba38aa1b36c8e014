/** The view of everybody as a file for a spreadsheet, and who on which day, who with which model. */
import { describe, expect, test } from 'vitest'
import { statusCsv } from '../../src/commands/_view/status-csv.ts'
import { csvName, everybodyCsv } from '../../src/page/everybody/csv.ts'
import { daysByPerson, favourites, heat, requestsByModel } from '../../src/page/everybody/matrices.ts'
import { linesOf } from '../../src/page/everybody/people.ts'
import { toDecimal, zero } from '../../src/runtime/domain/money/money.ts'
import type { StatusView } from '../../src/runtime/domain/telling/status-view.ts'
import type { PageModels } from '../../src/runtime/page-protocol.ts'
import { DAYS, limitOf, PERIOD, rowOf } from './everybody-rows.ts'

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
    expect(toDecimal(abe?.dearest.usd ?? zero)).toBe('1.2')
  })

  test('heat is nothing for nothing, and something for anything', () => {
    expect([heat(0n, 100n), heat(1n, 1_000_000n), heat(25n, 100n), heat(100n, 100n)]).toEqual([0, 1, 3, 5])
    expect(heat(0, 0)).toBe(0)
  })
})
