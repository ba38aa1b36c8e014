import { Args } from '@oclif/core'
import { GuardCommand } from '../_base.ts'

export default class PeopleList extends GuardCommand {
  static override summary = 'Show people, their members, what each has spent, and who is nobody’s.'
  static override usage = 'people list [NAME…]'
  static override description =
    'The amounts are of this month in the guard’s zone, by the members of today: estimates at list price, before tax, credits and private discounts.'
  static override examples = [
    { description: 'All of them', command: '<%= config.bin %> people list' },
    { description: 'Every member of one', command: '<%= config.bin %> people list tanaka' },
    { description: 'For a program', command: '<%= config.bin %> people list --json' },
  ]
  static override strict = false
  static override args = {
    name: Args.string({ ignoreStdin: true, description: 'Only these; any number.', required: false }),
  }

  async run(): Promise<unknown> {
    const { flags, argv } = await this.parse(PeopleList)
    const door = await this.open(flags)
    const { listPots } = await import('../_people/list.ts')
    const done = await listPots(door, 'person', { names: argv as string[], screen: this.screen })
    this.tell(done.text)
    return done.json
  }
}
