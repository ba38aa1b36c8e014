import { Flags } from '@oclif/core'
import { GuardCommand } from '../_base.ts'

export default class ReportPreview extends GuardCommand {
  static override summary = 'Show today’s mail, or a month’s statement, on the terminal; sends nothing.'
  static override examples = [
    { description: 'What would be sent now', command: '<%= config.bin %> report preview' },
    { description: 'The statement of a month', command: '<%= config.bin %> report preview --month 2026-10' },
  ]
  static override flags = { month: Flags.string({ summary: 'The statement of this month.', helpValue: 'YYYY-MM' }) }

  async run(): Promise<unknown> {
    const { flags } = await this.parse(ReportPreview)
    const { readMonth } = await import('../_status.ts')
    const month = readMonth(flags.month)
    const door = await this.open(flags)
    const { askReport } = await import('../_rooms.ts')
    const answer = await askReport(door, { kind: 'preview', ...(month === undefined ? {} : { month }) })
    this.say(`Subject: ${answer.subject}\n\n${answer.text}`)
    return answer
  }
}
