/** One check per kind of setting: the value, or what is wrong with it in words. Pure. */
import { isIP } from 'node:net'
import { isTimeZone } from '../runtime/domain/base/calendar.ts'
import { GuardError } from '../runtime/domain/base/guard-error.ts'
import { parseThresholds } from '../runtime/domain/judging/limit.ts'
import type { Adoptable } from './guard.ts'
import type { Raw } from './setting.ts'

export type Checked<T> = { readonly ok: T } | { readonly bad: string }
/** A piece of JSON Schema (2020-12). */
export type Schema = Readonly<Record<string, unknown>>
/** Reads one value; `schema` says the same of a value in `cost-guard.yaml`, as far as JSON Schema can say it. */
export type Check<T> = ((raw: Raw) => Checked<T>) & { readonly schema: Schema }

const reads = <T>(schema: Schema, read: (raw: Raw) => Checked<T>): Check<T> =>
  Object.assign((raw: Raw) => read(raw), { schema })

const ok = <T>(value: T): Checked<T> => ({ ok: value })
const bad = (why: string): Checked<never> => ({ bad: why })
const textOf = (raw: Raw): string => (raw === undefined ? '' : Array.isArray(raw) ? raw.join(',') : String(raw)).trim()
const listOf = (raw: Raw): readonly string[] =>
  textOf(raw)
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')

const matching = (pattern: RegExp, expected: string): Check<string> =>
  reads({ type: 'string', pattern: pattern.source }, (raw) =>
    pattern.test(textOf(raw)) ? ok(textOf(raw)) : bad(`"${textOf(raw)}" is not ${expected}`),
  )

/** `none`, as `--help` writes it, and the empty text take the value away. */
const isNone = (raw: Raw): boolean => ['', 'none'].includes(textOf(raw).toLowerCase())

const NOTHING: Schema = { enum: ['none', ''] }
const orNone = <T>(none: T, inner: Check<T>): Check<T> =>
  reads({ anyOf: [NOTHING, inner.schema] }, (raw) => (isNone(raw) ? ok(none) : inner(raw)))
const optional = <T>(inner: Check<T>): Check<T | undefined> => orNone<T | undefined>(undefined, inner)
/** Figures stand in a file as numbers as well as in quotes. */
const orNumber = <T>(inner: Check<T>, number: Schema): Check<T> =>
  reads({ anyOf: [{ type: 'number', ...number }, inner.schema] }, inner)

const listMatching = (how: {
  pattern: RegExp
  expected: string
  atMost: number
  reserved?: readonly string[]
}): Check<readonly string[]> => {
  const item: Schema = {
    type: 'string',
    pattern: how.pattern.source,
    ...(how.reserved === undefined ? {} : { not: { enum: how.reserved } }),
  }
  const schema = { anyOf: [{ type: 'array', items: item, maxItems: how.atMost, uniqueItems: true }, item] }
  return reads(schema, (raw) => {
    const items = listOf(raw)
    const wrong = items.find((item) => !how.pattern.test(item))
    if (wrong !== undefined) return bad(`"${wrong}" is not ${how.expected}`)
    const taken = items.find((item) => how.reserved?.includes(item))
    if (taken !== undefined) return bad(`"${taken}" has a meaning of its own and cannot be used`)
    const lower = items.map((item) => item.toLowerCase())
    const twice = items.find((_, index) => lower.indexOf(lower[index] ?? '') !== index)
    if (twice !== undefined) return bad(`"${twice}" stands there twice`)
    return items.length > how.atMost
      ? bad(`${items.length} are too many, at most ${how.atMost} are possible`)
      : ok(items)
  })
}

/** 2 to 31 characters: the longest name made from it, a log group or a policy, stays within AWS's limits. */
export const guardName = matching(
  /^[a-z][a-z0-9-]{0,29}[a-z0-9]$/,
  'a guard name: 2 to 31 small letters, digits and dashes are expected, a letter first and no dash last',
)

