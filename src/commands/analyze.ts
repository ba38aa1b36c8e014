import { Args, Flags } from '@oclif/core'
import { PlainCommand } from './_base.ts'

export default class Analyze extends PlainCommand {
  static override summary = 'Show who spent what, from log records you already have; needs no account.'
  static override usage = 'analyze PATH… [--by principal|model|source|day] [--charges] [--json]'
  static override description =
    'Reads records of Bedrock’s model invocation log from files, folders (Bedrock’s own layout in S3 too), gzip or standard input, ' +
    'through the same parser and price book as the guard. A request that occurs twice counts once. Totals are estimates at list ' +
    'price, before tax, credits and private discounts.'
  static override examples = [
    { description: 'One file', command: '<%= config.bin %> analyze records.jsonl' },
    {
      description: 'A copy of the S3 bucket Bedrock logs to, by model',
      command: 'aws s3 sync s3://my-bedrock-logs logs && <%= config.bin %> analyze logs --by model',
    },
    {
      description: 'Straight from CloudWatch Logs',
      command:
        'aws logs filter-log-events --log-group-name /aws/bedrock/modelinvocations --output json | <%= config.bin %> analyze -',
    },
    { description: 'One line per request, for programs', command: '<%= config.bin %> analyze logs --charges --json' },
  ]
  static override strict = false
  static override args = {
    path: Args.string({ ignoreStdin: true, description: 'Files, folders, or - for standard input.' }),
  }
  static override flags = {
    by: Flags.string({
      summary: 'What the rows of the table are.',
      options: ['principal', 'model', 'source', 'day'],
      default: 'principal',
    }),
    charges: Flags.boolean({ summary: 'One line per counted request instead of the sums.' }),
    'time-zone': Flags.string({
      summary: 'IANA time zone of the days.',
      default: 'UTC',
      helpValue: 'ZONE',
      aliases: ['timezone'],
    }),
    account: Flags.string({ summary: 'Count only records of this account (12 digits).' }),
  }

  async run(): Promise<unknown> {
    const { flags, argv } = await this.parse(Analyze)
    const { analyzeInputs } = await import('./_analyze.ts')
    const json = this.jsonEnabled()
    const done = await analyzeInputs(argv as string[], {
      ...flags,
      timeZone: flags['time-zone'],
      json,
      bin: this.config.bin,
      note: (text) => this.note(text),
    })
    if (done.problems > 0) process.exitCode = 1
    if (flags.charges) return undefined
    this.say(done.text)
    return done.result
  }
}
