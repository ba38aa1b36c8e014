import type { PageRefusal, PageRefusalCode } from '../page-protocol.ts'
import type { PageRequest } from './request.ts'

const STATUS: Readonly<Record<PageRefusalCode, number>> = {
  'wrong-month': 400,
  'not-an-access-token': 403,
  'unknown-user': 403,
  'not-yours': 403,
  'address-not-allowed': 403,
  'not-found': 404,
  failed: 500,
  'not-readable': 503,
}
export const statusOf = (code: PageRefusalCode): number => STATUS[code]

/** For whoever calls the API by hand; the page has its own sentence for each code, in the guard's language. */
const SENTENCES: Readonly<Record<PageRefusalCode, (request: PageRequest) => string>> = {
  'wrong-month': () => 'month is YYYY-MM: the running month or one of the twelve before it',
  'not-an-access-token': () => "an access token of this page's own sign-in is needed, with the scope openid",
  'unknown-user': () =>
    'you are signed in, but no longer among the users of this page: ask its admin for cost-guard dashboard users add',
  'not-yours': () => 'this is shown to admins only: ask one, or see /api/spend for your own',
  'address-not-allowed': ({ address }) =>
    `this page is open from certain addresses only, and yours (${address || 'unknown'}) is none of them: ask its admin`,
  'not-found': () => 'there is nothing here: the page begins at /',
  failed: ({ id }) => `something went wrong in cost-guard; its admin finds it in the function's log under ${id}`,
  'not-readable': () => 'the ledger could not be read just now: try again in a few seconds',
}

export const refusal = (code: PageRefusalCode, request: PageRequest): PageRefusal => ({
  error: { code, message: SENTENCES[code](request) },
})

export type SaidToPeople = 'address-not-allowed' | 'not-found' | 'failed'

/** Where a person, not the page, reads the answer: the page itself could not be served. */
const FOR_PEOPLE: Readonly<Record<'en' | 'ja', Readonly<Record<SaidToPeople, (request: PageRequest) => string>>>> = {
  en: {
    'address-not-allowed': ({ address }) =>
      `This page can be opened from certain networks only.\nYour address is ${address || 'unknown'}. Ask the admin of cost-guard to allow it.\n`,
    'not-found': () => 'There is nothing at this address. The page begins at /\n',
    failed: ({ id }) => `Something went wrong in cost-guard. Its admin finds it in the function's log under ${id}\n`,
  },
  ja: {
    'address-not-allowed': ({ address }) =>
      `このページは、許可されたネットワークからのみ開けます。\n現在のアドレス: ${address || '不明'}\ncost-guard の管理者に許可を依頼してください。\n`,
    'not-found': () => 'ページが見つかりません。トップページは / です。\n',
    failed: ({ id }) => `cost-guard でエラーが発生しました。管理者は関数のログで次の ID を検索してください: ${id}\n`,
  },
}

export const textForPeople = (code: SaidToPeople, request: PageRequest, language: 'en' | 'ja'): string =>
  FOR_PEOPLE[language][code](request)
