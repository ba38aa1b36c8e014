/**
 * The view of everybody alone in a real browser: the page's own script, style and security headers, with an answer of the
 * function in the place of the function. Whoever signs in, and how, plays no part.
 */
import { build } from 'esbuild'
import type { Browser } from 'playwright-core'
import { securityHeaders } from '../../src/runtime/page/headers.ts'
import type { PageEverybody, PageModels } from '../../src/runtime/page-protocol.ts'
import { type Person, personIn } from './browser.ts'

const ORIGIN = 'https://page.example'
const SIGN_IN = {
  issuer: 'https://sign-in.example',
  authorize: 'https://sign-in.example/authorize',
  token: 'https://sign-in.example/token',
  logout: 'https://sign-in.example/logout',
}

/** What the page's `main.ts` does once somebody is signed in; the frame around the view is left away. */
const entry = `
import { formatOf } from './src/page/format.ts'
import { everybodyView } from './src/page/everybody/view.ts'
import { en } from './src/page/words/en.ts'
import { ja } from './src/page/words/ja.ts'
const language = document.documentElement.lang === 'ja' ? 'ja' : 'en'
const read = (what) => fetch('/api/' + what).then((answer) => answer.json())
const kept = new Map()
const said = document.querySelector('#said')
const main = document.querySelector('main')
const models = read('models').then((value) => value === null ? { ok: false, failure: 'not-readable' } : { ok: true, value })
const data = await read('everybody')
const show = () => {
  const format = formatOf({ language, timezone: data.head.period.timezone, currency: data.head.currency })
  const announce = (sentence) => { said.textContent = sentence }
  performance.mark('begin')
  const context = { language, words: language === 'ja' ? ja : en, format, head: data.head, announce, kept }
  main.replaceChildren(everybodyView(context, data, models))
  main.getBoundingClientRect()
  performance.measure('first view', 'begin')
}
show()
document.querySelector('#refresh').addEventListener('click', show)
await models
await new Promise((shown) => setTimeout(() => requestAnimationFrame(shown), 20))
document.body.dataset.ready = 'yes'
`

const bundled = async (options: Parameters<typeof build>[0]): Promise<string> => {
  const { outputFiles } = await build({ bundle: true, write: false, format: 'esm', target: 'es2023', ...options })
  return outputFiles?.[0]?.text ?? ''
}

let files: Promise<readonly [script: string, style: string]> | undefined
const built = () => {
  const root = process.cwd()
  files ??= Promise.all([
    bundled({ stdin: { contents: entry, resolveDir: root, loader: 'ts' }, charset: 'utf8' }),
    bundled({ absWorkingDir: root, entryPoints: ['src/page/style.css'] }),
  ])
  return files
}

export async function openEverybody(
  browser: Browser,
  of: {
    readonly everybody: PageEverybody
    /** `null`: they could not be read. */
    readonly models: PageModels | null
    readonly language?: 'en' | 'ja'
    readonly dark?: boolean
    readonly width?: number
    readonly height?: number
  },
): Promise<Person> {
  const [script, style] = await built()
  const { language = 'en', dark = false, width = 1280, height = 900 } = of
  const person = await personIn(browser, {
    viewport: { width, height },
    colorScheme: dark ? 'dark' : 'light',
    locale: language,
    acceptDownloads: true,
  })
  const { page } = person
  const html = `<!doctype html><html lang="${language}"><head><meta charset="utf-8"><title>cost-guard</title>
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <link rel="stylesheet" href="/style.css"><script type="module" src="/app.js"></script></head>
    <body><header><button id="refresh">Refresh</button></header><main id="content"></main>
    <div class="unseen" role="status" id="said"></div></body></html>`
  const answers: Readonly<Record<string, readonly [type: string, body: string]>> = {
    '/': ['text/html', html],
    '/app.js': ['text/javascript', script],
    '/style.css': ['text/css', style],
    '/api/everybody': ['application/json', JSON.stringify(of.everybody)],
    '/api/models': ['application/json', JSON.stringify(of.models)],
  }
  const headers = securityHeaders({ signIn: SIGN_IN })
  await page.route('**/*', (route) => {
    const [type, body] = answers[new URL(route.request().url()).pathname] ?? []
    return body === undefined
      ? route.fulfill({ status: 404, headers: { ...headers } })
      : route.fulfill({ headers: { ...headers, 'content-type': `${type}; charset=utf-8` }, body })
  })
  await page.goto(`${ORIGIN}/`)
  await page.waitForSelector('body[data-ready]')
  return person
}
