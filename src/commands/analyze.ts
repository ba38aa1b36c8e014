import { Args } from '@oclif/core'
import { analyzeFlags } from './_analyze-flags.ts'
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
    {
      description: 'With the settings of your guard',
      command: '<%= config.bin %> analyze logs --assume-cache-ttl 1h --session-role Developer --time-zone Asia/Tokyo',
    },
    { description: 'One line per request, for programs', command: '<%= config.bin %> analyze logs --charges --json' },
  ]
  static override strict = false
  static override args = {
    path: Args.string({ ignoreStdin: true, description: 'Files, folders, or - for standard input.' }),
  }
  static override flags = analyzeFlags

  async run(): Promise<unknown> {
    const { flags, argv } = await this.parse(Analyze)
    const { analyzeInputs } = await import('./_analyze.ts')
    const json = this.jsonEnabled()
    const done = await analyzeInputs(argv as string[], {
      ...flags,
      timeZone: flags['time-zone'],
      assumedCacheTtl: flags['assume-cache-ttl'],
      sessionRoles: flags['session-role'] ?? [],
      labels: flags.source,
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
