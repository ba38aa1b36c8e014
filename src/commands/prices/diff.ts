import { Flags } from '@oclif/core'
import { GuardCommand } from '../_base.ts'
import { EXIT } from '../_errors.ts'
import { listFlags } from '../_price-list-flags.ts'

export default class PricesDiff extends GuardCommand {
  static override summary = 'Show where AWS’s public price list differs from the book; changes nothing.'
  static override description =
    'New models, changed prices with old and new, what is gone from the list, what is refused and why, and what could not be mapped.'
  static override examples = [
    { description: 'Against AWS’s list of today', command: '<%= config.bin %> prices diff' },
    {
      description: 'In a nightly check: exit code 3 when it differs',
      command: '<%= config.bin %> prices diff --from price-files/ --exit-code --json',
    },
  ]
  static override flags = {
    ...listFlags,
    'exit-code': Flags.boolean({ summary: 'Exit with 3 when the list differs from the book.' }),
  }

  async run(): Promise<unknown> {
    const { flags } = await this.parse(PricesDiff)
    const { checkRegions, diffPrices } = await import('../_prices-refresh.ts')
    const regions = checkRegions(flags.regions ?? [])
    const screen = this.screen
    const reading = { regions, from: flags.from ?? [], screen, note: (text: string) => this.note(text) }
    const done = await diffPrices(await this.open(flags), reading)
    if (done.differs && flags['exit-code']) process.exitCode = EXIT.differs
    this.tell(done.text)
    return done.json
  }
}
