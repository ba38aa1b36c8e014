/** The view of everybody in a real Chromium, under the page's own security headers. */
import { readFileSync } from 'node:fs'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { PageRow } from '../../src/runtime/page-protocol.ts'
import { findings, type Person } from '../support/browser.ts'
import { openBrowser } from '../support/chromium.ts'
import { openEverybody } from '../support/everybody-page.ts'
import {
  hostileNames,
  hostileTeam,
  nobodyYet,
  type PageData,
  pageAdmin,
  smallTeam,
  tellPage,
} from '../support/page-data.ts'

let browser: Browser
let small: PageData
beforeAll(async () => {
  browser = await openBrowser()
  small = await tellPage(await smallTeam(), pageAdmin)
})
afterAll(() => browser?.close())

type Opened = Person & { readonly rows: () => Promise<readonly string[]> }
async function open(data: PageData, how: Partial<Parameters<typeof openEverybody>[1]> = {}): Promise<Opened> {
  const opened = await openEverybody(browser, { everybody: data.everybody, models: data.models, ...how })
  return { ...opened, rows: () => opened.page.locator('.lines .line > th').allTextContents() }
}
const close = (page: Page): Promise<void> => page.context().close()

/** The small team, fifty times over: what is drawn is as much as of five hundred people, and is there at once. */
function fiveHundred({ everybody, ...rest }: PageData): PageData {
  const rows = Array.from({ length: 500 }, (_, index) => ({
    ...(everybody.rows[index % everybody.rows.length] as PageRow),
    key: `user/member-${String(index).padStart(3, '0')}`,
    usd: `${500 - index}.${String(index).padStart(3, '0')}1`,
  }))
  return { ...rest, everybody: { ...everybody, rows } }
}

