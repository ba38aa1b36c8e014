import { Flags } from '@oclif/core'
import { GuardCommand } from '../_base.ts'

export default class ReportPreview extends GuardCommand {
  static override summary = 'Show today’s mail, a month’s statement, or its table; sends nothing.'
  static override description =
    'Amounts are estimates at list price, before tax, credits and private discounts. --csv gives one row per principal, model and ' +
    'source: exact decimals, and the second currency at the guard’s rate; no cell of it is taken for a formula.'
  static override examples = [
    { description: 'What would be sent now', command: '<%= config.bin %> report preview' },
    { description: 'The statement of a month', command: '<%= config.bin %> report preview --month 2026-10' },
    {
      description: 'For chargeback, in a file that Excel opens',
      command: '<%= config.bin %> report preview --month 2026-10 --csv --output bedrock-2026-10.csv',
    },
  ]
  static override flags = {
    month: Flags.string({ summary: 'The statement of this month, with the numbers of now.', helpValue: 'YYYY-MM' }),
    csv: Flags.boolean({ summary: 'One row per principal, model and source instead of the mail.' }),
    bom: Flags.boolean({
      summary: 'Begin the CSV on stdout with a byte order mark; a file gets it anyway.',
      dependsOn: ['csv'],
    }),
    output: Flags.string({ summary: 'Write to this file instead of stdout.', helpValue: 'FILE' }),
  }

  async run(): Promise<unknown> {
    const { flags } = await this.parse(ReportPreview)
    const { readMonth } = await import('../_status.ts')
    const month = readMonth(flags.month)
    const door = await this.open(flags)
    const { chargeback, showReport, withMark, writeReport } = await import('../_report.ts')
    const { output } = flags
    const told = flags.csv ? await chargeback(door, month, output) : await showReport(door, 'preview', month)
    const text =
      'csv' in told ? withMark(told.csv, flags.bom || output !== undefined) : `Subject: ${told.subject}\n\n${told.text}`
    if (output === undefined) this.say(text)
    else {
      await writeReport(output, text)
      this.note(`Written: ${output}`)
    }
    return 'csv' in told ? told.json : told
  }
}
