import { Args, Flags } from '@oclif/core'
import { GuardCommand } from '../_base.ts'

export default class PricesList extends GuardCommand {
  static override summary = 'Show the price book in force, and the models without a price.'
  static override description =
    'Each row names the first UTC day it counts for; below the table stand the places it was read from, and when (--json: of each row). Dollars per million tokens, before tax and discounts.'
  static override examples = [
    { description: 'Everything in force today', command: '<%= config.bin %> prices list' },
    { description: 'One family; needs no account', command: '<%= config.bin %> prices list opus --built-in' },
  ]
  static override args = {
    model: Args.string({ ignoreStdin: true, description: 'Only models whose id contains this.' }),
  }
  static override flags = {
    'built-in': Flags.boolean({ summary: 'Only the prices that this version knows; needs no account.' }),
    all: Flags.boolean({ summary: 'Rows that are over or not yet in force too.' }),
  }

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(PricesList)
    const { builtInPrices, pricesInForce } = await import('../_prices.ts')
    const how = { model: args.model, all: flags.all, screen: this.screen }
    const shown = flags['built-in'] ? builtInPrices(how) : await pricesInForce(await this.open(flags), how)
    this.tell(shown.text)
    return shown.json
  }
}
