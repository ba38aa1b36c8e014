import type { RuntimeConfig } from '../runtime/config.ts'
import type { RightsScope } from './permissions.ts'

/** A journal entry outlives its log record by this much, so that a late reading of the log still meets it. */
const JOURNAL_DAYS_AFTER_LOG = 35

/** What the functions are told; the same for all three, what each may do is decided by its role. Pure. */
export function runtimeConfigFor({ names, settings, account, region, partition }: RightsScope): RuntimeConfig {
  return {
    guard: names.guard,
    account,
    region,
    partition,
    table: names.table,
    logGroup: names.logGroup,
    topicArn: names.arn.topic,
    enforceFunction: names.functions.enforce,
    zoning: settings.zoning,
    labels: settings.labels,
    onlySources: settings.onlySources,
    mode: settings.mode,
    sessionRoles: settings.sessionRoles,
    protectedPrincipals: [
      ...settings.protectedPrincipals,
      ...Object.values(names.functionRoles),
      names.schedulerRole,
      names.loggingRole,
    ],
    unknownPrice: settings.unknownPrice,
    assumedCacheTtl: settings.assumedCacheTtl,
    language: settings.language,
    currency: settings.currency,
    // 0: the log group keeps its records for ever, and so does the journal.
    journalDays: settings.retentionDays === 0 ? undefined : settings.retentionDays + JOURNAL_DAYS_AFTER_LOG,
    warnAt: settings.warnAt,
  }
}