describe('the table of everybody', () => {
  test('is sorted by a click on any head, says by which, and leaves the focus there', async () => {
    const { page, rows, complaints } = await open(small)
    const dearestFirst = small.everybody.rows.map(({ key }) => key)
    expect(await rows()).toEqual(dearestFirst)
    const spent = page.getByRole('columnheader', { name: 'Spent' }).first()
    expect(await spent.getAttribute('aria-sort')).toBe('descending')

    const head = page.locator('.lines').getByRole('button', { name: 'Principal', exact: true })
    await head.focus()
    await page.keyboard.press('Enter')
    expect(await rows()).toEqual(dearestFirst.toSorted(new Intl.Collator('en', { numeric: true }).compare))
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Principal')
    expect(await page.locator('.lines [aria-sort]').allTextContents()).toEqual(['Principal'])
    expect(await page.locator('#said').textContent()).toBe('Sorted by Principal, ascending')
    await page.keyboard.press('Enter')
    expect((await rows())[0]).toBe('user/yamada')

    await page.locator('.lines').getByRole('button', { name: 'State', exact: true }).click()
    expect((await rows()).slice(0, 2).toSorted()).toEqual(['user/suzuki', 'user/watanabe'])
    expect(complaints).toEqual([])
    await close(page)
  })

  test('is searched while one types, filtered by state and team, and says how many are shown', async () => {
    const { page, rows } = await open(small, { language: 'ja' })
    const count = page.locator('.count')
    expect(await count.textContent()).toBe('10 件中 10 件')
    await page.getByLabel('検索').fill('ＧＲＯＷＴＨ')
    expect((await rows()).toSorted()).toEqual([
      'session/AWSReservedSSO_Developer_0123456789abcdef/tanaka@example.com',
      'user/sato',
      'user/suzuki',
      'user/tanaka',
    ])
    expect(await count.textContent()).toBe('10 件中 4 件')
    await page.getByLabel('検索').fill('停止中')
    expect((await rows()).toSorted()).toEqual(['user/suzuki', 'user/watanabe'])
    await page.getByRole('combobox', { name: 'チーム' }).selectOption({ label: 'platform（3）' })
    expect(await rows()).toEqual(['user/watanabe'])

    // Reading anew keeps what was looked for.
    await page.locator('#refresh').click()
    expect(await rows()).toEqual(['user/watanabe'])
    expect(await page.getByLabel('検索').inputValue()).toBe('停止中')

    await page.getByRole('combobox', { name: '状態' }).selectOption({ label: '除外（1）' })
    expect(await rows()).toEqual([])
    await page.getByRole('button', { name: '全員を表示' }).click()
    expect(await count.textContent()).toBe('10 件中 10 件')
    await close(page)
  })

  test('gives what it shows as CSV, in its order, under a strict security policy', async () => {
    const { page, complaints } = await open(small)
    await page.getByRole('combobox', { name: 'State' }).selectOption({ label: 'Blocked (2)' })
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Download CSV' }).click(),
    ])
    expect(download.suggestedFilename()).toBe('cost-guard-2026-11.csv')
    const lines = readFileSync(await download.path(), 'utf8').split('\r\n')
    expect(lines[0]).toMatch(/^\u{feff}principal,period,usd,.*,JPY$/u)
    const suzuki = small.everybody.rows.find(({ key }) => key === 'user/suzuki')
    expect(lines[1]).toMatch(new RegExp(`^user/suzuki,2026-11,${suzuki?.usd},0,${suzuki?.requests},15,115,`))
    expect(lines.slice(2).map((line) => line.split(',')[0])).toEqual(['user/watanabe', ''])
    expect(complaints).toEqual([])
    await close(page)
  })

  test('tells more of one line at a button, also what went to which model', async () => {
    const { page } = await open(small)
    const button = page.getByRole('button', { name: 'Details of user/watanabe' })
    await button.click()
    expect(await button.getAttribute('aria-expanded')).toBe('true')
    const details = page.locator(`#${await button.getAttribute('aria-controls')}`)
    expect(await details.textContent()).toContain('Blocked by an admin: key was found in a public repository')
    expect(await details.locator('.amounts').first().textContent()).toContain('anthropic.claude-')
    // Reading anew leaves open what was open.
    await page.locator('#refresh').click()
    expect(await page.locator('.details').count()).toBe(1)
    await button.press('Enter')
    expect(await page.locator('.details').count()).toBe(0)
    expect(await button.getAttribute('aria-expanded')).toBe('false')
    await close(page)
  })

  test('says who needs attention before everything else, and what stopped them; not in a month that is over', async () => {
    const { page } = await open(small)
    const cards = await page.locator('.attention-card').allTextContents()
    expect(cards[0]).toContain('user/suzuki')
    expect(cards[0]).toContain('$17.30 of $15.00 per month')
    expect(cards[0]).toContain('until Dec 1, 2026, 00:00')
    const past = { ...small.everybody.head, period: { ...small.everybody.head.period, isCurrent: false } }
    const over = await open({ ...small, everybody: { ...small.everybody, head: past } })
    expect(await over.page.locator('.attention-card').count()).toBe(0)
    expect((await over.rows()).length).toBe(10)
    await close(over.page)
    expect(cards.map((card) => /user\/\w+/.exec(card)?.[0])).not.toContain('user/sato')
    await close(page)
  })
})

test('where the models could not be read, everything else is there, and a sentence for them', async () => {
  const { page, rows } = await open(small, { models: null })
  expect((await rows()).length).toBe(10)
  expect(await page.locator('.days').textContent()).toContain('could not be read')
  await page.getByRole('button', { name: 'Details of user/kato' }).click()
  expect(await page.locator('.details').textContent()).toContain('Could not be read')
  await close(page)
})

