/** One IAM role of the guard: who may take it, its single inline policy, its boundary. */
import {
  CreateRoleCommand,
  DeleteRoleCommand,
  DeleteRolePermissionsBoundaryCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  type IAMClient,
  PutRolePermissionsBoundaryCommand,
  PutRolePolicyCommand,
  TagRoleCommand,
  UntagRoleCommand,
  UpdateAssumeRolePolicyCommand,
  UpdateRoleCommand,
} from '@aws-sdk/client-iam'
import { deleteOnceBare, unlessAbsent } from '../absent.ts'
import type { AwsClients } from '../clients.ts'
import { documentField, field, readDocument } from '../differences.ts'
import type { Difference, Doing, Resource, ResourceId } from '../engine/resource.ts'
import { homeRegion, installedElsewhere, isAtHome } from '../home.ts'
import type { PolicyDocument, RightsScope } from '../permissions.ts'
import { type RoleKey, rolePolicies } from '../role-policies.ts'
import { flattenTags, tagChanges, tagList } from '../tags.ts'
import { besides, type Hung, hungOn, inWords, takeOff } from './role-extras.ts'

/** The only inline policy the guard puts on its roles. */
const POLICY_NAME = 'cost-guard'
/** As the plan names what the role carries besides. */
const EXTRAS = 'rights from elsewhere'

export interface RoleDesired {
  readonly name: string
  readonly path: string
  readonly description: string
  readonly trust: PolicyDocument
  readonly policy: PolicyDocument
  readonly boundary: string | undefined
}

export interface RoleActual {
  readonly name: string
  readonly arn: string
  readonly path: string
  readonly description: string | undefined
  readonly trust: unknown
  readonly policy: unknown
  readonly boundary: string | undefined
  /** Rights that are not the guard's: what somebody else hung on it. */
  readonly extras: Hung
  /** Region of the guard that made it. */
  readonly home: string | undefined
}

export const roleId = (name: string, region: string): ResourceId => `role/${name}@${region}`

const purpose: Record<RoleKey, string> = {
  ingest: 'lets the ingest function write the journal, and nothing else',
  enforce: 'lets the enforce function attach and detach the block policies, and nothing else',
  report: 'lets the report function read the balances and send the mail',
  dashboard: 'lets the page read the ledger, and nothing else',
  scheduler: 'lets the schedules start the functions',
  bedrockLogging: 'lets Bedrock write its invocation log',
}

