/**
 * What AWS does with dashboards and the emulator does not: tags (honoured when a dashboard is made, ignored when it is drawn anew),
 * and a body that must have widgets within 24 columns. Ours.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutDashboard.html
 */
import { type Answer, errorAnswer, jsonAnswer } from '../door/answer.ts'
import type { Hook, Passing, World } from '../world.ts'

type Tags = Map<string, string>
interface Tag {
  readonly Key: string
  readonly Value: string
}

const tagsIn = (call: Passing): readonly Tag[] => (call.input['Tags'] ?? []) as readonly Tag[]

export class Dashboards {
  readonly #world: World
  /** By ARN. */
  readonly #tags = new Map<string, Tags>()

  constructor(world: World) {
    this.#world = world
  }
  clear(): void {
    this.#tags.clear()
  }
  #arn(name: unknown): string {
    return `arn:${this.#world.partition}:cloudwatch::${this.#world.account}:dashboard/${String(name)}`
  }
  #tagging(call: Passing): Answer | undefined {
    const arn = String(call.input['ResourceARN'])
    if (!arn.includes(':dashboard/')) return undefined
    const tags = this.#tags.get(arn)
    if (tags === undefined) {
      return errorAnswer(call.wire, {
        code: 'ResourceNotFoundException',
        message: `${arn} does not exist`,
        status: 404,
      })
    }
    if (call.operation === 'TagResource') for (const { Key, Value } of tagsIn(call)) tags.set(Key, Value)
    if (call.operation === 'UntagResource') {
      for (const key of (call.input['TagKeys'] ?? []) as readonly string[]) tags.delete(key)
    }
    return jsonAnswer(
      call.operation === 'ListTagsForResource' ? { Tags: [...tags].map(([Key, Value]) => ({ Key, Value })) } : {},
    )
  }
  hooks(): Hook[] {
    const tagging = ['ListTagsForResource', 'TagResource', 'UntagResource'].map((name) => `monitoring:${name}`)
    return [
      { on: tagging, before: async (call) => this.#tagging(call) },
      {
        on: ['monitoring:PutDashboard'],
        before: async (call) => {
          const why = wrongWith(String(call.input['DashboardBody']))
          if (why === undefined) return undefined
          const message = `The field DashboardBody must be a valid JSON object: ${why}`
          return errorAnswer(call.wire, { code: 'InvalidParameterInput', message })
        },
        after: async (call, answer) => {
          const arn = this.#arn(call.input['DashboardName'])
          if (answer.status === 200 && !this.#tags.has(arn)) {
            this.#tags.set(arn, new Map(tagsIn(call).map(({ Key, Value }) => [Key, Value])))
          }
          return undefined
        },
      },
      {
        on: ['monitoring:DeleteDashboards'],
        after: async (call, answer) => {
          if (answer.status !== 200) return undefined
          for (const name of (call.input['DashboardNames'] ?? []) as readonly string[])
            this.#tags.delete(this.#arn(name))
          return undefined
        },
      },
    ]
  }
}

function wrongWith(body: string): string | undefined {
  try {
    const { widgets } = JSON.parse(body) as { widgets?: unknown }
    if (!Array.isArray(widgets)) return 'widgets is missing'
    const wide = (widgets as { x: number; width: number }[]).findIndex(({ x, width }) => x < 0 || x + width > 24)
    return wide < 0 ? undefined : `/widgets/${wide}/x`
  } catch (error) {
    return String(error)
  }
}
