/**
 * What the self-service page and its function say to each other. Both are built from these types; nothing here is code that runs.
 * Money is an exact decimal string in USD, times are UTC with Z, unknown is `null`, no key is missing, as in `--json`.
 *
 *   GET /                      index.html                        nobody is asked who they are
 *   GET /files/{file}          script and style, hashed names    "
 *   GET /config.json           PageStart                         "
 *   GET /api/spend?month=      PageSpend                         with an access token: what is the viewer's own
 *   GET /api/everybody?month=  PageEverybody                     admins; others as far as the guard's settings show it
 *   GET /api/models?month=     PageModels                        the same, by model: read apart, because it is the larger half
 *
 * Refusals: PageRefusal. 401 says API Gateway itself, with `{"message": …}`.
 */
export type * from './domain/telling/page-view.ts'

/** What somebody who may not be anybody may know. */
export interface PageStart {
  readonly guard: string
  readonly language: 'en' | 'ja'
  readonly clientId: string
  /** Where the browser comes back to: the page's own address, with its last slash. */
  readonly url: string
  readonly signIn: {
    readonly issuer: string
    readonly authorize: string
    readonly token: string
    /** Takes `client_id` and `logout_uri`, as Cognito does. */
    readonly logout: string
  }
}

export type PageRefusalCode =
  /** Signed in, but the admin's list does not name this user (any more). */
  | 'unknown-user'
  /** Known, but may not see this. */
  | 'not-yours'
  | 'wrong-month'
  | 'not-an-access-token'
  | 'address-not-allowed'
  | 'not-found'
  /** The ledger could not be read; try again. */
  | 'not-readable'
  /** The guard's own mistake; the message has the id under which its log tells more. */
  | 'failed'
export interface PageRefusal {
  readonly error: { readonly code: PageRefusalCode; readonly message: string }
}
