/** EventBridge Scheduler. https://docs.aws.amazon.com/scheduler/latest/APIReference/API_CreateSchedule.html */
import { GetScheduleGroupCommand } from '@aws-sdk/client-scheduler'
import { parseSchedule } from '../schedule/expression.ts'
import { isZone } from '../schedule/occurrence.ts'
import type { Hook, Passing, World } from '../world.ts'
import { orAbsent, type Refusal, refusing, text } from './refuse.ts'
import { canAssume } from './roles.ts'

const invalid = (message: string): Refusal => ({ code: 'ValidationException', message })

interface Target {
  readonly RoleArn?: string
  readonly RetryPolicy?: { readonly MaximumEventAgeInSeconds?: number; readonly MaximumRetryAttempts?: number }
}

async function scheduleRefused(world: World, call: Passing): Promise<Refusal | undefined> {
  const expression = text(call, 'ScheduleExpression')
  if (!parseSchedule(expression)) return invalid(`Invalid Schedule Expression ${expression}.`)
  const zone = call.input['ScheduleExpressionTimezone']
  if (typeof zone === 'string' && !isZone(zone)) return invalid(`Invalid Schedule Expression Timezone ${zone}.`)
  const { RoleArn = '', RetryPolicy = {} } = (call.input['Target'] ?? {}) as Target
  const { MaximumEventAgeInSeconds: age = 60, MaximumRetryAttempts: attempts = 0 } = RetryPolicy
  if (age < 60 || age > 86_400) return invalid('MaximumEventAgeInSeconds must be between 60 and 86400.')
  if (attempts < 0 || attempts > 185) return invalid('MaximumRetryAttempts must be between 0 and 185.')
  const group = text(call, 'GroupName') || 'default'
  if (!(await groupOf(world, call, group))) return absent(group)
  if (
    await canAssume(world, RoleArn, 'scheduler.amazonaws.com', {
      'aws:SourceAccount': world.account,
      'aws:SourceArn': groupArn(world, call, group),
    })
  )
    return undefined
  return invalid('The execution role you provide must allow AWS EventBridge Scheduler to assume the role.')
}

const groupArn = (world: World, call: Passing, group: string) =>
  `arn:${world.partition}:scheduler:${call.inRegion}:${world.account}:schedule-group/${group}`
const groupOf = (world: World, call: Passing, Name: string) =>
  orAbsent(world.clients(call.inRegion).scheduler.send(new GetScheduleGroupCommand({ Name })))
const absent = (group: string): Refusal => ({
  code: 'ResourceNotFoundException',
  message: `Schedule group ${group} does not exist.`,
  status: 404,
})

export function schedulerRefusals(world: World): Hook[] {
  return refusing('scheduler', {
    CreateSchedule: (call) => scheduleRefused(world, call),
    UpdateSchedule: (call) => scheduleRefused(world, call),
    CreateScheduleGroup: async (call) => {
      const name = text(call, 'Name')
      if (!(await groupOf(world, call, name))) return undefined
      return { code: 'ConflictException', message: `Schedule group ${name} already exists.`, status: 409 }
    },
    DeleteScheduleGroup: async (call) => {
      const name = text(call, 'Name')
      return (await groupOf(world, call, name)) ? undefined : absent(name)
    },
  })
}
