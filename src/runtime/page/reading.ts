import { isAccessDenied, isNoCredentials, isPassing, isThrottled } from '../aws/aws-errors.ts'
import { GuardError } from '../domain/base/guard-error.ts'
import type { PageEverybody, PageModels, PageRefusalCode, PageSpend } from '../page-protocol.ts'
import type { PageUser, PageUsers } from '../ports.ts'
import type { PageAnswer, PageWish } from '../usecases/page-room.ts'
import { type Issued, subOf } from './claims.ts'
import type { PageRequest } from './request.ts'

type Read<Page> = (viewer: PageUser, wish: PageWish) => Promise<PageAnswer<Page>>

/** What is read for whom; each decides itself what its viewer may see. */
export interface PageData {
  readonly spend: Read<PageSpend>
  readonly everybody: Read<PageEverybody>
  readonly models: Read<PageModels>
}

/** `viewer`: whom the log names as the one who asked. */
export type Reading = { readonly viewer?: string } & (
  | { readonly page: unknown }
  | { readonly refused: PageRefusalCode }
)

/** Who asks, by a token that is fit for it; then what they ask for. */
export async function readFor(
  request: PageRequest,
  issued: Issued,
  users: Pick<PageUsers, 'find'>,
  read: Read<unknown>,
): Promise<Reading> {
  const sub = subOf(request.claims, issued)
  if (sub === undefined) return { refused: 'not-an-access-token' }
  // Asked for anew at every request: whom the admin has removed sees nothing from then on, whatever their token says.
  const viewer = await users.find(sub)
  if (viewer === undefined) return { refused: 'unknown-user', viewer: sub }
  return { ...(await read(viewer, { month: request.month })), viewer: viewer.name }
}

/** The store, or the way to it: nothing that another way of asking would mend. */
export const isUnreadable = (error: unknown): boolean =>
  (error instanceof GuardError && error.fault === 'aws') ||
  [isThrottled, isPassing, isAccessDenied, isNoCredentials].some((is) => is(error))

const LONGEST_MS = 60_000

/** Throws before Lambda ends the call, so that the answer is the page's own and not API Gateway's. */
export async function inTime<Value>(work: Promise<Value>, milliseconds: number): Promise<Value> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const end = new Promise<never>((_, refuse) => {
    timer = setTimeout(() => refuse(tooSlow()), Math.min(Math.max(0, milliseconds), LONGEST_MS))
  })
  try {
    return await Promise.race([work, end])
  } finally {
    clearTimeout(timer)
  }
}

const tooSlow = () =>
  new GuardError({
    code: 'too-slow',
    fault: 'aws',
    message: 'the ledger was not read before the time of this call ended',
    retry: 'soon',
  })
