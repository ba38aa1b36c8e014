import { Args, Flags } from '@oclif/core'
import { GuardCommand } from '../_base.ts'

export default class LimitsImport extends GuardCommand {
  static override summary = 'Set the limits that a file holds: CSV, JSON, or a cost-guard.yaml; others stay.'
  static override description =
    'Columns of CSV: target, amount, per, action, warnAt (50 80 95), until, includeRoles; target and amount are enough. Everything ' +
    'wrong with the file is said at once, with its line, and then nothing is set; what has ended by its until is left out.'
  static override examples = [
    { description: 'See it first', command: '<%= config.bin %> limits import limits.csv --dry-run' },
    { description: 'In a script', command: '<%= config.bin %> limits import limits.csv --yes' },
  ]
  static override args = {
    file: Args.string({ ignoreStdin: true, description: 'A file of limits.', required: true }),
  }
  static override flags = {
    'dry-run': Flags.boolean({ char: 'n', summary: 'Show what would change, and whom it would block.' }),
    force: Flags.boolean({ summary: 'Take names that neither IAM nor the ledger knows.' }),
    yes: Flags.boolean({ char: 'y', summary: 'Do not ask, also when somebody is blocked at once.' }),
  }

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(LimitsImport)
    const [{ readLimitsFile }, { changeLimits }] = await Promise.all([
      import('../_limits-file.ts'),
      import('../_limits.ts'),
    ])
    const wanted = await readLimitsFile(args.file)
    const how = { per: 'month', 'include-roles': undefined, json: this.jsonEnabled(), ended: 'leave-out' as const }
    const done = await changeLimits(await this.open(flags), wanted, {
      ...flags,
      ...how,
      note: (text) => this.note(text),
    })
    if (done.failed) process.exitCode = 1
    this.tell(done.text)
    return done.json
  }
}
