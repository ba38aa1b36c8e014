import { Args, Flags } from '@oclif/core'
import { GuardCommand } from './_base.ts'

export default class HistoryCommand extends GuardCommand {
  static override summary = 'Show who changed what: limits, blocks, releases, pardons, prices, installs.'
  static override description =
    'The newest first. Entries are only ever added: no right of the guard lets any of its functions change or delete one.'
  static override examples = [
    { description: 'The last changes', command: '<%= config.bin %> history' },
    {
      description: 'All that concerns one principal',
      command: '<%= config.bin %> history user/tanaka --since 2026-06-01',
    },
    { description: 'One month, for a program', command: '<%= config.bin %> history --month 2026-10 --json' },
  ]
  static override args = {
    principal: Args.string({
      ignoreStdin: true,
      description: 'Only what concerns this principal: user/NAME, role/NAME, or a bare name for all kinds.',
    }),
  }
  static override flags = {
    month: Flags.string({
      summary: 'One month, in the guard’s time zone.',
      helpValue: 'YYYY-MM',
      exclusive: ['since'],
    }),
    since: Flags.string({
      summary: 'From this day on, in the guard’s zone [the beginning of the month before].',
      helpValue: 'YYYY-MM-DD',
    }),
    limit: Flags.integer({ summary: 'At most so many entries.', default: 50, min: 1, max: 10_000 }),
  }

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(HistoryCommand)
    const { readHistory, wishOf } = await import('./_history.ts')
    const wish = wishOf(flags)
    const door = await this.open(flags)
    const { json, text } = await readHistory(door, {
      ...wish,
      principal: args.principal,
      screen: this.screen,
    })
    this.say(text)
    return json
  }
}
