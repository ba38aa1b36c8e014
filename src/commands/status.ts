import { Flags } from '@oclif/core'
import { GuardCommand } from './_base.ts'

export default class Status extends GuardCommand {
  static override summary = 'Show who spent what this month, under which limit, and whether the guard is well.'
  static override description =
    'Amounts are estimates at list price, before tax, credits and private discounts. FORECAST is what a limit’s period will reach ' +
    'at the mean of its last complete days.'
  static override examples = [
    { description: 'This month, by principal', command: '<%= config.bin %> status' },
    { description: 'By model', command: '<%= config.bin %> status --by model' },
    { description: 'A month that is over, for a program', command: '<%= config.bin %> status --month 2026-10 --json' },
  ]
  static override flags = {
    by: Flags.string({
      summary: 'What the rows are.',
      options: ['principal', 'model', 'day', 'source'],
      default: 'principal',
    }),
    month: Flags.string({ summary: 'Another month, in the guard’s time zone.', helpValue: 'YYYY-MM' }),
  }

  async run(): Promise<unknown> {
    const { flags } = await this.parse(Status)
    const { readMonth, showStatus } = await import('./_status.ts')
    const month = readMonth(flags.month)
    const door = await this.open(flags)
    const { view, text } = await showStatus(door, { by: flags.by, month, screen: process.stdout.columns ?? 80 })
    this.say(text)
    return view
  }
}
