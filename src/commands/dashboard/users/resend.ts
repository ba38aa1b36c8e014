import { Args } from '@oclif/core'
import { GuardCommand } from '../../_base.ts'

export default class DashboardUsersResend extends GuardCommand {
  static override summary = 'Mail a new invitation to somebody who has never signed in.'
  static override description =
    'With a new temporary password, good for 7 days; the old one is no good any more. Who has signed in once asks for a new password where they sign in.'
  static override examples = [
    { description: 'One user', command: '<%= config.bin %> dashboard users resend tanaka' },
    { description: 'By address', command: '<%= config.bin %> dashboard users resend tanaka@example.com' },
  ]
  static override args = {
    name: Args.string({ ignoreStdin: true, description: 'As in dashboard users list; or the e-mail.', required: true }),
  }

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(DashboardUsersResend)
    const door = await this.open(flags)
    const { resendTo } = await import('../../_dashboard/remove.ts')
    const done = await resendTo(door, args.name)
    this.tell(done.text)
    return done.json
  }
}
