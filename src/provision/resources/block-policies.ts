/**
 * The denies that enforce attaches. All are made in advance, with the admin's rights, because nothing that runs may
 * create or edit a policy: one per month's end for this month and the twelve after it, and one without an end.
 */
import {
  CreatePolicyCommand,
  CreatePolicyVersionCommand,
  DeletePolicyCommand,
  DeletePolicyVersionCommand,
  DetachGroupPolicyCommand,
  DetachRolePolicyCommand,
  DetachUserPolicyCommand,
  GetPolicyCommand,
  GetPolicyVersionCommand,
  type IAMClient,
  paginateListEntitiesForPolicy,
  paginateListPolicyVersions,
  TagPolicyCommand,
  UntagPolicyCommand,
} from '@aws-sdk/client-iam'
import {
  instant,
  type Month,
  monthOf,
  monthPeriod,
  nextMonth,
  previousMonth,
  toIso,
} from '../../runtime/domain/base/calendar.ts'
import { denyDocument } from '../../runtime/domain/judging/deny.ts'
import { allPages, deleteOnceBare, unlessAbsent } from '../absent.ts'
import type { AwsClients } from '../clients.ts'
import { documentField, readDocument } from '../differences.ts'
import type { Inputs, Observed, Resource, ResourceId } from '../engine/resource.ts'
import { homeRegion, isAtHome } from '../home.ts'
import type { RightsScope } from '../permissions.ts'
import { flattenTags, tagChanges, tagList } from '../tags.ts'

export interface BlockPolicyDesired {
  readonly name: string
  readonly description: string
  /** ISO-8601 UTC; undefined: denies without end. */
  readonly until: string | undefined
  readonly document: ReturnType<typeof denyDocument>
}

export interface BlockPolicyActual {
  readonly arn: string
  readonly document: unknown
  /** Users, roles and groups it hangs on now. */
  readonly attachments: number
  /** Region of the guard that made it. */
  readonly home: string | undefined
}

export const blockPolicyId = (name: string, region: string): ResourceId => `policy/${name}@${region}`

/** A block made today may end with the month after next year's same month at the latest. */
const MONTHS_AHEAD = 12
/** How far back left-over policies are looked for: a guard nobody has touched for longer lost its year's policies too. */
const MONTHS_BACK = 12

/** All block policies this guard may have, past ones included: those are wanted no more and go. */
export function blockPolicyResources(
  clients: AwsClients,
  scope: RightsScope & Pick<Inputs, 'now'>,
): readonly Resource<BlockPolicyDesired, BlockPolicyActual>[] {
  let month = monthOf(instant(scope.now), scope.settings.zoning)
  for (let back = 0; back < MONTHS_BACK; back++) month = previousMonth(month)
  const dated: Resource<BlockPolicyDesired, BlockPolicyActual>[] = []
  for (let count = 0; count <= MONTHS_BACK + MONTHS_AHEAD; count++) {
    dated.push(blockPolicyResource(clients, scope, month))
    month = nextMonth(month)
  }
  return [undatedPolicyResource(clients, scope), ...dated]
}

export const undatedPolicyResource = (clients: AwsClients, scope: RightsScope) =>
  policyResource(clients, scope, {
    name: scope.names.undatedPolicy,
    why: 'the deny of a block without an end',
    attachmentsOfOurOwn: 1,
    desired: () => ({ until: undefined }),
  })

/** The deny that ends with `month` by itself, even if nothing of the guard runs any more. */
export const blockPolicyResource = (clients: AwsClients, scope: RightsScope, month: Month) =>
  policyResource(clients, scope, {
    name: scope.names.datedPolicy(`${nextMonth(month)}-01`),
    why: `the deny of a block until the end of ${month}`,
    attachmentsOfOurOwn: 0,
    desired: ({ settings, now }) => {
      const { end } = monthPeriod(month, settings.zoning)
      return end <= now ? undefined : { until: toIso(end) }
    },
  })

interface PolicyKind {
  readonly name: string
  readonly why: string
  /** The guard's own group carries the undated policy. */
  readonly attachmentsOfOurOwn: 0 | 1
  desired(inputs: Inputs): { readonly until: string | undefined } | undefined
}

