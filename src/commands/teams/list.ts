import { Args } from '@oclif/core'
import { GuardCommand } from '../_base.ts'

export default class TeamsList extends GuardCommand {
  static override summary = 'Show teams, their members, and what each has spent this month.'
  static override usage = 'teams list [NAME…]'
  static override description =
    'The amounts are of this month in the guard’s zone, by the members of today: estimates at list price, before tax, credits and private discounts. Who is in several teams counts in each.'
  static override examples = [
    { description: 'All of them', command: '<%= config.bin %> teams list' },
    { description: 'Every member of one', command: '<%= config.bin %> teams list growth' },
    { description: 'For a program', command: '<%= config.bin %> teams list --json' },
  ]
  static override strict = false
  static override args = {
    name: Args.string({ ignoreStdin: true, description: 'Only these; any number.', required: false }),
  }

  async run(): Promise<unknown> {
    const { flags, argv } = await this.parse(TeamsList)
    const door = await this.open(flags)
    const { listPots } = await import('../_people/list.ts')
    const done = await listPots(door, 'team', { names: argv as string[], screen: this.screen })
    this.tell(done.text)
    return done.json
  }
}
