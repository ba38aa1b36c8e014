import { Flags } from '@oclif/core'
import { PlainCommand } from './_base.ts'

export default class SandboxCommand extends PlainCommand {
  static override summary = 'See it all on your own machine, without an account.'
  static override description =
    'Starts a local AWS emulator (found, or installed once: about 115 MB) with simulated Bedrock traffic, and plays a guard’s month: ' +
    'install, warn, block, raise, new month, daily mail, teardown. Your own AWS configuration is never read. With --keep it installs ' +
    'the guard with its page, stays until Ctrl-C and prints what to export to try every command yourself, and who can sign in to the page.'
  static override examples = [
    { description: 'The story, in about half a minute', command: '<%= config.bin %> sandbox' },
    { description: 'To play with', command: '<%= config.bin %> sandbox --keep' },
  ]
  static override flags = {
    keep: Flags.boolean({ summary: 'Install the guard, stay running and print the exports.' }),
    region: Flags.string({ summary: 'Region to play in.', default: 'us-east-1' }),
    port: Flags.integer({ summary: 'Port of the small AWS; else a free one.', min: 1024, max: 65535 }),
    verbose: Flags.boolean({ summary: 'Every step of init and teardown.' }),
  }

  async run(): Promise<unknown> {
    const { flags } = await this.parse(SandboxCommand)
    const { keepSandbox, playDemo } = await import('./_sandbox.ts')
    const json = this.jsonEnabled()
    const ways = {
      ...flags,
      // With --json the story itself goes to stderr: stdout is one document.
      say: (line: string) => (json ? this.note(line) : process.stdout.write(`${line}\n`)),
      note: (line: string) => this.note(line),
      show: (document: object) => (json ? this.logJson(document) : undefined),
    }
    return flags.keep ? keepSandbox(ways) : playDemo(ways)
  }
}
