/** What the admin's rights are bound to. */
import { watchedBy } from './admin-statements-watch.ts'
import { type Names, namesFor } from './names.ts'
import { logGroupArns } from './permissions.ts'

/** ARNs with the guard's own names in them, whole: a prefix would reach into a guard whose name begins like this one's. */
export interface AdminScope {
  readonly names: Names
  readonly table: string
  /** As it would be called without `--table`. */
  readonly usualTable: string
  readonly functions: readonly string[]
  readonly roles: readonly string[]
  readonly policies: readonly string[]
  readonly logGroups: readonly string[]
  readonly schedules: readonly string[]
  readonly place: { readonly partition: string; readonly region: string }
  /** Alarms and dashboards. */
  readonly watching: readonly string[]
  /** `arn('iam', 'user/*')`, in the guard's region where the service has regions. */
  arn(service: string, rest: string): string
}

const ANY_DAY = '????-??-??'

export function adminScope(names: Names): AdminScope {
  const [, partition = 'aws', , region = '*', account = '*'] = names.arn.table.split(':')
  const arn = (service: string, rest: string) =>
    `arn:${partition}:${service}:${service === 'iam' ? '' : region}:${account}:${rest}`
  const roles = [...Object.values(names.functionRoles), names.schedulerRole, names.loggingRole]
  const place = { partition, region, account }
  return {
    names,
    place: { partition, region },
    arn,
    table: names.arn.table,
    usualTable: namesFor(names.guard, place).arn.table,
    functions: Object.values(names.functions).map(names.arn.function),
    // Under whatever path the admin's rules ask for (`--role-path`).
    roles: roles.flatMap((name) => [arn('iam', `role/${name}`), arn('iam', `role/*/${name}`)]),
    policies: [names.datedPolicy(ANY_DAY), names.undatedPolicy].map(names.arn.policy),
    logGroups: [names.logGroup, ...Object.values(names.functionLogs)].flatMap((name) => logGroupArns(place, name)),
    schedules: [
      arn('scheduler', `schedule-group/${names.scheduleGroup}`),
      // A group of the guard's own holds nobody else's.
      arn('scheduler', `schedule/${names.scheduleGroup}/*`),
    ],
    watching: watchedBy(names, place),
  }
}

/** `of('iam', 'GetUser')` → `iam:GetUser`. */
export const of = (service: string, ...actions: readonly string[]): readonly string[] =>
  actions.map((action) => `${service}:${action}`)
