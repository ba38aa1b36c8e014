/** The page as people meet it: a real Chromium, the sign-in by a real OpenID provider, the deployed function, the guard's own roles. */
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import type { PageStart } from '../../src/runtime/page-protocol.ts'
import { findings, type Person, personIn } from '../support/browser.ts'
import { openBrowser } from '../support/chromium.ts'
import { PLAIN } from '../support/cli.ts'
import { sandboxForTests } from '../support/sandbox.ts'
import { Admin } from './guarded.ts'
import { Worker } from './team.ts'

const sandbox = sandboxForTests()
const TANAKA = { email: 'tanaka@example.com', password: 'Correct-Horse-7-Battery' }
const BOSS = { email: 'boss@example.com', password: 'Another-Horse-8-Battery' }
/** Global Opus 5.5: 4 dollars in, 20 out per million: 1.25 and 7.77 dollars. */
const OF_TANAKA = '62500 in, 50000 out'
const OF_SATO = '692500 in, 250000 out'

let browser: Browser
let url = ''
const contexts: BrowserContext[] = []

async function person(how: BrowserContextOptions = {}): Promise<Person> {
  const one = await personIn(browser, how)
  contexts.push(one.page.context())
  return one
}

async function signIn(page: Page, who: { email: string; password: string }): Promise<void> {
  await page.goto(url)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await typeIn(page, who)
  await page.getByRole('button', { name: 'Log out' }).waitFor()
}

async function typeIn(page: Page, { email, password }: { email: string; password: string }): Promise<void> {
  await page.getByLabel('E-mail').fill(email)
  await page.getByLabel('Password').fill(password)
  await page.getByRole('button', { name: 'Sign in' }).click()
}

const text = (page: Page): Promise<string> => page.locator('body').innerText()

beforeAll(async () => {
  const admin = new Admin(sandbox)
  const tanaka = await sandbox.createUser('tanaka')
  const sato = await sandbox.createUser('sato')
  await admin.does('init', '--yes', '--dashboard', '--default-limit', '20', '--time-zone', 'Asia/Tokyo', ...PLAIN)
  await new Worker(sandbox, tanaka).asks({ tokens: OF_TANAKA, source: 'claude-code' })
  await new Worker(sandbox, sato).asks({ tokens: OF_SATO })
  await admin.does('dashboard', 'users', 'add', 'tanaka', '--email', TANAKA.email)
  await admin.does('dashboard', 'users', 'add', 'boss', '--email', BOSS.email, '--admin', '--principals', 'none')
  await sandbox.setPassword(BOSS.email, BOSS.password)
  url = (await sandbox.pageUrl()) ?? ''
  browser = await openBrowser()
})

afterEach(async () => {
  await Promise.all(contexts.splice(0).map((context) => context.close()))
})

afterAll(async () => {
  await browser?.close()
})

// What cannot be fetched with somebody's own token, other networks and old tokens: page-whole.test.ts.
test('tanaka chooses a password at the first sign-in, sees the own spend and nobody else’s, and leaves no token behind', async () => {
  const { page, complaints } = await person()
  const asked: string[] = []
  page.on('request', (request) => asked.push(new URL(request.url()).origin))
  await page.goto(url)
  expect(await page.getByRole('heading', { level: 1 }).innerText()).toBe('Your Amazon Bedrock spending')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await typeIn(page, { email: TANAKA.email, password: sandbox.passwordMailed(TANAKA.email) ?? '' })
  await page.getByLabel('New password').fill(TANAKA.password)
  await page.getByRole('button', { name: 'Change password' }).click()
  await page.getByRole('button', { name: 'Log out' }).waitFor()

  await page.getByText('1.25').first().waitFor()
  const seen = await text(page)
  for (const word of ['18.75', '20.00', 'claude-code', 'opus', 'Asia/Tokyo', 'OK']) expect(seen).toContain(word)
  for (const word of ['sato', '7.77', '9.02', 'Everybody']) expect(seen).not.toContain(word)
  // Neither the code nor a token is left where a later script, another tab or the history could find it.
  expect(page.url()).toBe(url)
  const kept = '[JSON.stringify(localStorage), JSON.stringify(sessionStorage), document.cookie]'
  expect(await page.evaluate(kept)).toEqual(['{}', '{}', ''])
  const start = (await (await fetch(`${url}config.json`)).json()) as PageStart
  const signInHost = new URL(start.signIn.token).origin
  expect(new Set(asked)).toEqual(new Set([new URL(url).origin, signInHost]))
  expect(complaints).toEqual([])
  await sandbox.setPassword(TANAKA.email, TANAKA.password)
})

