import { Args } from '@oclif/core'
import { GuardCommand } from '../_base.ts'
import { potFlags } from '../_pot-flags.ts'

export default class TeamsSet extends GuardCommand {
  static override summary = 'Say who is in a team; any number of teams at once.'
  static override usage = 'teams set NAME=MEMBER,MEMBER… [NAME=…] [--dry-run] [--force] [--yes]'
  static override description =
    'Makes a team, or replaces its members: people, users, roles (their sessions with them), sessions, patterns. One may be in ' +
    'several teams. A team that is typed is left alone by teams sync. It counts at once; whom it would block is listed ' +
    'first, and asked about.'
  static override examples = [
    {
      description: 'People, users and a role',
      command: '<%= config.bin %> teams set growth=person/tanaka,user/sato,role/team-a',
    },
    {
      description: 'Everybody of a permission set of Identity Center',
      command: "<%= config.bin %> teams set 'research=session/AWSReservedSSO_Research_*/*'",
    },
    { description: 'Then one limit for all of them', command: '<%= config.bin %> limits set team/growth=500' },
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
    const { flags, argv } = await this.parse(TeamsSet)
    const [{ readPots }, { setPots }] = await Promise.all([
      import('../_people/members.ts'),
      import('../_people/change.ts'),
    ])
    const wanted = readPots(argv as string[], 'team')
    const door = await this.open(flags)
    const done = await setPots(door, 'team', wanted, { ...flags, json: this.jsonEnabled() })
    this.tell(done.text)
    return done.json
  }
}
