import { Flags } from '@oclif/core'
import { settingsTable } from '../provision/settings-table.ts'
import { GuardCommand } from './_base.ts'
import { settingFlags } from './_setting-flags.ts'

export default class ImportOriginal extends GuardCommand {
  static override summary = 'Take over from the original CloudFormation guard: limits, month, blocks.'
  static override description =
    'Looks for the original in this account and region by its function, shows what it found and what becomes of it, asks once, then ' +
    'installs the guard (or brings it into the one that is installed), counts the month, and exchanges the denies person by person: ' +
    'the guard’s own is on before the original’s comes off. Its schedules are disabled, its filter is removed; its stack is not ' +
    'deleted. Run again, it goes on where it was. Rights: iam-policy --for import-original.'
  static override examples = [
    { description: 'See everything first', command: '<%= config.bin %> import-original --dry-run' },
    { description: 'Take over', command: '<%= config.bin %> import-original --email boss@example.com' },
    {
      description: 'Say what IAM does not: "ops" is the role, "old" is nobody any more',
      command: '<%= config.bin %> import-original --as ops=role/ops --as old=none --yes',
    },
  ]
  static override flags = {
    ...settingFlags(settingsTable),
    function: Flags.string({ summary: 'Its function, where it is not found or there are several.', helpValue: 'NAME' }),
    as: Flags.string({
      summary: 'What a bare name of the original means; may be given several times.',
      multiple: true,
      helpValue: 'NAME=user/NAME',
    }),
    'keep-filter': Flags.boolean({
      summary: 'Leave its subscription filter, so that it goes on counting.',
      default: false,
    }),
    'default-limit': Flags.string({
      summary: 'Dollars a month for each user and session without a limit of its own; the original had none.',
      helpValue: 'USD',
    }),
    details: Flags.boolean({ summary: 'Every resource on a line of its own.' }),
    'dry-run': Flags.boolean({ char: 'n', summary: 'Show all of it and change nothing.' }),
    yes: Flags.boolean({ char: 'y', summary: 'Do not ask.' }),
  }

  async run(): Promise<unknown> {
    const { flags } = await this.parse(ImportOriginal)
    const { checkImport, importOriginal } = await import('./_import-original.ts')
    checkImport(flags)
    const door = await this.open(flags)
    const done = await importOriginal(door, flags, {
      json: this.jsonEnabled(),
      say: (text) => this.say(text),
      interruptible: () => this.interruptible(),
    })
    process.exitCode = done.exit
    return done.document
  }
}
