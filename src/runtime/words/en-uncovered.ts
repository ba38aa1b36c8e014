import type { Words } from '../domain/telling/wording.ts'

/** Where what the log did not show likely hides, in English. */
export const enUncovered: Words['uncovered'] = {
  mantle: {
    short: 'calls on bedrock-mantle',
    why: 'Calls on the endpoint bedrock-mantle: AWS writes no log of them. Cached input is priced as fresh: at most so much.',
    fix: 'Deny bedrock-mantle:CreateInference to those who are metered; a call on bedrock-runtime is logged.',
  },
  'other-region': {
    short: 'calls in another region',
    why: 'Calls in a region whose log this guard does not read.',
    fix: 'Install a guard there, or deny the region to those who are metered.',
  },
  'logging-off': {
    short: 'logging was off, or went elsewhere',
    why: 'Bedrock was used and wrote no record: model invocation logging was off, or went elsewhere.',
    fix: 'See what differs: {plan}',
  },
  'not-counted': {
    short: 'records that were logged, but not counted',
    why: 'Bedrock wrote records that are not in the ledger.',
    fix: 'Count them: {backfill --since DAY}',
  },
  'delivery-failed': {
    short: 'records that Bedrock could not write',
    why: 'Bedrock could not write some records into the log group.',
    fix: 'See whether role and log group are as they should be: {plan}',
  },
  'only-sources': {
    short: 'calls without a configured label',
    why: 'Only calls with a configured label are counted.',
    fix: 'Count all of them: {init --no-only-sources}',
  },
  settling: {
    short: 'records still on their way',
    why: 'Records of the last hour may still be on their way.',
    fix: 'Look again in an hour.',
  },
  unlogged: {
    short: 'batch jobs, or logging off for a time',
    why: 'Calls without a record while others were logged: batch jobs, or logging was off for a part of the time.',
    fix: 'Deny bedrock:CreateModelInvocationJob to those who are metered, if there should be none.',
  },
  surplus: {
    short: 'late metrics',
    why: 'The ledger holds more than CloudWatch counted: metrics come late.',
    fix: 'Look again in an hour.',
  },
}
