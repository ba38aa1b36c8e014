import { GuardCommand } from '../_base.ts'

export default class ConfigOutputs extends GuardCommand {
  static override summary = 'Show what the guard made: names, ARNs, and where the AWS console shows them.'
  static override examples = [
    { description: 'To look at', command: '<%= config.bin %> config outputs' },
    { description: 'For other tools', command: '<%= config.bin %> config outputs --json' },
  ]

  async run(): Promise<unknown> {
    const { flags } = await this.parse(ConfigOutputs)
    const door = await this.open(flags)
    const { showOutputs } = await import('../_config/settings.ts')
    const shown = await showOutputs(door)
    this.say(shown.text)
    return shown.json
  }
}
