/**
 * The original guard (one CloudFormation stack, one Python function) keeps everything an admin told it in environment
 * variables of that function. Their exact names were not to be had, so they are known by what their names contain and
 * by the shape of their values; what cannot be read is said, never guessed. docs/from-the-original.md. Pure.
 */
import { GuardError } from '../../runtime/domain/base/guard-error.ts'
import { type PicoUsd, parseUsd } from '../../runtime/domain/money/money.ts'

/** A limit of the original: dollars a month for a user or a role, it does not say which. */
export interface OriginalLimit {
  readonly name: string
  /** Undefined: 0, which its parameter's text calls no cap. */
  readonly amount: PicoUsd | undefined
}

/** Dollars per million tokens by family, as typed into its ModelPricing. */
export interface FamilyPrice {
  readonly family: string
  readonly perMillion: Readonly<Record<string, string>>
}

export interface OriginalSettings {
  readonly limits: readonly OriginalLimit[]
  readonly excluded: readonly string[]
  /** Percent; undefined: not said. */
  readonly warnAt: string | undefined
  /** Yen for a dollar. */
  readonly jpyRate: string | undefined
  readonly sources: readonly string[]
  readonly prices: readonly FamilyPrice[]
  readonly table: string | undefined
  readonly topicArn: string | undefined
  readonly denyPolicyArn: string | undefined
  readonly logGroup: string | undefined
  /** What stands there and could not be read, in words. */
  readonly unreadable: readonly string[]
}

export type Variables = Readonly<Record<string, string>>

/** `WARNING_THRESHOLD_PERCENT`, `WarningThresholdPercent` → `WARNINGTHRESHOLDPERCENT` */
const plain = (name: string): string => name.replace(/[^A-Za-z0-9]/g, '').toUpperCase()

const SIGNS: readonly RegExp[] = [
  /WARNINGTHRESHOLD|WARN.*PERCENT/,
  /JPY/,
  /EXCLUDE/,
  /PRICING/,
  /(?<!CAPCHECK.*)LIMITS?$|CAPS$/,
]
/** So many of its five own settings in one function's variables are no accident. */
const SIGNS_ENOUGH = 3

/** Whether these are the variables of the original's function. */
export function looksOriginal(variables: Variables): boolean {
  const names = Object.keys(variables).map(plain)
  return SIGNS.filter((sign) => names.some((name) => sign.test(name))).length >= SIGNS_ENOUGH
}

export function readSettings(variables: Variables): OriginalSettings {
  const unreadable: string[] = []
  const named = (pattern: RegExp, fits: (value: string) => boolean = () => true): string | undefined =>
    Object.entries(variables)
      .find(([name, value]) => pattern.test(plain(name)) && value.trim() !== '' && fits(value))?.[1]
      .trim()
  const valued = (pattern: RegExp): string | undefined =>
    Object.values(variables)
      .find((value) => pattern.test(value.trim()))
      ?.trim()
  const table = named(/TABLE/)
  return {
    limits: limitsIn(named(/(?:LIMITS?|CAPS)$/, (value) => !/^arn:/.test(value)) ?? '', unreadable),
    excluded: listIn(named(/EXCLUDE/) ?? ''),
    warnAt: percentIn(named(/WARN/), unreadable),
    jpyRate: rateIn(named(/JPY/), unreadable),
    sources: listIn(named(/SOURCES?$|LABELS?$/) ?? ''),
    prices: pricesIn(named(/PRICING/), unreadable),
    table: table?.replace(/^arn:.*:table\//, ''),
    topicArn: valued(/^arn:[\w-]+:sns:[\w-]+:\d{12}:[\w-]+$/),
    denyPolicyArn: valued(/^arn:[\w-]+:iam::\d{12}:policy\/\S+$/),
    logGroup: named(/LOGGROUP/),
    unreadable,
  }
}

const listIn = (text: string): readonly string[] =>
  [...new Set(text.split(/[,\n]/).map((part) => part.trim()))].filter((part) => part !== '')

function limitsIn(text: string, unreadable: string[]): readonly OriginalLimit[] {
  const limits = new Map<string, OriginalLimit>()
  for (const entry of listIn(text)) {
    // The parameter as a whole may be 0: nobody is capped.
    if (entry === '0') continue
    const seam = entry.lastIndexOf(':')
    const name = entry.slice(0, Math.max(seam, 0)).trim()
    const amount = seam < 1 ? undefined : amountIn(entry.slice(seam + 1))
    if (name === '' || amount === undefined) {
      unreadable.push(`the limit "${entry}": NAME:AMOUNT is expected, and the original leaves it out as well`)
      continue
    }
    if (limits.has(name)) unreadable.push(`the limit "${entry}": ${name} has two; the last one counts`)
    limits.set(name, { name, amount: amount === 0n ? undefined : amount })
  }
  return [...limits.values()]
}

function amountIn(text: string): PicoUsd | undefined {
  try {
    return parseUsd(text)
  } catch (error) {
    if (error instanceof GuardError) return undefined
    throw error
  }
}

function percentIn(text: string | undefined, unreadable: string[]): string | undefined {
  if (text === undefined) return undefined
  const percent = Number(text)
  if (/^\d+(?:\.\d+)?$/.test(text) && percent >= 1 && percent <= 100) {
    if (!Number.isInteger(percent)) {
      unreadable.push(
        `the warning threshold ${text}: whole percents only, ${Math.floor(percent)} is taken (the original fails at it and blocks nobody)`,
      )
    }
    return String(Math.floor(percent))
  }
  unreadable.push(`the warning threshold "${text}": a percent from 1 to 100 is expected`)
  return undefined
}

function rateIn(text: string | undefined, unreadable: string[]): string | undefined {
  if (text === undefined) return undefined
  if (/^\d+(?:\.\d+)?$/.test(text) && Number(text) > 0) return text
  unreadable.push(`the yen rate "${text}": a number above 0 is expected`)
  return undefined
}

/** `{"opus": {"input": 5, "output": 25}}`, or one level deeper; only numbers are taken. */
function pricesIn(text: string | undefined, unreadable: string[]): readonly FamilyPrice[] {
  if (text === undefined) return []
  const parsed = jsonIn(text)
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    unreadable.push('its ModelPricing is no JSON object (the original fails at every record then)')
    return []
  }
  return Object.entries(parsed).flatMap(([family, prices]) => {
    const known = typeof prices === 'object' && prices !== null ? Object.entries(prices) : []
    const perMillion = Object.fromEntries(
      known
        .filter(([, price]) => typeof price === 'number' || typeof price === 'string')
        .map(([kind, price]) => [kind, String(price)]),
    )
    if (Object.keys(perMillion).length > 0) return [{ family, perMillion }]
    unreadable.push(`the prices of "${family}" in its ModelPricing`)
    return []
  })
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}
