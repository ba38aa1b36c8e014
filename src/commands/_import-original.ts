/**
 * import-original: what was found → what becomes of it → shown and asked once → the guard, its settings, limits and the month →
 * its checks stopped → its denies exchanged one by one → its filter off. Cut off anywhere, it goes on when it is run again.
 */
import type { Original } from '../provision/original/original.ts'
import { removeFilter } from '../provision/original/stop.ts'
import { checkGiven, type GivenSettings, settingsTable } from '../provision/settings.ts'
import { instant, monthOf, toIso } from '../runtime/domain/base/calendar.ts'
import { confirm, mustConfirm, stopped } from './_ask/ask.ts'
import type { Door } from './_compose.ts'
import { EXIT } from './_errors.ts'
import { install } from './_init.ts'
import type { Done, Ways } from './_install/ways.ts'
import { documentOf, type ImportFlags, type Looked, look } from './_original/looked.ts'
import { keepPlan, writeOpenings } from './_original/month.ts'
import { takeOff } from './_original/take-off.ts'
import { healthBook, wishRoom } from './_rooms.ts'
import { givenSettings } from './_setting-flags.ts'
import { originalText } from './_view/original.ts'
import { typedLimits } from './_wishes.ts'

/** What is wrong with the words alone. @throws GuardError naming all of it. */
export function checkImport(flags: ImportFlags): void {
  checkGiven(givenSettings(settingsTable, flags), flags.guard)
  typedLimits({ 'default-limit': flags['default-limit'] })
}

export async function importOriginal(door: Door, flags: ImportFlags, ways: Ways): Promise<Done> {
  const looked = await look(door, flags, ways)
  const document = documentOf(looked)
  const { original, proposals } = looked
  ways.say(`${screenOf(door, looked, flags)}\n`)
  if (proposals.undecided.length > 0 && !flags['dry-run']) throw undecided(looked, document)
  const settings = { ...proposals.settings, ...definedOnly(flags) }
  if (looked.filterFirst && !flags['dry-run']) await freeSlot(door, original, { flags, ways, document })
  if (looked.filterFirst && flags['dry-run']) {
    ways.say('The plan of the guard itself can only be shown when the filter has given its slot back.')
    return { exit: EXIT.done, document }
  }
  const given = {
    settings: givenSettings(settingsTable, settings) as GivenSettings,
    limits: typedLimits({ limit: [...looked.limits], 'default-limit': flags['default-limit'] }),
    exclude: looked.exclusions,
    prices: [],
    discounts: [],
    pots: [],
  }
  const how = { ...flags, 'count-this-month': await counting(door, looked) }
  const done = await install(door, given, how, {
    ...ways,
    takeOver: {
      confirm: (plan) =>
        anythingLeft(
          looked,
          plan.steps.some(({ do: doing }) => doing !== 'keep'),
          flags,
        )
          ? mustConfirm({
              message: 'Take over as shown?',
              ...{ yes: flags.yes, json: ways.json, document },
              answeredBy: `${door.command('import-original --yes')} (with the same options)`,
            })
          : Promise.resolve(),
      applied: (there) => bringIn(there, looked),
    },
  })
  const all = { ...done.document, ...document }
  if (flags['dry-run'] || done.exit !== EXIT.done) return { exit: done.exit, document: all }
  return afterwards(door.reopened(), looked, { flags, ways, document: all })
}

const definedOnly = (flags: ImportFlags) =>
  Object.fromEntries(Object.entries(flags).filter(([, value]) => value !== undefined))

const screenOf = (door: Door, looked: Looked, flags: ImportFlags): string =>
  originalText({
    ...looked,
    noLimit: looked.proposals.noLimit,
    undecided: looked.proposals.undecided,
    settings: looked.proposals.settings,
    models: looked.read?.models ?? [],
    keepFilter: flags['keep-filter'],
    today: toIso(door.clock.now()).slice(0, 10),
  })

function undecided({ proposals }: Looked, document: object) {
  const names = proposals.undecided.map(({ name }) => name)
  return stopped(
    'undecided-names',
    `nothing was changed: the original names ${names.join(', ')} without saying whether that is a user or a role`,
    proposals.undecided.map(
      ({ name, candidates }) => `--as ${name}=${candidates[0] ?? `user/${name}`}, or --as ${name}=none`,
    ),
    document,
  )
}

/** Both slots are taken, one by the original: without its filter there is no place for the guard's. */
async function freeSlot(
  door: Door,
  original: Original,
  { flags, ways, document }: { flags: ImportFlags; ways: Ways; document: object },
): Promise<void> {
  if (original.filter === undefined) return
  await mustConfirm({
    message:
      'Take over as shown, and first remove the original’s filter? What it misses is read from the log afterwards.',
    ...{ yes: flags.yes, json: ways.json, document },
    answeredBy: `${door.command('import-original --yes')} (with the same options)`,
  })
  await removeFilter(door.clients, original.filter)
  ways.say('Removed the original’s filter; nothing else is changed yet.\n')
}

/** True: counted now, and everybody is held harmless until it is known whom that blocks. Undefined: as init decides. */
async function counting(door: Door, { month, installed }: Looked): Promise<boolean | undefined> {
  const wanted = month.way === 'log' || month.way === 'opening'
  if (installed === undefined) return wanted
  const { hold } = await (await healthBook(door)).read()
  return wanted && (!month.counted || hold) ? true : undefined
}

const anythingLeft = ({ original, limits, exclusions, month }: Looked, plan: boolean, flags: ImportFlags): boolean =>
  plan ||
  limits.length + exclusions.length + (original.deny?.bearers.length ?? 0) > 0 ||
  original.schedules.some(({ enabled }) => enabled) ||
  (original.filter !== undefined && !flags['keep-filter']) ||
  ((month.way === 'log' || month.way === 'opening') && !month.counted)

/** The decision first, so that a run that is cut off here goes on with the same totals. */
async function bringIn(door: Door, { original, month }: Looked): Promise<void> {
  await keepPlan(door, original, month)
  await writeOpenings(door, month)
}

async function afterwards(
  door: Door,
  looked: Looked,
  { flags, ways, document }: { flags: ImportFlags; ways: Ways; document: object },
): Promise<Done> {
  const { original, month } = looked
  const { hold } = await (await healthBook(door)).read()
  if (hold) {
    ways.say(
      `The guard does not enforce yet, so the original’s denies and its checks stay as they are. Run ${door.command('import-original')} again.`,
    )
    return { exit: EXIT.failed, document }
  }
  if (!month.counted) await keepPlan(door, original, { ...month, readAt: instant(month.readAt), counted: true })
  const taken = await takeOff(door, original, {
    keepFilter: flags['keep-filter'],
    say: ways.say,
    release: async (count) =>
      flags.yes || (!ways.json && (await confirm(`Release ${count === 1 ? 'this one' : `these ${count}`}?`))),
  })
  if (taken.changed) {
    const { history, clock } = await wishRoom(door)
    await history.append({
      at: clock.now(),
      by: door.caller,
      what: 'taken-over-from-original',
      details: {
        function: original.functionName,
        month: `${monthOf(clock.now(), (await door.settings()).zoning)} ${month.way}`,
        limits: looked.proposals.limits.join(' ') || 'none',
      },
    })
  }
  return { exit: taken.json.left.length > 0 ? EXIT.failed : EXIT.done, document: { ...document, takenOff: taken.json } }
}
