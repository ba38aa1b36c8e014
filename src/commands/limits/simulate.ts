import { Args, Flags } from '@oclif/core'
import { GuardCommand } from '../_base.ts'

export default class LimitsSimulate extends GuardCommand {
  static override summary = 'Replay the past under other limits: who would have been stopped, and when.'
  static override usage = 'limits simulate [KEY=AMOUNT…] [--per month] [--since DAY] [--file PATH]… [--lag SECONDS]'
  static override description =
    'Takes the charges of the ledger (or of log records in files) in the order of their times and asks at each who would have been ' +
    'stopped: by today’s limits, and by today’s with those given in their place. Changes nothing. What would have been stopped is ' +
    'not spent, so it reaches no further limit. A deny holds some time after the call that reaches the limit: the lag the guard ' +
    'has measured, or --lag; what is spent meanwhile goes over the limit. Pardons and blocks by hand of that time are left out.'
  static override examples = [
    { description: 'What today’s limits would have done this month', command: '<%= config.bin %> limits simulate' },
    {
      description: 'A limit for everyone, over last month',
      command: '<%= config.bin %> limits simulate everyone=50 team/growth=400 --since 2026-10-01 --until 2026-10-31',
    },
    {
      description: 'From log records, without an account',
      command: '<%= config.bin %> limits simulate "*=20" --offline --file logs/ --per day',
    },
  ]
  static override strict = false
  static override args = {
    assignment: Args.string({ ignoreStdin: true, description: 'KEY=AMOUNT as of limits set, any number.' }),
  }
  static override flags = {
    per: Flags.string({ summary: 'Period of the given limits.', options: ['month', 'week', 'day'], default: 'month' }),
    action: Flags.string({ summary: 'What they do when reached.', options: ['block', 'notify'] }),
    'warn-at': Flags.string({ summary: 'Percents at which they warn, or none.', helpValue: '50,80,95' }),
    'include-roles': Flags.boolean({ summary: 'Let * mean roles of applications too.' }),
    force: Flags.boolean({ summary: 'Take names that neither IAM nor the ledger knows.' }),
    alone: Flags.boolean({ summary: 'The given limits alone, without today’s others.' }),
    since: Flags.string({
      summary: 'First day, in the guard’s zone [first of this month; of files: all they hold].',
      helpValue: 'YYYY-MM-DD',
    }),
    until: Flags.string({ summary: 'Last day [today].', helpValue: 'YYYY-MM-DD' }),
    file: Flags.string({
      summary: 'Log records instead of the ledger: a file, a folder, gzip, or - for standard input.',
      multiple: true,
      multipleNonGreedy: true,
      helpValue: 'PATH',
    }),
    'log-group': Flags.boolean({
      summary: 'Read the log group again instead of the ledger: what was there before the guard too.',
      exclusive: ['file'],
    }),
    lag: Flags.integer({
      summary: 'Seconds from a call to the deny it causes [as measured].',
      helpValue: 'SECONDS',
      min: 0,
      max: 86_400,
    }),
    offline: Flags.boolean({
      summary: 'Needs no account: only --file and the limits given, names as they stand.',
      dependsOn: ['file'],
    }),
    'time-zone': Flags.string({
      summary: 'Of the days, with --offline [UTC].',
      helpValue: 'ZONE',
      dependsOn: ['offline'],
    }),
  }

  async run(): Promise<unknown> {
    const { flags, argv } = await this.parse(LimitsSimulate)
    const { readWish, simulateLimits } = await import('../_simulate.ts')
    const wish = readWish(argv as string[], flags)
    const how = { screen: this.screen, note: (text: string) => this.note(text) }
    const done = await simulateLimits(flags.offline ? undefined : await this.open(flags), wish, how)
    this.tell(done.text)
    return done.json
  }
}
