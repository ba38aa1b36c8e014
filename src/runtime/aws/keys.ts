/**
 * Every key of the guard's table, in one place. Pure. `pk` and `sk` are strings; TTL is `expiresAt` in seconds.
 *
 *   J#<base principal>#<UTC month>  <timestamp>#<request id>[#fix#<step>]   journal: dedup marker and book in one
 *   M#<month>#<shard>               B#<principal>                           balance
 *                                   D#<principal>#<day>#<rate>#<label>      detail; with #<person>|<team>,<team>
 *                                                                           where it belonged to one
 *   F#<month>#<shard>               <principal>                             failed calls
 *   SESSIONS#<month>                <role>                                  which sessions are principals
 *   BAD#<UTC day>                   <event id>                              poison, bodies stripped
 *   WISHES                          LIMIT#… WAIVER#… MANUAL#… EXCLUDED#…    what the admin wants, one complete read
 *   BLOCKS                          <principal>                             what enforce put in place
 *   RATES                           <stem>#<scope>#<valid from> set by the admin; LIST#… read from the price list; DISCOUNT#…
 *   PROFILES                        <profile ARN>
 *   PEOPLE                          PERSON#<name>, TEAM#<name>             who belongs to which pot
 *   PAGE                            USER#<sub>                             who sees what on the page
 *   NOTICE#<period key>             <notice key>
 *   AUDIT#<month>                   <timestamp>#<hash>                      put only
 *   LEASE                           enforce
 *   HEALTH#ingest, HEALTH#enforce, CONTROL, MANIFEST
 */
import type { Day, Instant, Month } from '../domain/base/calendar.ts'
import { fnv1a32 } from '../domain/base/hash.ts'
import type { Subject } from '../domain/metering/belonging.ts'
import type { PrincipalKey } from '../domain/metering/principal.ts'
import type { Discount, ListedRate } from '../domain/money/rate.ts'

export interface Key {
  readonly pk: string
  readonly sk: string
}

export const PARTITION_KEY = 'pk'
export const SORT_KEY = 'sk'
export const TTL_ATTRIBUTE = 'expiresAt'

/** A month's balances lie in this many partitions: a handful of parallel reads, and no partition that is hot for all. */
export const SHARDS = 4
export const shardOf = (principal: PrincipalKey): number => fnv1a32(principal) % SHARDS
export const shards: readonly number[] = Array.from({ length: SHARDS }, (_, shard) => shard)

/** `#` separates; a name that holds one (AWS allows none) must not move the seams. */
const part = (text: string): string => text.replaceAll('%', '%25').replaceAll('#', '%23')
const whole = (text: string): string => text.replaceAll('%23', '#').replaceAll('%25', '%')

/** `2026-11`, of UTC: the journal's partition may depend on nothing that a setting can change. */
export const utcMonthOf = (at: Instant): string => new Date(at).toISOString().slice(0, 7)
export const utcDayOf = (at: Instant): string => new Date(at).toISOString().slice(0, 10)
const utcSecondOf = (at: Instant): string => new Date(at).toISOString().slice(0, 19)

/** Whole seconds, as Bedrock writes them, stay short. */
const stamp = (at: Instant): string => new Date(at).toISOString().replace('.000Z', 'Z')

export const journalPartition = (base: PrincipalKey, utcMonth: string): string => `J#${part(base)}#${utcMonth}`
export const JOURNAL_PREFIX = 'J#'
/** The user, role… whose journal it is. */
export const baseOfPartition = (pk: string): PrincipalKey =>
  whole(pk.slice(JOURNAL_PREFIX.length, pk.lastIndexOf('#'))) as PrincipalKey

export const journalKey = (base: PrincipalKey, at: Instant, requestId: string): Key => ({
  pk: journalPartition(base, utcMonthOf(at)),
  sk: `${stamp(at)}#${requestId}`,
})

