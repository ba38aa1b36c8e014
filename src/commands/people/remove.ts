import { Args, Flags } from '@oclif/core'
import { GuardCommand } from '../_base.ts'

export default class PeopleRemove extends GuardCommand {
  static override summary = 'Take members out of a person, or take the person away.'
  static override usage = 'people remove NAME [MEMBER…] [--dry-run] [--yes]'
  static override description =
    'Whoever is taken out is on its own at once, with what it spent this month. Limits of a person who is gone stay and reach nobody. Whom it would block is listed first, and asked about.'
  static override examples = [
    { description: 'One member', command: '<%= config.bin %> people remove tanaka user/BedrockAPIKey-x1' },
    { description: 'The whole person', command: '<%= config.bin %> people remove tanaka' },
  ]
  static override strict = false
  static override args = {
    name: Args.string({ ignoreStdin: true, description: 'Name of the person.', required: true }),
    member: Args.string({
      ignoreStdin: true,
      description: 'Principals, any number; none: all of it.',
      required: false,
    }),
  }
  static override flags = {
    'dry-run': Flags.boolean({ char: 'n', summary: 'Show what would change and whom it would block, and stop.' }),
    yes: Flags.boolean({ char: 'y', summary: 'Do not ask, also when somebody is blocked at once.' }),
  }

  async run(): Promise<unknown> {
    const { flags, argv } = await this.parse(PeopleRemove)
    const [name = '', ...members] = argv as string[]
    const { removeMembers } = await import('../_people/change.ts')
    const door = await this.open(flags)
    const done = await removeMembers(door, 'person', { name, members }, { ...flags, json: this.jsonEnabled() })
    this.tell(done.text)
    return done.json
  }
}
