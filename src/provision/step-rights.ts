/**
 * Which rights a step of the plan really asks for, concrete: the action, the thing itself, and what its conditions look
 * at. A step that only changes a tag needs the right to tag. The tests hold it against the calls that init and teardown
 * make. Which action judges which resource: https://docs.aws.amazon.com/service-authorization/latest/reference/
 */
import { differencesOf, type Step } from './engine/plan.ts'
import type { RightsScope } from './permissions.ts'
import { type Change, need, type Right, type Rights } from './step-right.ts'
import { alarm, dashboard, topicAlarms } from './step-rights-cloudwatch.ts'
import { adoptedBucket, keyAlias, logBucket, logKey } from './step-rights-copy.ts'
import { bedrockLogging, logGroup, queue, record, table, topic, topicMail } from './step-rights-data.ts'
import { pageUsers, userPool, userPoolClient, userPoolDomain } from './step-rights-page.ts'
import { apiAuthorizer, apiIntegration, apiPermission, apiRoute, apiStage, httpApi } from './step-rights-serving.ts'
import {
  blockGroup,
  blockPolicy,
  lambdaFunction,
  role,
  schedule,
  scheduleGroup,
  subscription,
} from './step-rights-workers.ts'
import { NO_TAG } from './tags.ts'

const CHANGES: Partial<Record<Step['do'], Change>> = {
  create: 'create',
  adopt: 'update',
  'give-back': 'update',
  update: 'update',
  remove: 'remove',
  restore: 'remove',
}

/** Empty for what nobody touches. @param as what a step of unknown need is taken for (it could not be read). */
export function rightsFor(step: Step, scope: RightsScope, as?: Change): readonly Right[] {
  const change = as ?? CHANGES[step.do]
  const kind = step.id.slice(0, step.id.indexOf('/'))
  if (change === undefined) return []
  const differences = differencesOf(step)
  const fields = differences.map((one) => one.field)
  const own =
    KINDS[kind]?.({
      name: step.name,
      change,
      scope,
      fields,
      untags: differences.some(({ field, want }) => field.startsWith('tag/') && want === NO_TAG),
      differs: (...wanted) =>
        fields.some((field) => wanted.includes(field) || wanted.includes(field.split('/')[0] ?? '')),
    }) ?? []
  if (step.do !== 'adopt' && step.do !== 'give-back') return own
  // What was there before is written down, and crossed out.
  return [...own, ...need('dynamodb', scope.names.arn.table, [step.do === 'adopt' ? 'PutItem' : 'DeleteItem'])]
}

/** By the first part of the resources' ids. */
const KINDS: Readonly<Record<string, Rights>> = {
  table,
  manifest: record,
  'log-group': logGroup,
  role,
  'bedrock-logging': bedrockLogging,
  topic,
  'topic-mail': topicMail,
  policy: blockPolicy,
  group: blockGroup,
  queue,
  function: lambdaFunction,
  'log-subscription': subscription,
  'schedule-group': scheduleGroup,
  'log-bucket': logBucket,
  'adopted-bucket': adoptedBucket,
  'log-key': logKey,
  'key-alias': keyAlias,
  schedule,
  alarm,
  dashboard,
  'topic-alarms': topicAlarms,
  'page-users': pageUsers,
  'http-api': httpApi,
  'api-permission': apiPermission,
  'api-integration': apiIntegration,
  'api-authorizer': apiAuthorizer,
  'api-route': apiRoute,
  'api-stage': apiStage,
  'user-pool': userPool,
  'user-pool-domain': userPoolDomain,
  'user-pool-client': userPoolClient,
}
