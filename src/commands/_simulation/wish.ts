/** What was typed, and everything that can be wrong with it. */
import { type Day, isTimeZone } from '../../runtime/domain/base/calendar.ts'
import { GuardError } from '../../runtime/domain/base/guard-error.ts'
import { readAssignments, type WantedLimit } from '../_limits.ts'
import { readDay } from '../_status-range.ts'

export interface SimulateWish {
  readonly limits: readonly WantedLimit[]
  readonly per: string
  readonly 'include-roles'?: boolean | undefined
  readonly force: boolean
  readonly alone: boolean
  readonly since: Day | undefined
  readonly until: Day | undefined
  readonly files: readonly string[]
  readonly logGroup: boolean
  readonly lagSeconds: number | undefined
  readonly zone: string
}

interface Flags {
  readonly per: string
  readonly action?: string | undefined
  readonly 'warn-at'?: string | undefined
  readonly 'include-roles'?: boolean | undefined
  readonly force: boolean
  readonly alone: boolean
  readonly since?: string | undefined
  readonly until?: string | undefined
  readonly file?: readonly string[] | undefined
  readonly 'log-group': boolean
  readonly lag?: number | undefined
  readonly offline: boolean
  readonly 'time-zone'?: string | undefined
}

/** Everything that can be wrong with the words themselves. @throws GuardError */
export function readWish(texts: readonly string[], flags: Flags): SimulateWish {
  const limits = readAssignments(texts, flags)
  if ((flags.alone || flags.offline) && limits.length === 0)
    throw badWish('no limit was given, and no other counts', 'limits simulate everyone=50 --alone')
  const since = flags.since === undefined ? undefined : readDay(flags.since, '--since')
  const until = flags.until === undefined ? undefined : readDay(flags.until, '--until')
  if (since !== undefined && until !== undefined && until < since)
    throw badWish(`--until ${until} is before --since ${since}`, '--since 2026-11-01 --until 2026-11-07')
  const zone = flags['time-zone'] ?? 'UTC'
  if (!isTimeZone(zone)) throw badWish(`"${zone}" is not a time zone`, '--time-zone Asia/Tokyo')
  const { per, force, alone } = flags
  return {
    ...{ limits, per, force, alone, since, until, zone },
    'include-roles': flags['include-roles'],
    files: flags.file ?? [],
    logGroup: flags['log-group'],
    lagSeconds: flags.lag,
  }
}

export const badWish = (message: string, suggestion: string): GuardError =>
  new GuardError({ code: 'bad-simulation', fault: 'user', message, suggestions: [suggestion] })
