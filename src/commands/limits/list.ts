import { GuardCommand } from '../_base.ts'

export default class LimitsList extends GuardCommand {
  static override summary = 'Show every limit that is set.'
  static override examples = [
    { description: 'As a table', command: '<%= config.bin %> limits list' },
    { description: 'For a program', command: '<%= config.bin %> limits list --json' },
  ]

  async run(): Promise<unknown> {
    const { flags } = await this.parse(LimitsList)
    const door = await this.open(flags)
    const [{ statusRoom }, { limitJson, limitsTable }] = await Promise.all([
      import('../_rooms.ts'),
      import('../_view/limits.ts'),
    ])
    const room = await statusRoom(door)
    const { limits } = await room.limits.wishes()
    const sorted = limits.toSorted((a, b) => a.id.localeCompare(b.id, 'en'))
    this.say(
      sorted.length === 0
        ? `No limit is set: everything is counted, nobody is blocked.\nTry this: ${door.command('limits set everyone=20')}`
        : limitsTable(sorted, room.settings.zoning, this.screen),
    )
    return { guard: door.guard, limits: sorted.map(limitJson) }
  }
}
