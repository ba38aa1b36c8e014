/** One schedule of the guard. EventBridge Scheduler cannot tag a schedule; its group carries the tags. */
import {
  CreateScheduleCommand,
  DeleteScheduleCommand,
  GetScheduleCommand,
  type GetScheduleCommandOutput,
  UpdateScheduleCommand,
} from '@aws-sdk/client-scheduler'
import { instant, periodOf } from '../../runtime/domain/base/calendar.ts'
import type { EnforceEvent, IngestEvent, ReportEvent } from '../../runtime/protocol.ts'
import { unlessAbsent } from '../absent.ts'
import type { AwsClients } from '../clients.ts'
import { field } from '../differences.ts'
import type { Difference, Inputs, Resource, ResourceId } from '../engine/resource.ts'
import type { RightsScope } from '../permissions.ts'
import { functionId } from './function.ts'
import { roleId } from './role.ts'
import { scheduleGroupId } from './schedule-group.ts'

export type ScheduleKey = 'enforce' | 'catchUp' | 'report'

export interface ScheduleDesired {
  readonly name: string
  readonly group: string
  readonly description: string
  /** `rate(1 minute)` or `cron(0 9 * * ? *)`. */
  readonly expression: string
  readonly timezone: string
  readonly targetArn: string
  readonly roleArn: string
  /** JSON the function is invoked with. */
  readonly input: string
  /** Of the invocation; whether the function then fails is the function's own matter. */
  readonly retryAttempts: number
  readonly maxEventAgeSeconds: number
  readonly state: 'ENABLED'
  readonly flexibleWindow: 'OFF'
}

export type ScheduleActual = { readonly [Key in keyof ScheduleDesired]: ScheduleDesired[Key] | string | undefined }

export const scheduleId = (name: string, region: string): ResourceId => `schedule/${name}@${region}`

const why: Record<ScheduleKey, string> = {
  enforce: 'checks limits and blocks even when no record arrives',
  catchUp: 'reads the log again, because delivery may skip records',
  report: 'sends the daily report',
}

type FunctionKey = 'ingest' | 'enforce' | 'report'
const target: Record<ScheduleKey, FunctionKey> = { enforce: 'enforce', catchUp: 'ingest', report: 'report' }

/** Scheduler's own least age of an event it still delivers. */
const ONE_MINUTE_SECONDS = 60
const TWO_HOURS_SECONDS = 2 * 60 * 60
const CATCH_UP_MINUTES = 15

const rate = (minutes: number): string => (minutes === 1 ? 'rate(1 minute)' : `rate(${minutes} minutes)`)

/** `09:30` → every day at 09:30 on the clock of the schedule's time zone. */
function daily(time: string): string {
  const [hour, minute] = time.split(':').map(Number)
  return `cron(${minute} ${hour} * * ? *)`
}

const checkEvent: EnforceEvent = { kind: 'check', from: 'schedule' }
const catchUpEvent: IngestEvent = { kind: 'catch-up' }
const dailyEvent: ReportEvent = { kind: 'daily' }

type Timing = Pick<ScheduleDesired, 'expression' | 'timezone' | 'input' | 'retryAttempts' | 'maxEventAgeSeconds'>

function timing(key: ScheduleKey, { settings, now }: Inputs): Timing {
  switch (key) {
    case 'enforce':
      // Not tried again: the next minute is the retry, and a late check is worth nothing.
      return {
        expression: rate(settings.checkMinutes),
        timezone: 'UTC',
        input: JSON.stringify(checkEvent),
        retryAttempts: 0,
        maxEventAgeSeconds: ONE_MINUTE_SECONDS,
      }
    case 'catchUp':
      return {
        expression: rate(CATCH_UP_MINUTES),
        timezone: 'UTC',
        input: JSON.stringify(catchUpEvent),
        retryAttempts: 0,
        maxEventAgeSeconds: ONE_MINUTE_SECONDS,
      }
    case 'report':
      return {
        expression: daily(settings.reportTime),
        timezone: periodOf('month', instant(now), settings.zoning).zone,
        input: JSON.stringify(dailyEvent),
        retryAttempts: 3,
        maxEventAgeSeconds: TWO_HOURS_SECONDS,
      }
  }
}

