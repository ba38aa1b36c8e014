/** Whose doing it was: the admin's input, AWS's answer, or a broken invariant of ours. */
export type Fault = 'user' | 'aws' | 'bug'
/** What a second try would bring: nothing, success after a moment, success once IAM has propagated. */
export type Retry = 'no' | 'soon' | 'after-propagation'

export interface GuardErrorParts {
  readonly code: string
  /** One sentence: what happened: why. */
  readonly message: string
  readonly fault: Fault
  readonly retry?: Retry
  /** What to do next, most likely first; commands in the form a person can paste. */
  readonly suggestions?: readonly string[]
  readonly cause?: unknown
}

/**
 * The one error class of the house. Thrown only for what a caller does not expect; expected outcomes are return values.
 * The Lambda side reads `retry`, the CLI side reads `fault` and `suggestions`; both log `code`. Knows no terminal.
 */
export class GuardError extends Error {
  readonly code: string
  readonly fault: Fault
  readonly retry: Retry
  readonly suggestions: readonly string[]

  constructor(parts: GuardErrorParts) {
    super(parts.message, parts.cause === undefined ? undefined : { cause: parts.cause })
    this.name = 'GuardError'
    this.code = parts.code
    this.fault = parts.fault
    this.retry = parts.retry ?? 'no'
    this.suggestions = parts.suggestions ?? []
  }
}
