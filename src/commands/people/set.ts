import { Args } from '@oclif/core'
import { GuardCommand } from '../_base.ts'
import { potFlags } from '../_pot-flags.ts'

export default class PeopleSet extends GuardCommand {
  static override summary = 'Say which users, roles and sessions are one person with one pot.'
  static override usage = 'people set NAME=MEMBER,MEMBER… [NAME=…] [--dry-run] [--force] [--yes]'
  static override description =
    'Makes a person, or replaces their members. A member is user/NAME, role/NAME (its sessions with it), session/ROLE/NAME, ' +
    'a bare name, or a pattern such as session/AWSReservedSSO_*/tanaka@example.com; each belongs to one person only. ' +
    'It counts at once; whom it would block is listed first, and asked about.'
  static override examples = [
    {
      description: 'A user and Identity Center in one pot',
      command: "<%= config.bin %> people set 'tanaka=user/tanaka,session/AWSReservedSSO_*/tanaka@example.com'",
    },
    {
      description: 'Two people',
      command: '<%= config.bin %> people set tanaka=user/tanaka sato=user/sato,user/sato-ci',
    },
    { description: 'Then one limit for all of it', command: '<%= config.bin %> limits set person/tanaka=80' },
  ]
  static override strict = false
  static override args = {
    assignment: Args.string({
      ignoreStdin: true,
      description: 'NAME=MEMBER,MEMBER… (any number of NAMEs).',
      required: true,
    }),
  }
  static override flags = potFlags

  async run(): Promise<unknown> {
    const { flags, argv } = await this.parse(PeopleSet)
    const [{ readPots }, { setPots }] = await Promise.all([
      import('../_people/members.ts'),
      import('../_people/change.ts'),
    ])
    const wanted = readPots(argv as string[], 'person')
    const door = await this.open(flags)
    const done = await setPots(door, 'person', wanted, { ...flags, json: this.jsonEnabled() })
    this.tell(done.text)
    return done.json
  }
}
