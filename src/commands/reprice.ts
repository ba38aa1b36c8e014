import { Flags } from '@oclif/core'
import { GuardCommand } from './_base.ts'

export default class Reprice extends GuardCommand {
  static override summary = 'Apply the prices in force to what was counted already.'
  static override description =
    'Computes every request of these days again from its kept tokens, by the price of its own day, your prices and discounts included. ' +
    'What was booked stays; a correcting entry says what changed. Doing it twice changes nothing more. What still has no price stays as it is.'
  static override examples = [
    { description: 'See what would change', command: '<%= config.bin %> reprice --from 2026-11-01 --dry-run' },
    {
      description: 'One model, some days, in a script',
      command: '<%= config.bin %> reprice --from 2026-11-01 --to 2026-11-15 --model anthropic.claude-opus-5-5 --yes',
    },
  ]
  static override flags = {
    from: Flags.string({ summary: 'First day, in the guard’s zone.', required: true, helpValue: 'YYYY-MM-DD' }),
    to: Flags.string({ summary: 'Last day; else today.', helpValue: 'YYYY-MM-DD' }),
    model: Flags.string({ summary: 'Only this model, or ARN of a profile.', helpValue: 'MODEL' }),
    'dry-run': Flags.boolean({ char: 'n', summary: 'Show what would change; write nothing.' }),
    'exit-code': Flags.boolean({ summary: 'Exit with 3 when something would change.', dependsOn: ['dry-run'] }),
    yes: Flags.boolean({ char: 'y', summary: 'Do not ask.' }),
  }

  async run(): Promise<unknown> {
    const { flags } = await this.parse(Reprice)
    const { repriceDays, wishOf } = await import('./_reprice.ts')
    const wish = wishOf(flags)
    const stop = this.interruptible()
    const door = await this.open(flags)
    const done = await repriceDays(door, wish, {
      dryRun: flags['dry-run'],
      exitCode: flags['exit-code'],
      yes: flags.yes,
      json: this.jsonEnabled(),
      show: (text) => this.note(text),
      stop: () => stop.aborted,
    })
    process.exitCode = done.exit
    this.tell(done.text)
    return done.json
  }
}
