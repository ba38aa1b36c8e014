import { Args, Flags } from '@oclif/core'
import { GuardCommand } from '../_base.ts'

export default class PricesUnset extends GuardCommand {
  static override summary = 'Take your own price of a model away, and say what price counts now.'
  static override description =
    'As prices set does, it gives what was counted this month and last the price that counts now, by correcting entries. ' +
    'Where no price is left, further calls are counted at an assumed one and what was counted keeps its price.'
  static override examples = [
    { description: 'All you set of it', command: '<%= config.bin %> prices unset newlab.wonder-9' },
    {
      description: 'One of several',
      command: '<%= config.bin %> prices unset anthropic.claude-opus-5-5 --scope regional --from 2026-12-01',
    },
  ]
  static override args = {
    model: Args.string({ ignoreStdin: true, description: 'As it was set: model id, or ARN.', required: true }),
  }
  static override flags = {
    scope: Flags.string({ summary: 'Only the price of this scope.', options: ['global', 'regional', 'both'] }),
    from: Flags.string({ summary: 'Only the price set from this UTC day.', helpValue: 'YYYY-MM-DD' }),
  }

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(PricesUnset)
    const { checkUnset, unsetPrice } = await import('../_prices-own.ts')
    const wanted = checkUnset({ model: args.model, scope: flags.scope, from: flags.from })
    const done = await unsetPrice(await this.open(flags), wanted)
    if (done.failed) process.exitCode = 1
    this.tell(done.text)
    return done.json
  }
}
