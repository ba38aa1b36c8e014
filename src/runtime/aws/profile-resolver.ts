import { type BedrockClient, GetInferenceProfileCommand } from '@aws-sdk/client-bedrock'
import { parseModelId, type Scope } from '../domain/metering/model-id.ts'
import type { ProfileResolver } from '../ports.ts'
import { isAbsent, isAccessDenied, isValidation } from './aws-errors.ts'

/** Asks Bedrock which model stands behind an application inference profile. The answer never changes, so it is kept. */
export class BedrockProfiles implements ProfileResolver {
  readonly #client: BedrockClient

  constructor(parts: { client: BedrockClient }) {
    this.#client = parts.client
  }

  async resolve(arn: string): Promise<{ model: string; scope: Scope } | 'gone' | 'not-allowed'> {
    try {
      const profile = await this.#client.send(new GetInferenceProfileCommand({ inferenceProfileIdentifier: arn }))
      const held = (profile.models ?? []).flatMap(({ modelArn }) => (modelArn ? [parseModelId(modelArn)] : []))
      const models = held.flatMap((ref) => (ref.kind === 'model' ? [ref] : []))
      const [first] = models
      // One model in several regions is one; of two models nobody can say which answered.
      const one = models.length === held.length && new Set(models.map(({ model }) => model)).size === 1
      if (first === undefined || !one) return 'gone'
      // Global profiles hold their model without a region as well: `arn:aws:bedrock:::foundation-model/…`.
      return { model: first.model, scope: models.some(({ scope }) => scope === 'global') ? 'global' : 'regional' }
    } catch (error) {
      // A profile of another account or region is refused as malformed: it will not be found later either.
      if (isAbsent(error) || isValidation(error)) return 'gone'
      if (isAccessDenied(error)) return 'not-allowed'
      throw error
    }
  }
}
