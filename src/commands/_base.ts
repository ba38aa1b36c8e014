/** What every command has in common: flags, error → words and exit code, one JSON document. The only place that knows oclif's ways. */
import { Command, Flags } from '@oclif/core'
import { type Door, openDoor } from './_compose.ts'
import { EXIT, errorJson, errorText, tell } from './_errors.ts'
import { folded, screenOf } from './_view/width.ts'

export const guardFlags = {
  guard: Flags.string({
    summary: 'Name of the guard; it is also the prefix of everything it owns.',
    env: 'COST_GUARD_NAME',
    default: 'cost-guard',
    helpGroup: 'AWS',
    helpValue: 'NAME',
  }),
  region: Flags.string({
    summary: 'AWS region of the guard; else AWS_REGION, AWS_DEFAULT_REGION, then the profile.',
    helpGroup: 'AWS',
  }),
  profile: Flags.string({ summary: 'Profile of the AWS configuration to use; else AWS_PROFILE.', helpGroup: 'AWS' }),
}

/** A command that works without an account: only --json. */
export abstract class PlainCommand extends Command {
  static override enableJsonFlag = true

  override async init(): Promise<void> {
    await super.init()
    process.once('SIGINT', interrupted)
  }

  /** Columns of the screen that results go to. */
  protected get screen(): number {
    return screenOf(process.stdout)
  }

  /** Lines for people on stdout; silent with --json. */
  protected say(text: string): void {
    if (!this.jsonEnabled()) process.stdout.write(text.endsWith('\n') || text === '' ? text : `${text}\n`)
  }

  /** As `say`, sentences broken at the edge of the screen. Not for what is pasted or read by programs. */
  protected tell(text: string): void {
    this.say(folded(text, this.screen))
  }

  /** Progress, warnings, whose account: stderr, with --json too; broken at the edge of a terminal. */
  protected note(text: string): void {
    const shown = process.stderr.isTTY ? folded(text, screenOf(process.stderr)) : text
    process.stderr.write(shown.endsWith('\n') ? shown : `${shown}\n`)
  }

  override async catch(error: Error & { code?: string; oclif?: { exit?: number } }): Promise<void> {
    if (error.code === 'EEXIT') {
      process.exitCode = error.oclif?.exit ?? 0
      return
    }
    const { tellAws } = await import('./_aws-errors.ts')
    const told = tell(tellAws(error), {
      command: this.id?.replaceAll(':', ' '),
      flags: Object.keys({
        ...this.ctor.baseFlags,
        ...this.ctor.flags,
        ...(this.ctor.enableJsonFlag ? { json: 0 } : {}),
      }),
      bin: this.config.bin,
    })
    process.exitCode = told.exit
    if (this.jsonEnabled()) this.logJson(errorJson(told))
    else process.stderr.write(errorText(told, process.stderr.isTTY ? screenOf(process.stderr) : undefined))
    if (process.env.DEBUG) process.stderr.write(`${error.stack ?? ''}\n`)
  }

  override async finally(_: Error | undefined): Promise<void> {
    process.removeListener('SIGINT', interrupted)
  }
}

/** A command about one guard in one account and region. */
export abstract class GuardCommand extends PlainCommand {
  static override baseFlags = guardFlags

  /** Resolves region and credentials and says on stderr whose account this is, before anything else. */
  protected async open(flags: {
    guard: string
    region?: string | undefined
    profile?: string | undefined
  }): Promise<Door> {
    return openDoor({ ...flags, bin: this.config.bin, version: this.config.version, note: (text) => this.note(text) })
  }

  /** First Ctrl-C: finish the call in flight and start nothing new. Second: leave at once. */
  protected interruptible(): AbortSignal {
    const controller = new AbortController()
    process.removeListener('SIGINT', interrupted)
    process.on('SIGINT', () => {
      if (controller.signal.aborted) return interrupted()
      controller.abort()
      this.note('stopping: the call in flight is finished, nothing new is started (Ctrl-C again leaves at once)')
    })
    return controller.signal
  }
}

function interrupted(): void {
  process.stderr.write('\nCancelled\n')
  process.exit(EXIT.interrupted)
}
