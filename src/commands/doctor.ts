import { Flags } from '@oclif/core'
import { GuardCommand } from './_base.ts'

export default class Doctor extends GuardCommand {
  static override summary = 'Check every link from a model call to a deny, and say how to mend each.'
  static override description =
    'Sends a heartbeat through the real pipe and waits for it (--no-heartbeat spares that). Exit 1 when the guard does not ' +
    'protect. With --fix what somebody changed in AWS is set right again: the plan is shown and asked about first.'
  static override examples = [
    { description: 'Is everything well?', command: '<%= config.bin %> doctor' },
    { description: 'Quickly, and only by reading', command: '<%= config.bin %> doctor --no-heartbeat --json' },
    { description: 'Mend what can be mended', command: '<%= config.bin %> doctor --fix' },
  ]
  static override flags = {
    heartbeat: Flags.boolean({
      summary: 'Write a heartbeat into the log group and wait until ingest has it.',
      default: true,
      allowNo: true,
    }),
    wait: Flags.integer({ summary: 'Seconds to wait for the heartbeat.', default: 180, min: 1, max: 900 }),
    fix: Flags.boolean({ summary: 'Then run the plan of init with the settings installed, after showing it.' }),
    yes: Flags.boolean({ char: 'y', summary: 'Do not ask before --fix changes anything.' }),
  }

  async run(): Promise<unknown> {
    const { flags } = await this.parse(Doctor)
    const door = await this.open(flags)
    const { examine } = await import('./_doctor.ts')
    const done = await examine(door, flags, {
      json: this.jsonEnabled(),
      screen: this.screen,
      say: (text) => this.say(text),
      interruptible: () => this.interruptible(),
    })
    process.exitCode = done.exit
    return done.document
  }
}