function policyResource(
  clients: AwsClients,
  scope: RightsScope,
  kind: PolicyKind,
): Resource<BlockPolicyDesired, BlockPolicyActual> {
  const { name } = kind
  const PolicyArn = scope.names.arn.policy(name)
  return {
    id: blockPolicyId(name, scope.region),
    kind: 'IAM policy',
    name,
    why: kind.why,
    ownership: { by: 'tag' },
    onTeardown: 'remove',
    needs: [],

    desired(inputs) {
      const wish = kind.desired(inputs)
      if (wish === undefined) return undefined
      return {
        name,
        description: `${kind.why} (cost-guard ${inputs.names.guard})`,
        until: wish.until,
        document: denyDocument(wish.until),
      }
    },

    read: async () => readPolicy(await clients.iam(), PolicyArn),

    diff: (desired, actual) => documentField('deny', { is: actual.document, want: wantedDocument(desired, actual) }),

    // Of a guard of this name in another region: the roles' refusal says so.
    isOurs: ({ home }) => isAtHome(home, scope.region),

    note(actual) {
      const blocked = actual.attachments - kind.attachmentsOfOurOwn
      return blocked > 0 ? `blocks ${blocked} ${blocked === 1 ? 'principal' : 'principals'} now` : undefined
    },

    async create(desired, doing) {
      const iam = await clients.iam()
      await iam.send(
        new CreatePolicyCommand({
          PolicyName: desired.name,
          Description: desired.description,
          PolicyDocument: JSON.stringify(desired.document),
          Tags: tagList(doing.tags),
        }),
      )
    },

    async update(desired, actual, differences, doing) {
      const iam = await clients.iam()
      if (differences.some((each) => each.field.startsWith('deny/'))) {
        // Five versions at most: the old ones make room, and only the one in force is left.
        await removeOldVersions(iam, PolicyArn)
        const PolicyDocument = JSON.stringify(wantedDocument(desired, actual))
        await iam.send(new CreatePolicyVersionCommand({ PolicyArn, PolicyDocument, SetAsDefault: true }))
        await removeOldVersions(iam, PolicyArn)
      }
      const changes = tagChanges(differences, doing.tags)
      if (changes === undefined) return
      await iam.send(new TagPolicyCommand({ PolicyArn, Tags: tagList(changes.set) }))
      if (changes.remove.length > 0) {
        await iam.send(new UntagPolicyCommand({ PolicyArn, TagKeys: [...changes.remove] }))
      }
    },

    async remove() {
      const iam = await clients.iam()
      await detachFromAll(iam, PolicyArn)
      await removeOldVersions(iam, PolicyArn)
      await deleteOnceBare(iam.send(new DeletePolicyCommand({ PolicyArn })), `policy ${name}`)
    },
  }
}

/** Zones lie at most this far apart: a month's end moves by less when the guard changes its zone. */
const LARGEST_SHIFT_MS = 27 * 60 * 60 * 1000

/**
 * A policy that hangs on somebody keeps its date: whoever was told a day stays blocked until that day. Any other date
 * than one that a former time zone explains is somebody's meddling and is put right.
 */
function wantedDocument(desired: BlockPolicyDesired, actual: BlockPolicyActual): BlockPolicyDesired['document'] {
  if (actual.attachments === 0 || desired.until === undefined) return desired.document
  const found = dateIn(actual.document)
  if (found === undefined) return desired.document
  const shift = Math.abs(Date.parse(found) - Date.parse(desired.until))
  return shift <= LARGEST_SHIFT_MS ? denyDocument(found) : desired.document
}

const dateIn = (document: unknown): string | undefined =>
  /"aws:CurrentTime":"(\d{4}-\d\d-\d\dT[\d:.]+Z)"/.exec(JSON.stringify(document) ?? '')?.[1]

async function readPolicy(iam: IAMClient, PolicyArn: string): Promise<Observed<BlockPolicyActual>> {
  const policy = (await unlessAbsent(iam.send(new GetPolicyCommand({ PolicyArn }))))?.Policy
  if (policy === undefined) return { state: 'absent' }
  const VersionId = policy.DefaultVersionId
  const version = await unlessAbsent(iam.send(new GetPolicyVersionCommand({ PolicyArn, VersionId })))
  if (version === undefined) return { state: 'settling', for: `policy ${policy.PolicyName} to show its version` }
  const tags = flattenTags(policy.Tags)
  const actual: BlockPolicyActual = {
    arn: PolicyArn,
    document: readDocument(version.PolicyVersion?.Document),
    attachments: policy.AttachmentCount ?? 0,
    home: homeRegion(tags),
  }
  return { state: 'present', actual, tags }
}

async function removeOldVersions(iam: IAMClient, PolicyArn: string): Promise<void> {
  const versions = await unlessAbsent(
    allPages(paginateListPolicyVersions({ client: iam }, { PolicyArn }), (page) => page.Versions),
  )
  for (const { VersionId, IsDefaultVersion } of versions ?? []) {
    if (IsDefaultVersion) continue
    await unlessAbsent(iam.send(new DeletePolicyVersionCommand({ PolicyArn, VersionId })))
  }
}

async function detachFromAll(iam: IAMClient, PolicyArn: string): Promise<void> {
  const pages = await unlessAbsent(
    allPages(paginateListEntitiesForPolicy({ client: iam }, { PolicyArn }), (page) => [page]),
  )
  for (const page of pages ?? []) {
    for (const { UserName } of page.PolicyUsers ?? []) {
      await unlessAbsent(iam.send(new DetachUserPolicyCommand({ UserName, PolicyArn })))
    }
    for (const { RoleName } of page.PolicyRoles ?? []) {
      await unlessAbsent(iam.send(new DetachRolePolicyCommand({ RoleName, PolicyArn })))
    }
    for (const { GroupName } of page.PolicyGroups ?? []) {
      await unlessAbsent(iam.send(new DetachGroupPolicyCommand({ GroupName, PolicyArn })))
    }
  }
}
