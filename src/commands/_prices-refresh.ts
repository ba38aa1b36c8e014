/** prices refresh and diff: AWS's price list against the book in force; what is accepted is kept in the guard. */
import { type Candidates, candidatesFrom } from '../provision/price-list/candidates.ts'
import { type Comparison, compare, type Proposal } from '../provision/price-list/compare.ts'
import type { OfferFile } from '../provision/price-list/offer-file.ts'
import { download, filesFrom } from '../provision/price-list/read.ts'
import { toIso } from '../runtime/domain/base/calendar.ts'
import { GuardError } from '../runtime/domain/base/guard-error.ts'
import { parseModelId, stemOf } from '../runtime/domain/metering/model-id.ts'
import { makeBook } from '../runtime/domain/money/price-book.ts'
import type { RateBook } from '../runtime/ports.ts'
import { readStatus } from '../runtime/usecases/status.ts'
import { canAsk, confirm, mustConfirm } from './_ask/ask.ts'
import { type Door, systemSleeper } from './_compose.ts'
import { corrections, correctionsText } from './_prices.ts'
import { rateBook, statusRoom, wishRoom } from './_rooms.ts'
import { comparisonJson, comparisonText, type ListScreen } from './_view/price-list.ts'

export interface Reading {
  /** Regions whose prices are wanted; empty: the guard's. */
  readonly regions: readonly string[]
  /** Files and folders; empty: AWS's own address. */
  readonly from: readonly string[]
  readonly screen: number
  readonly note: (text: string) => void
}

interface Looked {
  readonly comparison: Comparison
  readonly screen: ListScreen
  readonly rates: RateBook
}

/** Words alone. @throws GuardError `bad-region`. */
export function checkRegions(texts: readonly string[]): readonly string[] {
  const regions = texts.flatMap((text) => text.split(',')).map((text) => text.trim())
  for (const region of regions) {
    if (/^[a-z]{2,4}(-[a-z]+)+-\d$/.test(region)) continue
    throw new GuardError({
      code: 'bad-region',
      fault: 'user',
      message: `"${region}" is not an AWS region`,
      suggestions: ['--regions us-east-1,eu-central-1'],
    })
  }
  return [...new Set(regions)]
}

export async function diffPrices(door: Door, reading: Reading) {
  const { comparison, screen } = await look(door, reading)
  const { proposals } = comparison
  const again = [
    ...(reading.regions.length === 0 ? [] : [`--regions ${reading.regions.join(',')}`]),
    ...reading.from.map((path) => `--from ${path}`),
  ]
  const text = [
    comparisonText(comparison, screen),
    ...(proposals.length === 0 ? [] : [`Next: ${door.command(['prices refresh', ...again].join(' '))}`]),
  ].join('\n')
  return { text, json: comparisonJson(comparison, screen), differs: proposals.length > 0 }
}

export async function refreshPrices(
  door: Door,
  how: Reading & { readonly yes: boolean; readonly acceptBig: boolean; readonly json: boolean },
) {
  const room = await wishRoom(door)
  const { comparison, screen, rates } = await look(door, how)
  const ordinary = comparison.proposals.filter(({ big }) => !big || how.acceptBig)
  const big = comparison.proposals.filter((proposal) => proposal.big && !how.acceptBig)
  const document = comparisonJson(comparison, screen)
  const nothing = { stored: 0, leftOut: big.length, corrected: 0, complete: true }
  if (comparison.proposals.length === 0) {
    return { text: comparisonText(comparison, screen), json: { ...document, ...nothing } }
  }
  how.note(comparisonText(comparison, screen))
  if (ordinary.length > 0)
    await mustConfirm({
      message: `Keep ${numberOf(ordinary.length, 'new or changed price')} in the guard?`,
      yes: how.yes,
      json: how.json,
      answeredBy: `${door.command('prices refresh')} --yes`,
      document,
    })
  const accepted = big.length > 0 && (await takesBig(big, how)) ? comparison.proposals : ordinary
  const leftOut = comparison.proposals.length - accepted.length
  const left = leftOut === 0 ? [] : [leftOutText(leftOut)]
  if (accepted.length === 0) return { text: left.join('\n'), json: { ...document, ...nothing } }
  const rows = accepted.flatMap(({ rows }) => rows.map(({ after }) => after))
  await rates.putListed(rows)
  await room.history.append({
    at: door.clock.now(),
    by: door.caller,
    what: 'prices-refreshed',
    details: { ...counted(accepted), from: screen.sources.join(' '), regions: screen.regions.join(' ') },
  })
  const fresh = accepted.some(({ kind }) => kind !== 'changed')
  const done = fresh ? await corrections(door, { ...room, rates }, {}) : undefined
  const text = [
    `Kept ${numberOf(accepted.length, 'price')}; the functions use ${accepted.length === 1 ? 'it' : 'them'} within a minute.`,
    ...left,
    ...(done === undefined ? [] : [correctionsText(done)]),
    ...(accepted.every(({ kind }) => kind === 'model') ? [] : [pastText(door)]),
  ].join('\n')
  const { corrected = 0, complete = true } = done ?? {}
  return { text, json: { ...document, stored: rows.length, leftOut, corrected, complete } }
}

