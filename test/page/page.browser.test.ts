/** The whole page in a real Chromium, with its own security headers and invented answers: what people meet, state by state. */
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { bundlePage } from '../../scripts/build-page.ts'
import { type ServedPage, servePage } from '../../scripts/serve-page.ts'
import { findings, focused, type Person, personIn } from '../support/browser.ts'
import { openBrowser } from '../support/chromium.ts'

let browser: Browser
let served: ServedPage
const people: Person[] = []
const USUAL = 'state=warned&language=en&sees=own&people=5&fails=none&refuses=none&slow=0&lives=900'

beforeAll(async () => {
  browser = await openBrowser()
  served = await servePage(await bundlePage())
})
afterEach(async () => {
  const closing = people.splice(0)
  await Promise.all(closing.map(({ page }) => page.context().close()))
  // Whatever was shown: the security policy had nothing to refuse, and no name became more than a name.
  expect(closing.flatMap(({ complaints, dialogs }) => [...complaints, ...dialogs])).toEqual([])
})
afterAll(async () => {
  await browser?.close()
  await served?.close()
})

/** What the function and the sign-in say from now on. */
const wish = async (wanted: string): Promise<void> => {
  await fetch(`${served.origin}/?${wanted}`)
}

async function atTheDoor(wanted = '', { hash = '', ...how }: BrowserContextOptions & { hash?: string } = {}) {
  await wish(USUAL)
  await wish(wanted)
  const person = await personIn(browser, how)
  people.push(person)
  await person.page.goto(`${served.origin}/${hash}`)
  await person.page.locator('#sign-in').waitFor()
  return person
}

async function signedIn(wanted = '', how: BrowserContextOptions & { hash?: string } = {}): Promise<Page> {
  const { page } = await atTheDoor(wanted, how)
  await page.locator('#sign-in').click()
  await page.locator('#log-out').waitFor()
  if (!wanted.includes('fails=')) await page.locator('#refresh').waitFor()
  return page
}

async function refreshed(page: Page): Promise<void> {
  await page.locator('#refresh').click()
  await page.locator('main:not([aria-busy])').waitFor()
}

const main = (page: Page): Promise<string> => page.locator('main').innerText()
const heading = (page: Page): Promise<string> => page.getByRole('heading', { level: 1 }).innerText()

describe('the sign-in', () => {
  test('has a door that says what is behind it, in both languages', async () => {
    const { page } = await atTheDoor()
    expect(await heading(page)).toBe('Your Amazon Bedrock spending')
    expect(await main(page)).toContain('Sign in with the e-mail address that your admin invited')
    expect(await findings(page)).toEqual([])
    await page.getByRole('button', { name: '日本語' }).click()
    expect(await heading(page)).toBe('Amazon Bedrock の利用額')
    expect(await focused(page)).toBe('language')
  })

  test('that is refused says so and what to do, and can be tried once more', async () => {
    const { page } = await atTheDoor('refuses=access_denied')
    await page.locator('#sign-in').click()
    await page.getByRole('alert').waitFor()
    expect(await page.getByRole('alert').innerText()).toContain('cancelled or refused. Sign in once more')
    expect(await page.getByRole('alert').innerText()).toContain('access_denied')
    await wish('refuses=none')
    await page.locator('#sign-in').click()
    await page.locator('#refresh').waitFor()
  })

  test.each([
    ['that nobody here began', false, 'begun in another tab or too long ago'],
    ['with another state than the one it was begun with', true, 'The sign-in did not work'],
  ])('is not finished by a code %s', async (_, begun, said) => {
    const { page } = await atTheDoor()
    const asked: string[] = []
    page.on('request', (request) => asked.push(new URL(request.url()).pathname))
    if (begun) {
      await page.route('**/oauth2/authorize?*', (route) =>
        route.fulfill({ status: 302, headers: { location: `${served.origin}/?code=forged&state=forged` } }),
      )
      await page.locator('#sign-in').click()
    } else await page.goto(`${served.origin}/?code=forged&state=forged`)
    await page.getByRole('alert').waitFor()
    expect(await page.getByRole('alert').innerText()).toContain(said)
    expect(asked).not.toContain('/oauth2/token')
    expect(asked.filter((path) => path.startsWith('/api/'))).toEqual([])
    expect(page.url()).not.toContain('forged')
  })
})

