/** Whether the account may use the models its people use. */
import type { Detail } from '../../runtime/domain/metering/balance.ts'
import type { Door } from '../_compose.ts'
import { type Finding, found } from './finding.ts'

const ASKED_AT_MOST = 5

/** @param details of this month; the dearest models are asked about. */
export async function modelAccess(door: Door, details: readonly Detail[]): Promise<readonly Finding[]> {
  const spend = new Map<string, bigint>()
  for (const { model, spend: amount } of details) spend.set(model, (spend.get(model) ?? 0n) + amount)
  const models = [...spend].toSorted(([, a], [, b]) => (a < b ? 1 : -1)).slice(0, ASKED_AT_MOST)
  if (models.length === 0) return []
  const [{ GetFoundationModelAvailabilityCommand }, { isAbsent, isValidation }, bedrock] = await Promise.all([
    import('../../provision/sdk/bedrock.ts'),
    import('../../runtime/aws/aws-errors.ts'),
    door.clients.bedrock(),
  ])
  const findings: Finding[] = []
  for (const [modelId] of models) {
    try {
      const answer = await bedrock.send(new GetFoundationModelAvailabilityCommand({ modelId }))
      const open = answer.authorizationStatus !== 'NOT_AUTHORIZED' && answer.entitlementAvailability !== 'NOT_AVAILABLE'
      findings.push(
        open
          ? found('models', 'ok', `${modelId} may be used`)
          : found(
              'models',
              'note',
              `${modelId} was used and may not be any more`,
              'see "Model access" in the Bedrock console',
            ),
      )
    } catch (error) {
      // A model of another kind (imported, by a name of its own) is not in this list.
      if (!isAbsent(error) && !isValidation(error)) throw error
    }
  }
  return findings
}
