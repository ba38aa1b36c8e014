import { Flags } from '@oclif/core'
import { GuardCommand } from './_base.ts'

export default class Status extends GuardCommand {
  static override summary = 'Show who spent what, under which limit, and whether the guard is well.'
  static override description =
    'Amounts are estimates at list price, before tax, credits and private discounts. FORECAST is what a limit’s period will reach ' +
    'at the mean of its last complete days.'
  static override examples = [
    { description: 'This month, by principal', command: '<%= config.bin %> status' },
    { description: 'By team; by person, model, day, source', command: '<%= config.bin %> status --by team' },
    { description: 'A month that is over, for a program', command: '<%= config.bin %> status --month 2026-10 --json' },
    {
      description: 'One week, as a table for spreadsheets',
      command: '<%= config.bin %> status --since 2026-11-02 --until 2026-11-08 --csv',
    },
    { description: 'Look again every ten seconds', command: '<%= config.bin %> status --watch 10' },
  ]
  static override flags = {
    by: Flags.string({
      summary: 'What the rows are.',
      options: ['principal', 'person', 'team', 'model', 'day', 'source'],
      default: 'principal',
    }),
    month: Flags.string({ summary: 'Another month, in the guard’s time zone.', helpValue: 'YYYY-MM' }),
    since: Flags.string({
      summary: 'From this day on, in the guard’s zone: what was spent, without limits.',
      helpValue: 'YYYY-MM-DD',
      exclusive: ['month'],
    }),
    until: Flags.string({
      summary: 'To the end of this day [today].',
      helpValue: 'YYYY-MM-DD',
      dependsOn: ['since'],
    }),
    csv: Flags.boolean({
      summary: 'Rows separated by commas, exact amounts, safe for spreadsheets.',
      exclusive: ['json'],
    }),
    watch: Flags.integer({
      summary: 'Look again every so many seconds, until Ctrl-C.',
      helpValue: 'SECONDS',
      min: 2,
      max: 3600,
    }),
  }

  async run(): Promise<unknown> {
    const { flags } = await this.parse(Status)
    const { readMonth, readRange, showStatus, watchStatus } = await import('./_status.ts')
    const wish = {
      by: flags.by,
      month: readMonth(flags.month),
      range: readRange(flags),
      screen: this.screen,
    }
    const door = await this.open(flags)
    const show = async () => {
      const { view, text, csv } = await showStatus(door.reopened(), wish)
      return { view, text: flags.csv ? csv() : text }
    }
    if (flags.watch !== undefined)
      return watchStatus(show, { seconds: flags.watch, json: this.jsonEnabled(), stop: this.interruptible() })
    const { view, text } = await show()
    this.say(text)
    return view
  }
}
