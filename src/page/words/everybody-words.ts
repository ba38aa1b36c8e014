import type { Column } from '../everybody/sorting.ts'

/** The view of everybody. Numbers and amounts arrive written already, in the language of the page. */
export interface EverybodyWords {
  readonly nobody: { readonly title: string; readonly text: string; readonly past: string }
  readonly totals: {
    readonly title: string
    readonly spend: string
    readonly assumed: (money: string) => string
    readonly forecast: string
    readonly accountLimit: (per: string) => string
    readonly ofLimit: (spent: string, limit: string) => string
    readonly principals: string
    readonly mean: string
    readonly meanNote: string
    readonly atLimit: string
    readonly blocked: string
    readonly warned: string
    readonly excluded: string
    readonly requests: string
  }
  readonly attention: {
    readonly title: string
    readonly none: string
    readonly ofLimit: (spent: string, limit: string, per: string) => string
    readonly until: (time: string) => string
    readonly more: (count: string) => string
    readonly limit: (what: { readonly of: string; readonly per: string; readonly amount: string }) => string
    readonly manual: (note: string | null) => string
    readonly waiver: (until: string | null, grant: string | null) => string
  }
  readonly table: {
    readonly title: string
    readonly caption: string
    readonly columns: Readonly<Record<Column, string>>
    readonly detailsOf: (name: string) => string
    readonly search: string
    readonly searchHint: string
    readonly state: string
    readonly anyState: string
    readonly needsAttention: string
    readonly team: string
    readonly anyTeam: string
    readonly noTeam: string
    readonly choice: (name: string, count: string) => string
    readonly csv: string
    readonly csvHint: string
    readonly shown: (shown: string, all: string) => string
    readonly none: string
    readonly reset: string
    readonly more: (next: string) => string
    readonly all: (count: string) => string
    readonly sorted: (column: string, ascending: boolean) => string
    readonly excludedMark: string
    readonly sharedMark: string
    readonly sharedNote: string
    readonly assumedMark: string
    readonly assumedNote: string
  }
  readonly details: {
    readonly reason: string
    readonly members: string
    readonly days: string
    readonly models: string
    readonly modelsLater: string
    readonly modelsMissing: string
    readonly sources: string
  }
  readonly groups: {
    readonly teams: string
    readonly people: string
    readonly teamsNote: string
    readonly columns: Readonly<Record<'name' | 'members' | 'usd' | 'used' | 'limit' | 'state' | 'requests', string>>
  }
  readonly models: {
    readonly days: string
    readonly loading: string
    readonly missing: string
    readonly unpriced: (models: string) => string
  }
  readonly matrices: {
    readonly days: string
    readonly daysNote: string
    readonly requests: string
    readonly requestsNote: string
    readonly who: string
    readonly total: string
  }
  readonly favourites: {
    readonly title: string
    readonly dearest: string
    readonly mostUsed: string
    readonly requests: (count: string) => string
  }
}
