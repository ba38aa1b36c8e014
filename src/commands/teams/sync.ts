import { Flags } from '@oclif/core'
import { GuardCommand } from '../_base.ts'

export default class TeamsSync extends GuardCommand {
  static override summary = 'Make the teams that an IAM tag of users and roles names, after asking.'
  static override description =
    'Teams made so follow the tags at each sync; teams that were typed are never touched, a conflict is named. Who is gone from ' +
    'IAM stays a member, because what it spent still counts. Whoever may tag users and roles in IAM decides what the tag says, ' +
    'and with --page-shows team also whose spend they see on the page.'
  static override examples = [
    { description: 'Only look', command: '<%= config.bin %> teams sync --dry-run' },
    {
      description: 'Another tag, of every user and role',
      command: '<%= config.bin %> teams sync --tag Department --all',
    },
    { description: 'Then one limit for the team', command: '<%= config.bin %> limits set team/growth=500' },
  ]
  static override flags = {
    tag: Flags.string({ summary: 'Key of the IAM tag that names the team; case does not matter.', default: 'team' }),
    all: Flags.boolean({ summary: 'Read the tags of every user and role, not only of those the ledger has seen.' }),
    'dry-run': Flags.boolean({ char: 'n', summary: 'Show the difference and whom it would block, and stop.' }),
    yes: Flags.boolean({ char: 'y', summary: 'Do not ask.' }),
  }

  async run(): Promise<unknown> {
    const { flags } = await this.parse(TeamsSync)
    const door = await this.open(flags)
    const { syncTeams } = await import('../_people/suggest.ts')
    const screen = this.screen
    const done = await syncTeams(door, { ...flags, screen }, { ...flags, json: this.jsonEnabled() })
    this.tell(done.text)
    return done.json
  }
}
