/** backfill: which time, how much, who would be stopped; ask; hand it over; say how it went and how to go on. */
import { type Instant, periodOf, toIso } from '../../runtime/domain/base/calendar.ts'
import { GuardError } from '../../runtime/domain/base/guard-error.ts'
import { toDecimal } from '../../runtime/domain/money/money.ts'
import { mustConfirm } from '../_ask/ask.ts'
import type { Door } from '../_compose.ts'
import { EXIT } from '../_errors.ts'
import { configFor, healthBook, wishRoom } from '../_rooms.ts'
import { effectText } from '../_view/effect.ts'
import { inZone } from '../_view/limits.ts'
import { messageOf } from '../_view/progress.ts'
import { backfilledText, surveyText } from '../_view/replay.ts'
import type { Done, How } from './done.ts'
import { type HandedOver, handOver } from './hand-over.ts'
import { ReplayProgress } from './progress.ts'
import { checkTyped, type Range, rangeFor } from './range.ts'
import { type LogSource, sourceFor } from './source.ts'
import { type Survey, survey } from './survey.ts'

export interface BackfillFlags {
  readonly since: string
  readonly until?: string | undefined
  readonly from: readonly string[]
  readonly bucket?: string | undefined
  readonly 'before-start': boolean
  readonly 'dry-run': boolean
  readonly yes: boolean
}

/** The words alone, before anybody is asked. @throws GuardError `bad-day`, `reads-once`. */
export function checkWish(flags: BackfillFlags): void {
  checkTyped({ since: flags.since, until: flags.until })
  if (!flags.from.includes('-')) return
  throw new GuardError({
    code: 'reads-once',
    fault: 'user',
    message: 'standard input can be read only once, and backfill looks at everything before it counts it',
    suggestions: ['write it into a file and name that: --from records.jsonl'],
  })
}

export async function backfillRange(door: Door, flags: BackfillFlags, how: How): Promise<Done> {
  const range = await rangeFor(door, { since: flags.since, until: flags.until }, { beforeStart: flags['before-start'] })
  const problems: string[] = []
  const source = await sourceFor(door, { from: flags.from, bucket: flags.bucket }, range, (text) => {
    problems.push(text)
    how.note(text)
  })
  const [amount, { zoning }] = await Promise.all([source.amount(), door.settings()])
  how.note(
    `from ${inZone(range.from, zoning)} to ${inZone(range.to, zoning)}, ${source.place}${amount === undefined ? '' : `: ${amount}`}`,
  )
  const progress = new ReplayProgress(process.stderr, door.clock, (at) => inZone(at, zoning))
  const reading = { range, source, progress: progress.at.bind(progress), stop: how.stop }
  const wanted = flags['dry-run'] || (await touchesNow(door, range))
  const found = wanted ? await survey(door, reading) : undefined
  progress.end()
  const about = { ...rangeJson(range, source), survey: found === undefined ? null : surveyJson(found) }
  if (wanted && found === undefined)
    return interrupted({ ...about, counted: null }, 'stopped while looking: nothing was counted')
  const { hold } = await (await healthBook(door)).read()
  const observes = (await configFor(door)).config.mode === 'observe'
  const shown = found === undefined ? '' : surveyText(found, { hold, observes })
  // What runs now was looked at to its end: where nothing is missing there is nothing to ask about.
  if (flags['dry-run'] || (found?.missing === 0 && !flags.yes))
    return { text: shown, json: { ...about, counted: null }, exit: problems.length > 0 ? EXIT.failed : EXIT.done }
  if (shown !== '') how.note(shown)
  await mustConfirm({
    message: questionOf(found, hold || observes),
    yes: flags.yes,
    json: how.json,
    answeredBy: commandFor(door, flags, undefined),
    document: { ...about, counted: null },
  })
  const done = await handOver(door, reading)
  progress.end()
  return await told(door, { flags, range, source, done, problems: problems.length, about })
}

const interrupted = (json: object, text: string): Done => ({ text, json, exit: EXIT.interrupted })

const questionOf = (found: Survey | undefined, held: boolean): string => {
  const blocks = found?.blocks.length ?? 0
  return blocks > 0 && !held ? `Count it now, and block ${blocks}?` : 'Count it now?'
}

/** Limits are judged by the month, the week and the day that run: what happened before the first of them stops nobody. */
async function touchesNow(door: Door, range: Range): Promise<boolean> {
  const { config } = await configFor(door)
  const now = door.clock.now()
  const starts = (['month', 'week', 'day'] as const).map((kind) => periodOf(kind, now, config.zoning).start)
  return range.to > Math.min(...starts)
}

async function told(
  door: Door,
  what: {
    readonly flags: BackfillFlags
    readonly range: Range
    readonly source: LogSource
    readonly done: HandedOver
    readonly problems: number
    readonly about: object
  },
): Promise<Done> {
  const { flags, range, source, done } = what
  const { counted, stoppedAt, failure } = done
  const room = await wishRoom(door)
  if (counted.recorded > 0) {
    await room.history.append({
      at: door.clock.now(),
      by: door.caller,
      what: 'backfilled',
      details: {
        from: toIso(range.from),
        to: toIso(stoppedAt ?? range.to),
        source: source.place,
        recorded: String(counted.recorded),
      },
    })
  }
  const check = counted.recorded > 0 ? await room.enforce.ask({ kind: 'check', from: 'command' }) : undefined
  const next = stoppedAt === undefined ? undefined : commandFor(door, flags, stoppedAt)
  const stopped =
    stoppedAt === undefined
      ? undefined
      : { at: toIso(stoppedAt), why: failure === undefined ? undefined : messageOf(failure), next: next ?? '' }
  const text = [backfilledText(counted, stopped), effectText(check)].filter(Boolean).join('\n')
  const failed = failure !== undefined || what.problems > 0 || counted.refused > 0
  return {
    text,
    json: {
      ...what.about,
      counted,
      stoppedAt: stopped?.at ?? null,
      failure: stopped?.why ?? null,
      goOnWith: next ?? null,
      blocked: check?.blocked ?? [],
      released: check?.released ?? [],
    },
    exit: failed ? EXIT.failed : stoppedAt === undefined ? EXIT.done : EXIT.interrupted,
  }
}

/** @param reached where to go on; undefined: as it was typed, with its answer. */
function commandFor(door: Door, flags: BackfillFlags, reached: Instant | undefined): string {
  const words = [
    `backfill --since ${reached === undefined ? flags.since : toIso(reached)}`,
    ...(flags.until === undefined ? [] : [`--until ${flags.until}`]),
    ...(flags.from.join() === 'log-group' ? [] : [`--from ${flags.from.join(' ')}`]),
    ...(flags.bucket === undefined ? [] : [`--bucket ${flags.bucket}`]),
    ...(flags['before-start'] ? ['--before-start'] : []),
    '--yes',
  ]
  return door.command(words.join(' '))
}

const rangeJson = (range: Range, source: LogSource) => ({
  since: toIso(range.from),
  until: toIso(range.to),
  source: source.place,
})

const surveyJson = (found: Survey) => ({
  records: found.read.records,
  missing: found.missing,
  known: found.known,
  malformed: found.read.malformed,
  missingUsd: toDecimal(found.spend),
  principals: found.perPrincipal.map(({ principal, requests, usd }) => ({ principal, requests, usd: toDecimal(usd) })),
  wouldBlock: found.blocks,
  wouldWarn: found.warns,
})
