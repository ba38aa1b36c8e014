import { Args } from '@oclif/core'
import { GuardCommand } from '../_base.ts'
import { potFlags } from '../_pot-flags.ts'

export default class TeamsAdd extends GuardCommand {
  static override summary = 'Add members to a team; makes the team when there is none.'
  static override usage = 'teams add NAME MEMBER… [--dry-run] [--force] [--yes]'
  static override description =
    'Members are named as in teams set. It counts at once, with what they spent this month; whom it would block is listed first, and asked about.'
  static override examples = [
    { description: 'Two more', command: '<%= config.bin %> teams add growth person/sato user/ci' },
    { description: 'Only look', command: '<%= config.bin %> teams add growth user/ci --dry-run' },
  ]
  static override strict = false
  static override args = {
    name: Args.string({ ignoreStdin: true, description: 'Name of the team.', required: true }),
    member: Args.string({
      ignoreStdin: true,
      description: 'People and principals, any number.',
      required: true,
    }),
  }
  static override flags = potFlags

  async run(): Promise<unknown> {
    const { flags, argv } = await this.parse(TeamsAdd)
    const [name = '', ...members] = argv as string[]
    const { addMembers } = await import('../_people/change.ts')
    const door = await this.open(flags)
    const done = await addMembers(door, 'team', { name, members }, { ...flags, json: this.jsonEnabled() })
    this.tell(done.text)
    return done.json
  }
}
