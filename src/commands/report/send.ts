import { GuardCommand } from '../_base.ts'

export default class ReportSend extends GuardCommand {
  static override summary = 'Send today’s mail now to everybody who gets the daily report.'
  static override examples = [{ description: 'Send it', command: '<%= config.bin %> report send' }]

  async run(): Promise<unknown> {
    const { flags } = await this.parse(ReportSend)
    const door = await this.open(flags)
    const { askReport } = await import('../_rooms.ts')
    const answer = await askReport(door, { kind: 'send' })
    if (!answer.sent) process.exitCode = 1
    this.say(answer.sent ? `Sent: ${answer.subject}` : `Not sent: ${answer.subject}`)
    return answer
  }
}
