import { Args, Flags } from '@oclif/core'
import { GuardCommand } from '../_base.ts'

export default class TeamsRemove extends GuardCommand {
  static override summary = 'Take members out of a team, or take the team away.'
  static override usage = 'teams remove NAME [MEMBER…] [--dry-run] [--yes]'
  static override description =
    'Whoever is taken out no longer counts in the team. Limits of a team that is gone stay and reach nobody. Whom it would block is listed first, and asked about.'
  static override examples = [
    { description: 'One member', command: '<%= config.bin %> teams remove growth user/ci' },
    { description: 'The whole team', command: '<%= config.bin %> teams remove growth' },
  ]
  static override strict = false
  static override args = {
    name: Args.string({ ignoreStdin: true, description: 'Name of the team.', required: true }),
    member: Args.string({
      ignoreStdin: true,
      description: 'People and principals, any number; none: all of it.',
      required: false,
    }),
  }
  static override flags = {
    'dry-run': Flags.boolean({ char: 'n', summary: 'Show what would change and whom it would block, and stop.' }),
    yes: Flags.boolean({ char: 'y', summary: 'Do not ask, also when somebody is blocked at once.' }),
  }

  async run(): Promise<unknown> {
    const { flags, argv } = await this.parse(TeamsRemove)
    const [name = '', ...members] = argv as string[]
    const { removeMembers } = await import('../_people/change.ts')
    const door = await this.open(flags)
    const done = await removeMembers(door, 'team', { name, members }, { ...flags, json: this.jsonEnabled() })
    this.tell(done.text)
    return done.json
  }
}
