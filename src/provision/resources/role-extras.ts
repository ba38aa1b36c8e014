/** What hangs on a role of the guard besides its one inline policy: rights that nobody planned, whoever put them there. */
import {
  DeleteRolePolicyCommand,
  DetachRolePolicyCommand,
  type IAMClient,
  paginateListAttachedRolePolicies,
  paginateListRolePolicies,
} from '@aws-sdk/client-iam'
import { allPages, unlessAbsent } from '../absent.ts'

export interface Hung {
  /** Names of inline policies, the guard's own included. */
  readonly inline: readonly string[]
  /** ARNs of managed policies; the guard attaches none to its roles. */
  readonly attached: readonly string[]
}

export async function hungOn(client: IAMClient, RoleName: string): Promise<Hung> {
  const [inline, attached] = await Promise.all([
    unlessAbsent(allPages(paginateListRolePolicies({ client }, { RoleName }), (page) => page.PolicyNames)),
    unlessAbsent(allPages(paginateListAttachedRolePolicies({ client }, { RoleName }), (page) => page.AttachedPolicies)),
  ])
  return { inline: inline ?? [], attached: (attached ?? []).map(({ PolicyArn = '' }) => PolicyArn) }
}

/** Without the inline policy of this name, which is the guard's. */
export const besides = (own: string, { inline, attached }: Hung): Hung => ({
  inline: inline.filter((name) => name !== own),
  attached,
})

/** `inline policy theirs, arn:aws:iam::aws:policy/ReadOnlyAccess`; undefined: nothing. */
export const inWords = ({ inline, attached }: Hung): string | undefined =>
  [...inline.map((name) => `inline policy ${name}`), ...attached].join(', ') || undefined

export async function takeOff(client: IAMClient, RoleName: string, { inline, attached }: Hung): Promise<void> {
  for (const PolicyArn of attached)
    await unlessAbsent(client.send(new DetachRolePolicyCommand({ RoleName, PolicyArn })))
  for (const PolicyName of inline)
    await unlessAbsent(client.send(new DeleteRolePolicyCommand({ RoleName, PolicyName })))
}
