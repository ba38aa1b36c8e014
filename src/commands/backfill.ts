import { Flags } from '@oclif/core'
import { GuardCommand } from './_base.ts'

export default class Backfill extends GuardCommand {
  static override summary = 'Count what the logs hold of a past time; nothing is ever counted twice.'
  static override description =
    'Reads the log group, the copy in S3 or local files again and has the guard record what its journal lacks, by the very path of ' +
    'the delivery. Whatever stops it, running it again is safe. What belongs to a period that still runs is computed first: whom it would ' +
    'warn and block. It goes back no further than the journal remembers, and behind the beginning of the guard only with --before-start.'
  static override examples = [
    { description: 'After a gap, from the log group', command: '<%= config.bin %> backfill --since 2026-11-03' },
    {
      description: 'Some hours, from the copy in S3, in a script',
      command: '<%= config.bin %> backfill --since 2026-11-03T00:00:00Z --until 2026-11-03T06:00:00Z --from s3 --yes',
    },
    {
      description: 'What was downloaded; only look',
      command: '<%= config.bin %> backfill --since 2026-10-01 --until 2026-10-31 --from ./downloaded --dry-run',
    },
  ]
  static override flags = {
    since: Flags.string({
      summary: 'First day in the guard’s zone, or a time with its zone.',
      required: true,
      helpValue: 'DAY|TIME',
    }),
    until: Flags.string({ summary: 'Last day, or a time that ends it; else now.', helpValue: 'DAY|TIME' }),
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
    'before-start': Flags.boolean({
      summary:
        'Also what happened before the guard began to count, or is in totals it took over: those would count twice.',
    }),
    'dry-run': Flags.boolean({ char: 'n', summary: 'Read and compute; count nothing.' }),
    yes: Flags.boolean({ char: 'y', summary: 'Do not ask, also when somebody is blocked at once.' }),
  }

  async run(): Promise<unknown> {
    const { flags } = await this.parse(Backfill)
    const { backfillRange, checkWish } = await import('./_replay/backfill.ts')
    checkWish(flags)
    const stop = this.interruptible()
    const done = await backfillRange(await this.open(flags), flags, {
      json: this.jsonEnabled(),
      note: (text) => this.note(text),
      stop: () => stop.aborted,
    })
    process.exitCode = done.exit
    this.tell(done.text)
    return done.json
  }
}
