import { Flags } from '@oclif/core'
import { GuardCommand } from '../_base.ts'

export default class LimitsExport extends GuardCommand {
  static override summary = 'Print all limits as CSV or JSON, as limits import takes them.'
  static override examples = [
    { description: 'For a spreadsheet', command: '<%= config.bin %> limits export > limits.csv' },
    { description: 'As in cost-guard.yaml', command: '<%= config.bin %> limits export --format json' },
  ]
  static override flags = {
    format: Flags.string({ summary: 'How to write them.', options: ['csv', 'json'], default: 'csv' }),
  }

  async run(): Promise<unknown> {
    const { flags } = await this.parse(LimitsExport)
    const door = await this.open(flags)
    const { exportLimits } = await import('../_limits-file.ts')
    const exported = await exportLimits(door, flags.format)
    this.say(exported.text)
    return exported.json
  }
}