test('names that want to be more than names are text, in every part of the view', async () => {
  const data = await tellPage(await hostileTeam(), pageAdmin)
  for (const language of ['en', 'ja'] as const) {
    const { page, rows, complaints, dialogs } = await open(data, { language })
    const shown = await rows()
    for (const name of hostileNames.principals) {
      if (!/[\u200e-\u202e]/.test(name)) expect(shown).toContain(name)
    }
    // What turns the writing round is written out: nobody looks like somebody else.
    expect(shown).toContain('user/\\u202enimda\\u202c')
    for (const button of await page.locator('.toggle').all()) await button.click()
    const text = (await page.locator('main').textContent()) ?? ''
    for (const name of [
      ...hostileNames.models,
      hostileNames.rareModel,
      ...hostileNames.labels,
      '<img src=x onerror=alert(2)>',
    ]) {
      expect(text).toContain(name)
    }
    expect(text).not.toMatch(/native code|\[object|undefined/)
    expect(await page.locator('main :is(img, script, b, iframe, a[href^=javascript])').count()).toBe(0)
    expect(
      await page.evaluate(
        "[...document.querySelectorAll('main *')].filter((e) => [...e.attributes].some((a) => a.name.startsWith('on'))).length",
      ),
    ).toBe(0)
    await page.getByRole('searchbox').fill('<img src=x onerror=alert(1)>')
    expect(await rows()).toEqual(['user/<img src=x onerror=alert(1)>'])
    expect({ complaints, dialogs }).toEqual({ complaints: [], dialogs: [] })
    await close(page)
  }
})

describe('for everybody who reads it', () => {
  test('axe finds nothing, in light and dark, in both languages, on a phone too, with details open and the table empty', async () => {
    for (const [dark, language, width] of [
      [false, 'en', 1280],
      [true, 'ja', 360],
      [true, 'en', 1280],
    ] as const) {
      const { page } = await open(small, { dark, language, width })
      await page.locator('.toggle').first().click()
      await page.locator('.as-table summary').first().click()
      if (dark && width > 400) await page.getByRole('searchbox').fill('nobody at all')
      expect(await findings(page)).toEqual([])
      await close(page)
    }
  })

  test('no width makes the page scroll sideways, with hostile names either', async () => {
    const data = await tellPage(await hostileTeam(), pageAdmin)
    const { page } = await open(data)
    await page.locator('.toggle').first().click()
    for (const width of [320, 360, 768, 1280, 1920]) {
      await page.setViewportSize({ width, height: 900 })
      expect(await page.evaluate('document.documentElement.scrollWidth'), `${width} px`).toBe(width)
    }
    await close(page)
  })

  test('on the first day it says that there is nothing yet, and why', async () => {
    const data = await tellPage(await nobodyYet(), pageAdmin)
    const { page, complaints } = await open(data)
    expect(await page.locator('main').textContent()).toContain('No call of Amazon Bedrock has been recorded')
    expect(await page.locator('table').count()).toBe(0)
    expect(await findings(page)).toEqual([])
    expect(complaints).toEqual([])
    await close(page)
  })
})

test('five hundred: fifty are drawn, and all are searched, sorted and shown on demand', async () => {
  const data = fiveHundred(small)
  const { page, rows } = await open(data)
  const milliseconds = await page.evaluate("performance.getEntriesByName('first view')[0].duration")
  process.stderr.write(`everybody, 500 principals: first view ${Math.round(Number(milliseconds))} ms of page work\n`)
  expect((await rows()).length).toBe(50)
  await page.getByRole('button', { name: 'Show 50 more' }).click()
  expect((await rows()).length).toBe(100)
  expect(await page.evaluate('document.activeElement.className')).toBe('toggle')

  await page.locator('.lines').getByRole('button', { name: 'Spent', exact: true }).click()
  expect((await rows()).slice(0, 2)).toEqual(['user/member-499', 'user/member-498'])
  await page.getByLabel('Search').fill('member-499')
  expect(await rows()).toEqual(['user/member-499'])
  await page.getByLabel('Search').fill('')
  await page.getByRole('button', { name: 'Show all 500' }).first().click()
  expect((await rows()).length).toBe(500)
  await close(page)
})