export function roleResource(clients: AwsClients, scope: RightsScope, key: RoleKey): Resource<RoleDesired, RoleActual> {
  const { name } = rolePolicies(scope)[key]
  return {
    id: roleId(name, scope.region),
    kind: 'IAM role',
    name,
    why: purpose[key],
    ownership: { by: 'tag' },
    onTeardown: 'remove',
    needs: [],

    desired(inputs) {
      const rights = rolePolicies(inputs)[key]
      return {
        name: rights.name,
        path: inputs.settings.rolePath,
        description: `${purpose[key]} (cost-guard ${inputs.names.guard})`,
        trust: rights.trust,
        policy: rights.policy,
        boundary: inputs.settings.permissionsBoundary,
      }
    },

    async read() {
      const iam = await clients.iam()
      const role = (await unlessAbsent(iam.send(new GetRoleCommand({ RoleName: name }))))?.Role
      if (role === undefined) return { state: 'absent' }
      const tags = flattenTags(role.Tags)
      const actual: RoleActual = {
        name,
        arn: role.Arn ?? '',
        path: role.Path ?? '/',
        description: role.Description,
        trust: readDocument(role.AssumeRolePolicyDocument),
        policy: await readInlinePolicy(iam, name),
        boundary: role.PermissionsBoundary?.PermissionsBoundaryArn,
        extras: besides(POLICY_NAME, await hungOn(iam, name)),
        home: homeRegion(tags),
      }
      return { state: 'present', actual, tags }
    },

    isOurs: ({ home }) => isAtHome(home, scope.region),

    async refuse(_desired, observed) {
      if (observed.state !== 'present') return []
      const { home } = observed.actual
      return home === undefined || isAtHome(home, scope.region) ? [] : [installedElsewhere(home, scope)]
    },

    diff: (desired, actual) => [
      ...field('path', { is: actual.path, want: desired.path }, 'impossible'),
      ...field('description', { is: actual.description, want: desired.description }),
      ...documentField('trust', { is: actual.trust, want: desired.trust }),
      ...documentField('policy', { is: actual.policy, want: desired.policy }),
      ...field('permissionsBoundary', { is: actual.boundary, want: desired.boundary }),
      ...field(EXTRAS, { is: inWords(actual.extras), want: undefined }),
    ],

    async create(desired, doing) {
      const iam = await clients.iam()
      await iam.send(
        new CreateRoleCommand({
          RoleName: desired.name,
          Path: desired.path,
          Description: desired.description,
          AssumeRolePolicyDocument: JSON.stringify(desired.trust),
          PermissionsBoundary: desired.boundary,
          Tags: tagList(doing.tags),
        }),
      )
      await putInlinePolicy(iam, desired)
    },

    async update(desired, actual, differences, doing) {
      const iam = await clients.iam()
      // A right nobody planned goes before anything else of the role changes.
      if (differences.some((each) => each.field === EXTRAS)) await takeOff(iam, name, actual.extras)
      await updateRole(iam, desired, differences)
      await updateTags(iam, name, differences, doing)
    },

    async remove() {
      await removeRole(await clients.iam(), name)
    },
  }
}

async function readInlinePolicy(iam: IAMClient, name: string): Promise<unknown> {
  const answer = await unlessAbsent(iam.send(new GetRolePolicyCommand({ RoleName: name, PolicyName: POLICY_NAME })))
  return readDocument(answer?.PolicyDocument)
}

const putInlinePolicy = (iam: IAMClient, desired: RoleDesired) =>
  iam.send(
    new PutRolePolicyCommand({
      RoleName: desired.name,
      PolicyName: POLICY_NAME,
      PolicyDocument: JSON.stringify(desired.policy),
    }),
  )

async function updateRole(iam: IAMClient, desired: RoleDesired, differences: readonly Difference[]): Promise<void> {
  const differs = (start: string) => differences.some((each) => each.field.startsWith(start))
  const RoleName = desired.name
  // The boundary first: a policy that grows must never be in force without it.
  if (differs('permissionsBoundary')) {
    const PermissionsBoundary = desired.boundary
    if (PermissionsBoundary === undefined) await iam.send(new DeleteRolePermissionsBoundaryCommand({ RoleName }))
    else await iam.send(new PutRolePermissionsBoundaryCommand({ RoleName, PermissionsBoundary }))
  }
  if (differs('policy/')) await putInlinePolicy(iam, desired)
  if (differs('trust/')) {
    const PolicyDocument = JSON.stringify(desired.trust)
    await iam.send(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument }))
  }
  if (differs('description')) await iam.send(new UpdateRoleCommand({ RoleName, Description: desired.description }))
}

async function updateTags(iam: IAMClient, RoleName: string, differences: readonly Difference[], doing: Doing) {
  const changes = tagChanges(differences, doing.tags)
  if (changes === undefined) return
  await iam.send(new TagRoleCommand({ RoleName, Tags: tagList(changes.set) }))
  if (changes.remove.length > 0) await iam.send(new UntagRoleCommand({ RoleName, TagKeys: [...changes.remove] }))
}

/** A role goes only when it is bare: also of what somebody else hung on it. */
async function removeRole(iam: IAMClient, RoleName: string): Promise<void> {
  await takeOff(iam, RoleName, await hungOn(iam, RoleName))
  await deleteOnceBare(iam.send(new DeleteRoleCommand({ RoleName })), `role ${RoleName}`)
}
