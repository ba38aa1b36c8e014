import { Args, Flags } from '@oclif/core'
import { GuardCommand } from '../../_base.ts'

export default class DashboardUsersAdd extends GuardCommand {
  static override summary = 'Invite somebody to the page, or change what they see there.'
  static override description =
    'Cognito mails them a temporary password. They see the spend of the principals, people and teams that are named here, and of nobody else; ' +
    'without --principals it is whoever is called NAME, looked up as in limits set. For a NAME that is there already, only what is typed changes; it counts at once, ' +
    'for the months before too: what joins a person or a team brings its past along. ' +
    'Interrupted, the same command again goes on.'
  static override examples = [
    {
      description: 'Sees user/tanaka, or whoever else is called so',
      command: '<%= config.bin %> dashboard users add tanaka --email tanaka@example.com',
    },
    {
      description: 'Sees a whole team besides',
      command:
        '<%= config.bin %> dashboard users add sato --email sato@example.com --principals person/sato,team/growth',
    },
    {
      description: 'Sees everybody',
      command: '<%= config.bin %> dashboard users add boss --email boss@example.com --admin',
    },
    { description: 'No admin any more', command: '<%= config.bin %> dashboard users add suzuki --no-admin' },
  ]
  static override args = {
    name: Args.string({ ignoreStdin: true, description: 'What you call them; unique in the guard.', required: true }),
  }
  static override flags = {
    email: Flags.string({
      summary: 'Where the invitation goes, and how they sign in; needed for somebody new.',
      helpValue: 'ADDRESS',
    }),
    admin: Flags.boolean({ summary: 'Sees everybody.', allowNo: true }),
    principals: Flags.string({
      summary: 'Whose spend is theirs to see: user/, role/, session/ROLE/NAME, person/, team/, bare names, or none.',
      helpValue: 'A,B',
    }),
    force: Flags.boolean({ summary: 'Take principals that neither IAM nor the ledger knows.' }),
  }

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(DashboardUsersAdd)
    const [{ readUser }, { addUser }] = await Promise.all([
      import('../../_dashboard/typed.ts'),
      import('../../_dashboard/add.ts'),
    ])
    const typed = readUser(args.name, flags)
    const door = await this.open(flags)
    const done = await addUser(door, typed, { force: flags.force })
    if (done.failed) process.exitCode = 1
    this.tell(done.text)
    return done.json
  }
}
