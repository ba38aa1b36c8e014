/** What the parts of the sandbox share, and the hooks by which they take part in a call. */
import type { Invocation } from './calls.ts'
import type { SandboxClock } from './clock.ts'
import type { Answer } from './door/answer.ts'
import type { Decoded, Request } from './door/decode.ts'
import type { Caller, KeyRing } from './iam/callers.ts'
import type { Identities } from './iam/identity.ts'
import type { Propagation } from './refusals/propagation.ts'
import type { Clients, Upstream } from './upstream.ts'
import type { BackgroundWork } from './work.ts'

export interface World {
  readonly account: string
  readonly partition: string
  /** Where calls go that name no region. */
  readonly region: string
  /** Temporary folder of this sandbox. */
  readonly folder: string
  readonly clock: SandboxClock
  readonly upstream: Upstream
  readonly keys: KeyRing
  readonly identities: Identities
  readonly work: BackgroundWork
  readonly propagation: Propagation
  /** http://127.0.0.1:port of the door itself. */
  endpoint(): string
  clients(region?: string): Clients
  /** ARN (with path) and id of an IAM user; throws NoSuchEntity. */
  userOf(name: string): Promise<{ arn: string; userId: string }>
  invoked(invocation: Invocation): void
  /** Lines that a function's log group took: CloudWatch reads metrics out of them. */
  logged(region: string, lines: readonly string[]): Promise<void>
}

/** A call on its way: decoded, with its caller looked up. */
export interface Passing extends Decoded {
  readonly request: Request
  readonly caller: Caller | undefined
  readonly inRegion: string
}

/**
 * How a part takes part. `before` may answer in the emulator's place; `after` sees (and may replace) the answer.
 * Keyed by `service:Operation`.
 */
export interface Hook {
  readonly on: readonly string[]
  before?(call: Passing): Promise<Answer | undefined>
  after?(call: Passing, answer: Answer): Promise<Answer | undefined>
}
