import { GuardCommand } from '../_base.ts'

export default class MailList extends GuardCommand {
  static override summary = 'Show who is written to, and whether mails reach them.'
  static override description =
    'An address is confirmed, waits for its reader, or is gone: somebody followed the unsubscribe link of a mail.'
  static override examples = [
    { description: 'As a table', command: '<%= config.bin %> mail list' },
    { description: 'For a program', command: '<%= config.bin %> mail list --json' },
  ]

  async run(): Promise<unknown> {
    const { flags } = await this.parse(MailList)
    const door = await this.open(flags)
    const { listMails } = await import('../_mail.ts')
    const done = await listMails(door, this.screen)
    this.say(done.text)
    return done.json
  }
}
