import { Flags } from '@oclif/core'
import { GuardCommand } from '../_base.ts'

export default class PeopleSuggest extends GuardCommand {
  static override summary = 'Suggest who is one person, from matching names and IAM tags.'
  static override description =
    'A user tanaka and a session …/tanaka@example.com are probably one person; a user BedrockAPIKey-… is whose tag owner says. ' +
    'Sessions are looked at only where each is counted on its own: of Identity Center, which writes who signed in, and of the ' +
    'roles given with --sessions, whose callers choose the name unless the trust policy fixes it. Whoever may tag users in IAM ' +
    'decides what the tag says. Who matches nobody stays on the list.'
  static override examples = [
    { description: 'Look', command: '<%= config.bin %> people suggest' },
    { description: 'Look, then be asked', command: '<%= config.bin %> people suggest --apply' },
    {
      description: 'Another tag, of every user and role',
      command: '<%= config.bin %> people suggest --tag Contact --all',
    },
  ]
  static override flags = {
    apply: Flags.boolean({ summary: 'Make these people, after asking.' }),
    tag: Flags.string({ summary: 'Key of the IAM tag that names the owner; case does not matter.', default: 'owner' }),
    all: Flags.boolean({ summary: 'Read the tags of every user and role, not only of those the ledger has seen.' }),
    yes: Flags.boolean({ char: 'y', summary: 'With --apply: do not ask.', dependsOn: ['apply'] }),
  }

  async run(): Promise<unknown> {
    const { flags } = await this.parse(PeopleSuggest)
    const door = await this.open(flags)
    const { suggest } = await import('../_people/suggest.ts')
    const screen = this.screen
    const done = await suggest(door, { ...flags, screen }, { yes: flags.yes, json: this.jsonEnabled() })
    this.tell(done.text)
    return done.json
  }
}
