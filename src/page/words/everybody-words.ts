/** The view of everybody. */
export interface EverybodyWords {
  readonly title: string
}
