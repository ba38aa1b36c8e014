import { Args, Flags } from '@oclif/core'
import { GuardCommand } from '../_base.ts'

export default class LimitsSet extends GuardCommand {
  static override summary = 'Set any number of spending limits; effective at once.'
  static override usage = 'limits set KEY=AMOUNT… [--per month] [--action block|notify] [--warn-at 50,80,95] [--yes]'
  static override description =
    'KEY is user/NAME, role/NAME, session/ROLE/NAME, person/NAME, team/NAME, account (all together), * or everyone (each person, ' +
    'user and session without a limit of its own), or a bare name, looked up in IAM, among people and teams and in the ledger. AMOUNT is in dollars; 0 blocks. Whoever a raise ' +
    'frees is released at once. Whom a limit would block is listed first, and asked about.'
  static override examples = [
    {
      description: 'Several at once; a person’s and a team’s are for all their members together',
      command: '<%= config.bin %> limits set sato=50 role/team-a=100 person/tanaka=80 team/growth=500',
    },
    {
      description: 'Each user who has no limit of their own',
      command: '<%= config.bin %> limits set everyone=20 --warn-at 50,80,95',
    },
    {
      description: 'One person behind Identity Center',
      command: '<%= config.bin %> limits set session/AWSReservedSSO_Developer_0123456789abcdef/suzuki@example.com=80',
    },
    {
      description: 'More until Christmas, then as before',
      command: '<%= config.bin %> limits set tanaka=100 --until 2026-12-24',
    },
    {
      description: 'Tell me when the whole account passes 2000 dollars',
      command: '<%= config.bin %> limits set account=2000',
    },
  ]
  static override strict = false
  static override args = {
    assignment: Args.string({ ignoreStdin: true, description: 'KEY=AMOUNT, any number.', required: true }),
  }
  static override flags = {
    per: Flags.string({ summary: 'Period of the limit.', options: ['month', 'week', 'day'], default: 'month' }),
    until: Flags.string({
      summary: 'For a time only: a day (its end) or a time with its zone; then the lasting limit counts again.',
      helpValue: 'DATE',
    }),
    action: Flags.string({
      summary: 'What happens at the limit; the account notifies unless block is typed, because it stops everybody.',
      options: ['block', 'notify'],
      defaultHelp: async () => 'block',
    }),
    'warn-at': Flags.string({ summary: 'Percents at which to warn, or none.', helpValue: '50,80,95' }),
    'include-roles': Flags.boolean({ summary: 'Let * mean roles of applications too.', allowNo: true }),
    force: Flags.boolean({ summary: 'Take names that neither IAM nor the ledger knows.' }),
    yes: Flags.boolean({ char: 'y', summary: 'Do not ask, also when somebody is blocked at once.' }),
  }

  async run(): Promise<unknown> {
    const { flags, argv } = await this.parse(LimitsSet)
    const { readAssignments, changeLimits } = await import('../_limits.ts')
    const wanted = readAssignments(argv as string[], flags)
    const door = await this.open(flags)
    const done = await changeLimits(door, wanted, {
      ...flags,
      json: this.jsonEnabled(),
      note: (text) => this.note(text),
    })
    if (done.failed) process.exitCode = 1
    this.tell(done.text)
    return done.json
  }
}