test('the admin sees all, and whom the admin removes sees nothing from the next request on', async () => {
  const { page, complaints } = await person()
  await signIn(page, BOSS)
  await page.getByRole('link', { name: 'Everybody' }).click()
  await page.getByText('user/sato').first().waitFor()
  const seen = await text(page)
  for (const word of ['user/tanaka', '1.25', '7.77', '9.02']) expect(seen).toContain(word)
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme })
    expect(await findings(page)).toEqual([])
  }
  expect(complaints).toEqual([])

  const own = await person()
  await signIn(own.page, TANAKA)
  await own.page.getByText('1.25').first().waitFor()
  expect(await findings(own.page)).toEqual([])
  const { ask } = await sandbox.signInAs(TANAKA)
  await new Admin(sandbox).does('dashboard', 'users', 'remove', 'tanaka', '--yes')
  expect(await ask('spend')).toMatchObject({ status: 403, body: { error: { code: 'unknown-user' } } })
  await own.page.getByRole('button', { name: 'Refresh' }).click()
  await own.page.getByText('You are not on the list').waitFor()
  expect(await text(own.page)).not.toContain('1.25')
  await new Admin(sandbox).does('dashboard', 'users', 'add', 'tanaka', '--email', TANAKA.email)
  await sandbox.setPassword(TANAKA.email, TANAKA.password)
})

test('a session that has run out is said and begun again without a password; after logging out one is asked for', async () => {
  const { page } = await person()
  await signIn(page, TANAKA)
  await page.getByText('1.25').first().waitFor()
  sandbox.ageTokens(16 * 60_000)
  await page.getByRole('button', { name: 'Refresh' }).click()
  await page.getByText('Your session has ended').first().waitFor()
  // What was on the screen stays readable.
  expect(await text(page)).toContain('1.25')
  sandbox.ageTokens(-16 * 60_000)
  await page.getByRole('button', { name: 'Sign in again' }).first().click()
  await page.getByRole('button', { name: 'Log out' }).waitFor()
  await page.getByText('1.25').first().waitFor()

  // The figures go at once, not with the document: the browser's way back could show it as it was left.
  const leaving = page.waitForRequest(/\/logout\?/)
  await page.route(/\/logout\?/, (route) => route.abort('aborted'))
  await page.getByRole('button', { name: 'Log out' }).click()
  const logOut = (await leaving).url()
  expect(await text(page)).not.toContain('1.25')
  await page.unroute(/\/logout\?/)
  await page.goto(logOut)
  expect(page.url()).toBe(url)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByLabel('Password').waitFor()
  expect(await text(page)).not.toContain('1.25')
})

test('who is stopped reads why and until when, in English and Japanese, on the guard’s clock', async () => {
  const admin = new Admin(sandbox)
  await admin.does('limits', 'set', 'tanaka=1', '--yes')
  const { page } = await person({ locale: 'ja-JP', timezoneId: 'America/New_York' })
  await signIn(page, TANAKA)
  await page.getByText('Blocked').first().waitFor()
  const seen = await text(page)
  expect(seen).toContain('every call is refused with AccessDeniedException')
  expect(seen).toContain('1.00')
  // Midnight in Tokyo, whatever the clock of the one who reads.
  expect(seen).toMatch(/The block ends by itself on .*1.*00:00/)
  await page.getByRole('button', { name: '日本語' }).click()
  expect(await page.locator('html').getAttribute('lang')).toBe('ja')
  expect(await findings(page)).toEqual([])
})
