/** A guard on the sandbox, seen by somebody with the rights that a policy document gives. */
import { AttachUserPolicyCommand, CreatePolicyCommand, IAMClient } from '@aws-sdk/client-iam'
import { awsClients } from '../../src/provision/clients.ts'
import type { Reconciler } from '../../src/provision/engine/plan.ts'
import { manifestStore } from '../../src/provision/manifest-store.ts'
import { namesFor } from '../../src/provision/names.ts'
import { openGuard } from '../../src/provision/open-guard.ts'
import { findRuntimeAssets } from '../../src/provision/runtime-assets.ts'
import { type GivenSettings, mergeSettings } from '../../src/provision/settings.ts'
import { isAccessDenied } from '../../src/runtime/aws/aws-errors.ts'
import { instant } from '../../src/runtime/domain/base/calendar.ts'
import type { Keys, Sandbox } from '../../src/sandbox/index.ts'
import { sleeper } from './world.ts'

export const guard = 'cg-test'

export const whereOf = (sandbox: Sandbox) => ({
  account: sandbox.account,
  region: sandbox.region,
  partition: 'aws',
})
export const namesOf = (sandbox: Sandbox) => namesFor(guard, whereOf(sandbox))

export interface Person {
  readonly keys: Keys
  readonly arn: string
}

/** A user with this policy and no other right. */
export async function personWith(sandbox: Sandbox, name: string, document: object): Promise<Person> {
  const keys = await sandbox.createUser(name, { allow: 'sts:GetCallerIdentity' })
  const iam = new IAMClient({ region: sandbox.region })
  for (const [index, part] of inParts(document).entries()) {
    const PolicyName = `rights-of-${name}-${index}`
    const { Policy } = await iam.send(new CreatePolicyCommand({ PolicyName, PolicyDocument: JSON.stringify(part) }))
    await iam.send(new AttachUserPolicyCommand({ UserName: name, PolicyArn: Policy?.Arn }))
  }
  return { keys, arn: `arn:aws:iam::${sandbox.account}:user/${name}` }
}

/** Each short enough for a managed policy, as an admin would cut it. */
function inParts(document: object): readonly object[] {
  const { Statement = [], ...rest } = document as { Statement?: readonly object[] }
  const parts: object[][] = [[]]
  for (const statement of Statement) {
    const last = parts.at(-1) ?? []
    if (last.length > 0 && JSON.stringify([...last, statement]).length > 6_000) parts.push([statement])
    else last.push(statement)
  }
  return parts.map((part) => ({ ...rest, Statement: part }))
}

/** As init and teardown open it. */
export async function openedBy(
  sandbox: Sandbox,
  { keys, arn }: Person,
  given: GivenSettings = { emails: ['boss@example.com'], timeZone: 'Asia/Tokyo' },
): Promise<Reconciler> {
  const clients = awsClients({ region: sandbox.region, credentials: keys })
  const clock = { now: () => instant(sandbox.now()) }
  const manifest = manifestStore({ clients, table: namesOf(sandbox).table, clock })
  const installed = await manifest.read().catch((error: unknown) => {
    if (isAccessDenied(error)) return undefined
    throw error
  })
  const settings = mergeSettings(installed?.settings, given, { guard, now: clock.now() })
  return openGuard({
    ...whereOf(sandbox),
    ...{ clients, clock, sleeper, manifest, installed, settings, caller: arn, assets: findRuntimeAssets() },
    version: '1.0.0',
  })
}