/** The n-th correction of one entry, from 1: who corrects the same state twice meets the same key. */
export const correctionKey = (entry: Key, step: number): Key => ({
  pk: entry.pk,
  sk: `${entry.sk}#fix#${String(step).padStart(3, '0')}`,
})
const CORRECTION = /^([^#]+)#(.*)#fix#(\d{3})$/s

export interface JournalSort {
  /** ISO timestamp. */
  readonly at: string
  readonly requestId: string
  /** 0 for the entry itself. */
  readonly step: number
}
export function readJournalSort(sk: string): JournalSort {
  const fix = CORRECTION.exec(sk)
  if (fix) return { at: fix[1] ?? '', requestId: fix[2] ?? '', step: Number(fix[3]) }
  const seam = sk.indexOf('#')
  return { at: sk.slice(0, seam), requestId: sk.slice(seam + 1), step: 0 }
}

/** Bounds that take in every entry of [from, to), and at most those of one second more on each side. */
export const journalBounds = (from: Instant, to: Instant): { from: string; to: string } => ({
  from: utcSecondOf(from),
  to: `${utcSecondOf(to)}~`,
})

export const monthPartition = (month: Month, shard: number): string => `M#${month}#${shard}`
export const balanceKey = (principal: PrincipalKey, month: Month): Key => ({
  pk: monthPartition(month, shardOf(principal)),
  sk: `${BALANCE_PREFIX}${principal}`,
})
export const BALANCE_PREFIX = 'B#'
export const DETAIL_PREFIX = 'D#'

export const detailKey = (principal: PrincipalKey, month: Month, how: Omit<DetailSort, 'principal'>): Key => ({
  pk: monthPartition(month, shardOf(principal)),
  sk: `${detailsOf(principal)}${how.day}#${part(how.rateId)}#${part(how.label)}${belongingPart(how)}`,
})
/** What all details of one principal begin with. */
export const detailsOf = (principal: PrincipalKey): string => `${DETAIL_PREFIX}${part(principal)}#`

export interface DetailSort {
  readonly principal: PrincipalKey
  readonly day: Day
  readonly rateId: string
  readonly label: string
  /** Whose it was at that time; absent: nobody's. */
  readonly person?: string
  readonly teams?: readonly string[]
}

const named = (name: string): string => part(name).replaceAll('|', '%7C').replaceAll(',', '%2C')
const unnamed = (text: string): string => whole(text.replaceAll('%2C', ',').replaceAll('%7C', '|'))

/** Empty where nobody's: such keys are those of versions that knew no people. */
export const belongingPart = ({ person, teams }: Pick<DetailSort, 'person' | 'teams'>): string =>
  person === undefined && teams === undefined ? '' : `#${named(person ?? '')}|${(teams ?? []).map(named).join(',')}`

export function readDetailSort(sk: string): DetailSort {
  const [, principal = '', day = '', rateId = '', label = '', belonging = ''] = sk.split('#')
  const [person = '', teams = ''] = belonging.split('|')
  return {
    principal: whole(principal) as PrincipalKey,
    day: day as Day,
    rateId: whole(rateId),
    label: whole(label),
    ...(person === '' ? {} : { person: unnamed(person) }),
    ...(teams === '' ? {} : { teams: teams.split(',').map(unnamed) }),
  }
}

export const failedPartition = (month: Month, shard: number): string => `F#${month}#${shard}`
export const failedKey = (principal: PrincipalKey, month: Month): Key => ({
  pk: failedPartition(month, shardOf(principal)),
  sk: principal,
})

export const sessionsKey = (role: string, month: Month): Key => ({ pk: `SESSIONS#${month}`, sk: role })
export const badPartition = (utcDay: string): string => `BAD#${utcDay}`
export const badKey = (utcDay: string, eventId: string): Key => ({ pk: badPartition(utcDay), sk: eventId })

export const WISHES = 'WISHES'
export const limitKey = (id: string): Key => ({ pk: WISHES, sk: `LIMIT#${id}` })
export const waiverKey = (id: string): Key => ({ pk: WISHES, sk: `WAIVER#${id}` })
export const manualKey = (principal: Subject): Key => ({ pk: WISHES, sk: `MANUAL#${principal}` })
export const excludedKey = (principal: Subject): Key => ({ pk: WISHES, sk: `EXCLUDED#${principal}` })

export const BLOCKS = 'BLOCKS'
export const blockKey = (principal: PrincipalKey): Key => ({ pk: BLOCKS, sk: principal })

export const RATES = 'RATES'
/** A later price of the same model does not replace an earlier one: both count from their day on. */
export const rateKey = (stem: string, scope: string, validFrom: string): Key => ({
  pk: RATES,
  sk: `${stem}#${scope}#${validFrom}`,
})
/** Stems begin with a small letter or are ARNs, so these words are never one. */
export const LISTED_PREFIX = 'LIST#'
export const listedKey = (rate: ListedRate): Key => ({
  pk: RATES,
  sk: `${LISTED_PREFIX}${[rate.stem, rate.scope, rate.tier, rate.over ?? '', rate.region ?? '', rate.validFrom].join('#')}`,
})
export const DISCOUNT_PREFIX = 'DISCOUNT#'
export const discountKey = ({ of, validFrom }: Pick<Discount, 'of' | 'validFrom'>): Key => ({
  pk: RATES,
  sk: `${DISCOUNT_PREFIX}${of}#${validFrom}`,
})
export const PEOPLE = 'PEOPLE'
export const personKey = (name: string): Key => ({ pk: PEOPLE, sk: `PERSON#${name}` })
export const teamKey = (name: string): Key => ({ pk: PEOPLE, sk: `TEAM#${name}` })
/** Who may open the self-service page, and whose spend each sees. */
export const PAGE = 'PAGE'
export const pageUserKey = (sub: string): Key => ({ pk: PAGE, sk: `USER#${sub}` })
export const PROFILES = 'PROFILES'
export const profileKey = (arn: string): Key => ({ pk: PROFILES, sk: arn })

export const noticeKey = (periodKey: string, key: string): Key => ({ pk: `NOTICE#${periodKey}`, sk: key })
export const auditPartition = (month: Month): string => `AUDIT#${month}`
export const auditKey = (month: Month, at: Instant, hash: string): Key => ({
  pk: auditPartition(month),
  sk: `${new Date(at).toISOString()}#${hash}`,
})
export const leaseKey: Key = { pk: 'LEASE', sk: 'enforce' }

export const ingestHealthKey: Key = { pk: 'HEALTH#ingest', sk: 'facts' }
export const enforceHealthKey: Key = { pk: 'HEALTH#enforce', sk: 'facts' }
export const controlKey: Key = { pk: 'CONTROL', sk: 'facts' }

export const MANIFEST = 'MANIFEST'
export const settingsKey: Key = { pk: MANIFEST, sk: 'settings' }
export const factKey = (resourceId: string): Key => ({ pk: MANIFEST, sk: `fact#${resourceId}` })
