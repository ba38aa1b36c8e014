import { Args, Flags } from '@oclif/core'
import { GuardCommand } from '../_base.ts'

export default class ConfigSet extends GuardCommand {
  static override summary = 'Change settings of the installed guard: init with these alone.'
  static override usage = 'config set KEY=VALUE… [--dry-run] [--yes]'
  static override description =
    'Shows what that changes in AWS, asks, and does exactly that. Lists are written with commas and replace the list; none takes a ' +
    'value away. docs/settings.md says what each takes.'
  static override examples = [
    { description: 'When the report is sent', command: '<%= config.bin %> config set reportTime=08:30' },
    {
      description: 'Several at once, to look at first',
      command: '<%= config.bin %> config set warnAt=50,80,95 language=ja --dry-run',
    },
  ]
  static override strict = false
  static override args = {
    setting: Args.string({ ignoreStdin: true, description: 'KEY=VALUE, any number.', required: true }),
  }
  static override flags = {
    details: Flags.boolean({ summary: 'Every resource on a line of its own.' }),
    'dry-run': Flags.boolean({ char: 'n', summary: 'Print the plan and change nothing.' }),
    yes: Flags.boolean({ char: 'y', summary: 'Do not ask.' }),
  }

  async run(): Promise<unknown> {
    const { flags, argv } = await this.parse(ConfigSet)
    const { setSettings } = await import('../_config/set.ts')
    const done = await setSettings(argv as string[], flags, {
      open: () => this.open(flags),
      json: this.jsonEnabled(),
      say: (text) => this.say(text),
      interruptible: () => this.interruptible(),
    })
    process.exitCode = done.exit
    return done.document
  }
}
