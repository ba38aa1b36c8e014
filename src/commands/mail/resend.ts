import { Args } from '@oclif/core'
import { GuardCommand } from '../_base.ts'

export default class MailResend extends GuardCommand {
  static override summary = 'Have AWS ask an address again that has not confirmed, or was unsubscribed.'
  static override examples = [
    { description: 'One address of the guard', command: '<%= config.bin %> mail resend boss@example.com' },
  ]
  static override args = {
    address: Args.string({ ignoreStdin: true, description: 'As in mail list.', required: true }),
  }

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(MailResend)
    const door = await this.open(flags)
    const { resend } = await import('../_mail.ts')
    const done = await resend(door, args.address)
    this.say(done.text)
    return done.json
  }
}
