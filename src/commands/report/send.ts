import { Flags } from '@oclif/core'
import { GuardCommand } from '../_base.ts'

export default class ReportSend extends GuardCommand {
  static override summary = 'Send today’s mail, or a month’s statement, now.'
  static override description = 'To everybody who gets the daily report.'
  static override examples = [
    { description: 'Send it', command: '<%= config.bin %> report send' },
    { description: 'Send the statement of a month again', command: '<%= config.bin %> report send --month 2026-10' },
  ]
  static override flags = {
    month: Flags.string({ summary: 'The statement of this month, with the numbers of now.', helpValue: 'YYYY-MM' }),
  }

  async run(): Promise<unknown> {
    const { flags } = await this.parse(ReportSend)
    const { readMonth } = await import('../_status.ts')
    const month = readMonth(flags.month)
    const door = await this.open(flags)
    const { showReport } = await import('../_report.ts')
    const answer = await showReport(door, 'send', month)
    if (!answer.sent) process.exitCode = 1
    this.say(answer.sent ? `Sent: ${answer.subject}` : `Not sent: ${answer.subject}`)
    return answer
  }
}
