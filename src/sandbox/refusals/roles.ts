/** Whether a service may use a role: its trust policy, its permissions, and whether both have propagated. */
import { GetRoleCommand } from '@aws-sdk/client-iam'
import { sessionCaller } from '../iam/callers.ts'
import { type Context, type Document, evaluate, serviceMay } from '../iam/evaluate.ts'
import type { World } from '../world.ts'
import { orAbsent } from './refuse.ts'

export async function canAssume(world: World, roleArn: string, service: string, context: Context): Promise<boolean> {
  const RoleName = roleArn.split('/').pop() ?? ''
  if (!/^arn:aws[\w-]*:iam::\d{12}:role\/./.test(roleArn)) return false
  const found = await orAbsent(world.clients().iam.send(new GetRoleCommand({ RoleName })))
  if (!found || found.Role?.Arn !== roleArn) return false
  if (world.propagation.due(`role/${RoleName}`, service)) return false
  const trust = JSON.parse(decodeURIComponent(found.Role?.AssumeRolePolicyDocument ?? '{}')) as Document
  return serviceMay(trust, service, 'sts:AssumeRole', context)
}

export async function roleMay(world: World, roleArn: string, action: string, resource: string): Promise<boolean> {
  const identity = await orAbsent(world.identities.of(sessionCaller('', '', roleArn)))
  if (!identity) return false
  return evaluate(identity.policies, { action, resources: [resource], context: {} }).effect === 'allow'
}
