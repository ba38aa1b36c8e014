import { Args, Flags } from '@oclif/core'
import { GuardCommand } from '../_base.ts'

export default class PricesDiscount extends GuardCommand {
  static override summary = 'Say what you pay less (or more) than the list: a factor.'
  static override usage = 'prices discount KEY=MULTIPLIER… [--from DAY] [--remove KEY]'
  static override description =
    'KEY is * or all, a provider, or a model; the most exact one counts alone. The cost of each request is multiplied and rounded to the ' +
    'pico-dollar; prices that you set yourself are not. It counts for calls from its day on. What was counted keeps its price until ' +
    'reprice is asked for. KEY=1 from a day ends a discount; --remove takes it away as if it had never been.'
  static override examples = [
    { description: 'Seven percent off everything', command: "<%= config.bin %> prices discount '*=0.93'" },
    {
      description: 'Ten percent off Anthropic, twenty off one model, from a day on',
      command: '<%= config.bin %> prices discount anthropic=0.9 anthropic.claude-opus-5-5=0.8 --from 2026-12-01',
    },
    { description: 'No longer', command: '<%= config.bin %> prices discount --remove anthropic' },
  ]
  static override strict = false
  static override args = {
    discount: Args.string({ ignoreStdin: true, description: 'KEY=MULTIPLIER, any number; above 0, up to 10.' }),
  }
  static override flags = {
    remove: Flags.string({ multiple: true, multipleNonGreedy: true, summary: 'Take this one away.', helpValue: 'KEY' }),
    from: Flags.string({
      summary: 'First UTC day; else today. With --remove: only that one.',
      helpValue: 'YYYY-MM-DD',
    }),
    force: Flags.boolean({ summary: 'Take models and providers that the guard does not know.' }),
  }

  async run(): Promise<unknown> {
    const { flags, argv } = await this.parse(PricesDiscount)
    const { changeDiscounts, checkDiscounts, readDiscounts } = await import('../_prices-own.ts')
    const wanted = readDiscounts(argv as string[])
    const how = { remove: flags.remove ?? [], from: flags.from, force: flags.force }
    checkDiscounts(wanted, how)
    const done = await changeDiscounts(await this.open(flags), wanted, how)
    this.tell(done.text)
    return done.json
  }
}
