/** Journal entries as items, and back. */
import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { type Day, type Instant, type Month, parseInstant } from '../domain/base/calendar.ts'
import { GuardError } from '../domain/base/guard-error.ts'
import type { Entry } from '../domain/metering/balance.ts'
import { type Charge, contentHash } from '../domain/metering/charge.ts'
import { callerOf, keyOf, type PrincipalKey } from '../domain/metering/principal.ts'
import type { Units } from '../domain/metering/usage.ts'
import type { PicoUsd } from '../domain/money/money.ts'
import type { Tier } from '../domain/money/rate.ts'
import { keyItem, moneyOf, tokenNames, tokensOf } from './dynamo-ledger-counters.ts'
import { ItemReader, numberAttribute as number, textAttribute as text } from './item.ts'
import { journalKey, type Key, readJournalSort, TTL_ATTRIBUTE } from './keys.ts'

type Item = Record<string, AttributeValue>

export const chargeKey = (charge: Charge): Key => journalKey(keyOf(charge.caller.base), charge.at, charge.requestId)

/** About 300 bytes. Zero counts are left out. */
export function chargeItem(charge: Charge, journalDays: number | undefined): Item {
  const item: Item = {
    ...keyItem(chargeKey(charge)),
    x: text(contentHash(charge)),
    q: text(charge.principal),
    d: text(charge.day),
    g: text(charge.region),
    w: text(charge.operation),
    m: text(charge.model),
    s: text(charge.scope),
    e: text(charge.rateId),
    l: text(charge.label),
    p: number(charge.cost),
  }
  // The base principal and the session are functions of the ARN and the account it was logged in.
  if (charge.caller.arn !== undefined) item['c'] = text(charge.caller.arn)
  if (accountOf(charge.caller.arn) !== charge.caller.base.account) item['k'] = text(charge.caller.base.account)
  if (charge.loggedModel !== undefined && charge.loggedModel !== plainModel(charge))
    item['z'] = text(charge.loggedModel)
  if (charge.tier !== undefined) item['t'] = text(charge.tier)
  for (const [name, kind] of unitNames) {
    const count = charge.units?.[kind]
    if (count !== undefined) item[name] = number(count)
  }
  if (charge.person !== undefined) item['pe'] = text(charge.person)
  if (charge.teams !== undefined) item['te'] = text(charge.teams.join('\n'))
  if (charge.assumed !== 0n) item['a'] = number(charge.assumed)
  for (const [name, kind] of tokenNames) if (charge.tokens[kind] !== 0) item[name] = number(charge.tokens[kind])
  return { ...item, ...expiry(charge.at, journalDays) }
}

/** What is not billed by tokens, under short names. */
const unitNames = [
  ['ni', 'images'],
  ['ns', 'seconds'],
  ['nq', 'searches'],
] as const satisfies readonly (readonly [string, keyof Units])[]

function factsOf(read: ItemReader): Pick<Charge, 'tier' | 'units' | 'person' | 'teams'> {
  const told = unitNames.filter(([name]) => read.has(name)).map(([name, kind]) => [kind, read.number(name)] as const)
  const tier = read.has('t') ? read.oneOf<Tier>('t', ['default', 'priority', 'flex', 'batch']) : undefined
  return {
    ...(tier === undefined ? {} : { tier }),
    ...(told.length === 0 ? {} : { units: Object.fromEntries(told) }),
    ...(read.has('pe') ? { person: read.text('pe') } : {}),
    ...(read.has('te') ? { teams: read.text('te').split('\n') } : {}),
  }
}

const plainModel = (charge: { scope: string; model: string }): string => `${charge.scope}/${charge.model}`
const accountOf = (arn: string | undefined): string => arn?.split(':')[4] ?? ''

const expiry = (at: Instant, journalDays: number | undefined): Item =>
  journalDays === undefined ? {} : { [TTL_ATTRIBUTE]: number(Math.floor(at / 1000) + journalDays * 86_400) }

export interface CorrectionItem {
  readonly key: Key
  readonly id: string
  readonly cost: PicoUsd
  readonly rateId: string
  readonly model: string
  readonly principal: PrincipalKey
  readonly label: string
  readonly reason: string
}
export const correctionItem = (fix: CorrectionItem, of: Charge, journalDays: number | undefined): Item => ({
  ...keyItem(fix.key),
  x: text(fix.id),
  q: text(fix.principal),
  l: text(fix.label),
  d: text(of.day),
  p: number(fix.cost),
  e: text(fix.rateId),
  m: text(fix.model),
  y: text(fix.reason),
  ...expiry(of.at, journalDays),
})

function instantOf(iso: string): Instant {
  const at = parseInstant(iso)
  if (at !== undefined) return at
  throw new GuardError({ code: 'unreadable-item', fault: 'bug', message: `"${iso}" in the journal is not a time` })
}

function readCharge(item: Item): Charge {
  const read = new ItemReader(item)
  const { at, requestId } = readJournalSort(read.text('sk'))
  const arn = read.optionalText('c')
  const account = read.optionalText('k') ?? accountOf(arn)
  const day = read.text('d') as Day
  const model = read.text('m')
  const scope = read.oneOf('s', ['global', 'regional'])
  return {
    requestId,
    at: instantOf(at),
    month: day.slice(0, 7) as Month,
    day,
    principal: read.text('q') as PrincipalKey,
    caller: callerOf(arn, account),
    region: read.text('g'),
    operation: read.text('w'),
    model,
    loggedModel: read.optionalText('z') ?? plainModel({ scope, model }),
    scope,
    rateId: read.text('e'),
    label: read.text('l'),
    tokens: tokensOf(read),
    ...factsOf(read),
    cost: read.money('p'),
    assumed: moneyOf(read, 'a'),
  }
}

/** Reads journal items in the order of their keys: a correction comes right after the charge it corrects. */
export class JournalReader {
  #last: { sort: string; charge: Charge } | undefined

  /** Undefined: a correction whose charge is not in reach (TTL takes items one by one); the month is past its retention. */
  entry(item: Item): Entry | undefined {
    const read = new ItemReader(item)
    const sk = read.text('sk')
    const { at, requestId, step } = readJournalSort(sk)
    if (step === 0) {
      const charge = readCharge(item)
      this.#last = { sort: sk, charge }
      return { kind: 'charge', charge }
    }
    if (this.#last?.sort !== `${at}#${requestId}`) return undefined
    return {
      kind: 'correction',
      id: read.text('x'),
      step,
      of: this.#last.charge,
      cost: read.money('p'),
      rateId: read.text('e'),
      model: read.text('m'),
      principal: read.text('q') as PrincipalKey,
      label: read.optionalText('l') ?? this.#last.charge.label,
      reason: read.text('y'),
    }
  }
}

/** Each charge with its corrections: whose it is, the last of them says. */
export async function* versionsIn(items: AsyncIterable<Item>): AsyncGenerator<readonly Entry[]> {
  const reader = new JournalReader()
  let versions: Entry[] = []
  for await (const item of items) {
    const entry = reader.entry(item)
    if (entry === undefined) continue
    if (entry.kind === 'charge') {
      if (versions.length > 0) yield versions
      versions = []
    }
    versions.push(entry)
  }
  if (versions.length > 0) yield versions
}

export const storedHash = (item: Item | undefined): string | undefined => item?.['x']?.S
/** A correction already there: is it this one? */
export const sameCorrection = (item: Item | undefined, fix: { id: string; cost: PicoUsd }): boolean =>
  item?.['x']?.S === fix.id && item['p']?.N === fix.cost.toString()
