/** CloudWatch Logs → Lambda: every PutLogEvents goes to the group's subscription filters in AWS's own envelope. */
import { randomUUID } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { DescribeSubscriptionFiltersCommand, type SubscriptionFilter } from '@aws-sdk/client-cloudwatch-logs'
import type { AsyncInvoker } from '../lambda/hooks.ts'
import type { Hook, Passing, World } from '../world.ts'
import { matchesPattern } from './pattern.ts'

export interface LogLine {
  readonly timestamp: number
  readonly message: string
}

export class LogDelivery {
  readonly #world: World
  readonly #async: AsyncInvoker
  readonly #filters = new Map<string, Promise<readonly SubscriptionFilter[]>>()

  constructor(world: World, async: AsyncInvoker) {
    this.#world = world
    this.#async = async
  }
  forget(): void {
    this.#filters.clear()
  }
  #filtersOf(region: string, logGroupName: string): Promise<readonly SubscriptionFilter[]> {
    const key = `${region}/${logGroupName}`
    const known =
      this.#filters.get(key) ??
      this.#world
        .clients(region)
        .logs.send(new DescribeSubscriptionFiltersCommand({ logGroupName }))
        .then((answer) => answer.subscriptionFilters ?? [])
    this.#filters.set(key, known)
    known.catch(() => this.#filters.delete(key))
    return known
  }
  /** Hands the events to the functions that subscribed; they run in the background. */
  deliver(region: string, group: string, stream: string, events: readonly LogLine[]): void {
    this.#world.work.start(`delivery of ${group}`, async () => {
      for (const filter of await this.#filtersOf(region, group)) {
        const logEvents = events
          .filter((event) => matchesPattern(filter.filterPattern ?? '', event.message))
          // Log event ids are 56 digits; the same event keeps its id in every delivery of it.
          .map((event) => ({
            id: BigInt(`0x${randomUUID().replaceAll('-', '')}`)
              .toString()
              .padStart(56, '3'),
            ...event,
          }))
        const destination = filter.destinationArn ?? ''
        if (logEvents.length === 0 || !destination.includes(':lambda:')) continue
        const envelope = {
          messageType: 'DATA_MESSAGE',
          owner: this.#world.account,
          logGroup: group,
          logStream: stream,
          subscriptionFilters: [filter.filterName],
          logEvents,
        }
        const data = gzipSync(JSON.stringify(envelope)).toString('base64')
        this.#async.accept(region, destination, { awslogs: { data } }, 'logs')
      }
    })
  }
}

export function logHooks(delivery: LogDelivery): Hook[] {
  const text = (call: Passing, key: string) => String(call.input[key] ?? '')
  return [
    {
      on: ['logs:PutLogEvents'],
      async after(call, answer) {
        if (answer.status !== 200) return undefined
        const events = (call.input['logEvents'] ?? []) as readonly LogLine[]
        delivery.deliver(call.inRegion, text(call, 'logGroupName'), text(call, 'logStreamName'), events)
        return undefined
      },
    },
    {
      on: ['logs:PutSubscriptionFilter', 'logs:DeleteSubscriptionFilter', 'logs:DeleteLogGroup', 'logs:CreateLogGroup'],
      async after() {
        delivery.forget()
        return undefined
      },
    },
  ]
}
