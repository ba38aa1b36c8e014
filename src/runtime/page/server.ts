import { errorMessage, errorName, isAccessDenied } from '../aws/aws-errors.ts'
import type { RuntimeConfig } from '../config.ts'
import type { PageConfig } from '../page-config.ts'
import type { PageRefusalCode, PageStart } from '../page-protocol.ts'
import type { Clock, Log, PageUsers } from '../ports.ts'
import { addressCheck } from './addresses.ts'
import { answered, type HttpAnswer, json, plainText, type Reply } from './answer.ts'
import type { StaticFiles } from './files.ts'
import { securityHeaders } from './headers.ts'
import { inTime, isUnreadable, type PageData, readFor } from './reading.ts'
import { refusal, type SaidToPeople, statusOf, textForPeople } from './refusals.ts'
import { type HttpEvent, type PageRequest, readRequest } from './request.ts'

export interface PageServing {
  readonly config: Pick<RuntimeConfig, 'guard' | 'language'>
  readonly page: PageConfig
  readonly files: StaticFiles
  readonly users: Pick<PageUsers, 'find'>
  readonly data: PageData
  readonly clock: Clock
  readonly log: Log
  /** When Lambda ends this call, milliseconds since 1970. */
  readonly deadlineMs: () => number
}

/** Time for the answer itself: compressing it and handing it over. */
const TO_ANSWER_MS = 2_000
const RETRY_AFTER = { 'retry-after': '5' }

/** Answers everything the page asks for. Built once per cold start; throws where its configuration cannot be read. */
export function pageServer(serving: PageServing): (event: HttpEvent) => Promise<HttpAnswer> {
  const { config, page, files, data } = serving
  const isAllowed = addressCheck(page.cidrs)
  const common = securityHeaders(page)
  const { clientId, url, signIn } = page
  const start: PageStart = { guard: config.guard, language: config.language, clientId, url, signIn }
  const reads = new Map<string, PageData[keyof PageData]>([
    ['/api/spend', data.spend],
    ['/api/everybody', data.everybody],
    ['/api/models', data.models],
  ])

  const toPeople = (code: SaidToPeople, request: PageRequest): Reply =>
    request.path.startsWith('/api/')
      ? refused(code, request)
      : plainText(statusOf(code), textForPeople(code, request, config.language))

  const route = async (request: PageRequest): Promise<Reply> => {
    if (!isAllowed(request.address)) return toPeople('address-not-allowed', request)
    if (request.method !== 'GET') return toPeople('not-found', request)
    if (request.path === '/config.json') return json(200, start)
    const file = files.get(request.path)
    if (file !== undefined) return { status: 200, ...file }
    const read = reads.get(request.path)
    return read === undefined ? toPeople('not-found', request) : replyWith(serving, request, read)
  }

  return async (event) => {
    const request = readRequest(event)
    const reply = await route(request).catch((error: unknown) => {
      const passes = noteFailure(serving.log, request, error)
      return passes ? refused('not-readable', request) : toPeople('failed', request)
    })
    return answered(reply, request, common)
  }
}

function refused(code: PageRefusalCode, request: PageRequest): Reply {
  const status = statusOf(code)
  return json(status, refusal(code, request), status === 503 ? RETRY_AFTER : {})
}

/** Data for one viewer. The log keeps who was shown what; never the token, never the query. */
async function replyWith(
  { page, users, clock, log, deadlineMs }: PageServing,
  request: PageRequest,
  read: PageData[keyof PageData],
): Promise<Reply> {
  const began = clock.now()
  const issued = { issuer: page.signIn.issuer, clientId: page.clientId }
  const reading = await inTime(readFor(request, issued, users, read), deadlineMs() - TO_ANSWER_MS - began)
  const reply = 'page' in reading ? json(200, reading.page) : refused(reading.refused, request)
  log({
    level: 'info',
    event: 'page-read',
    what: request.path,
    requestId: request.id,
    status: reply.status,
    refused: 'refused' in reading ? reading.refused : null,
    viewer: reading.viewer ?? null,
    milliseconds: clock.now() - began,
  })
  return reply
}

/** True: the same question may be answered in a moment. */
function noteFailure(log: Log, request: PageRequest, error: unknown): boolean {
  const passes = isUnreadable(error)
  log({
    // A right that was taken away comes back only if somebody hears of it.
    level: passes && !isAccessDenied(error) ? 'warn' : 'error',
    event: passes ? 'page-not-readable' : 'page-failed',
    requestId: request.id,
    error: errorName(error),
    message: errorMessage(error),
    ...(!passes && error instanceof Error ? { stack: error.stack } : {}),
  })
  return passes
}
