import { Args } from '@oclif/core'
import { GuardCommand } from '../_base.ts'
import { potFlags } from '../_pot-flags.ts'

export default class PeopleAdd extends GuardCommand {
  static override summary = 'Add members to a person; makes the person when there is none.'
  static override usage = 'people add NAME MEMBER… [--dry-run] [--force] [--yes]'
  static override description =
    'Members are named as in people set. It counts at once, with what they spent this month; whom it would block is listed first, and asked about.'
  static override examples = [
    {
      description: 'One more key of the same person',
      command: '<%= config.bin %> people add tanaka user/BedrockAPIKey-x1',
    },
    {
      description: 'Wherever they sign in through Identity Center',
      command: "<%= config.bin %> people add tanaka 'session/AWSReservedSSO_*/tanaka@example.com'",
    },
  ]
  static override strict = false
  static override args = {
    name: Args.string({ ignoreStdin: true, description: 'Name of the person.', required: true }),
    member: Args.string({
      ignoreStdin: true,
      description: 'Principals, any number.',
      required: true,
    }),
  }
  static override flags = potFlags

  async run(): Promise<unknown> {
    const { flags, argv } = await this.parse(PeopleAdd)
    const [name = '', ...members] = argv as string[]
    const { addMembers } = await import('../_people/change.ts')
    const door = await this.open(flags)
    const done = await addMembers(door, 'person', { name, members }, { ...flags, json: this.jsonEnabled() })
    this.tell(done.text)
    return done.json
  }
}