/** A change of more than half is asked about by itself: it may be AWS's mistake. Never taken with --yes alone. */
async function takesBig(big: readonly Proposal[], how: { readonly yes: boolean; readonly json: boolean }) {
  if (how.yes || how.json || !canAsk()) return false
  return confirm(`Keep the ${numberOf(big.length, 'change')} of more than 50 % (!) too?`)
}

const leftOutText = (count: number): string =>
  `Left out: ${numberOf(count, 'change')} of more than 50 % (!). To take ${count === 1 ? 'it' : 'them'}: --accept-big-changes`

const pastText = (door: Door): string =>
  `What was counted keeps its price. To apply the book to days gone by: ${door.command('reprice --from YYYY-MM-DD')}`

const numberOf = (count: number, word: string): string => `${count} ${word}${count === 1 ? '' : 's'}`

function counted(accepted: readonly Proposal[]): Readonly<Record<string, string>> {
  const of = (kind: Proposal['kind']) => String(accepted.filter((one) => one.kind === kind).length)
  const models = [...new Set(accepted.flatMap(({ rows }) => rows.map(({ after }) => after.stem)))]
  const named =
    models.length <= 10 ? models.join(' ') : `${models.slice(0, 10).join(' ')} and ${models.length - 10} more`
  return { newModels: of('model'), newRows: of('row'), changed: of('changed'), models: named }
}

async function look(door: Door, reading: Reading): Promise<Looked> {
  const [rates, room] = await Promise.all([rateBook(door), statusRoom(door)])
  const regions = reading.regions.length === 0 ? [door.region] : reading.regions
  const files = await filesOf(reading, regions)
  const [kept, view] = await Promise.all([rates.kept(), readStatus(room)])
  const book = makeBook({ kept, profiles: new Map(), assumedCacheTtl: room.settings.assumedCacheTtl })
  const at = toIso(door.clock.now())
  const today = at.slice(0, 10)
  const stems = [...book.rates.map(({ stem }) => stem), ...view.health.unpricedModels.flatMap(stemIfModel)]
  const read: Candidates = candidatesFrom(files, { stems, regions, today })
  const comparison = compare(read, { book, listed: kept.listed, regions, today, setAt: at, setBy: door.caller })
  const published = files.map((file) => file.published).filter((text) => text !== '')
  return {
    comparison,
    screen: { sources: files.map(({ source }) => source), published: published.sort(), regions, width: reading.screen },
    rates,
  }
}

/** A model that was seen without a price, by the name its price would be listed under. */
function stemIfModel(id: string): readonly string[] {
  const ref = parseModelId(id)
  return ref.kind === 'model' ? [stemOf(ref.model)] : []
}

async function filesOf({ from, note }: Reading, regions: readonly string[]): Promise<readonly OfferFile[]> {
  if (from.length > 0) return filesFrom(from)
  return download(regions, { fetch, sleep: (milliseconds) => systemSleeper.sleep(milliseconds), note })
}
