/** A permissions boundary that is not there lets no role be made: seen before anything is, not half-way. */
import { GetPolicyCommand } from '@aws-sdk/client-iam'
import { isAccessDenied } from '../runtime/aws/aws-errors.ts'
import { unlessAbsent } from './absent.ts'
import type { AwsClients } from './clients.ts'
import type { Plan, Step } from './engine/plan.ts'
import type { RightsScope } from './permissions.ts'

/** The plan, with a refusal where the boundary that its roles are to have does not exist. */
export function boundaryCheck(clients: AwsClients, scope: RightsScope): (plan: Plan) => Promise<Plan> {
  const arn = scope.settings.permissionsBoundary
  return async (plan) => {
    const wanted = plan.steps.some((step) => step.id.startsWith('role/') && isBounded(step))
    if (arn === undefined || plan.purpose !== 'install' || !wanted) return plan
    const [, partition, , , account] = arn.split(':')
    if (partition !== scope.partition || (account !== scope.account && account !== 'aws')) {
      return refused(plan, scope, arn, `it is not a policy of account ${scope.account} in ${scope.partition}`)
    }
    try {
      const found = await unlessAbsent((await clients.iam()).send(new GetPolicyCommand({ PolicyArn: arn })))
      return found === undefined ? refused(plan, scope, arn, 'there is no such policy') : plan
    } catch (error) {
      if (!isAccessDenied(error)) throw error
      const note = `whether the permissions boundary ${arn} exists could not be checked beforehand: you may not read it`
      return { ...plan, notes: [...(plan.notes ?? []), note] }
    }
  }
}

const isBounded = (step: Step): boolean =>
  step.do === 'create' ||
  (step.do === 'update' && step.differences.some(({ field }) => field === 'permissionsBoundary'))

function refused(plan: Plan, { names, region }: RightsScope, arn: string, why: string): Plan {
  const step: Step = {
    id: `boundary/${names.guard}@${region}`,
    kind: 'permissions boundary',
    name: arn,
    do: 'refuse',
    reason: 'unfit',
    why: `the permissions boundary ${arn} cannot bound the roles of the guard: ${why}`,
    suggestion: 'give --permissions-boundary the ARN of a policy of this account, or none',
    differences: [],
  }
  return { ...plan, steps: [step, ...plan.steps] }
}
