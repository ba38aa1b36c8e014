import { Args, Flags } from '@oclif/core'
import { GuardCommand } from '../_base.ts'

export default class ExcludeRemove extends GuardCommand {
  static override summary = 'End exclusions; whom a limit then blocks is listed first, and asked about.'
  static override usage = 'exclude remove PRINCIPAL… [--reason TEXT] [--yes]'
  static override examples = [
    { description: 'One user', command: '<%= config.bin %> exclude remove tanaka' },
    { description: 'A pattern, as exclude list shows it', command: "<%= config.bin %> exclude remove 'role/batch-*'" },
  ]
  static override strict = false
  static override args = {
    principal: Args.string({
      ignoreStdin: true,
      description: 'As in exclude list, or a bare name; any number.',
      required: true,
    }),
  }
  static override flags = {
    reason: Flags.string({ summary: 'Why; kept in the history.' }),
    yes: Flags.boolean({ char: 'y', summary: 'Do not ask, also when somebody is blocked at once.' }),
  }

  async run(): Promise<unknown> {
    const { flags, argv } = await this.parse(ExcludeRemove)
    const door = await this.open(flags)
    const { removeExclusions } = await import('../_exclude.ts')
    const done = await removeExclusions(door, argv as string[], { ...flags, json: this.jsonEnabled() })
    this.tell(done.text)
    return done.json
  }
}
