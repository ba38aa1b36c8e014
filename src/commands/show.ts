import { Args, Flags } from '@oclif/core'
import { GuardCommand } from './_base.ts'

export default class Show extends GuardCommand {
  static override summary = 'Show one principal, person or team: what was spent, and why it is blocked.'
  static override description =
    'CACHE is the share of prompt tokens that were read from the prompt cache. Amounts are estimates at list price, before tax, ' +
    'credits and private discounts.'
  static override examples = [
    { description: 'This month', command: '<%= config.bin %> show tanaka' },
    {
      description: 'A role with its sessions, last month',
      command: '<%= config.bin %> show role/team-a --month 2026-10',
    },
    { description: 'A team, by its members of today', command: '<%= config.bin %> show team/growth' },
  ]
  static override args = {
    principal: Args.string({
      ignoreStdin: true,
      description: 'user/NAME, role/NAME, session/ROLE/NAME, person/NAME, team/NAME or a bare name.',
      required: true,
    }),
  }
  static override flags = {
    month: Flags.string({ summary: 'Another month, in the guard’s time zone.', helpValue: 'YYYY-MM' }),
  }

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(Show)
    const [{ readMonth }, { showPrincipal }] = await Promise.all([import('./_status.ts'), import('./_show.ts')])
    const month = readMonth(flags.month)
    const door = await this.open(flags)
    const { json, text } = await showPrincipal(door, {
      typed: args.principal,
      month,
      screen: this.screen,
    })
    this.say(text)
    return json
  }
}
