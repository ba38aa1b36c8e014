/** Fires the schedules that the emulator only stores, by the sandbox's clock. */
import { GetScheduleCommand, type GetScheduleOutput, paginateListSchedules } from '@aws-sdk/client-scheduler'
import { sessionCaller } from '../iam/callers.ts'
import { evaluate } from '../iam/evaluate.ts'
import type { AsyncInvoker } from '../lambda/hooks.ts'
import type { Hook, World } from '../world.ts'
import { parseSchedule } from './expression.ts'
import { lastDue } from './occurrence.ts'

export interface Fired {
  readonly schedule: string
  readonly group: string
  /** The instant it was due, milliseconds. */
  readonly at: number
  /** Why the target was not reached. */
  readonly problem: string | undefined
}

export class Scheduler {
  readonly #world: World
  readonly #async: AsyncInvoker
  readonly #created = new Map<string, number>()
  #schedules: Promise<readonly GetScheduleOutput[]> | undefined
  #lastTick: number

  constructor(world: World, async: AsyncInvoker) {
    this.#world = world
    this.#async = async
    this.#lastTick = world.clock.now()
  }
  reset(): void {
    this.#schedules = undefined
    this.#created.clear()
    this.#lastTick = this.#world.clock.now()
  }
  /** Where the clock was set back to, time begins anew: what follows is due again, and nothing of before is overdue. */
  setBack(to: number): void {
    this.#lastTick = Math.min(this.#lastTick, to)
  }
  async #all(): Promise<readonly GetScheduleOutput[]> {
    const client = this.#world.clients().scheduler
    const found: GetScheduleOutput[] = []
    for await (const page of paginateListSchedules({ client }, {})) {
      for (const { Name, GroupName } of page.Schedules ?? []) {
        found.push(await client.send(new GetScheduleCommand({ Name, GroupName })))
      }
    }
    return found
  }
  #known(): Promise<readonly GetScheduleOutput[]> {
    this.#schedules ??= this.#all()
    this.#schedules.catch(() => {
      this.#schedules = undefined
    })
    return this.#schedules
  }
  /**
   * Fires what became due since the last tick. However far the clock jumped, each schedule fires once, for its latest
   * instant: AWS would have fired each, but a month of minutes in one go would tell nobody anything.
   */
  async tick(): Promise<readonly Fired[]> {
    const until = this.#world.clock.now()
    // After a jump backwards nothing is overdue.
    const after = Math.min(this.#lastTick, until)
    this.#lastTick = until
    const fired: Fired[] = []
    for (const schedule of await this.#known()) {
      if (schedule.State !== 'ENABLED') continue
      const parsed = parseSchedule(schedule.ScheduleExpression ?? '')
      const created =
        this.#created.get(`${schedule.GroupName}/${schedule.Name}`) ?? schedule.CreationDate?.getTime() ?? 0
      const zone = schedule.ScheduleExpressionTimezone ?? 'UTC'
      const at = parsed && lastDue(parsed, zone, { after, until, created })
      if (at !== undefined) fired.push(await this.#fire(schedule, at))
    }
    return fired
  }
  /** Fires one schedule now, whatever its expression says. */
  async force(name: string): Promise<Fired> {
    const schedule = (await this.#known()).find((one) => one.Name === name)
    if (!schedule) throw new Error(`there is no schedule ${name}`)
    return this.#fire(schedule, this.#world.clock.now())
  }
  async #fire(schedule: GetScheduleOutput, at: number): Promise<Fired> {
    const { Name = '', GroupName = 'default', Target } = schedule
    const arn = Target?.Arn ?? ''
    const problem = await this.#mayInvoke(Target?.RoleArn ?? '', arn)
    const time = new Date(at).toISOString().replace(/\.\d+Z$/, 'Z')
    const text = (Target?.Input ?? '{}')
      .replaceAll('<aws.scheduler.scheduled-time>', time)
      .replaceAll('<aws.scheduler.schedule-arn>', schedule.Arn ?? '')
    if (!problem) this.#async.accept(arn.split(':')[3] ?? '', arn, JSON.parse(text), 'schedule')
    return { schedule: Name, group: GroupName, at, problem }
  }
  async #mayInvoke(roleArn: string, functionArn: string): Promise<string | undefined> {
    const identity = await this.#world.identities.of(sessionCaller('', '', roleArn)).catch((error: unknown) => {
      if (error instanceof Error && error.name === 'NoSuchEntityException') return undefined
      throw error
    })
    const policies = identity?.policies ?? []
    const question = { action: 'lambda:InvokeFunction', resources: [functionArn], context: {} }
    if (evaluate(policies, question).effect === 'allow') return undefined
    return `${roleArn} may not lambda:InvokeFunction on ${functionArn}`
  }
  hooks(): Hook[] {
    const changing = ['CreateSchedule', 'UpdateSchedule', 'DeleteSchedule', 'DeleteScheduleGroup']
    return [
      {
        on: changing.map((one) => `scheduler:${one}`),
        after: async (call, answer) => {
          this.#schedules = undefined
          const key = `${String(call.input['GroupName'] ?? 'default')}/${String(call.input['Name'])}`
          if (answer.status < 300 && call.operation === 'CreateSchedule')
            this.#created.set(key, this.#world.clock.now())
          return undefined
        },
      },
    ]
  }
}
