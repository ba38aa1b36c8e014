/** Everything `init` can be told, as data: flags, questions and documentation are made from this one table. Pure. */
import type { Adoptable } from './guard.ts'
import * as check from './settings-checks.ts'

/** As typed: text, a list of texts (each may hold commas), or a switch. Undefined: not given. Empty text: none. */
export type Raw = string | readonly string[] | boolean | number | undefined

export interface Setting {
  readonly key: SettingKey
  /** Without the dashes. */
  readonly flag: string
  /** `numbers`: one text on the command line, a list in a file. */
  readonly kind: 'text' | 'number' | 'numbers' | 'list' | 'switch' | 'choice'
  readonly choices?: readonly string[]
  /** One line, for `--help` and the README. */
  readonly summary: string
  /** The default in words. */
  readonly otherwise: string
  /** Another value than the default: an example for people and for tests. */
  readonly sample: NonNullable<Raw>
  /** Asked on a terminal at the first install when it is not given; the smallest order first. */
  readonly question?: { readonly order: number; readonly text: string }
  readonly check: check.Check<unknown>
}

export type SettingKey = keyof Checked
export type GivenSettings = { readonly [Key in SettingKey]?: Raw }

/** What the checks give; `settingsFrom` puts it together. */
export interface Checked {
  emails: readonly string[]
  timeZone: string
  reportTime: string
  language: 'en' | 'ja'
  currency: string | undefined
  currencyRate: string | undefined
  retentionDays: number
  logGroup: string
  table: string
  topic: string
  adopt: readonly Adoptable[]
  s3Logs: boolean
  logBucket: string | undefined
  s3ExpireDays: number | undefined
  s3LargeBodies: boolean
  kmsKey: 'none' | 'own' | (string & {})
  logReaders: readonly string[]
  mode: 'enforce' | 'observe'
  onlySources: boolean
  alarms: boolean
  cloudwatchDashboard: boolean
  logText: boolean
  logImages: boolean
  logEmbeddings: boolean
  logVideo: boolean
  logAudio: boolean
  checkMinutes: number
  warnAt: readonly number[]
  labels: readonly string[]
  sessionRoles: readonly string[]
  protectedPrincipals: readonly string[]
  unknownPrice: 'warn' | 'block'
  assumedCacheTtl: '5m' | '1h'
  permissionsBoundary: string | undefined
  rolePath: string
  costTagKey: string
  costTag: string | undefined
}

const body = (key: SettingKey, flag: string, what: string): Setting => ({
  key,
  flag,
  kind: 'switch',
  summary: `let Bedrock log ${what}; counting needs none of it`,
  otherwise: 'off',
  sample: true,
  check: check.onOff,
})

