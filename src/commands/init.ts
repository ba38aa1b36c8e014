import { Flags } from '@oclif/core'
import { settingsTable } from '../provision/settings-table.ts'
import { GuardCommand } from './_base.ts'
import { settingFlags } from './_setting-flags.ts'

export default class Init extends GuardCommand {
  static override summary = 'Install the guard, or bring it to what is wanted.'
  static override description =
    'Running it again changes nothing. Asks for what is missing (on a terminal), shows what it will do to the account, what of yours changes, what the guard will be ' +
    'able to do, what it costs and how to undo it; then asks, and does exactly that. Interrupted, it goes on when it is run again. ' +
    'What is not given keeps its installed value; options that are lists replace the list.'
  static override examples = [
    { description: 'On a terminal: asks what it needs to know', command: '<%= config.bin %> init' },
    { description: 'See it first', command: '<%= config.bin %> init --dry-run --details' },
    {
      description: 'In a script',
      command:
        '<%= config.bin %> init --email boss@example.com --time-zone Asia/Tokyo --default-limit 20 --limit tanaka=50 --yes',
    },
    { description: 'From a file', command: '<%= config.bin %> init --config cost-guard.yaml' },
    { description: 'Change one setting later', command: '<%= config.bin %> init --warn-at 50,80,95' },
  ]
  static override flags = {
    ...settingFlags(settingsTable),
    limit: Flags.string({
      summary: 'A limit, as limits set takes it; any number.',
      multiple: true,
      helpValue: 'KEY=AMOUNT',
    }),
    'default-limit': Flags.string({
      summary: 'Dollars a month for each user and session without a limit of its own.',
      helpValue: 'USD',
    }),
    exclude: Flags.string({
      summary: 'Principal that is counted and never blocked; may be given several times.',
      multiple: true,
      helpValue: 'KEY',
    }),
    config: Flags.file({
      summary: 'A cost-guard.yaml with settings, limits, exclusions and prices; flags win over it.',
      helpValue: 'FILE',
    }),
    'count-this-month': Flags.boolean({
      summary:
        'Count what the log group already holds of this month, and list whom that would block before anybody is.',
      allowNo: true,
    }),
    details: Flags.boolean({ summary: 'Every resource on a line of its own.' }),
    'dry-run': Flags.boolean({ char: 'n', summary: 'Print the plan and change nothing.' }),
    yes: Flags.boolean({ char: 'y', summary: 'Do not ask.' }),
  }

  async run(): Promise<unknown> {
    const { flags, metadata } = await this.parse(Init)
    const [{ readWishes }, { install }] = await Promise.all([import('./_wishes.ts'), import('./_init.ts')])
    const { wishes, where } = await readWishes(flags, metadata.flags['guard']?.setFromDefault !== true)
    const door = await this.open(where)
    const done = await install(door, wishes, flags, {
      json: this.jsonEnabled(),
      say: (text) => this.say(text),
      interruptible: () => this.interruptible(),
    })
    process.exitCode = done.exit
    return done.document
  }
}
