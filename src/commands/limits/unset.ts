import { Args, Flags } from '@oclif/core'
import { GuardCommand } from '../_base.ts'

export default class LimitsUnset extends GuardCommand {
  static override summary = 'Take limits away; whoever only they blocked is released at once.'
  static override usage = 'limits unset KEY… [--per month] [--yes]'
  static override examples = [
    { description: 'One limit', command: '<%= config.bin %> limits unset tanaka' },
    { description: 'The limit of each user', command: '<%= config.bin %> limits unset everyone' },
  ]
  static override strict = false
  static override args = {
    key: Args.string({ ignoreStdin: true, description: 'As in limits list, or a bare name.', required: true }),
  }
  static override flags = {
    per: Flags.string({ summary: 'Period of the limit.', options: ['month', 'week', 'day'], default: 'month' }),
    yes: Flags.boolean({ char: 'y', summary: 'Do not ask, also when another limit then blocks somebody at once.' }),
  }

  async run(): Promise<unknown> {
    const { flags, argv } = await this.parse(LimitsUnset)
    const { changeLimits, readTargets } = await import('../_limits.ts')
    const wanted = readTargets(argv as string[])
    const door = await this.open(flags)
    // Whoever has left the company keeps a limit until it is taken away: names need not exist.
    const how = {
      ...flags,
      force: true,
      'include-roles': false,
      json: this.jsonEnabled(),
      note: (text: string) => this.note(text),
    }
    const done = await changeLimits(door, wanted, how)
    if (done.failed) process.exitCode = 1
    this.tell(done.text)
    return done.json
  }
}
