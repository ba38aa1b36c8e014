/** IAM's own actions: the ARN of the user, role, group or policy, path included, and iam:PolicyARN. */
import { GetGroupCommand, GetRoleCommand } from '@aws-sdk/client-iam'
import type { Passing, World } from '../world.ts'
import type { Need } from './actions.ts'

async function orFlat(arn: Promise<string | undefined>, flat: string): Promise<string> {
  try {
    return (await arn) ?? flat
  } catch (error) {
    // Not there (yet): its ARN is the flat one, and the emulator says NoSuchEntity after the permission is judged.
    if (error instanceof Error && error.name === 'NoSuchEntityException') return flat
    throw error
  }
}

export async function iamNeeds(world: World, call: Passing): Promise<readonly Need[]> {
  const { operation, input } = call
  const { iam } = world.clients()
  const text = (key: string) => (typeof input[key] === 'string' ? (input[key] as string) : undefined)
  const arn = (rest: string) => `arn:${world.partition}:iam::${world.account}:${rest}`
  const path = text('Path') ?? '/'
  const context = {
    ...(text('PolicyArn') ? { 'iam:PolicyARN': text('PolicyArn') ?? '' } : {}),
    ...(text('PermissionsBoundary') ? { 'iam:PermissionsBoundary': text('PermissionsBoundary') ?? '' } : {}),
  }
  const need = (resource: string): readonly Need[] => [{ action: `iam:${operation}`, resources: [resource], context }]
  const group = text('GroupName')
  const role = text('RoleName')
  const user = text('UserName')
  const policy = text('PolicyArn')
  const simulated = text('PolicySourceArn')
  if (simulated) return need(simulated)
  if (group) {
    if (operation === 'CreateGroup') return need(arn(`group${path}${group}`))
    const found = iam.send(new GetGroupCommand({ GroupName: group })).then((one) => one.Group?.Arn)
    return need(await orFlat(found, arn(`group/${group}`)))
  }
  if (role) {
    if (operation === 'CreateRole') return need(arn(`role${path}${role}`))
    const found = iam.send(new GetRoleCommand({ RoleName: role })).then((one) => one.Role?.Arn)
    return need(await orFlat(found, arn(`role/${role}`)))
  }
  if (user) {
    if (operation === 'CreateUser') return need(arn(`user${path}${user}`))
    const found = world.userOf(user).then((one) => one.arn)
    return need(await orFlat(found, arn(`user/${user}`)))
  }
  if (policy) return need(policy)
  if (operation === 'CreatePolicy') return need(arn(`policy${path}${text('PolicyName')}`))
  return need('*')
}
