/** How resources say what differs, in words a person reads. Pure. */
import type { Difference } from './engine/resource.ts'

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

/** IAM answers documents URL-encoded (GetRole, GetRolePolicy, GetPolicyVersion); Lambda answers plain JSON. */
export const readDocument = (text: string | undefined): unknown => {
  if (text === undefined) return undefined
  return JSON.parse(text.trimStart().startsWith('{') ? text : decodeURIComponent(text))
}

type Plain = Readonly<Record<string, unknown>>
const isPlain = (value: unknown): value is Plain => typeof value === 'object' && value !== null && !Array.isArray(value)

/** A statement by meaning: one string and a list of it are the same, order does not count, keys are sorted. */
function canonical(value: unknown): unknown {
  if (Array.isArray(value)) {
    const parts = [...new Set(value.map((each) => JSON.stringify(canonical(each))))].sort()
    return parts.length === 1 ? JSON.parse(parts[0] as string) : parts
  }
  if (!isPlain(value)) return value
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((key) => [key, canonical(value[key])]),
  )
}

const statementsOf = (document: unknown): readonly Plain[] => {
  if (!isPlain(document)) return []
  const statements = document['Statement']
  return (Array.isArray(statements) ? statements : [statements]).filter(isPlain)
}

const bySid = (document: unknown): ReadonlyMap<string, string> =>
  new Map(
    statementsOf(document).map((each, index) => [
      typeof each['Sid'] === 'string' ? each['Sid'] : `#${index + 1}`,
      JSON.stringify(canonical(each)),
    ]),
  )

/** Statement by statement: which is missing, which says something else, which was added by somebody. */
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
          ? { is: 'added by somebody', want: 'not there' }
          : { is: 'changed by somebody', want: 'as the guard needs it' }
    return [{ field: `${name}/${sid}`, ...words, how: 'in-place' }]
  })
}
