/**
 * A bucket that was there before the guard and takes the copy of the invocation log with the admin's consent. The guard
 * adds one statement to its policy, where Bedrock is not let in already, and takes exactly that out again. Its life
 * cycle, encryption, tags and objects stay its owner's business.
 */
import { DeleteBucketPolicyCommand, PutBucketPolicyCommand } from '@aws-sdk/client-s3'
import type { AwsClients } from '../clients.ts'
import { documentField } from '../differences.ts'
import { statementsOf } from '../engine/policy-equal.ts'
import type { Inputs, Refusal, Resource, ResourceId } from '../engine/resource.ts'
import type { RightsScope } from '../permissions.ts'
import { lets } from '../policy-lets.ts'
import { keyFitness } from './existing-key.ts'
import { scopeWithBucket } from './log-bucket.ts'
import { bedrockStatement, bedrockWrites, type LogBucketActual, readBucket } from './log-bucket-parts.ts'

export interface AdoptedBucketDesired {
  readonly name: string
  readonly statement: ReturnType<typeof bedrockStatement>
}

export const adoptedBucketId = (name: string, region: string): ResourceId => `adopted-bucket/${name}@${region}`

/** Ours among the statements of the owner, whatever theirs are called; one per guard, as two may use one bucket. */
const SID = 'CostGuardBedrockLogsWrite-'

type Has = (statement: Readonly<Record<string, unknown>>) => boolean
const without = (policy: unknown, out: Has) => ({
  ...(policy as object | undefined),
  Statement: statementsOf(policy).filter((each) => !out(each)),
})
/** Of another guard: it goes with that one. */
const isAnothers =
  (isOurs: Has): Has =>
  (each) =>
    String(each['Sid'] ?? '').startsWith(SID) && !isOurs(each)

export function adoptedBucketResource(
  clients: AwsClients,
  given: RightsScope,
  name: string,
): Resource<AdoptedBucketDesired, LogBucketActual> {
  const scope = scopeWithBucket(given, name)
  const where = { Bucket: name, ExpectedBucketOwner: scope.account }
  const id = adoptedBucketId(name, scope.region)
  const sid = `${SID}${scope.names.guard}`
  const isOurs: Has = (each) => each['Sid'] === sid
  const hasOurs = (policy: unknown): boolean => statementsOf(policy).some(isOurs)
  const isWanted = given.settings.s3 !== undefined && given.names.logBucket === name
  const put = async (policy: unknown) => {
    const s3 = await clients.s3()
    await s3.send(new PutBucketPolicyCommand({ ...where, Policy: JSON.stringify(policy) }))
  }
  return {
    id,
    kind: 'S3 bucket',
    name,
    why: 'keeps the copy of the invocation log that Bedrock writes; its policy lets Bedrock write, all else of it stays',
    ownership: { by: 'adopted' },
    onTeardown: 'retain',
    needs: [],

    desired: () => (isWanted ? { name, statement: bedrockStatement(scope, sid) } : undefined),

    async read(inputs) {
      const found = await readBucket(await clients.s3(), where, inputs.remembered(id))
      return found === undefined ? { state: 'absent' } : { state: 'present', ...found }
    },

    /** Bedrock let in by whatever statement is enough, but for one that another guard takes with it. */
    diff: (desired, actual) =>
      lets(without(actual.policy, isAnothers(isOurs)), bedrockWrites(scope))
        ? []
        : documentField('policy', {
            is: { Statement: statementsOf(actual.policy).filter(isOurs) },
            want: { Statement: [desired.statement] },
          }),

    create: async () => {},

    async update(desired, actual) {
      const rest = without(actual.policy, isOurs)
      await put({ Version: '2012-10-17', ...rest, Statement: [...rest.Statement, desired.statement] })
    },

    remove: async () => {},

    adoption: {
      flag: '--adopt log-bucket',

      before: (actual) => JSON.stringify({ policy: actual.policy ?? null }),

      fitness: (_desired, actual, _tags, inputs) => fitness(clients, { scope, name, actual, inputs }),

      toGiveBack: (actual, before) =>
        hasOurs(actual.policy) && !hasOurs((JSON.parse(before) as { policy: unknown }).policy)
          ? [{ field: `policy/${sid}`, is: 'there', want: 'not there', how: 'in-place' }]
          : [],

      async giveBack(actual) {
        const rest = without(actual.policy, isOurs)
        if (rest.Statement.length > 0) return put(rest)
        const s3 = await clients.s3()
        await s3.send(new DeleteBucketPolicyCommand(where))
      },
    },
  }
}

interface Candidate {
  readonly scope: RightsScope
  readonly name: string
  readonly actual: LogBucketActual
  readonly inputs: Inputs
}

const unfit = (message: string, suggestion: string): Refusal => ({ why: 'unfit', message, suggestion })

/** Conditions of https://docs.aws.amazon.com/bedrock/latest/userguide/model-invocation-logging.html */
async function fitness(clients: AwsClients, { scope, name, actual }: Candidate): Promise<readonly Refusal[]> {
  const another = 'name another bucket with --log-bucket, or leave --adopt log-bucket out and the guard makes one'
  if (actual.reach === 'closed') {
    return [unfit(`the bucket ${name} belongs to another account, or its policy keeps you out`, another)]
  }
  if (actual.reach === 'elsewhere') {
    return [unfit(`the bucket ${name} is not in ${scope.region}, and Bedrock writes to its own region only`, another)]
  }
  const refusals: Refusal[] = []
  if (actual.ownership !== 'BucketOwnerEnforced') {
    refusals.push(
      unfit(
        `the bucket ${name} still has ACLs (object ownership is ${actual.ownership ?? 'ObjectWriter'}), and Bedrock writes only where they are disabled`,
        `disable them, when nobody needs them: aws s3api put-bucket-ownership-controls --bucket ${name} --ownership-controls 'Rules=[{ObjectOwnership=BucketOwnerEnforced}]'`,
      ),
    )
  }
  const call = bedrockWrites(scope)
  const ours = bedrockStatement(scope, `${SID}${scope.names.guard}`)
  if (!lets({ Statement: [...statementsOf(actual.policy), ours] }, call)) {
    refusals.push(
      unfit(
        `a Deny in the policy of the bucket ${name} keeps Bedrock from writing to ${call.resource}`,
        'take service principals out of that Deny (a condition on aws:PrincipalIsAWSService), or name another bucket with --log-bucket',
      ),
    )
  }
  if (actual.key === undefined && actual.encryption !== 'aws:kms') return refusals
  const use = {
    sid: 'BedrockWritesTheCopy',
    service: call.service,
    actions: ['kms:GenerateDataKey'],
    condition: ours.Condition ?? {},
    context: call.context,
  }
  const about = `the bucket ${name} is encrypted with it`
  return [...refusals, ...(await keyFitness(clients, scope, { key: actual.key ?? 'alias/aws/s3', uses: [use], about }))]
}
