import { GuardCommand } from '../_base.ts'

export default class ExcludeList extends GuardCommand {
  static override summary = 'Show who is excluded, since when, by whom and why.'
  static override examples = [
    { description: 'As a table', command: '<%= config.bin %> exclude list' },
    { description: 'For a program', command: '<%= config.bin %> exclude list --json' },
  ]

  async run(): Promise<unknown> {
    const { flags } = await this.parse(ExcludeList)
    const door = await this.open(flags)
    const { listExclusions } = await import('../_exclude.ts')
    const done = await listExclusions(door, this.screen)
    this.say(done.text)
    return done.json
  }
}
