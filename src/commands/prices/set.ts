import { Args, Flags } from '@oclif/core'
import { GuardCommand } from '../_base.ts'

export default class PricesSet extends GuardCommand {
  static override summary = 'Set your own price of a model, and correct what was counted without one.'
  static override description =
    'Prices are dollars per million tokens. Cache classes left out follow Anthropic’s rule: 5-minute writes 1.25 times and 1-hour ' +
    'writes twice the input; reads cost the full input. Your price wins over the built-in row of the same model and scope.'
  static override examples = [
    {
      description: 'A model that status shows as unpriced',
      command: '<%= config.bin %> prices set newlab.wonder-9 --input 3 --output 15',
    },
    {
      description: 'Your discount, from a day on, for regional calls',
      command:
        '<%= config.bin %> prices set anthropic.claude-opus-5-5 --input 3.6 --output 18 --cache-read 0.36 --scope regional --from 2026-12-01',
    },
  ]
  static override args = {
    model: Args.string({ ignoreStdin: true, description: 'Model id, or the ARN of a profile.', required: true }),
  }
  static override flags = {
    input: Flags.string({ summary: 'Input tokens.', required: true, helpValue: 'USD' }),
    output: Flags.string({ summary: 'Output tokens.', required: true, helpValue: 'USD' }),
    'cache-read': Flags.string({ summary: 'Cache reads.', helpValue: 'USD' }),
    'cache-write-5m': Flags.string({ summary: 'Cache writes that live 5 minutes.', helpValue: 'USD' }),
    'cache-write-1h': Flags.string({ summary: 'Cache writes that live an hour.', helpValue: 'USD' }),
    scope: Flags.string({ summary: 'Which calls.', options: ['global', 'regional', 'both'] }),
    from: Flags.string({
      summary: 'First UTC day of this price; else the beginning of this month.',
      helpValue: 'YYYY-MM-DD',
    }),
  }

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(PricesSet)
    const { checkPrice, setPrice } = await import('../_prices.ts')
    checkPrice(args.model, flags)
    const door = await this.open(flags)
    const done = await setPrice(door, args.model, flags)
    this.tell(done.text)
    return done.json
  }
}
