import { GuardCommand } from '../../_base.ts'

export default class DashboardUsersList extends GuardCommand {
  static override summary = 'Show who can open the page, what each sees there, and who has not signed in yet.'
  static override description =
    'Both sides are shown: who is in the guard’s list and cannot sign in, and who can sign in and sees nothing because the list does not name them.'
  static override examples = [
    { description: 'As a table', command: '<%= config.bin %> dashboard users list' },
    { description: 'For a program', command: '<%= config.bin %> dashboard users list --json' },
  ]

  async run(): Promise<unknown> {
    const { flags } = await this.parse(DashboardUsersList)
    const door = await this.open(flags)
    const { listUsers } = await import('../../_dashboard/list.ts')
    const done = await listUsers(door, this.screen)
    this.tell(done.text)
    return done.json
  }
}
