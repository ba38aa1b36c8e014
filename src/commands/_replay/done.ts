/** What the replaying commands are given by their doors, and give back. */
export interface How {
  readonly json: boolean
  readonly note: (text: string) => void
  /** Ctrl-C was pressed. */
  readonly stop: () => boolean
}

export interface Done {
  readonly text: string
  readonly json: object
  readonly exit: number
}
