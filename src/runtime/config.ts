import type { Zoning } from './domain/base/calendar.ts'
import { GuardError } from './domain/base/guard-error.ts'

/** All that the functions are told by their environment. One JSON variable, far below Lambda's 4 KB. */
export interface RuntimeConfig {
  readonly guard: string
  readonly account: string
  readonly region: string
  readonly partition: string
  readonly table: string
  readonly logGroup: string
  readonly topicArn: string
  /** Name or ARN of the function to poke; only ingest has it. */
  readonly enforceFunction: string
  readonly zoning: Zoning
  /** Source labels kept apart; others are `other`, none is `none`. */
  readonly labels: readonly string[]
  /** Only calls with one of `labels` are charged; others are ignored. Absent in a guard older than this version: false. */
  readonly onlySources?: boolean
  /** `observe`: everything is judged and said, nobody is blocked. Absent: `enforce`. */
  readonly mode?: 'enforce' | 'observe'
  /** Role name patterns (`*` at the end) whose sessions are principals. */
  readonly sessionRoles: readonly string[]
  /** Name patterns that are never blocked: admins, break-glass. The guard's own roles are always among them. */
  readonly protectedPrincipals: readonly string[]
  /** `block`: assumed money blocks like confirmed money. */
  readonly unknownPrice: 'warn' | 'block'
  readonly assumedCacheTtl: '5m' | '1h'
  readonly language: 'en' | 'ja'
  /** Second currency for people: code and units per USD as decimal text. */
  readonly currency: { readonly code: string; readonly rate: string } | undefined
  /** Days the journal lives; undefined: for ever. */
  readonly journalDays: number | undefined
  readonly warnAt: readonly number[]
}

export const CONFIG_VARIABLE = 'COST_GUARD_CONFIG'

export const encodeConfig = (config: RuntimeConfig): string => JSON.stringify(config)

export function readConfig(environment: Readonly<Record<string, string | undefined>>): RuntimeConfig {
  const text = environment[CONFIG_VARIABLE]
  if (!text) {
    throw new GuardError({
      code: 'no-config',
      fault: 'bug',
      message: `the function has no ${CONFIG_VARIABLE}: it was not installed by cost-guard, or its environment was changed`,
      suggestions: ['run cost-guard init again: it restores the environment'],
    })
  }
  return JSON.parse(text) as RuntimeConfig
}
