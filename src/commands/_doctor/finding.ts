/** What one check of doctor found. */
export type FindingState =
  | 'ok'
  /** Worth knowing; the guard protects all the same. */
  | 'note'
  /** Something is weaker than it should be. */
  | 'warn'
  /** The guard does not protect, or not everybody it should. */
  | 'fail'
  /** It could not be found out. */
  | 'unknown'

export interface Finding {
  /** Stable, for programs: `log-delivery`. */
  readonly check: string
  readonly state: FindingState
  /** What is so, in a sentence without a full stop. */
  readonly what: string
  /** What to do next: a whole command, or a sentence. Null: nothing. */
  readonly fix: string | null
}

export const found = (check: string, state: FindingState, what: string, fix: string | null = null): Finding => ({
  check,
  state,
  what,
  fix,
})