describe('the own view', () => {
  test.each([
    {
      look: { colorScheme: 'light', viewport: { width: 1280, height: 900 } },
      language: 'en',
      states: {
        warned: 'You can still use Amazon Bedrock',
        blocked: 'The block ends by itself on Dec 1, 2026, 00:00',
        manual: 'Ask your admin what has to happen before it is lifted',
        shared: 'shared with others',
        nobody: 'give this name:\n\ntanaka',
        hostile: '<img src=x onerror=alert(1)>',
      },
    },
    {
      look: { colorScheme: 'dark', viewport: { width: 360, height: 780 } },
      language: 'ja',
      states: {
        warned: '上限に近づいています',
        blocked: '2026年12月1日 00:00 に自動的に解除されます',
        several: '上限はそれぞれに適用されます',
        empty: '呼び出しから数分で、ここに表示されます',
        'many-models': 'その他 5 モデル',
        hostile: '<img src=x onerror=alert(1)>',
      },
    },
  ] as const)('says in $language what each state means, and axe finds nothing', async ({ look, language, states }) => {
    const page = await signedIn(`language=${language}`, look)
    expect(await page.locator('html').getAttribute('lang')).toBe(language)
    for (const [state, said] of Object.entries(states)) {
      await wish(`state=${state}`)
      await refreshed(page)
      expect(await main(page)).toContain(said)
      expect({ state, found: await findings(page) }).toEqual({ state, found: [] })
      expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth'), state).toBe(0)
    }
  })

  test('of a month that is over is chosen, and stays chosen', async () => {
    const page = await signedIn()
    expect(await main(page)).toContain('Forecast')
    await page.locator('#month').selectOption('2026-10')
    await page.getByText('The month ends').waitFor({ state: 'detached' })
    await refreshed(page)
    expect(await page.locator('#month').inputValue()).toBe('2026-10')
    expect(await focused(page)).toBe('refresh')
  })
})

describe('when something goes wrong', () => {
  test('at first: the failure has the page, and a retry leads to the figures with the focus on them', async () => {
    const page = await signedIn('fails=not-readable')
    await page.locator('#retry').waitFor()
    expect(await heading(page)).toBe('The figures cannot be read at the moment')
    expect(await findings(page)).toEqual([])
    await page.locator('#retry').press('Enter')
    await page.locator('#retry').waitFor()
    expect(await focused(page)).toBe('retry')
    await wish('fails=none')
    await page.locator('#retry').press('Enter')
    await page.locator('#refresh').waitFor()
    expect(await focused(page)).toBe('content')
  })

  test('later, or offline: the figures stay, with how old they are', async () => {
    const page = await signedIn()
    await page.context().setOffline(true)
    await page.locator('#refresh').click()
    await page.getByText('Check your connection').waitFor()
    expect(await page.getByRole('alert').innerText()).toContain('What you see is from Nov 20, 2026, 09:04')
    expect(await main(page)).toContain('$69.38')
    expect(await findings(page)).toEqual([])
    await page.context().setOffline(false)
    await page.locator('#retry').press('Enter')
    await page.getByRole('alert').waitFor({ state: 'detached' })
    expect(await focused(page)).toBe('content')
  })

  test('while it is read there is a heading, and a word that it is being read', async () => {
    const { page } = await atTheDoor('slow=700', { viewport: { width: 360, height: 780 } })
    await page.locator('#sign-in').click()
    await page.getByText('Loading…').waitFor()
    expect(await heading(page)).toBe('My spending')
    const before = await page.getByRole('heading', { level: 1 }).boundingBox()
    expect(await findings(page)).toEqual([])
    await page.locator('#refresh').waitFor()
    expect(await page.getByRole('heading', { level: 1 }).boundingBox()).toEqual(before)
  })

  test('a session that has run out says so by itself, and is begun again in the language that was chosen', async () => {
    const page = await signedIn('lives=1.5')
    await page.getByRole('button', { name: '日本語' }).click()
    expect(await heading(page)).toBe('自分の利用額')
    await page.getByText('セッションの有効期限が切れました').waitFor()
    expect(await main(page)).toContain('$69.38')
    expect(await findings(page)).toEqual([])
    await wish('lives=900')
    await page.getByRole('button', { name: '再度サインイン' }).click()
    await page.locator('#refresh').waitFor()
    expect(await heading(page)).toBe('自分の利用額')
    expect(await page.locator('html').getAttribute('lang')).toBe('ja')
    expect(await page.title()).toBe('Amazon Bedrock 利用額 – cost-guard')
  })
})

