/** How resources say what differs, in words a person reads. Pure. */
import type { Zoning } from '../runtime/domain/base/calendar.ts'
import { canonicalStatement, statementsOf } from './engine/policy-equal.ts'
import type { Difference } from './engine/resource.ts'

export { readDocument } from './engine/policy-equal.ts'

type Value = string | number | boolean | undefined

const NOTHING = 'none'
const say = (value: Value): string => (value === undefined || value === '' ? NOTHING : String(value))

/** At most one difference: equal values (absent and empty are the same) give none. */
export const field = (
  name: string,
  values: { is: Value; want: Value },
  how: Difference['how'] = 'in-place',
): readonly Difference[] =>
  say(values.is) === say(values.want) ? [] : [{ field: name, is: say(values.is), want: say(values.want), how }]

/** `UTC, from 2026-12 Asia/Tokyo` */
export const zoneWords = (zoning: Zoning): string =>
  zoning.map(({ from, zone }, index) => (index === 0 ? zone : `from ${from} ${zone}`)).join(', ')

const bySid = (document: unknown): ReadonlyMap<string, string> =>
  new Map(
    statementsOf(document).map((each, index) => [
      typeof each['Sid'] === 'string' ? each['Sid'] : `#${index + 1}`,
      canonicalStatement(each),
    ]),
  )

/** Statement by statement: which is missing, which says something else, which is there and should not be. */
export function documentField(name: string, documents: { is: unknown; want: unknown }): readonly Difference[] {
  const is = bySid(documents.is)
  const want = bySid(documents.want)
  const sids = [...new Set([...want.keys(), ...is.keys()])]
  return sids.flatMap((sid): readonly Difference[] => {
    const [have, wish] = [is.get(sid), want.get(sid)]
    if (have === wish) return []
    const words =
      have === undefined
        ? { is: 'missing', want: 'as the guard needs it' }
        : wish === undefined
          ? { is: 'there', want: 'not there' }
          : { is: 'says something else', want: 'as the guard needs it' }
    return [{ field: `${name}/${sid}`, ...words, how: 'in-place' }]
  })
}
