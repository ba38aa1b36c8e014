/** Who can read what is logged, said before anybody agrees to it. Pure. */
import { mayRead } from './encryption.ts'
import type { Settings } from './guard.ts'

/** Every way to the records of a log group. https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatchlogs.html */
const READING = [
  'logs:GetLogEvents',
  'logs:FilterLogEvents',
  'logs:GetLogRecord',
  'logs:StartQuery',
  'logs:StartLiveTail',
  'logs:CreateExportTask',
  'logs:PutSubscriptionFilter',
]

type Reading = Pick<Settings, 'adopt' | 'bodies' | 'kmsKey' | 'logGroup' | 'logReaders' | 's3'>

/** @param because `wished`: by the settings; `found`: it was on before the guard, for somebody else, and stays on. */
export function whoReadsText(settings: Reading, because: 'wished' | 'found'): readonly string[] {
  const { adopt, kmsKey, logGroup, logReaders, s3 } = settings
  const why =
    because === 'wished'
      ? 'prompts and answers are logged'
      : 'prompts and answers were logged before the guard, for somebody else, and still are'
  // CloudWatch Logs asks KMS in the reader's name: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
  const withKey = kmsKey !== 'none' && !adopt.includes('log-group') ? ', and kms:Decrypt on its key as well' : ''
  const copy =
    s3 === undefined
      ? ''
      : logReaders.length > 0 && kmsKey === 'own'
        ? ' --log-reader restricts the copy in S3 alone, not the log group.'
        : ' The copy in S3 is read by whoever IAM lets call s3:GetObject on it.'
  const undo = because === 'wished' ? ': --no-log-text stops it for all calls to come' : ''
  return [
    `${why}: everybody in the account can read them whom IAM lets call any of ${READING.join(', ')} on ${logGroup}${withKey}.${copy} The guard counts without them${undo}`,
  ]
}

/** Named readers who leave out the one who names them; root and whoever administers the key can change that again. */
export function lockedOutText(
  settings: Pick<Settings, 'kmsKey' | 'logReaders' | 's3'>,
  caller: string,
): readonly string[] {
  if (settings.s3 === undefined || settings.kmsKey !== 'own' || mayRead(caller, settings.logReaders)) return []
  return [
    `you (${caller}) are not among --log-reader and will not be able to read the copy in S3; whoever may change the settings of the guard can add you later`,
  ]
}

/** Readers are bound by the policy of the guard's own key alone: nothing else of the account is the guard's to close. */
export function readersWithoutKeyText(
  settings: Pick<Settings, 'adopt' | 'kmsKey' | 'logReaders' | 's3'>,
): readonly string[] {
  const { adopt, kmsKey, logReaders, s3 } = settings
  if (logReaders.length === 0 || (s3 && kmsKey === 'own' && !adopt.includes('log-bucket'))) return []
  const lacks =
    s3 === undefined
      ? '--s3-logs'
      : kmsKey !== 'own'
        ? '--kms-key own'
        : 'a bucket of the guard (not --adopt log-bucket)'
  return [`--log-reader keeps nobody out yet: it needs ${lacks}`]
}
