import { Args } from '@oclif/core'
import { GuardCommand } from '../_base.ts'

export default class ConfigGet extends GuardCommand {
  static override summary = 'Show the settings of the installed guard.'
  static override usage = 'config get [KEY…]'
  static override description = 'One KEY alone prints its bare value, for scripts. Nothing that is secret is a setting.'
  static override examples = [
    { description: 'All of them', command: '<%= config.bin %> config get' },
    { description: 'One, in a script', command: '<%= config.bin %> config get timeZone' },
  ]
  static override strict = false
  static override args = {
    key: Args.string({ ignoreStdin: true, description: 'Keys of settings, as in cost-guard.yaml.' }),
  }

  async run(): Promise<unknown> {
    const { flags, argv } = await this.parse(ConfigGet)
    const { getSettings, settingKeys } = await import('../_config/settings.ts')
    const keys = settingKeys(argv as string[])
    const shown = await getSettings(await this.open(flags), keys)
    this.say(shown.text)
    return shown.json
  }
}
