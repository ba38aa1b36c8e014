/** What a question to the page's function comes back with. */
export type Answer<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly failure: Failure }

export type Failure =
  /** The access token has ended, or is no longer accepted. */
  | 'session-ended'
  /** The admin's list does not name this user. */
  | 'unknown-user'
  | 'not-yours'
  | 'wrong-month'
  | 'address-not-allowed'
  /** The ledger could not be read, or the function is busy: a second try may help. */
  | 'not-readable'
  /** Nothing came back at all. */
  | 'offline'
  /** Something that no part of the guard says. */
  | 'unexpected'