export const settingsTable: readonly Setting[] = [
  {
    key: 'emails',
    flag: 'email',
    kind: 'list',
    summary: 'address that gets warnings, blocks and the daily report; may be given several times',
    otherwise: 'nobody is written to',
    sample: ['boss@example.com', 'finance@example.com'],
    question: {
      order: 2,
      text: 'Who gets warnings and the daily report? (e-mails with commas; empty: nobody)',
    },
    check: check.emails,
  },
  {
    key: 'timeZone',
    flag: 'time-zone',
    kind: 'text',
    summary: 'IANA time zone in which days and months begin; a change counts from the next month',
    otherwise: 'Asia/Tokyo in Japanese, else UTC',
    sample: 'Asia/Tokyo',
    question: {
      order: 3,
      text: 'In which time zone do days and months begin?',
    },
    check: check.timeZone,
  },
  {
    key: 'reportTime',
    flag: 'report-time',
    kind: 'text',
    summary: 'when the daily report is sent, HH:MM in that time zone',
    otherwise: '09:00',
    sample: '08:30',
    check: check.timeOfDay,
  },
  {
    key: 'language',
    flag: 'language',
    kind: 'choice',
    choices: ['en', 'ja'],
    summary: 'language of the mails',
    otherwise: 'en',
    question: { order: 1, text: 'In which language are the mails?' },
    sample: 'ja',
    check: check.oneOf('en', 'ja'),
  },
  {
    key: 'currency',
    flag: 'currency',
    kind: 'text',
    summary: 'second currency shown beside dollars, a three-letter code such as JPY; needs --currency-rate',
    otherwise: 'dollars alone',
    sample: 'JPY',
    check: check.currency,
  },
  {
    key: 'currencyRate',
    flag: 'currency-rate',
    kind: 'text',
    summary: 'units of the second currency for one dollar, such as 160.5',
    otherwise: 'none',
    sample: '160.5',
    check: check.rate,
  },
  {
    key: 'retentionDays',
    flag: 'retention-days',
    kind: 'number',
    summary: 'days the invocation log is kept, one of the 22 values of CloudWatch Logs, or never to let it expire',
    otherwise: '365',
    sample: 400,
    check: check.retention,
  },
  {
    key: 'logGroup',
    flag: 'log-group',
    kind: 'text',
    summary: 'name of the log group that Bedrock writes to; cannot be changed later',
    otherwise: '/aws/bedrock/<guard>',
    sample: '/bedrock/calls',
    check: check.logGroup,
  },
  {
    key: 'table',
    flag: 'table',
    kind: 'text',
    summary: 'name of the DynamoDB table that holds the ledger; cannot be changed later',
    otherwise: '<guard>-ledger',
    sample: 'bedrock-ledger',
    check: check.tableName,
  },
  {
    key: 'topic',
    flag: 'topic',
    kind: 'text',
    summary: 'name of the SNS topic that mails go through; cannot be changed later',
    otherwise: '<guard>-notices',
    sample: 'bedrock-notices',
    check: check.topicName,
  },
  {
    key: 'adopt',
    flag: 'adopt',
    kind: 'list',
    summary: 'use what exists under the name given (log-group, table, topic, log-bucket); checked first, never deleted',
    otherwise: 'nothing',
    sample: ['log-group'],
    check: check.adoptables,
  },
  body('logText', 'log-text', 'prompts and answers'),
  body('logImages', 'log-images', 'images'),
  body('logEmbeddings', 'log-embeddings', 'embeddings'),
  body('logVideo', 'log-video', 'videos'),
  body('logAudio', 'log-audio', 'sound'),
  {
    key: 's3Logs',
    flag: 's3-logs',
    kind: 'switch',
    summary: 'let Bedrock write a copy of the invocation log to an S3 bucket',
    otherwise: 'off',
    sample: true,
    check: check.onOff,
  },
  {
    key: 'logBucket',
    flag: 'log-bucket',
    kind: 'text',
    summary: 'name of that bucket',
    otherwise: '<guard>-log-<account>-<region>',
    sample: 'example-bedrock-log',
    check: check.bucketName,
  },
  {
    key: 's3ExpireDays',
    flag: 's3-expire-days',
    kind: 'text',
    summary: 'days until objects of the S3 copy expire, or none to keep them for ever',
    otherwise: '365',
    sample: 90,
    check: check.expiry,
  },
  {
    key: 's3LargeBodies',
    flag: 's3-large-bodies',
    kind: 'switch',
    summary: 'let Bedrock put bodies too large for the log group (over 100 KB) into that bucket',
    otherwise: 'off',
    sample: true,
    check: check.onOff,
  },
  {
    key: 'kmsKey',
    flag: 'kms-key',
    kind: 'text',
    summary: 'encrypt the S3 copy, the log group and the topic: own (a key of the guard), the ARN of a key, or none',
    otherwise: 'none: keys of AWS',
    sample: 'own',
    check: check.kmsKey,
  },
  {
    key: 'logReaders',
    flag: 'log-reader',
    kind: 'list',
    summary: 'ARN of who may read the encrypted S3 copy, a star allowed in the name',
    otherwise: 'whoever IAM allows',
    sample: ['arn:aws:iam::123456789012:role/auditors-*'],
    check: check.readers,
  },
  {
    key: 'mode',
    flag: 'mode',
    kind: 'choice',
    choices: ['enforce', 'observe'],
    summary: 'enforce blocks at the limit; observe counts and tells, blocks nobody and releases whoever is blocked',
    otherwise: 'enforce',
    question: {
      order: 5,
      text: 'What happens at a limit? (enforce blocks, observe only tells)',
    },
    sample: 'observe',
    check: check.oneOf('enforce', 'observe'),
  },
  {
    key: 'alarms',
    flag: 'alarms',
    kind: 'switch',
    summary: 'CloudWatch alarms on throttling and on the health of the guard, mailed like the notices',
    otherwise: 'on',
    sample: false,
    check: check.onOff,
  },
  {
    key: 'cloudwatchDashboard',
    flag: 'cloudwatch-dashboard',
    kind: 'switch',
    summary: 'a CloudWatch dashboard: traffic, tokens, latency, cost by principal, health',
    otherwise: 'on',
    sample: false,
    check: check.onOff,
  },
  {
    key: 'checkMinutes',
    flag: 'check-interval',
    kind: 'number',
    summary: 'minutes between checks of all limits, 1 to 60; every batch of records is checked at once anyway',
    otherwise: '1',
    sample: 5,
    check: check.whole(1, 60),
  },
  {
    key: 'warnAt',
    flag: 'warn-at',
    kind: 'numbers',
    summary: 'percents of a limit at which a warning is sent, such as 50,80,95, or none',
    otherwise: '80',
    sample: '50,80,95',
    check: check.thresholds,
  },
  {
    key: 'labels',
    flag: 'source',
    kind: 'list',
    summary: 'values of requestMetadata.source that are shown apart; everything is counted',
    otherwise: 'claude-code,claude-desktop',
    sample: ['claude-code', 'notebook'],
    check: check.labels,
  },
  {
    key: 'onlySources',
    flag: 'only-sources',
    kind: 'switch',
    summary: 'count only calls that carry one of these sources, as the original guard did; all others are free',
    otherwise: 'off: everything is counted',
    sample: true,
    check: check.onOff,
  },
  {
    key: 'sessionRoles',
    flag: 'session-role',
    kind: 'list',
    summary: 'roles whose sessions are people of their own, a star at the end allowed',
    otherwise: 'AWSReservedSSO_*',
    sample: ['AWSReservedSSO_*', 'Developer'],
    check: check.roleNamePatterns,
  },
  {
    key: 'protectedPrincipals',
    flag: 'protect',
    kind: 'list',
    summary: 'names of users and roles that are never blocked, a star at the end allowed',
    otherwise: 'the roles of the guard alone',
    sample: ['breakglass', 'role/admin-*'],
    check: check.principalPatterns,
  },
  {
    key: 'unknownPrice',
    flag: 'unknown-price',
    kind: 'choice',
    choices: ['warn', 'block'],
    summary: 'whether money assumed for a model without a price may block, or only warns',
    otherwise: 'warn',
    sample: 'block',
    check: check.oneOf('warn', 'block'),
  },
  {
    key: 'assumedCacheTtl',
    flag: 'assume-cache-ttl',
    kind: 'choice',
    choices: ['5m', '1h'],
    summary: 'how long a cache write lives where the log does not say so; one hour costs more',
    otherwise: '5m',
    sample: '1h',
    check: check.oneOf('5m', '1h'),
  },
  {
    key: 'permissionsBoundary',
    flag: 'permissions-boundary',
    kind: 'text',
    summary: 'ARN of the policy that bounds every role of the guard',
    otherwise: 'none',
    sample: 'arn:aws:iam::123456789012:policy/bounds',
    check: check.boundary,
  },
  {
    key: 'rolePath',
    flag: 'role-path',
    kind: 'text',
    summary: 'IAM path of the roles of the guard, such as /guards/; cannot be changed later',
    otherwise: '/',
    sample: '/guards/',
    check: check.iamPath,
  },
  {
    key: 'costTagKey',
    flag: 'cost-tag-key',
    kind: 'text',
    summary: 'key of the cost tag',
    otherwise: 'Cost',
    sample: 'CostCenter',
    check: check.tagKey,
  },
  {
    key: 'costTag',
    flag: 'cost-tag',
    kind: 'text',
    summary: 'value of a cost tag on everything the guard makes',
    otherwise: 'no cost tag',
    sample: '4711',
    check: check.tagValue,
  },
]
