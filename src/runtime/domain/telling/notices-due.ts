/** What is worth saying after a check, from judgements, records and wishes. Pure. */
import type { Instant } from '../base/calendar.ts'
import { blockedBy } from '../judging/enforcement.ts'
import { type ManualBlock, potKey, type Waiver } from '../judging/limit.ts'
import type { BlockedRecord, Judgement, LimitState } from '../judging/verdict.ts'
import { isGroup, type Subject } from '../metering/belonging.ts'
import type { PrincipalKey } from '../metering/principal.ts'
import { type PicoUsd, percentOf } from '../money/money.ts'
import type { NoticeGroup, NoticeInput, NoticeItem, NoticeKey, ReleasedWhy } from './notice.ts'

/** Whom a limit speaks about: `everyone` about each, every other limit about its pot, whoever is in it. */
const subjectOf = (state: LimitState, principal: PrincipalKey): string =>
  state.of === '*' ? (state.sharedBy ?? principal) : state.of

function stateItem(key: NoticeKey, state: LimitState, subject: string): NoticeItem {
  const percent = percentOf(state.spent, state.amount)
  return {
    key,
    ...(subject === 'account' ? {} : { principal: subject as Subject }),
    limit: state.limit,
    spent: state.spent,
    assumed: (state.spent - state.confirmed) as PicoUsd,
    amount: state.amount,
    ...(percent === undefined ? {} : { percent }),
    ...(state.threshold === undefined ? {} : { threshold: state.threshold }),
    until: state.resetsAt,
  }
}

/** Who needs no further word while this one is blocked: itself, and the person or team whose limit it is. */
function toldOfBlock({ principal, limits, decidedBy }: Judgement): readonly string[] {
  const state = limits.find(({ limit }) => limit === decidedBy)
  const pot = state && subjectOf(state, principal)
  return pot !== undefined && isGroup(pot) ? [principal, pot] : [principal]
}

/**
 * Warnings and limits that only notify: once per limit version, period and threshold. Who jumps over the limit at once
 * is only told of the block; who is blocked is not warned of further limits. Of the excluded, every limit only notifies.
 */
function aboutLimits(judgements: readonly Judgement[]): { warned: NoticeItem[]; over: NoticeItem[] } {
  const warned = new Map<NoticeKey, NoticeItem>()
  const over = new Map<NoticeKey, NoticeItem>()
  const quiet = new Set(judgements.filter(({ verdict }) => verdict.kind === 'blocked').flatMap(toldOfBlock))
  const stoppable = new Set(
    judgements
      .filter(({ verdict }) => verdict.kind !== 'excluded')
      .flatMap(({ principal, limits }) => limits.map((state) => subjectOf(state, principal))),
  )
  for (const { principal, limits, verdict } of judgements) {
    const excluded = verdict.kind === 'excluded'
    for (const state of limits) {
      const subject = subjectOf(state, principal)
      if (quiet.has(subject)) continue
      const once = `${subject}#${state.limit}#v${state.version}#${state.periodKey}`
      if (!state.reached && state.threshold !== undefined) {
        const key = `warned#${once}#${state.threshold}`
        warned.set(key, stateItem(key, state, subject))
      }
      // What the excluded share with others, the block of these says.
      const exempt = excluded && state.action === 'block' && !stoppable.has(subject)
      if (state.reached && state.spent > 0n && (exempt || state.action === 'notify')) {
        const item = stateItem(`over#${once}`, state, subject)
        over.set(item.key, exempt ? { ...item, why: 'excluded' } : item)
      }
    }
  }
  return { warned: [...warned.values()], over: [...over.values()] }
}

/** Why a block ended, as far as the wishes and the judgement of now tell. */
function releasedWhy(
  record: BlockedRecord,
  judgement: Judgement | undefined,
  { now, observe, wishes }: Pick<NoticeInput, 'now' | 'observe' | 'wishes'>,
): ReleasedWhy {
  if (observe) return 'observed'
  if (judgement?.verdict.kind === 'excluded') return 'excluded'
  if (record.decidedBy === 'manual') return 'block-ended'
  if (judgement?.verdict.kind === 'waived') return 'waived'
  const limit = wishes.limits.find(({ id }) => id === record.decidedBy)
  if (limit?.until !== undefined && now >= limit.until) return 'limit-ended'
  if (record.until !== 'no-end' && now >= record.until) return 'new-period'
  const pot = limit && potKey(limit.of)
  const left = pot !== undefined && isGroup(pot) && !judgement?.limits.some(({ of }) => of === pot)
  return left ? 'moved' : 'limit-changed'
}

