/** What an admin is told of who can read prompts, before saying yes. */
import { describe, expect, test } from 'vitest'
import type { Settings } from '../../src/provision/guard.ts'
import { defaultSettings } from '../../src/provision/settings.ts'
import { lockedOutText, readersWithoutKeyText, whoReadsText } from '../../src/provision/who-reads.ts'

const settings = (over: Partial<Settings> = {}): Settings => ({ ...defaultSettings('cg-test'), ...over })
const s3 = { bucket: undefined, expireDays: 365, largeBodies: false }
const auditors = 'arn:aws:iam::123456789012:role/auditors'
const boss = 'arn:aws:iam::123456789012:user/boss'

describe('prompts in the log', () => {
  test('are readable for everybody whom IAM lets read the log group, and counting needs none of them', () => {
    const [text = '', ...more] = whoReadsText(settings(), 'wished')
    expect(more).toEqual([])
    expect(text).toMatch(/everybody in the account .*logs:GetLogEvents, logs:FilterLogEvents.*logs:StartLiveTail/)
    expect(text).toContain('on /aws/bedrock/cg-test.')
    expect(text).toContain('The guard counts without them: --no-log-text')
    expect(text).not.toContain('kms:')
    expect(text).not.toContain('S3')
  })

  test('under a key need kms:Decrypt too, unless the log group was there before and keeps its own', () => {
    expect(whoReadsText(settings({ kmsKey: 'own' }), 'wished')[0]).toContain('and kms:Decrypt on its key as well')
    expect(whoReadsText(settings({ kmsKey: 'own', adopt: ['log-group'] }), 'wished')[0]).not.toContain('kms:')
  })

  test('are not closed off by named readers, who are asked for the copy in S3 alone', () => {
    const readers = settings({ kmsKey: 'own', s3, logReaders: [auditors] })
    expect(whoReadsText(readers, 'wished')[0]).toContain(
      '--log-reader restricts the copy in S3 alone, not the log group',
    )
    expect(whoReadsText(settings({ s3 }), 'wished')[0]).toContain('s3:GetObject')
  })

  test('that somebody had logged before the guard are said to be theirs, with nothing to switch off here', () => {
    const [text = ''] = whoReadsText(settings(), 'found')
    expect(text).toContain('were logged before the guard, for somebody else, and still are')
    expect(text).not.toContain('--no-log-text')
  })
})

describe('named readers', () => {
  test('that leave out whoever names them are worth a word', () => {
    const wish = settings({ kmsKey: 'own', s3, logReaders: [auditors] })
    expect(lockedOutText(wish, boss)).toEqual([
      `you (${boss}) are not among --log-reader and will not be able to read the copy in S3; whoever may change the settings of the guard can add you later`,
    ])
    expect(lockedOutText(wish, 'arn:aws:sts::123456789012:assumed-role/auditors/sato')).toEqual([])
    expect(lockedOutText(wish, 'arn:aws:iam::123456789012:root')).toEqual([])
    expect(lockedOutText({ ...wish, logReaders: [] }, boss)).toEqual([])
  })

  test('keep nobody out without the guard’s own key and bucket, and that is said', () => {
    const readers = { logReaders: [auditors] }
    expect(readersWithoutKeyText(settings(readers))[0]).toContain('it needs --s3-logs')
    expect(readersWithoutKeyText(settings({ ...readers, s3 }))[0]).toContain('it needs --kms-key own')
    const adopted = settings({ ...readers, s3, kmsKey: 'own', adopt: ['log-bucket'] })
    expect(readersWithoutKeyText(adopted)[0]).toContain('not --adopt log-bucket')
    expect(readersWithoutKeyText(settings({ ...readers, s3, kmsKey: 'own' }))).toEqual([])
    expect(readersWithoutKeyText(settings())).toEqual([])
  })
})