describe('with a keyboard alone', () => {
  test('the content is one key away, views change where one is, and a chart is read day by day', async () => {
    const page = await signedIn('sees=all')
    await page.evaluate('document.activeElement.blur()')
    await page.keyboard.press('Tab')
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Skip to the content')
    await page.keyboard.press('Enter')
    expect(await focused(page)).toBe('content')

    const chart = page.locator('svg.bars')
    await chart.focus()
    await page.keyboard.press('Home')
    expect(await page.locator('.chart-reading').innerText()).toMatch(/^Sun, Nov 1: \$1\.66 — anthropic/)
    await page.keyboard.press('ArrowRight')
    expect(await page.locator('.chart-reading').innerText()).toMatch(/^Mon, Nov 2: /)

    await page.locator('#tab-everybody').focus()
    await page.keyboard.press('Enter')
    await page.locator('.everybody-list').waitFor()
    expect(await heading(page)).toBe('Everybody')
    expect(await focused(page)).toBe('tab-everybody')
  })
})

describe('everybody, in the whole page', () => {
  test('shows problems of the guard first and how fresh it is last; axe finds nothing', async () => {
    const page = await signedIn('sees=all', { hash: '#everybody', viewport: { width: 1280, height: 900 } })
    await page.locator('.favourites').waitFor()
    const headings = await page.locator('main h2').allInnerTexts()
    expect(headings.slice(0, 2)).toEqual(['Problems of the guard itself', 'Needs attention'])
    expect(headings.at(-1)).toBe('How fresh this is')
    expect(await findings(page)).toEqual([])
    // The table fits a common screen: nobody scrolls sideways for the last call.
    expect(await page.locator('.lines').evaluate((room) => room.scrollWidth - room.clientWidth)).toBe(0)
  })

  test('is called “My teams” where the guard shows teams, and tells no admin’s things', async () => {
    const page = await signedIn('sees=team')
    await page.getByRole('link', { name: 'My teams' }).click()
    await page.locator('.everybody-list').waitFor()
    expect(await heading(page)).toBe('My teams')
    const said = await page.locator('body').innerText()
    for (const word of ['admin', 'Problems of the guard'])
      expect(said.replace('Blocked by an admin', '')).not.toContain(word)
    expect(await page.locator('.lines .line').count()).toBeGreaterThan(0)
  })

  test('is where an admin without spend of their own begins, and nobody else', async () => {
    const page = await signedIn('state=nobody&sees=all')
    await page.locator('.everybody-list').waitFor()
    expect(await heading(page)).toBe('Everybody')
    await page.getByRole('link', { name: 'Mine' }).click()
    await page.getByText('cost-guard dashboard users add').waitFor()
    const own = await signedIn('state=nobody&sees=own')
    expect(await heading(own)).toBe('My spending')
  })
})