type BlockKind = 'blocked' | 'cannot-block' | 'released'

function blockItem(
  kind: BlockKind,
  record: BlockedRecord,
  judgement: Judgement | undefined,
  input: NoticeInput,
): NoticeItem {
  const manual =
    record.decidedBy === 'manual'
      ? (judgement?.hand ?? input.wishes.blocks.find((block) => block.principal === record.principal))
      : undefined
  const state = judgement?.limits.find((candidate) => candidate.limit === record.decidedBy)
  const last = kind === 'blocked' ? `${record.until}` : kind === 'cannot-block' ? (record.why ?? '') : 'free'
  const key = `${kind}#${record.principal}#${record.episode}#${last}`
  const why =
    kind === 'blocked' ? manual?.reason : kind === 'cannot-block' ? record.why : releasedWhy(record, judgement, input)
  return {
    ...(state ? stateItem(key, state, record.principal) : { key, principal: record.principal }),
    limit: record.decidedBy,
    until: record.until,
    ...(record.policy === undefined ? {} : { policy: record.policy }),
    ...(why === undefined ? {} : { why }),
    ...(manual ? { by: manual.by } : {}),
    ...throughOf(manual, state),
    ...pardonIn(kind, record, judgement, input),
  }
}

/** Through whom: what is said of one member and is another's doing. */
function throughOf(manual: ManualBlock | undefined, state: LimitState | undefined): Pick<NoticeItem, 'through'> {
  if (manual && isGroup(manual.principal)) return { through: manual.principal }
  return state?.sharedBy === undefined ? {} : { through: state.sharedBy }
}

/** A pardon that frees is told with the release, one that is over with the block that follows. */
function pardonIn(
  kind: BlockKind,
  record: BlockedRecord,
  judgement: Judgement | undefined,
  input: NoticeInput,
): Pick<NoticeItem, 'waiver' | 'also'> {
  if (kind === 'released' && record.decidedBy !== 'manual' && judgement?.verdict.kind === 'waived') {
    const { waiver } = judgement.verdict
    return { waiver, also: `waived#${waiver.id}` }
  }
  if (kind !== 'blocked' || record.decidedBy === 'manual') return {}
  const waiver = pardons(input).find((one) => one.principal === record.principal)
  const over = waiver !== undefined && input.waiversOver.has(waiver.id)
  return over && waiver.at < record.since ? { waiver, also: `waiver-ended#${waiver.id}` } : {}
}

/** A pardon that ended longer ago is no news, nor is a deny that was put back. */
const toldWithinMs = 24 * 3_600_000

/** The latest pardon of each: an earlier one that runs out changes nothing. */
function pardons({ wishes, now }: Pick<NoticeInput, 'wishes' | 'now'>): readonly Waiver[] {
  const latest = new Map<Subject, Waiver>()
  for (const waiver of wishes.waivers) {
    if (waiver.at > (latest.get(waiver.principal)?.at ?? -1)) latest.set(waiver.principal, waiver)
  }
  return [...latest.values()].filter((waiver) => now - waiver.until < toldWithinMs)
}

function aboutWaivers(input: NoticeInput, told: ReadonlySet<NoticeKey | undefined>): readonly NoticeGroup[] {
  const groups: { kind: 'waived' | 'waiver-ended'; items: NoticeItem[] }[] = [
    { kind: 'waived', items: [] },
    { kind: 'waiver-ended', items: [] },
  ]
  for (const waiver of pardons(input)) {
    const group = groups[input.waiversOver.has(waiver.id) ? 1 : 0]
    const key = `${group?.kind}#${waiver.id}`
    const { principal, limit, by, reason: why } = waiver
    if (told.has(key)) continue
    group?.items.push({ key, principal, waiver, by, ...(limit ? { limit } : {}), ...(why ? { why } : {}) })
  }
  return groups
}

