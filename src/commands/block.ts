import { Args, Flags } from '@oclif/core'
import { GuardCommand } from './_base.ts'

export default class Block extends GuardCommand {
  static override summary = 'Block one principal, or everybody of a person or team, by hand.'
  static override description =
    'Whatever was spent. Holds until --until or until unblock; outranks limits and pardons. Recorded with who did it and why; on the self-service page the blocked read the reason too. Of a person or a ' +
    'team it holds for whoever is a member.'
  static override examples = [
    { description: 'Until somebody unblocks', command: '<%= config.bin %> block tanaka --reason "key leaked" --yes' },
    { description: 'To the end of a day', command: '<%= config.bin %> block role/batch --until 2026-12-24' },
    { description: 'Everybody of a team', command: '<%= config.bin %> block team/growth --yes' },
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
    reason: Flags.string({ summary: 'Why; kept in the history, and shown on the page to who is blocked.' }),
    yes: Flags.boolean({ char: 'y', summary: 'Do not ask.' }),
  }

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(Block)
    const door = await this.open(flags)
    const { blockNow } = await import('./_blocks.ts')
    const done = await blockNow(door, { ...flags, principal: args.principal, json: this.jsonEnabled() })
    if (!done.blocked) process.exitCode = 1
    this.tell(done.text)
    return done.json
  }
}
