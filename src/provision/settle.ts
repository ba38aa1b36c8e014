/**
 * What the account itself decides about a guard's settings, looked up before anything is planned: the log group that
 * Bedrock writes to already, and how long an adopted one keeps its records.
 */
import { ListTagsForResourceCommand } from '@aws-sdk/client-cloudwatch-logs'
import { isAccessDenied } from '../runtime/aws/aws-errors.ts'
import { GuardError } from '../runtime/domain/base/guard-error.ts'
import { unlessAbsent } from './absent.ts'
import type { AwsClients } from './clients.ts'
import type { Settings } from './guard.ts'
import { loggedTo } from './resources/bedrock-logging.ts'
import { describeLogGroup } from './resources/log-group.ts'
import type { GivenSettings } from './settings.ts'
import { TAG } from './tags.ts'

interface Settling {
  readonly settings: Settings
  readonly given: GivenSettings
  /** Nothing of this name is installed, and that could be read. */
  readonly first: boolean
}

/**
 * The settings with what only AWS knows. At a first install without --log-group the group that Bedrock writes to is
 * adopted; it is kept in the settings, so this is decided once. Whoever may not look gets the settings as they are: the
 * plan names the right.
 * @throws GuardError `bad-settings` where a retention is wished for a log group that keeps its own.
 */
export async function settleByAccount(clients: AwsClients, how: Settling): Promise<Settings> {
  try {
    return await withItsRetention(clients, await withItsLogGroup(clients, how), how.given)
  } catch (error) {
    if (isAccessDenied(error)) return how.settings
    throw error
  }
}

async function withItsLogGroup(clients: AwsClients, { settings, given, first }: Settling): Promise<Settings> {
  const decided = given.logGroup !== undefined || settings.adopt.includes('log-group')
  if (!first || decided) return settings
  const logGroup = await loggedTo(clients)
  if (logGroup === undefined) return settings
  if (await isOwn(clients, logGroup, settings.guard)) return { ...settings, logGroup }
  return { ...settings, logGroup, adopt: [...settings.adopt, 'log-group'] }
}

/** Left by an earlier guard of this name: it is simply taken up again. */
async function isOwn(clients: AwsClients, logGroup: string, guard: string): Promise<boolean> {
  const found = await describeLogGroup(clients, logGroup)
  if (found?.logGroupArn === undefined) return false
  const logs = await clients.logs()
  try {
    const answer = await unlessAbsent(logs.send(new ListTagsForResourceCommand({ resourceArn: found.logGroupArn })))
    return answer?.tags?.[TAG.guard] === guard
  } catch (error) {
    // Whose it is decides little; the plan names the right where it is needed.
    if (isAccessDenied(error)) return false
    throw error
  }
}

async function withItsRetention(clients: AwsClients, settings: Settings, given: GivenSettings): Promise<Settings> {
  if (!settings.adopt.includes('log-group')) return settings
  const group = await describeLogGroup(clients, settings.logGroup)
  if (group === undefined) return settings
  const retentionDays = group.retentionInDays ?? 0
  if (given.retentionDays !== undefined && settings.retentionDays !== retentionDays) {
    const kept = retentionDays === 0 ? 'for ever' : `${retentionDays} days`
    throw new GuardError({
      code: 'bad-settings',
      fault: 'user',
      message: `--retention-days: the log group ${settings.logGroup} is not the guard's own, it keeps its records ${kept}`,
      suggestions: ['leave --retention-days out: the ledger follows the log group'],
    })
  }
  return { ...settings, retentionDays }
}
