import { GuardError } from './domain/base/guard-error.ts'
import type { PageShows, PageStart } from './page-protocol.ts'

/** What only the page's function is told, beside COST_GUARD_CONFIG. */
export interface PageConfig extends Pick<PageStart, 'clientId' | 'url' | 'signIn'> {
  readonly shows: PageShows
  /** Whose addresses may open the page and ask for data, IPv4 and IPv6; empty: every address. */
  readonly cidrs: readonly string[]
}

export const PAGE_VARIABLE = 'COST_GUARD_PAGE'

export const encodePageConfig = (config: PageConfig): string => JSON.stringify(config)

export function readPageConfig(environment: Readonly<Record<string, string | undefined>>): PageConfig {
  const text = environment[PAGE_VARIABLE]
  if (!text) {
    throw new GuardError({
      code: 'no-config',
      fault: 'bug',
      message: `the function has no ${PAGE_VARIABLE}: it was not installed by cost-guard, or its environment was changed`,
      suggestions: ['run cost-guard init again: it restores the environment'],
    })
  }
  return JSON.parse(text) as PageConfig
}
