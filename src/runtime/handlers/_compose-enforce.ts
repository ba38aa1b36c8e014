import { bedrock } from '../aws/clients/bedrock.ts'
import { iam } from '../aws/clients/iam.ts'
import { DynamoBadRecords } from '../aws/dynamo-bad-records.ts'
import { DynamoHistory } from '../aws/dynamo-history.ts'
import { DynamoLease } from '../aws/dynamo-lease.ts'
import { IamEnforcer } from '../aws/iam-enforcer.ts'
import { BedrockProfiles } from '../aws/profile-resolver.ts'
import { readConfig } from '../config.ts'
import { renderNotice } from '../domain/telling/notice-text.ts'
import { correctAssumed } from '../usecases/correct-assumed.ts'
import type { EnforceRoom } from '../usecases/enforce-room.ts'
import { wordsFor } from '../words/words.ts'
import { Deadline, type Environment, stores, systemClock, systemSleeper } from './_compose.ts'
import { mailContext, telling } from './_compose-telling.ts'

export function composeEnforce(environment: Environment): { room: EnforceRoom; deadline: Deadline } {
  const config = readConfig(environment)
  const deadline = new Deadline()
  const { ledger, health, rates, table, timed } = stores(config, deadline)
  const { guard, account, partition, zoning, protectedPrincipals } = config
  const words = wordsFor(config.language)
  const room: EnforceRoom = {
    config,
    ledger,
    health,
    rates,
    ...telling(config, table),
    clock: systemClock,
    sleeper: systemSleeper,
    enforcer: new IamEnforcer({
      iam: iam(),
      guard,
      account,
      partition,
      zoning,
      protectedPrincipals,
      clock: systemClock,
    }),
    lease: new DynamoLease({ ...table, clock: systemClock, newId: () => crypto.randomUUID() }),
    profiles: new BedrockProfiles({ client: bedrock() }),
    history: new DynamoHistory({ ...table, zoning }),
    badRecords: new DynamoBadRecords(timed),
    render: (kind, items, at) => renderNotice(kind, items, mailContext(config, at), words),
    correctProfile: async (profile, now, until) => {
      const deadlineMs = () => Math.min(deadline.ms(), until)
      await correctAssumed({ ledger, rates, clock: systemClock, config, deadlineMs }, { profile }, now)
    },
    memory: { assumedSeen: undefined, goneProfiles: new Set() },
  }
  return { room, deadline }
}
