/** What one AWS thing must be able to do, and nothing about when: the engine knows when. */
import type { Settings } from '../guard.ts'
import type { Names } from '../names.ts'

/** `kind/name@region`: several regions later must not rewrite every file. */
export type ResourceId = string
export type Tags = Readonly<Record<string, string>>

export type Ownership =
  /** Carries our tags itself. */
  | { readonly by: 'tag' }
  /** Cannot carry a tag; hangs on something that does, under a stable name. */
  | { readonly by: 'parent'; readonly parent: ResourceId }
  /** The account's own setting: merged and restored, never owned. */
  | { readonly by: 'account-setting' }
  /**
   * Was there before the guard and is used with the admin's consent: never made, never deleted, carries no tag of ours.
   * What was there before stands in the manifest as this resource's fact from the moment it is adopted.
   */
  | { readonly by: 'adopted' }

export interface Difference {
  /** `retentionInDays`, `statement/AllowWrite`. */
  readonly field: string
  /** In words a person reads; never a secret. */
  readonly is: string
  readonly want: string
  readonly how: 'in-place' | 'impossible'
}

export type Observed<A> =
  | { readonly state: 'absent' }
  /** Exists but cannot be judged yet (Pending, CREATING, DELETING): the engine waits for `for`. */
  | { readonly state: 'settling'; readonly for: string }
  | { readonly state: 'present'; readonly actual: A; readonly tags: Tags | undefined }

/** What the resources know besides their own desired state. Values of other resources exist once those are created. */
export interface Inputs {
  readonly settings: Settings
  readonly names: Names
  readonly account: string
  readonly region: string
  readonly partition: string
  /** Now, from the injected clock; resources never ask the machine. */
  readonly now: number
  /** What a resource wrote down when AWS chose an id, or what was there before us (saved logging configuration). */
  remembered(id: ResourceId): string | undefined
}

export interface Doing {
  readonly tags: Tags
  /** Writes a fact about this resource into the manifest at once, before going on. */
  remember(fact: string | undefined): Promise<void>
  /** "waiting for role cost-guard-ingest to become assumable" */
  say(what: string): void
  /** What stands in the outcome beside "removed": that AWS keeps a key for thirty days, and until when. */
  answer(what: string): void
}

export interface Resource<D = unknown, A = unknown> {
  readonly id: ResourceId
  /** For people: "DynamoDB table". */
  readonly kind: string
  /** For people: the AWS name. */
  readonly name: string
  /** Why the guard needs it, one line for the plan. */
  readonly why: string
  readonly ownership: Ownership
  readonly onTeardown: 'remove' | 'retain' | 'restore'
  /** What happens to it when the settings do not ask for it any more; it holds what cannot be made again. Default: it goes. */
  readonly whenUnwanted?: 'retain'
  readonly needs: readonly ResourceId[]
  /**
   * What AWS chooses for these is part of what this one is: where one of them is made anew, this one is brought in line with
   * it in the same run, although nothing differs yet when the plan is made. `fields`: what will change, as `diff` names it.
   */
  readonly follows?: { readonly ids: readonly ResourceId[]; readonly fields: readonly string[] }
  /** Undefined: this guard should not have one (any more). Must be JSON-serialisable: its hash is the state tag. */
  desired(inputs: Inputs): D | undefined
  /** Never throws for absence. */
  read(inputs: Inputs): Promise<Observed<A>>
  /**
   * Pure. Knows nothing of tags: where `ownership` is by tag the engine adds differences `tag/<key>` itself and `update`
   * is called with them (use `tagChanges(differences, doing.tags)` of tags.ts).
   */
  diff(desired: D, actual: A, inputs: Inputs): readonly Difference[]
  /** Something in AWS that makes creating or changing it impossible or wrong; all refusals are shown at once. */
  refuse?(desired: D, observed: Observed<A>, inputs: Inputs): Promise<readonly Refusal[]>
  /** After it the engine reads until the resource is present without differences; it must not wait for that itself. */
  create(desired: D, doing: Doing, inputs: Inputs): Promise<void>
  update(desired: D, actual: A, differences: readonly Difference[], doing: Doing, inputs: Inputs): Promise<void>
  /** Absence is success. */
  remove(actual: A, doing: Doing, inputs: Inputs): Promise<void>
  /** Only for account settings: puts back what was there, three-way. Answers what it did, in words. */
  restore?(actual: A, doing: Doing, inputs: Inputs): Promise<string>
  /** Why it stays at a teardown even where all data goes: somebody else uses it. Pure. */
  stays?(actual: A, inputs: Inputs): string | undefined
  /** What a restore will come to, where that is not "as it was before". Pure. */
  restoring?(actual: A, inputs: Inputs): string | undefined
  /**
   * For what carries no tag: whether what was read is (partly) the guard's doing. Where it is missing, a stable name
   * under the parent is proof enough.
   */
  isOurs?(actual: A, inputs: Inputs): boolean
  /** For a thing of this name that is not ours: what to say and to advise in place of the general words. */
  notOurs?(actual: A, owner: string | undefined): Refusal
  /** A state that is fine and still worth a word: "waiting for the confirmation of ops@example.com". */
  note?(actual: A, inputs: Inputs): string | undefined
  /** What is lost with it where it is removed, worth a word in that plan: "3 people lose their login". Pure. */
  losing?(actual: A, inputs: Inputs): string | undefined
  /** The settings record: removed after everything else is gone. */
  readonly diesLast?: boolean
  /** How it is adopted where it may be. Whether it is, says `ownership`, for every plan anew. */
  readonly adoption?: Adoption<D, A>
}

/**
 * For things that may have been there before the guard. An adopted one is brought to the same `desired` by `diff` and
 * `update` as one of our own, tags excepted: `desired` asks less of it. Its fact in the manifest is `before`, so `update`
 * must not call `doing.remember`.
 */
export interface Adoption<D = unknown, A = unknown> {
  /** How the admin says so, for whoever meets a foreign thing of this name: `--adopt topic`. */
  readonly flag: string
  /** What of the guard's stays in it for good: `the ledger that the guard wrote stays in it`. */
  readonly leaves?: string
  /** All that the guard may change of it, as text: saved before the first change and given to the two below. */
  before(actual: A, inputs: Inputs): string
  /** Why it cannot serve this guard; asked at every plan, all refusals are shown at once. */
  fitness?(desired: D, actual: A, tags: Tags | undefined, inputs: Inputs): Promise<readonly Refusal[]>
  /**
   * What is still as the guard left it and was otherwise before. Pure. What somebody changed since is theirs and is not
   * in it. Shown by the plan; empty: nothing but our note of it goes.
   */
  toGiveBack(actual: A, before: string, inputs: Inputs): readonly Difference[]
  giveBack(actual: A, before: string, differences: readonly Difference[], doing: Doing, inputs: Inputs): Promise<void>
}

export interface Refusal {
  readonly why: 'not-ours' | 'newer-version' | 'immutable-difference' | 'occupied' | 'no-right' | 'unfit'
  readonly message: string
  readonly suggestion: string
}
