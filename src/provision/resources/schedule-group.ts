/** The guard's own group of schedules: schedules cannot carry tags, their group can. */
import {
  CreateScheduleGroupCommand,
  DeleteScheduleGroupCommand,
  GetScheduleGroupCommand,
  ListTagsForResourceCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-scheduler'
import { unlessAbsent } from '../absent.ts'
import type { AwsClients } from '../clients.ts'
import type { Resource, ResourceId } from '../engine/resource.ts'
import type { RightsScope } from '../permissions.ts'
import { flattenTags, tagChanges, tagList } from '../tags.ts'

export interface ScheduleGroupDesired {
  readonly name: string
}
export interface ScheduleGroupActual {
  readonly arn: string
}

export const scheduleGroupId = (name: string, region: string): ResourceId => `schedule-group/${name}@${region}`

export function scheduleGroupResource(
  clients: AwsClients,
  scope: RightsScope,
): Resource<ScheduleGroupDesired, ScheduleGroupActual> {
  const name = scope.names.scheduleGroup
  return {
    id: scheduleGroupId(name, scope.region),
    kind: 'schedule group',
    name,
    why: 'holds the schedules of this guard and carries its tags',
    ownership: { by: 'tag' },
    onTeardown: 'remove',
    needs: [],

    desired: () => ({ name }),

    async read() {
      const scheduler = await clients.scheduler()
      const group = await unlessAbsent(scheduler.send(new GetScheduleGroupCommand({ Name: name })))
      if (group === undefined) return { state: 'absent' }
      // Deleting a group deletes its schedules in the background and takes a while.
      if (group.State === 'DELETING') return { state: 'settling', for: `schedule group ${name} to be deleted` }
      const ResourceArn = group.Arn ?? ''
      const tags = await unlessAbsent(scheduler.send(new ListTagsForResourceCommand({ ResourceArn })))
      if (tags === undefined) return { state: 'absent' }
      return { state: 'present', actual: { arn: ResourceArn }, tags: flattenTags(tags.Tags) }
    },

    diff: () => [],

    async create(desired, doing) {
      const scheduler = await clients.scheduler()
      await scheduler.send(new CreateScheduleGroupCommand({ Name: desired.name, Tags: tagList(doing.tags) }))
    },

    async update(_desired, actual, differences, doing) {
      const changes = tagChanges(differences, doing.tags)
      if (changes === undefined) return
      const scheduler = await clients.scheduler()
      const ResourceArn = actual.arn
      await scheduler.send(new TagResourceCommand({ ResourceArn, Tags: tagList(changes.set) }))
      if (changes.remove.length > 0) {
        await scheduler.send(new UntagResourceCommand({ ResourceArn, TagKeys: [...changes.remove] }))
      }
    },

    async remove() {
      const scheduler = await clients.scheduler()
      await unlessAbsent(scheduler.send(new DeleteScheduleGroupCommand({ Name: name })))
    },
  }
}
