/** One check per kind of setting: the value, or what is wrong with it in words. Pure. */
import { isTimeZone } from '../runtime/domain/calendar.ts'
import { GuardError } from '../runtime/domain/guard-error.ts'
import { parseThresholds } from '../runtime/domain/limit.ts'
import type { Adoptable } from './guard.ts'
import type { Raw } from './settings-table.ts'

export type Checked<T> = { readonly ok: T } | { readonly bad: string }
export type Check<T> = (raw: Raw) => Checked<T>

const ok = <T>(value: T): Checked<T> => ({ ok: value })
const bad = (why: string): Checked<never> => ({ bad: why })
const textOf = (raw: Raw): string => (raw === undefined ? '' : Array.isArray(raw) ? raw.join(',') : String(raw)).trim()
const listOf = (raw: Raw): readonly string[] =>
  textOf(raw)
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')

const matching =
  (pattern: RegExp, expected: string): Check<string> =>
  (raw) =>
    pattern.test(textOf(raw)) ? ok(textOf(raw)) : bad(`"${textOf(raw)}" is not ${expected}`)

/** `none`, as `--help` writes it, and the empty text take the value away. */
const isNone = (raw: Raw): boolean => ['', 'none'].includes(textOf(raw).toLowerCase())

const optional =
  (inner: Check<string>): Check<string | undefined> =>
  (raw) =>
    isNone(raw) ? ok(undefined) : inner(raw)

const listMatching =
  (how: {
    pattern: RegExp
    expected: string
    atMost: number
    reserved?: readonly string[]
  }): Check<readonly string[]> =>
  (raw) => {
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
  }

/** 2 to 31 characters: the longest name made from it, a log group or a policy, stays within AWS's limits. */
export const guardName = matching(
  /^[a-z][a-z0-9-]{0,29}[a-z0-9]$/,
  'a guard name: 2 to 31 small letters, digits and dashes are expected, a letter first and no dash last',
)

const ADDRESS = /^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?=.{1,255}$)[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$/
const addresses = listMatching({ pattern: ADDRESS, expected: 'an e-mail address', atMost: 50 })
export const emails: Check<readonly string[]> = (raw) => (isNone(raw) ? ok([]) : addresses(raw))

export const timeZone: Check<string> = (raw) =>
  isTimeZone(textOf(raw)) ? ok(textOf(raw)) : bad(`"${textOf(raw)}" is not a time zone such as Asia/Tokyo or UTC`)

export const timeOfDay = matching(/^([01]\d|2[0-3]):[0-5]\d$/, 'a time such as 09:00')

export const oneOf =
  <T extends string>(...choices: readonly T[]): Check<T> =>
  (raw) => {
    const found = choices.find((choice) => choice === textOf(raw))
    return found === undefined ? bad(`"${textOf(raw)}" is none of ${choices.join(', ')}`) : ok(found)
  }

export const onOff: Check<boolean> = (raw) => {
  if (raw === true || textOf(raw) === 'true') return ok(true)
  return raw === false || textOf(raw) === 'false' ? ok(false) : bad(`"${textOf(raw)}" is neither true nor false`)
}

export const whole =
  (least: number, most: number): Check<number> =>
  (raw) => {
    const value = /^\d{1,9}$/.test(textOf(raw)) ? Number(textOf(raw)) : undefined
    const fits = value !== undefined && value >= least && value <= most
    return fits ? ok(value) : bad(`"${textOf(raw)}" is not a whole number from ${least} to ${most}`)
  }

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html (2026-09) */
export const RETENTION_DAYS: readonly number[] = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
]
export const retention: Check<number> = (raw) => {
  const days = RETENTION_DAYS.find((one) => String(one) === textOf(raw))
  return days === undefined ? bad(`"${textOf(raw)}" is none of ${RETENTION_DAYS.join(', ')}`) : ok(days)
}

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
const isAdoptable = (text: string): text is Adoptable => ['log-group', 'table', 'topic', 'log-bucket'].includes(text)
export const adoptables: Check<readonly Adoptable[]> = (raw) => {
  const items = isNone(raw) ? [] : listOf(raw)
  const wrong = items.find((item) => !isAdoptable(item))
  return wrong === undefined
    ? ok([...new Set(items.filter(isAdoptable))])
    : bad(`"${wrong}" is none of log-group, table, topic, log-bucket`)
}
export const expiry: Check<number | undefined> = (raw) => (isNone(raw) ? ok(undefined) : whole(1, 36_500)(raw))
const keyArn = matching(
  /^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key\/[A-Za-z0-9-]{1,64}$/,
  'own, none, or the ARN of a KMS key (not of an alias)',
)
export const kmsKey: Check<string> = (raw) =>
  isNone(raw) ? ok('none') : textOf(raw) === 'own' ? ok('own') : keyArn(raw)
const readerArns = listMatching({
  pattern: /^arn:aws[a-z-]*:(iam|sts)::\d{12}:(root|(user|role|assumed-role)\/[\w+=,.@*/-]{1,200})$/,
  expected: 'the ARN of a user or role, with or without a star in its name',
  atMost: 20,
})
export const readers: Check<readonly string[]> = (raw) => (isNone(raw) ? ok([]) : readerArns(raw))

export const currency = optional(matching(/^(?!USD$)[A-Z]{3}$/, 'a currency other than dollars, such as JPY'))
export const rate = optional(matching(/^(?=.*[1-9])\d{1,9}(\.\d{1,9})?$/, 'a rate such as 160.5'))

export const thresholds: Check<readonly number[]> = (raw) => {
  try {
    return ok(parseThresholds(textOf(raw)))
  } catch (error) {
    if (error instanceof GuardError) return bad(error.message)
    throw error
  }
}

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
export const tagValue = optional(matching(/^[\p{L}\p{N}_.:/=+@ -]{1,256}$/u, 'a tag value'))
