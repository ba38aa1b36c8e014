import { Flags } from '@oclif/core'
import { GuardCommand } from './_base.ts'

export default class Coverage extends GuardCommand {
  static override summary = 'Compare the ledger with what AWS itself counted: what did the log not show?'
  static override description =
    'Tokens of the ledger against the metrics AWS/Bedrock and AWS/BedrockMantle of CloudWatch, per model and hour, in UTC as AWS ' +
    'bills. Only hours that ended at least 20 minutes ago are compared, because metrics come late. What is missing is priced at list ' +
    'price, calls on bedrock-mantle as if nothing had come from a cache.'
  static override examples = [
    { description: 'Yesterday and today so far', command: '<%= config.bin %> coverage' },
    { description: 'When was it?', command: '<%= config.bin %> coverage --since 2026-11-01 --by hour' },
    {
      description: 'In a pipeline: exit 3 when more than a hundredth is missing',
      command: '<%= config.bin %> coverage --exit-code --threshold 1 --json',
    },
    {
      description: 'Regions whose log the guard does not read as well',
      command: '<%= config.bin %> coverage --regions us-west-2,eu-west-1',
    },
  ]
  static override flags = {
    since: Flags.string({ summary: 'From this day on, UTC [yesterday].', helpValue: 'YYYY-MM-DD' }),
    until: Flags.string({ summary: 'To the end of this day, UTC [today].', helpValue: 'YYYY-MM-DD' }),
    by: Flags.string({ summary: 'What the rows are.', options: ['model', 'hour'], default: 'model' }),
    regions: Flags.string({
      summary: 'Other regions to look at, separated by commas: all that was used there is missing here.',
      helpValue: 'REGION,REGION',
      multiple: true,
      delimiter: ',',
    }),
    'exit-code': Flags.boolean({ summary: 'Exit 3 when more than the threshold is missing.' }),
    threshold: Flags.integer({
      summary: 'Percent of tokens or dollars that may be missing.',
      helpValue: 'PERCENT',
      default: 5,
      min: 0,
      max: 100,
    }),
  }

  async run(): Promise<unknown> {
    const { flags } = await this.parse(Coverage)
    const { readDays, showCoverage } = await import('./_coverage.ts')
    const days = readDays(flags, Date.now())
    const door = await this.open(flags)
    const done = await showCoverage(door, {
      ...{ days, by: flags.by, regions: flags.regions ?? [], threshold: flags.threshold },
      screen: this.screen,
    })
    this.say(done.text)
    if (flags['exit-code'] && done.over) process.exitCode = 3
    return done.json
  }
}
