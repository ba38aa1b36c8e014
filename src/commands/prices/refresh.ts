import { Flags } from '@oclif/core'
import { GuardCommand } from '../_base.ts'
import { listFlags } from '../_price-list-flags.ts'

export default class PricesRefresh extends GuardCommand {
  static override summary = 'Read AWS’s public price list, show what differs, and keep it in the guard.'
  static override description =
    'Needs no rights for the list itself: the files are public. What cannot be true is refused, what cannot be mapped is listed, and a ' +
    'change of more than 50 % is asked about by itself. A changed price counts from the day AWS names, never before today: what is ' +
    'booked stays as it was priced until reprice is asked for. A model that had no price is corrected back to the beginning of last ' +
    'month. Your own prices (prices set) win over the list, the list over the prices that came with this version. Behind a proxy set ' +
    'NODE_USE_ENV_PROXY=1 and HTTPS_PROXY (Node.js 22.21, 24 and later), or fetch the files yourself and give them with --from.'
  static override examples = [
    { description: 'Look, answer, done', command: '<%= config.bin %> prices refresh' },
    {
      description: 'From files that another machine fetched, in a script',
      command: '<%= config.bin %> prices refresh --from price-files/ --yes',
    },
  ]
  static override flags = {
    ...listFlags,
    'accept-big-changes': Flags.boolean({ summary: 'Take changes of more than 50 % too, up or down.' }),
    yes: Flags.boolean({ char: 'y', summary: 'Do not ask; changes of more than 50 % are left out all the same.' }),
  }

  async run(): Promise<unknown> {
    const { flags } = await this.parse(PricesRefresh)
    const { checkRegions, refreshPrices } = await import('../_prices-refresh.ts')
    const regions = checkRegions(flags.regions ?? [])
    const done = await refreshPrices(await this.open(flags), {
      ...{ regions, from: flags.from ?? [], yes: flags.yes, acceptBig: flags['accept-big-changes'] },
      ...{ json: this.jsonEnabled(), screen: this.screen, note: (text: string) => this.note(text) },
    })
    this.tell(done.text)
    return done.json
  }
}
