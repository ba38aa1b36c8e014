import { Args } from '@oclif/core'
import { GuardCommand } from '../_base.ts'

export default class MailConfirm extends GuardCommand {
  static override summary = 'Confirm an address by the link of the mail that AWS sent, and lock it.'
  static override description =
    'Clicking the link confirms too, but then any one reader of a mailing list can unsubscribe all of them by the link at the foot ' +
    'of each mail. Confirmed here, only an admin of the account can.'
  static override examples = [
    {
      description: 'The link within single quotes',
      command: "<%= config.bin %> mail confirm 'https://sns.us-east-1.amazonaws.com/confirmation.html?Token=…'",
    },
  ]
  static override args = {
    link: Args.string({ ignoreStdin: true, description: 'The link, or its token.', required: true }),
  }

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(MailConfirm)
    const door = await this.open(flags)
    const { confirmByLink } = await import('../_mail.ts')
    const done = await confirmByLink(door, args.link)
    this.say(done.text)
    return done.json
  }
}
