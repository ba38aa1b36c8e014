/** Inference profiles, which the emulator lacks: application profiles are kept here, system ones follow from their id. */
import { randomBytes } from 'node:crypto'
import { type Answer, errorAnswer, jsonAnswer } from '../door/answer.ts'
import type { Hook, Passing, World } from '../world.ts'

interface Profile {
  readonly arn: string
  readonly id: string
  readonly name: string
  readonly description: string | undefined
  readonly createdAt: number
  readonly models: readonly { readonly modelArn: string }[]
  tags: { key: string; value: string }[]
}

export class Profiles {
  readonly #world: World
  readonly #profiles = new Map<string, Profile>()

  constructor(world: World) {
    this.#world = world
  }
  reset(): void {
    this.#profiles.clear()
  }
  find(idOrArn: string): Profile | undefined {
    return this.#profiles.get(idOrArn.split('/').pop() ?? '')
  }
  #create(call: Passing): Answer {
    const { inferenceProfileName, description, modelSource, tags } = call.input as {
      inferenceProfileName?: string
      description?: string
      modelSource?: { copyFrom?: string }
      tags?: { key: string; value: string }[]
    }
    const from = modelSource?.copyFrom ?? ''
    const name = inferenceProfileName ?? ''
    const invalid = (message: string) => errorAnswer('rest-json', { code: 'ValidationException', message })
    if (!/^([0-9a-zA-Z][ _-]?)+$/.test(name) || name.length > 64)
      return invalid('The provided inference profile name is invalid.')
    if (!/:(foundation-model|inference-profile)\//.test(from)) return invalid('The provided model source is invalid.')
    const id = randomBytes(6).toString('hex')
    const arn = `arn:aws:bedrock:${call.inRegion}:${this.#world.account}:application-inference-profile/${id}`
    const created = this.#world.clock.now()
    const models = this.#modelsOf(from, call.inRegion)
    this.#profiles.set(id, { arn, id, name, description, createdAt: created, models, tags: tags ?? [] })
    return jsonAnswer({ inferenceProfileArn: arn, status: 'ACTIVE' }, 201)
  }
  #modelsOf(source: string, region: string): { modelArn: string }[] {
    const last = source.split('/').pop() ?? ''
    if (source.includes(':foundation-model/')) return [{ modelArn: source }]
    const isGlobal = last.startsWith('global.')
    const base = last.slice(last.indexOf('.') + 1)
    return [{ modelArn: `arn:aws:bedrock:${isGlobal ? '' : region}::foundation-model/${base}` }]
  }
  #view(profile: Profile): object {
    return {
      inferenceProfileName: profile.name,
      description: profile.description,
      createdAt: new Date(profile.createdAt).toISOString(),
      updatedAt: new Date(profile.createdAt).toISOString(),
      inferenceProfileArn: profile.arn,
      models: profile.models,
      inferenceProfileId: profile.id,
      status: 'ACTIVE',
      type: 'APPLICATION',
    }
  }
  #get(call: Passing): Answer {
    const id = String(call.input['inferenceProfileIdentifier'])
    const own = this.find(id)
    if (own) return jsonAnswer(this.#view(own))
    const system = id.split('/').pop() ?? ''
    const message = `The inference profile ${id} could not be found.`
    if (id.includes('application-inference-profile') || !/^(us-gov|[a-z]{2,6})\.[a-z0-9-]+\./.test(system)) {
      return errorAnswer('rest-json', { code: 'ResourceNotFoundException', message, status: 404 })
    }
    const arn = `arn:aws:bedrock:${call.inRegion}:${this.#world.account}:inference-profile/${system}`
    const models = this.#modelsOf(arn, call.inRegion)
    const name = system
    return jsonAnswer({
      ...this.#view({ arn, id: system, name, description: undefined, createdAt: 0, models, tags: [] }),
      type: 'SYSTEM_DEFINED',
    })
  }
  #tagged(call: Passing): Profile | undefined {
    return this.find(String(call.input['resourceARN']))
  }
  hooks(): Hook[] {
    return [
      { on: ['bedrock:CreateInferenceProfile'], before: async (call) => this.#create(call) },
      { on: ['bedrock:GetInferenceProfile'], before: async (call) => this.#get(call) },
      {
        on: ['bedrock:ListInferenceProfiles'],
        before: async () =>
          jsonAnswer({ inferenceProfileSummaries: [...this.#profiles.values()].map((one) => this.#view(one)) }),
      },
      {
        on: ['bedrock:DeleteInferenceProfile'],
        before: async (call) => {
          this.#profiles.delete(this.find(String(call.input['inferenceProfileIdentifier']))?.id ?? '')
          return jsonAnswer({})
        },
      },
      {
        on: ['bedrock:ListTagsForResource', 'bedrock:TagResource', 'bedrock:UntagResource'],
        before: async (call) => {
          const profile = this.#tagged(call)
          if (!profile) return undefined
          const gone = new Set(call.input['tagKeys'] as string[] | undefined)
          const more = (call.input['tags'] ?? []) as { key: string; value: string }[]
          const replaced = new Set(more.map((one) => one.key))
          profile.tags = [...profile.tags.filter((one) => !gone.has(one.key) && !replaced.has(one.key)), ...more]
          return jsonAnswer(call.operation === 'ListTagsForResource' ? { tags: profile.tags } : {})
        },
      },
    ]
  }
}
