/** A guard installed in the middle of a month need not give everybody a fresh budget: what the log group holds is counted first. */
import { changesAnything, type Plan } from '../provision/engine/plan.ts'
import { type Instant, monthOf, monthPeriod } from '../runtime/domain/base/calendar.ts'
import type { EnforceAnswer } from '../runtime/protocol.ts'
import { canAsk, confirm } from './_ask/ask.ts'
import type { Door } from './_compose.ts'
import { countAll } from './_replay/hand-over.ts'
import { healthBook, wishRoom } from './_rooms.ts'

interface Offer {
  /** --count-this-month or --no-count-this-month; undefined: neither. */
  readonly flag: boolean | undefined
  readonly first: boolean
  readonly yes: boolean
  readonly json: boolean
  readonly say: (text: string) => void
}

/** Also true where a former init was cut off while it counted: the guard is still on hold then. */
export async function wantsCounting(door: Door, plan: Plan, offer: Offer): Promise<boolean> {
  const health = await healthBook(door)
  const { hold, watermark } = await health.read()
  if (offer.flag === false) {
    // Who wants nothing counted wants the guard to enforce what it knows.
    if (hold) await health.setControl({ hold: false })
    return false
  }
  if (offer.flag === true || hold) return start(door)
  const settings = await door.settings()
  const logGroup = plan.steps.find((step) => step.id.startsWith('log-group/') && step.name === settings.logGroup)
  // A first init that was cut off before it came here is still the first: the guard has never caught up with its log.
  const first = offer.first || (changesAnything(plan) && watermark === undefined)
  if (!first || logGroup?.do === 'create' || !(await hasRecords(door))) return false
  const question =
    'The log group already holds records of this month. Count them, so that nobody starts with a fresh budget?'
  if (!offer.yes && !(canAsk() && (await confirm(question)))) return false
  return start(door)
}

/** A guard that was being removed and is now wanted again: from the first change on, and also where there is none. */
export async function takeUpAgain(door: Door): Promise<void> {
  const health = await healthBook(door)
  if ((await health.read()).closing) await health.setControl({ closing: false })
}

async function start(door: Door): Promise<true> {
  const { from } = await monthSoFar(door)
  await (await healthBook(door)).setControl({ hold: true, countFrom: from })
  return true
}

async function monthSoFar(door: Door): Promise<{ from: Instant; to: Instant }> {
  const { zoning } = await door.settings()
  const now = door.clock.now()
  // What an original guard had counted until it was taken over stands in the ledger as opening entries.
  const { openingsReadAt } = await import('./_original/month.ts')
  return { from: (await openingsReadAt(door)) ?? monthPeriod(monthOf(now, zoning), zoning).start, to: now }
}

async function hasRecords(door: Door): Promise<boolean> {
  const [{ FilterLogEventsCommand }, client, settings, { from }] = await Promise.all([
    import('../provision/sdk/logs.ts'),
    door.clients.logs(),
    door.settings(),
    monthSoFar(door),
  ])
  const page = await client.send(
    new FilterLogEventsCommand({
      logGroupName: settings.logGroup,
      logStreamNamePrefix: 'aws/bedrock/modelinvocations',
      startTime: from,
      limit: 10,
    }),
  )
  // Bedrock's own test line, written when the logging is configured, is no record.
  return (page.events ?? []).some(({ message }) => message?.startsWith('{')) || page.nextToken !== undefined
}

export async function countThisMonth(
  door: Door,
  how: { readonly yes: boolean; readonly json: boolean; readonly say: (text: string) => void },
): Promise<{ hold: boolean; json: object }> {
  const { from, to } = await monthSoFar(door)
  const total = await countAll(door, { from, to }, (records) => door.note(`  ${records} records of this month read`))
  how.say(
    `Counted this month so far: ${total.recorded} requests${total.duplicates > 0 ? ` (${total.duplicates} were counted before)` : ''}.`,
  )
  const room = await wishRoom(door)
  const preview = await room.enforce.ask({ kind: 'preview' })
  how.say(previewWords(preview))
  const stops = preview.blocked.length > 0
  const enforce =
    !stops || how.yes || (!how.json && canAsk() && (await confirm(`Enforce now, and block ${preview.blocked.length}?`)))
  if (enforce) {
    await (await healthBook(door)).setControl({ hold: false })
    await room.enforce.ask({ kind: 'check', from: 'command' })
  } else {
    how.say(
      `The guard counts, but warns and blocks nobody yet. Raise limits first, then run ${door.command('init')} again.`,
    )
  }
  const { recorded, duplicates, malformed } = total
  return {
    hold: !enforce,
    json: {
      recorded,
      duplicates,
      malformed,
      wouldBlock: preview.blocked,
      wouldWarn: preview.warned,
      enforced: enforce,
    },
  }
}

function previewWords(preview: EnforceAnswer): string {
  const lines = [
    ...preview.blocked.map((principal) => `Would be blocked: ${principal}`),
    ...preview.warned.map((principal) => `Would be warned: ${principal}`),
    ...preview.cannotBlock.map(({ principal, why }) => `Cannot be blocked: ${principal} (${why})`),
  ]
  return lines.length === 0 ? 'Nobody is over a limit or near one.' : lines.join('\n')
}
