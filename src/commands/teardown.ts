import { Flags } from '@oclif/core'
import { GuardCommand } from './_base.ts'

export default class Teardown extends GuardCommand {
  static override summary = 'Remove the guard: release everybody, and put back what was there before.'
  static override description =
    'Shows what goes and what stays, asks for the guard’s name, releases everybody first, then removes. The ledger and the invocation ' +
    'log stay unless --delete-data is given; the account’s logging configuration becomes what it was before.'
  static override examples = [
    { description: 'See it first', command: '<%= config.bin %> teardown --dry-run' },
    { description: 'In a script', command: '<%= config.bin %> teardown --confirm cost-guard' },
    { description: 'With everything that was ever counted', command: '<%= config.bin %> teardown --delete-data' },
  ]
  static override flags = {
    confirm: Flags.string({ summary: 'The guard’s name: answers the question.', helpValue: 'NAME' }),
    'delete-data': Flags.boolean({ summary: 'Remove the ledger and the invocation log too; cannot be undone.' }),
    'dry-run': Flags.boolean({ char: 'n', summary: 'Print the plan and change nothing.' }),
    details: Flags.boolean({ summary: 'Every resource on a line of its own.' }),
  }

  async run(): Promise<unknown> {
    const { flags } = await this.parse(Teardown)
    const { tearDown } = await import('./_teardown.ts')
    const door = await this.open(flags)
    const done = await tearDown(door, flags, {
      json: this.jsonEnabled(),
      say: (text) => this.say(text),
      interruptible: () => this.interruptible(),
    })
    process.exitCode = done.exit
    return done.document
  }
}
