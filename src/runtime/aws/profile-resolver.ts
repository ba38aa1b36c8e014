import { type BedrockClient, GetInferenceProfileCommand } from '@aws-sdk/client-bedrock'
import type { Scope } from '../domain/metering/model-id.ts'
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
      const models = (profile.models ?? []).flatMap((model) => model.modelArn ?? [])
      const first = models[0]
      if (first === undefined) return 'gone'
      return { model: first.slice(first.lastIndexOf('/') + 1), scope: models.some(isGlobal) ? 'global' : 'regional' }
    } catch (error) {
      // A profile of another account or region is refused as malformed: it will not be found later either.
      if (isAbsent(error) || isValidation(error)) return 'gone'
      if (isAccessDenied(error)) return 'not-allowed'
      throw error
    }
  }
}

/** Global profiles hold the model without a region: `arn:aws:bedrock:::foundation-model/…`. */
const isGlobal = (modelArn: string): boolean => modelArn.split(':')[3] === ''
