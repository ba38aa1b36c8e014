import { Args, Flags } from '@oclif/core'
import { GuardCommand } from '../_base.ts'

export default class ExcludeAdd extends GuardCommand {
  static override summary = 'Exclude principals: metered, warned and reported, never blocked by any limit.'
  static override usage = 'exclude add PRINCIPAL… [--reason TEXT]'
  static override description =
    'Nor by the limit of the account. Whoever is blocked is released at once. A role’s exclusion covers its sessions, ' +
    'a person’s or a team’s whoever is a member. ' +
    'A pattern such as role/team-* covers whoever is called so, now or later.'
  static override examples = [
    { description: 'One user', command: '<%= config.bin %> exclude add tanaka --reason "on call"' },
    { description: 'Every role of a kind', command: "<%= config.bin %> exclude add 'role/batch-*'" },
  ]
  static override strict = false
  static override args = {
    principal: Args.string({
      ignoreStdin: true,
      description:
        'user/NAME, role/NAME, session/ROLE/NAME, person/NAME, team/NAME, a bare name or a pattern; any number.',
      required: true,
    }),
  }
  static override flags = {
    reason: Flags.string({ summary: 'Why; kept in the history.' }),
    force: Flags.boolean({ summary: 'Take names that neither IAM nor the ledger knows.' }),
  }

  async run(): Promise<unknown> {
    const { flags, argv } = await this.parse(ExcludeAdd)
    const door = await this.open(flags)
    const { addExclusions } = await import('../_exclude.ts')
    const done = await addExclusions(door, argv as string[], { ...flags, json: this.jsonEnabled() })
    this.tell(done.text)
    return done.json
  }
}
