/** All refusals of ours, in the order in which they are asked. */
import type { Document } from '../iam/evaluate.ts'
import type { Hook, World } from '../world.ts'
import { bedrockRefusals } from './bedrock.ts'
import { dynamodbRefusals } from './dynamodb.ts'
import { iamRefusals } from './iam.ts'
import { lambdaRefusals } from './lambda.ts'
import { logsRefusals } from './logs.ts'
import { propagationHooks } from './propagation.ts'
import { schedulerRefusals } from './scheduler.ts'
import { settlingHooks } from './settling.ts'
import { snsRefusals } from './sns.ts'

export const refusals = (
  world: World,
  isPendingMail: (arn: string) => boolean,
  policyOf: (bucket: string) => Document | undefined,
): Hook[] => [
  ...iamRefusals(world),
  ...lambdaRefusals(world),
  ...logsRefusals(world),
  ...bedrockRefusals(world, policyOf),
  ...schedulerRefusals(world),
  ...snsRefusals(isPendingMail),
  ...dynamodbRefusals(world),
  ...propagationHooks(world),
  ...settlingHooks(world),
]
