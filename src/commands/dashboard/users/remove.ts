import { Args, Flags } from '@oclif/core'
import { GuardCommand } from '../../_base.ts'

export default class DashboardUsersRemove extends GuardCommand {
  static override summary = 'Close the page to somebody, at once.'
  static override description =
    'They see nothing from the next request on, also where they are signed in; then their login is deleted. What they spend, and their limits, are not touched.'
  static override examples = [
    { description: 'By the name in the list', command: '<%= config.bin %> dashboard users remove tanaka' },
    {
      description: 'A login that is not in the list; in a script',
      command: '<%= config.bin %> dashboard users remove tanaka@example.com --yes',
    },
  ]
  static override args = {
    name: Args.string({ ignoreStdin: true, description: 'As in dashboard users list; or the e-mail.', required: true }),
  }
  static override flags = {
    yes: Flags.boolean({ char: 'y', summary: 'Do not ask.' }),
  }

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(DashboardUsersRemove)
    const door = await this.open(flags)
    const { removeUser } = await import('../../_dashboard/remove.ts')
    const done = await removeUser(door, args.name, { yes: flags.yes, json: this.jsonEnabled() })
    this.tell(done.text)
    return done.json
  }
}
