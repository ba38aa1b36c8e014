import { Flags } from '@oclif/core'
import { GuardCommand } from './_base.ts'

export default class Rebuild extends GuardCommand {
  static override summary = 'Compute a month again from the logs, show what differs, and set it right.'
  static override description =
    'Every record of the month goes through the guard’s own parser, prices and settings again and is held against the journal; the ' +
    'counters are held against the journal too. Missing entries are recorded, others corrected by entries that say why; what no log holds ' +
    'is shown and stays. A second run finds nothing. With --dry-run it only looks.'
  static override examples = [
    {
      description: 'Does the ledger say what the logs say?',
      command: '<%= config.bin %> rebuild --month 2026-11 --dry-run --exit-code',
    },
    {
      description: 'From the copy in S3, in a script',
      command: '<%= config.bin %> rebuild --month 2026-10 --from s3 --yes',
    },
  ]
  static override flags = {
    month: Flags.string({ summary: 'The month, in the guard’s zone.', required: true, helpValue: 'YYYY-MM' }),
    from: Flags.string({
      summary: 'What to read: log-group, s3, or files and folders.',
      multiple: true,
      default: ['log-group'],
      helpValue: 'log-group|s3|FILE',
    }),
    bucket: Flags.string({
      summary: 'A copy in S3 that is not the guard’s own; what follows AWSLogs/ is Bedrock’s layout.',
      helpValue: 's3://BUCKET/PREFIX',
    }),
    'dry-run': Flags.boolean({ char: 'n', summary: 'Only look.' }),
    'exit-code': Flags.boolean({ summary: 'Exit with 3 when something differs.', dependsOn: ['dry-run'] }),
    yes: Flags.boolean({ char: 'y', summary: 'Do not ask.' }),
  }

  async run(): Promise<unknown> {
    const { flags } = await this.parse(Rebuild)
    const { monthTyped, rebuildMonth } = await import('./_replay/rebuild.ts')
    const month = monthTyped(flags.month)
    const stop = this.interruptible()
    const done = await rebuildMonth(
      await this.open(flags),
      { ...flags, month },
      {
        json: this.jsonEnabled(),
        note: (text) => this.note(text),
        stop: () => stop.aborted,
      },
    )
    process.exitCode = done.exit
    this.tell(done.text)
    return done.json
  }
}
