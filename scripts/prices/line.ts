/** A row of the book on its way into the snapshot: one model and scope. */
export interface Line {
  /** With its provider: `anthropic.claude-opus-5-5`. */
  readonly stem: string
  readonly scope: 'global' | 'regional'
  readonly from?: string | undefined
  readonly until?: string | undefined
  /** Prompts above so many tokens. */
  readonly over?: number | undefined
  readonly regions?: readonly string[] | undefined
  /** Dollars per million: input, output, 5-minute write, 1-hour write, read. `-`: not listed. */
  readonly prices: Five
  readonly units?: string | undefined
  readonly source: Source
}

export type Five = readonly [input: string, output: string, write5m: string, write1h: string, read: string]
export const NONE = '-'

export interface Source {
  readonly source: string
  /** Day it was read. */
  readonly checked: string
}