const ADDRESS = /^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?=.{1,255}$)[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$/
/** Also of a user of the page. */
export const isMailAddress = (text: string): boolean => ADDRESS.test(text)
const addresses = listMatching({ pattern: ADDRESS, expected: 'an e-mail address', atMost: 50 })
export const emails = orNone<readonly string[]>([], addresses)

export const timeZone: Check<string> = reads({ type: 'string', pattern: '^[A-Za-z0-9_+/-]{1,64}$' }, (raw) =>
  isTimeZone(textOf(raw)) ? ok(textOf(raw)) : bad(`"${textOf(raw)}" is not a time zone such as Asia/Tokyo or UTC`),
)

export const timeOfDay = matching(/^([01]\d|2[0-3]):[0-5]\d$/, 'a time such as 09:00')

export const oneOf = <T extends string>(...choices: readonly T[]): Check<T> =>
  reads({ enum: choices }, (raw) => {
    const found = choices.find((choice) => choice === textOf(raw))
    return found === undefined ? bad(`"${textOf(raw)}" is none of ${choices.join(', ')}`) : ok(found)
  })

const ON = ['true', 'yes', 'on']
const OFF = ['false', 'no', 'off']
/** YAML 1.2 reads an unquoted yes or off as text, but whoever writes it means what it says. */
export const onOff: Check<boolean> = reads({ anyOf: [{ type: 'boolean' }, { enum: [...ON, ...OFF] }] }, (raw) => {
  if (ON.includes(textOf(raw))) return ok(true)
  return OFF.includes(textOf(raw)) ? ok(false) : bad(`"${textOf(raw)}" is neither true nor false`)
})

export const whole = (least: number, most: number): Check<number> =>
  reads({ type: 'integer', minimum: least, maximum: most }, (raw) => {
    const value = /^\d{1,9}$/.test(textOf(raw)) ? Number(textOf(raw)) : undefined
    const fits = value !== undefined && value >= least && value <= most
    return fits ? ok(value) : bad(`"${textOf(raw)}" is not a whole number from ${least} to ${most}`)
  })

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html (2026-09) */
export const RETENTION_DAYS: readonly number[] = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
]
/** 0: for ever. */
export const retention: Check<number> = reads({ enum: [...RETENTION_DAYS, 'never'] }, (raw) => {
  if (textOf(raw) === 'never') return ok(0)
  const days = RETENTION_DAYS.find((one) => String(one) === textOf(raw))
  return days === undefined ? bad(`"${textOf(raw)}" is none of ${RETENTION_DAYS.join(', ')} or never`) : ok(days)
})

