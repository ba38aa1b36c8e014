import { Flags } from '@oclif/core'
import { GuardCommand } from './_base.ts'

export default class PlanCommand extends GuardCommand {
  static override summary = 'Show what init would change now: what drifted, and how.'
  static override description =
    'Changes nothing. Where no guard is installed yet it shows what init would make with its defaults.'
  static override examples = [
    { description: 'What differs', command: '<%= config.bin %> plan' },
    { description: 'What a file would change', command: '<%= config.bin %> plan --config cost-guard.yaml' },
    {
      description: 'In a scheduled job: exit code 3 when something differs',
      command: '<%= config.bin %> plan --exit-code',
    },
  ]
  static override flags = {
    config: Flags.file({
      summary: 'What init --config FILE would change, instead of what drifted.',
      helpValue: 'FILE',
    }),
    details: Flags.boolean({ summary: 'Every resource on a line of its own.' }),
    'exit-code': Flags.boolean({ summary: 'Exit with 3 when something differs.' }),
  }

  async run(): Promise<unknown> {
    const { flags, metadata } = await this.parse(PlanCommand)
    const [{ readWishes }, { planNow }] = await Promise.all([import('./_wishes.ts'), import('./_plan.ts')])
    const { wishes, where } = await readWishes(flags, metadata.flags['guard']?.setFromDefault !== true)
    const done = await planNow(await this.open(where), wishes, flags)
    if (done.refused) process.exitCode = 1
    else if (done.differs && flags['exit-code']) process.exitCode = 3
    this.say(done.text)
    return done.json
  }
}
