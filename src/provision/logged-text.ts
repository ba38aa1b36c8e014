/** Whether prompts and answers will be in the log once a plan is done, whoever wished it. */
import { isAccessDenied } from '../runtime/aws/aws-errors.ts'
import type { AwsClients } from './clients.ts'
import { differencesOf, type Plan } from './engine/plan.ts'
import { bedrockLoggingId, loggingNow } from './resources/bedrock-logging.ts'

export async function loggedText(
  clients: AwsClients,
  plan: Plan,
  how: { readonly region: string; readonly wished: boolean },
): Promise<boolean> {
  const step = plan.steps.find(({ id }) => id === bedrockLoggingId(how.region))
  if (how.wished || step === undefined || step.do === 'create' || step.do === 'refuse') return how.wished
  const changed = differencesOf(step).find(({ field }) => field === 'textDataDeliveryEnabled')
  if (changed !== undefined) return changed.want === 'true'
  try {
    return (await loggingNow(clients))?.textDataDeliveryEnabled === true
  } catch (error) {
    // The plan itself says so, with every other missing right.
    if (isAccessDenied(error)) return false
    throw error
  }
}
