import { Args, Flags } from '@oclif/core'
import { GuardCommand } from './_base.ts'

export default class Unblock extends GuardCommand {
  static override summary = 'Release somebody now, and keep it released: a pardon with an end.'
  static override description =
    'Ends a block by hand. Where a limit blocks, the pardon covers every limit that would (or --limit alone) and ends at the first ' +
    'of --until, --grant used up, and the end of the period that blocked. Whoever is blocked through a team is pardoned alone; ' +
    'team/NAME pardons all members from the limit of the team, person/NAME from what the person shares.'
  static override examples = [
    { description: 'Until the period ends', command: '<%= config.bin %> unblock tanaka --reason "release week"' },
    {
      description: 'Twenty dollars more, this week',
      command: '<%= config.bin %> unblock tanaka --grant 20 --until 2026-11-27',
    },
    { description: 'A team past its limit', command: '<%= config.bin %> unblock team/growth --grant 100' },
  ]
  static override args = {
    principal: Args.string({
      ignoreStdin: true,
      description: 'user/NAME, role/NAME, person/NAME, team/NAME or a bare name.',
      required: true,
    }),
  }
  static override flags = {
    until: Flags.string({
      summary: 'A day (to its end, in the guard’s zone) or a time with its zone.',
      helpValue: 'DATE',
    }),
    grant: Flags.string({ summary: 'May spend this much more, in dollars, counted from now.', helpValue: 'USD' }),
    limit: Flags.string({ summary: 'Pardon from this limit only, as limits list --json names it.', helpValue: 'ID' }),
    reason: Flags.string({ summary: 'Why; kept in the history.' }),
  }

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(Unblock)
    const door = await this.open(flags)
    const { unblockNow } = await import('./_blocks.ts')
    const done = await unblockNow(door, { ...flags, principal: args.principal })
    if (!done.free) process.exitCode = 1
    this.tell(done.text)
    return done.json
  }
}