export function scheduleResource(
  clients: AwsClients,
  scope: RightsScope,
  key: ScheduleKey,
): Resource<ScheduleDesired, ScheduleActual> {
  const { names, region } = scope
  const name = names.schedules[key]
  const GroupName = names.scheduleGroup
  return {
    id: scheduleId(name, region),
    kind: 'schedule',
    name,
    why: why[key],
    ownership: { by: 'parent', parent: scheduleGroupId(GroupName, region) },
    onTeardown: 'remove',
    needs: [
      scheduleGroupId(GroupName, region),
      roleId(names.schedulerRole, region),
      functionId(names.functions[target[key]], region),
    ],

    desired: (inputs) => ({
      name,
      group: GroupName,
      description: `${why[key]} (cost-guard ${inputs.names.guard})`,
      ...timing(key, inputs),
      targetArn: inputs.names.arn.function(inputs.names.functions[target[key]]),
      roleArn: inputs.names.arn.role(inputs.names.schedulerRole, inputs.settings.rolePath),
      state: 'ENABLED',
      flexibleWindow: 'OFF',
    }),

    async read() {
      const scheduler = await clients.scheduler()
      const found = await unlessAbsent(scheduler.send(new GetScheduleCommand({ Name: name, GroupName })))
      return found === undefined
        ? { state: 'absent' }
        : { state: 'present', actual: actualOf(found, name, GroupName), tags: undefined }
    },

    diff: (desired, actual) =>
      FIELDS.flatMap((each): readonly Difference[] => field(each, { is: actual[each], want: desired[each] })),

    async create(desired) {
      const scheduler = await clients.scheduler()
      await scheduler.send(new CreateScheduleCommand(requestFor(desired)))
    },

    async update(desired) {
      // A schedule is replaced whole: what is not sent goes back to its default.
      const scheduler = await clients.scheduler()
      await scheduler.send(new UpdateScheduleCommand(requestFor(desired)))
    },

    async remove() {
      const scheduler = await clients.scheduler()
      await unlessAbsent(scheduler.send(new DeleteScheduleCommand({ Name: name, GroupName })))
    },
  }
}

const FIELDS = [
  'description',
  'expression',
  'timezone',
  'targetArn',
  'roleArn',
  'input',
  'retryAttempts',
  'maxEventAgeSeconds',
  'state',
  'flexibleWindow',
] as const

const requestFor = (desired: ScheduleDesired) => ({
  Name: desired.name,
  GroupName: desired.group,
  Description: desired.description,
  ScheduleExpression: desired.expression,
  ScheduleExpressionTimezone: desired.timezone,
  State: desired.state,
  FlexibleTimeWindow: { Mode: desired.flexibleWindow },
  Target: {
    Arn: desired.targetArn,
    RoleArn: desired.roleArn,
    Input: desired.input,
    RetryPolicy: {
      MaximumRetryAttempts: desired.retryAttempts,
      MaximumEventAgeInSeconds: desired.maxEventAgeSeconds,
    },
  },
})

/** Absent values are Scheduler's defaults: UTC, 185 attempts within 24 hours. */
const actualOf = (found: GetScheduleCommandOutput, name: string, group: string): ScheduleActual => ({
  name,
  group,
  description: found.Description,
  expression: found.ScheduleExpression,
  timezone: found.ScheduleExpressionTimezone ?? 'UTC',
  targetArn: found.Target?.Arn,
  roleArn: found.Target?.RoleArn,
  input: found.Target?.Input,
  retryAttempts: found.Target?.RetryPolicy?.MaximumRetryAttempts ?? 185,
  maxEventAgeSeconds: found.Target?.RetryPolicy?.MaximumEventAgeInSeconds ?? 86_400,
  state: found.State,
  flexibleWindow: found.FlexibleTimeWindow?.Mode,
})
