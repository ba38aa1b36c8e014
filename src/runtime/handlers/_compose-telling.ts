import type { dynamo } from '../aws/clients/dynamo.ts'
import { sns } from '../aws/clients/sns.ts'
import { DynamoBlocks } from '../aws/dynamo-blocks.ts'
import { DynamoLimits } from '../aws/dynamo-limits.ts'
import { DynamoNotices } from '../aws/dynamo-notices.ts'
import { DynamoPeople } from '../aws/dynamo-people.ts'
import { SnsNotifier } from '../aws/sns-notifier.ts'
import type { RuntimeConfig } from '../config.ts'
import { type Instant, monthOf, monthPeriod } from '../domain/base/calendar.ts'
import type { MailContext } from '../domain/telling/wording.ts'
import { systemClock } from './_compose.ts'

/** What every mail says about where it comes from. */
export const mailContext = (config: RuntimeConfig, at: Instant): MailContext => {
  const { guard, account, region, zoning, currency } = config
  return { guard, account, region, zone: monthPeriod(monthOf(at, zoning), zoning).zone, currency }
}

/** What enforce and report share besides: who is stopped, and how the admin is told. */
export function telling(config: RuntimeConfig, table: { client: ReturnType<typeof dynamo>; table: string }) {
  return {
    limits: new DynamoLimits(table),
    people: new DynamoPeople(table),
    blocks: new DynamoBlocks(table),
    notices: new DynamoNotices({ ...table, clock: systemClock }),
    notifier: new SnsNotifier({ client: sns(), topicArn: config.topicArn }),
  }
}