/** Whom the guard would have stopped: once per limit version and period, or per block by hand. */
function aboutObserved({ judgements, observe, wishes }: NoticeInput): readonly NoticeItem[] {
  if (!observe) return []
  return blockedBy(judgements).flatMap(({ principal, limits, decidedBy = '', verdict, hand }) => {
    const state = limits.find(({ limit }) => limit === decidedBy)
    const manual = hand ?? wishes.blocks.find((block) => block.principal === principal)
    const episode = state ? `v${state.version}#${state.periodKey}` : `${manual?.at}`
    const key = `observed#${principal}#${decidedBy}#${episode}`
    const until = verdict.kind === 'blocked' ? verdict.until : 'no-end'
    const item: NoticeItem = { ...(state ? stateItem(key, state, principal) : { key }), principal, limit: decidedBy }
    return [{ ...item, until, ...throughOf(manual, state), ...(state || !manual ? {} : { by: manual.by }) }]
  })
}

/** Per episode: a second block in the same month is announced again, and so is one whose end has moved. */
function aboutBlocks(input: NoticeInput): Record<BlockKind, NoticeItem[]> {
  const judged = new Map(input.judgements.map((judgement) => [judgement.principal, judgement]))
  const items: Record<BlockKind, NoticeItem[]> = { blocked: [], 'cannot-block': [], released: [] }
  for (const record of input.records) {
    const attached = record.state === 'attached'
    // Who never could be blocked is not told that the block is over.
    if (record.releasedAt !== undefined && !attached) continue
    const kind = record.releasedAt !== undefined ? 'released' : attached ? 'blocked' : 'cannot-block'
    items[kind].push(blockItem(kind, record, judged.get(record.principal), input))
  }
  return items
}

/** Of the finding, not of now: the same finding is no news on the next day. Where nothing is delivered any more, each run finds some. */
const utcDay = (at: Instant): string => new Date(at).toISOString().slice(0, 10)

/** Each detachment is news, but somebody who detaches again and again fills no mailbox: once an hour. */
function reattachedItem(
  { principal, policy, episode, reattachedAt, releasedAt }: BlockedRecord,
  now: Instant,
): NoticeItem | undefined {
  if (reattachedAt === undefined || releasedAt !== undefined || now - reattachedAt >= toldWithinMs) return undefined
  const hour = new Date(reattachedAt).toISOString().slice(0, 13)
  return { key: `reattached#${principal}#${episode}#${hour}`, principal, ...(policy === undefined ? {} : { policy }) }
}

function aboutTheGuard(input: NoticeInput): readonly NoticeGroup[] {
  const { caughtUp, badRecords, day, month, now } = input
  return [
    {
      kind: 'reattached',
      items: input.records.flatMap((record) => reattachedItem(record, now) ?? []),
    },
    {
      kind: 'unpriced',
      items: input.unpriced.map(({ model, requests, assumed }) => ({
        key: `unpriced#${model}#${month}`,
        model,
        count: requests,
        assumed,
      })),
    },
    { kind: 'bad-records', items: badRecords > 0 ? [{ key: `bad-records#${day}`, count: badRecords }] : [] },
    { kind: 'caught-up', items: caughtUp ? [{ key: `caught-up#${utcDay(caughtUp.at)}`, count: caughtUp.count }] : [] },
    { kind: 'unhealthy', items: input.problems.map((why) => ({ key: `unhealthy#${why}#${day}`, why })) },
  ]
}

/**
 * Everything that is worth saying now, whether it was said before or not: the keys make it once. Groups without items
 * are left out; the most urgent come first.
 */
export function noticesDue(input: NoticeInput): readonly NoticeGroup[] {
  const { warned, over } = aboutLimits(input.judgements)
  const blocks = aboutBlocks(input)
  const groups: readonly NoticeGroup[] = [
    { kind: 'blocked', items: blocks.blocked },
    { kind: 'cannot-block', items: blocks['cannot-block'] },
    { kind: 'over', items: over },
    { kind: 'warned', items: warned },
    { kind: 'observed', items: aboutObserved(input) },
    { kind: 'released', items: blocks.released },
    ...aboutWaivers(input, new Set([...blocks.blocked, ...blocks.released].map(({ also }) => also))),
    ...aboutTheGuard(input),
  ]
  return groups.filter((group) => group.items.length > 0)
}
