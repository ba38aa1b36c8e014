/** Whether the account may use a model, which the emulator lacks: here it may use every one that looks like a model of Bedrock. */
import { errorAnswer, jsonAnswer } from '../door/answer.ts'
import type { Hook } from '../world.ts'

export const modelHooks = (): Hook[] => [
  {
    on: ['bedrock:GetFoundationModelAvailability'],
    before: async (call) => {
      const modelId = decodeURIComponent(String(call.input['modelId']))
      if (!/^[a-z0-9-]+\.[a-zA-Z0-9.:-]+$/.test(modelId)) {
        const message = 'The provided model identifier is invalid.'
        return errorAnswer('rest-json', { code: 'ValidationException', message })
      }
      return jsonAnswer({
        modelId,
        agreementAvailability: { status: 'AVAILABLE' },
        authorizationStatus: 'AUTHORIZED',
        entitlementAvailability: 'AVAILABLE',
        regionAvailability: 'AVAILABLE',
      })
    },
  },
]
