/** The page's function without AWS: its answers as a browser would read them. */
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { instant } from '../../src/runtime/domain/base/calendar.ts'
import type { HttpAnswer } from '../../src/runtime/page/answer.ts'
import { readStaticFiles, type StaticFiles } from '../../src/runtime/page/files.ts'
import type { HttpEvent } from '../../src/runtime/page/request.ts'
import { type PageServing, pageServer } from '../../src/runtime/page/server.ts'
import type { PageSpend } from '../../src/runtime/page-protocol.ts'
import type { PageUser } from '../../src/runtime/ports.ts'
import { MemoryPageUsers } from '../fakes/memory-page-users.ts'

export const CLIENT = '5kek0i61pgkokoob4fsm9fo9it'
export const ISSUER = 'https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_HblcSIjTD'

export const TANAKA: PageUser = {
  sub: '6418b458-d091-705e-122e-04bf2945fcdf',
  name: 'tanaka',
  admin: false,
  sees: ['user/tanaka'] as unknown as PageUser['sees'],
  addedAt: instant(Date.UTC(2026, 10, 1)),
  addedBy: 'arn:aws:iam::123456789012:user/admin',
}

/** As API Gateway hands over a token of Cognito that it has verified. */
export const accessClaims = (sub: string = TANAKA.sub): Record<string, string> => ({
  auth_time: '1795226400',
  client_id: CLIENT,
  exp: '1795227300',
  iss: ISSUER,
  scope: 'openid email',
  sub,
  token_use: 'access',
  username: sub,
})

export interface Asked {
  readonly method?: string
  readonly month?: string
  readonly from?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly claims?: Readonly<Record<string, unknown>>
}

export const eventFor = (path: string, asked: Asked = {}): HttpEvent => ({
  rawPath: path,
  headers: { host: 'abc.execute-api.eu-west-1.amazonaws.com', ...asked.headers },
  ...(asked.month === undefined ? {} : { queryStringParameters: { month: asked.month } }),
  requestContext: {
    requestId: 'Kx1=',
    http: { method: asked.method ?? 'GET', sourceIp: asked.from ?? '203.0.113.7' },
    ...(asked.claims === undefined ? {} : { authorizer: { jwt: { claims: asked.claims } } }),
  },
})

let folder: string | undefined
/** A page of three files. */
export function pageFolder(): string {
  if (folder !== undefined) return folder
  folder = mkdtempSync(join(tmpdir(), 'cost-guard-page-'))
  mkdirSync(join(folder, 'files'))
  writeFileSync(join(folder, 'index.html'), '<!doctype html><title>cost-guard</title>')
  writeFileSync(join(folder, 'files/app-0123456789ab.js'), `const words = ${JSON.stringify('円'.repeat(2000))}\n`)
  writeFileSync(join(folder, 'files/style-0123456789ab.css'), ':root { color-scheme: light dark }\n')
  return folder
}
let files: StaticFiles | undefined

export interface Page {
  ask(path: string, asked?: Asked): Promise<HttpAnswer>
  readonly users: MemoryPageUsers
  readonly lines: Readonly<Record<string, unknown>>[]
  /** For whom data were read, and for which month, in this order. */
  readonly reads: { readonly what: string; readonly viewer: string; readonly month: string | undefined }[]
}

export function page(
  change: { readonly cidrs?: readonly string[]; readonly language?: 'en' | 'ja' } & Partial<
    Pick<PageServing, 'data' | 'deadlineMs'>
  > = {},
): Page {
  files ??= readStaticFiles(pageFolder())
  const users = new MemoryPageUsers(TANAKA)
  const lines: Page['lines'] = []
  const reads: Page['reads'] = []
  const reader =
    (what: string) =>
    async (viewer: PageUser, { month }: { readonly month?: string | undefined }) => {
      reads.push({ what, viewer: viewer.name, month })
      return { page: { what } as unknown as PageSpend }
    }
  const serve = pageServer({
    config: { guard: 'default', language: change.language ?? 'en' },
    page: {
      clientId: CLIENT,
      url: 'https://abc.execute-api.eu-west-1.amazonaws.com/',
      signIn: {
        issuer: ISSUER,
        authorize: 'https://guard.auth.eu-west-1.amazoncognito.com/oauth2/authorize',
        token: 'https://guard.auth.eu-west-1.amazoncognito.com/oauth2/token',
        logout: 'https://guard.auth.eu-west-1.amazoncognito.com/logout',
      },
      shows: 'own',
      cidrs: change.cidrs ?? [],
    },
    files,
    users,
    data:
      change.data ?? ({ spend: reader('spend'), everybody: reader('everybody'), models: reader('models') } as never),
    clock: { now: () => instant(Date.UTC(2026, 10, 21)) },
    log: (line) => void lines.push(line),
    deadlineMs: change.deadlineMs ?? (() => Number.POSITIVE_INFINITY),
  })
  return { ask: (path, asked) => serve(eventFor(path, asked)), users, lines, reads }
}

/** The body as the browser has it in the end. */
export function bodyOf({ body, isBase64Encoded, headers }: HttpAnswer): string {
  const bytes = Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8')
  const encoding = headers['content-encoding']
  if (encoding === 'br') return brotliDecompressSync(bytes).toString('utf8')
  return (encoding === 'gzip' ? gunzipSync(bytes) : bytes).toString('utf8')
}
export const jsonOf = (answer: HttpAnswer): unknown => JSON.parse(bodyOf(answer))
export const codeOf = (answer: HttpAnswer): unknown => (jsonOf(answer) as { error?: { code?: unknown } }).error?.code
