import { Args, Flags } from '@oclif/core'
import { GuardCommand } from './_base.ts'
import { CLIENTS } from './_onboard-clients.ts'

export default class Onboard extends GuardCommand {
  static override summary = 'Print the settings for one person’s client: region, model, source header.'
  static override description =
    'Nothing is changed anywhere. The label only tells programs of one principal apart; who spends is always the AWS ' +
    'identity. Paste what is printed: a header typed by hand with curly quotes breaks every request.'
  static override examples = [
    {
      description: 'Claude Code, for ~/.claude/settings.json',
      command: '<%= config.bin %> onboard tanaka --client claude-code',
    },
    {
      description: 'A profile for Claude Desktop on macOS, into a file',
      command:
        '<%= config.bin %> onboard tanaka --client claude-desktop --format mobileconfig --raw > claude.mobileconfig',
    },
  ]
  static override args = {
    principal: Args.string({
      ignoreStdin: true,
      description: 'user/NAME, role/NAME, session/ROLE/NAME or a bare name.',
      required: true,
    }),
  }
  static override flags = {
    client: Flags.string({ summary: 'The program.', options: Object.keys(CLIENTS), required: true }),
    format: Flags.string({ summary: 'Form of the settings, where the program knows several.', helpValue: 'FORM' }),
    source: Flags.string({ summary: 'Label of the calls [the name of the client].', helpValue: 'LABEL' }),
    model: Flags.string({ summary: 'Model, inference profile id or ARN to pin [none: the program chooses].' }),
    'aws-profile': Flags.string({ summary: 'AWS profile on the person’s machine.', helpValue: 'NAME' }),
    raw: Flags.boolean({ summary: 'Only the settings on standard output, ready for a file.' }),
    force: Flags.boolean({ summary: 'Take a principal that does not exist yet.' }),
  }

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(Onboard)
    const { checkOnboarding, onboard } = await import('./_onboard.ts')
    const wish = checkOnboarding({ ...flags, awsProfile: flags['aws-profile'] })
    const door = await this.open(flags)
    const { json, text, raw } = await onboard(door, wish, { typed: args.principal, force: flags.force })
    this.say(flags.raw ? raw : text)
    return json
  }
}
