import type { PrincipalState } from '../../runtime/domain/telling/status-view.ts'

/** The viewer's own view. Sentences speak to the viewer. */
export interface OwnWords {
  readonly title: string
  readonly guard: string
  readonly account: string
  readonly figures: {
    readonly label: string
    readonly spent: string
    readonly limit: string
    readonly rest: string
    readonly over: string
    readonly forecast: string
    readonly requests: string
    readonly noLimit: string
    readonly noForecast: string
    readonly shared: string
    readonly assumed: (money: string) => string
    readonly ofLimit: (percent: string, limit: string) => string
    readonly per: { readonly month: string; readonly week: string; readonly day: string }
  }
  readonly pots: { readonly title: string; readonly note: string; readonly members: (names: string) => string }
  readonly state: {
    readonly title: string
    /** One sentence for each state: what it means for the viewer. */
    readonly means: Readonly<Record<PrincipalState, string>>
    readonly limit: (what: { readonly of: string; readonly per: string; readonly amount: string }) => string
    readonly manual: (note: string | null) => string
    readonly waiver: (until: string | null, grant: string | null) => string
    readonly freeAt: (time: string) => string
    readonly freeNever: string
    readonly blockedHow: string
    /** The same where no limit is the reason. */
    readonly blockedByHandHow: string
    readonly resetsAt: (time: string) => string
  }
  readonly nobody: {
    readonly title: string
    readonly text: string
    readonly ask: (name: string) => string
    /** For who is the admin. */
    readonly admin: string
  }
  readonly empty: { readonly title: string; readonly text: string; readonly past: string }
  readonly past: {
    readonly title: string
    readonly month: string
    readonly spent: string
    readonly requests: string
    readonly none: string
    readonly desc: string
  }
}
