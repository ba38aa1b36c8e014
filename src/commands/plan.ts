import { Flags } from '@oclif/core'
import { GuardCommand } from './_base.ts'

export default class PlanCommand extends GuardCommand {
  static override summary = 'Show what init would change now: what drifted from what the guard wants, and how.'
  static override description =
    'Changes nothing. Where no guard is installed yet it shows what init would make with its defaults.'
  static override examples = [
    { description: 'What differs', command: '<%= config.bin %> plan' },
    {
      description: 'In a scheduled job: exit code 3 when something differs',
      command: '<%= config.bin %> plan --exit-code',
    },
  ]
  static override flags = {
    details: Flags.boolean({ summary: 'Every resource on a line of its own.' }),
    'exit-code': Flags.boolean({ summary: 'Exit with 3 when something differs.' }),
  }

  async run(): Promise<unknown> {
    const { flags } = await this.parse(PlanCommand)
    const door = await this.open(flags)
    const { planNow } = await import('./_plan.ts')
    const done = await planNow(door, flags)
    if (done.refused) process.exitCode = 1
    else if (done.differs && flags['exit-code']) process.exitCode = 3
    this.say(done.text)
    return done.json
  }
}