export const logGroup = matching(/^[A-Za-z0-9_./#-]{1,512}$/, 'a log group name')

/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html */
export const tableName = matching(/^[A-Za-z0-9_.-]{3,255}$/, 'a table name: 3 to 255 letters, digits and _ . -')
/** https://docs.aws.amazon.com/sns/latest/api/API_CreateTopic.html; names that end in .fifo cannot mail. */
export const topicName = matching(
  /^[A-Za-z0-9_-]{1,256}$/,
  'a topic name: letters, digits, _ and - (a FIFO topic cannot send mail)',
)
/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
export const bucketName = optional(
  matching(
    /^(?!xn--|sthree-|amzn-s3-demo-)(?!.*(-s3alias|--ol-s3|\.\.)$)(?!\d+\.\d+\.\d+\.\d+$)[a-z0-9](?!.*\.\.)[a-z0-9.-]{1,61}[a-z0-9]$/,
    'a bucket name: 3 to 63 small letters, digits, dots and dashes',
  ),
)
const ADOPTABLES: readonly string[] = ['log-group', 'table', 'topic', 'log-bucket'] satisfies readonly Adoptable[]
const isAdoptable = (text: string): text is Adoptable => ADOPTABLES.includes(text)
export const adoptables: Check<readonly Adoptable[]> = orNone<readonly Adoptable[]>(
  [],
  reads({ anyOf: [{ type: 'array', items: { enum: ADOPTABLES } }, { enum: ADOPTABLES }] }, (raw) => {
    const items = listOf(raw)
    const wrong = items.find((item) => !isAdoptable(item))
    return wrong === undefined
      ? ok([...new Set(items.filter(isAdoptable))])
      : bad(`"${wrong}" is none of ${ADOPTABLES.join(', ')}`)
  }),
)
export const expiry = optional(whole(1, 36_500))
const keyArn = matching(
  /^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key\/[A-Za-z0-9-]{1,64}$/,
  'own, none, or the ARN of a KMS key (not of an alias)',
)
export const kmsKey: Check<string> = orNone(
  'none',
  reads({ anyOf: [{ const: 'own' }, keyArn.schema] }, (raw) => (textOf(raw) === 'own' ? ok('own') : keyArn(raw))),
)
const readerArns = listMatching({
  pattern: /^arn:aws[a-z-]*:(iam|sts)::\d{12}:(root|(user|role|assumed-role)\/[\w+=,.@*/-]{1,200})$/,
  expected: 'the ARN of a user or role, with or without a star in its name',
  atMost: 20,
})
export const readers = orNone<readonly string[]>([], readerArns)

export const currency = optional(matching(/^(?!USD$)[A-Z]{3}$/, 'a currency other than dollars, such as JPY'))
export const rate = optional(
  orNumber(matching(/^(?=.*[1-9])\d{1,9}(\.\d{1,9})?$/, 'a rate such as 160.5'), {
    exclusiveMinimum: 0,
    exclusiveMaximum: 1_000_000_000,
  }),
)

const percent: Schema = { type: 'integer', minimum: 1, maximum: 100 }
export const thresholdsSchema: Schema = {
  anyOf: [
    { type: 'array', items: percent, uniqueItems: true, minItems: 1 },
    percent,
    { type: 'string', pattern: '^(none|([1-9]\\d?|100)%?(, ?([1-9]\\d?|100)%?)*)$' },
  ],
}
export const thresholds: Check<readonly number[]> = reads(thresholdsSchema, (raw) => {
  try {
    return ok(parseThresholds(textOf(raw)))
  } catch (error) {
    if (error instanceof GuardError) return bad(error.message)
    throw error
  }
})

/** Labels become attributes of every balance: few and short. */
export const labels = listMatching({
  pattern: /^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/,
  expected: 'a label of at most 64 letters, digits, dots, dashes and underscores',
  atMost: 20,
  reserved: ['other', 'none'],
})

const NAME = String.raw`[\w+=.@-]{1,64}`
export const roleNamePatterns = listMatching({
  pattern: new RegExp(`^(${NAME}\\*?|\\*)$`),
  expected: 'a role name, with or without a star at the end',
  atMost: 50,
})
/** Identity Center writes who signed in into the name of a session: those are always people of their own. */
const ALWAYS_PEOPLE = 'AWSReservedSSO_*'
const withIdentityCenter = reads<readonly string[]>(roleNamePatterns.schema, (raw) => {
  const checked = roleNamePatterns(raw)
  if ('bad' in checked || checked.ok.includes(ALWAYS_PEOPLE)) return checked
  return ok([ALWAYS_PEOPLE, ...checked.ok])
})
export const sessionRoles = orNone<readonly string[]>([ALWAYS_PEOPLE], withIdentityCenter)
export const principalPatterns = listMatching({
  pattern: new RegExp(`^((user|role)/)?(${NAME}\\*?|\\*)$`),
  expected: 'a user or role name, with or without a star at the end',
  atMost: 50,
})

export const boundary = optional(
  matching(/^arn:aws[a-z-]*:iam::(\d{12}|aws):policy\/[\w+=,.@/-]{1,512}$/, 'the ARN of an IAM policy'),
)
export const iamPath = matching(/^\/([\x21-\x2e\x30-\x7e]+\/){0,20}$/, 'an IAM path such as /guards/')

/** https://docs.aws.amazon.com/tag-editor/latest/userguide/tagging.html: letters, digits, spaces and _ . : / = + - @ */
export const tagKey = matching(
  /^(?!aws:)(?!cost-guard:)[\p{L}\p{N}_.:/=+@ -]{1,128}$/u,
  'a tag key (it may not begin with aws: or cost-guard:)',
)
export const tagValue = optional(orNumber(matching(/^[\p{L}\p{N}_.:/=+@ -]{1,256}$/u, 'a tag value'), {}))

const MORE_THAN_ANYBODY_HAS = 100
/** `203.0.113.7` alone is one address; a rest behind the prefix length is refused, because somebody meant something else. */
function cidrOf(text: string): string | undefined {
  const [address = '', length, more] = text.toLowerCase().split('/')
  const family = isIP(address)
  if (family === 0 || more !== undefined || address.includes('%')) return undefined
  const widest = family === 4 ? 32 : 128
  const bits = length === undefined ? widest : /^\d{1,3}$/.test(length) ? Number(length) : Number.NaN
  return bits >= 0 && bits <= widest ? `${address}/${bits}` : undefined
}
const cidrList: Check<readonly string[]> = reads(
  {
    type: 'array',
    items: { type: 'string', pattern: '^[0-9A-Fa-f.:]+(/\\d{1,3})?$' },
    maxItems: MORE_THAN_ANYBODY_HAS,
  },
  (raw) => {
    const given = listOf(raw)
    const wrong = given.filter((one) => cidrOf(one) === undefined)
    if (wrong.length > 0)
      return bad(
        `${wrong.map((one) => `"${one}"`).join(', ')} is no range of addresses such as 203.0.113.0/24 or 2001:db8::/32`,
      )
    if (given.length > MORE_THAN_ANYBODY_HAS)
      return bad(`${given.length} ranges are more than the ${MORE_THAN_ANYBODY_HAS} the page checks`)
    return ok([...new Set(given.flatMap((one) => cidrOf(one) ?? []))])
  },
)
export const cidrs = orNone<readonly string[]>([], cidrList)

/** https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-assign-domain-prefix.html */
export const domainPrefix = optional(
  matching(
    /^(?!.*(?:aws|amazon|cognito))[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/,
    'a prefix of small letters, digits and dashes without aws, amazon or cognito in it',
  ),
)
/** Without a path, because the page is at the top of its address. */
export const pageUrl = optional(
  matching(
    /^https:\/\/[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+$/,
    'an address such as https://spend.example.com',
  ),
)
export const sesIdentity = optional(
  matching(/^arn:aws[a-z-]*:ses:[a-z0-9-]+:\d{12}:identity\/[^\s/]{1,320}$/, 'the ARN of an SES identity'),
)
export const mailFrom = optional(matching(/^[^\s@<>]{1,64}@[^\s@<>]{1,255}$/, 'a mail address'))
