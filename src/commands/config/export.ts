import { GuardCommand } from '../_base.ts'

export default class ConfigExport extends GuardCommand {
  static override summary = 'Print the installed guard as a cost-guard.yaml, to keep or to install again.'
  static override description =
    'Settings, people, teams, limits, exclusions, prices and discounts. init --config with that file gives the same guard back, here or elsewhere. With --json the same as one JSON document, which ' +
    'init --config reads as well. Users of the page are not in it: an address belongs into no repository, and a login is known by an id that only its own user pool gives.'
  static override examples = [
    { description: 'Keep it beside your other code', command: '<%= config.bin %> config export > cost-guard.yaml' },
  ]

  async run(): Promise<unknown> {
    const { flags } = await this.parse(ConfigExport)
    const door = await this.open(flags)
    const { exportConfig } = await import('../_config/export.ts')
    const exported = await exportConfig(door)
    this.say(exported.text)
    return exported.json
  }
}
