import { Flags } from '@oclif/core'
import { GuardCommand } from '../_base.ts'

export default class DashboardOpen extends GuardCommand {
  static override summary = 'Print the address of the page, and open it in the browser.'
  static override description =
    'The page shows people what they spend themselves, and admins what everybody spends. A browser is opened only from a terminal that has one; the address alone goes to stdout.'
  static override examples = [
    { description: 'Look at it', command: '<%= config.bin %> dashboard open' },
    { description: 'The address alone', command: '<%= config.bin %> dashboard open --no-browser' },
  ]
  static override flags = {
    browser: Flags.boolean({ summary: 'Open the browser; on a terminal this is what it does.', allowNo: true }),
  }

  async run(): Promise<unknown> {
    const { flags } = await this.parse(DashboardOpen)
    const door = await this.open(flags)
    const { openPage } = await import('../_dashboard/open.ts')
    const browser = flags.browser ?? (process.stdout.isTTY === true && !this.jsonEnabled())
    const done = await openPage(door, { browser })
    this.say(done.text)
    return done.json
  }
}
