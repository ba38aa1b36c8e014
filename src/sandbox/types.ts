/** What a sandbox is to those who use it: tests, the demo, `cost-guard sandbox`. */
import type { Call, Invocation } from './calls.ts'
import type { Fault } from './faults.ts'
import type { Keys } from './iam/callers.ts'
import type { Mail } from './mail/mail.ts'
import type { SignedIn } from './page.ts'
import type { Fired } from './schedule/scheduler.ts'
import type { Credentials } from './sign-in/walk.ts'

export interface SandboxOptions {
  /** Default us-east-1. */
  readonly region?: string
  /** URL of an emulator that runs already; it is reset, never ended. */
  readonly emulator?: string
  readonly log?: (line: string) => void
  /** Schedules fire by themselves, each second looked after. Without it only `tick()` fires them. */
  readonly live?: boolean
  /** This many tries after a role or permission is made fail as AWS's do before it has propagated. Default 0. */
  readonly propagation?: number
  /** Every call is judged by its caller's IAM policies. Default true. */
  readonly refuseUnauthorised?: boolean
  /** Default: a free one. */
  readonly port?: number
}

export interface Sandbox {
  /** http://127.0.0.1:port */
  readonly endpoint: string
  readonly account: string
  readonly region: string
  /** Exports for a person or a child process: endpoint, admin keys, region, and nothing of the user's own AWS. */
  readonly env: Readonly<Record<string, string>>
  readonly admin: Keys
  /** Of the emulator, when the sandbox started it. */
  readonly emulatorPid: number | undefined
  createUser(name: string, options?: { path?: string; allow?: string | string[] }): Promise<Keys>
  createRole(name: string, options?: { path?: string; allow?: string | string[] }): Promise<string>
  assume(role: string, session: string): Promise<Keys & { sessionToken: string }>
  /** Environment like `env` but with these keys. */
  envOf(keys: Keys): Readonly<Record<string, string>>
  now(): number
  /** Moves the clock; schedules that became due wait for the next `tick()` (or second, when live). */
  setTime(to: Date | number | string): void
  advance(milliseconds: number): void
  /** Fires what became due since the last tick (each schedule once) and waits until all that follows is done. */
  tick(): Promise<readonly Fired[]>
  /** Fires one schedule now, whatever its expression says, and waits. */
  fire(schedule: string): Promise<Fired>
  /** Judges the alarms over the guard's own metrics once, and mails what changed; answers `NAME STATE`. */
  judgeAlarms(): Promise<readonly string[]>
  /** Waits until every delivery and asynchronous invocation is done. */
  idle(): Promise<void>
  mails(): readonly Mail[]
  clearMails(): void
  confirmMail(address: string): number
  /** The link in the newest mail by which AWS asks this address to confirm. */
  confirmationLink(address: string): string | undefined
  /** As if a reader had clicked the unsubscribe link of a mail; false: it is locked, or not subscribed. */
  unsubscribeMail(address: string): Promise<boolean>
  /** Where the guard's page is, with its last slash; undefined: it has none. `name`: how its API's name begins, where there are several. */
  pageUrl(name?: string): Promise<string | undefined>
  /** Signs in to the page over HTTP as a browser does; throws with what the person would have read. */
  signInAs(who: Credentials, url?: string): Promise<SignedIn>
  /** False where nobody can sign in to a page: the provider that plays Cognito is a tool of development. */
  canSignIn(): Promise<boolean>
  /** The temporary password in the newest invitation to this address. */
  passwordMailed(address: string): string | undefined
  /** As if the person had signed in and chosen it. */
  setPassword(address: string, password: string): Promise<void>
  /** API Gateway takes every token for this much older than it is, until the sandbox is reset. */
  ageTokens(milliseconds: number): void
  calls(): readonly Call[]
  clearCalls(): void
  invocations(): readonly Invocation[]
  /** Background work that failed (a dead letter that could not be sent…). */
  problems(): readonly string[]
  inject(fault: Fault): { left(): number; remove(): void }
  /** As new: everything in the emulator gone, clock back, the admin's keys unchanged. */
  reset(): Promise<void>
  /** Ends every process it started. */
  stop(): Promise<void>
}
