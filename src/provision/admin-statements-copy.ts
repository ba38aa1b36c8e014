/** The admin's rights on the copy in S3 and on a KMS key. */
import { type AdminScope, of } from './admin-scope.ts'
import { allow, type Statement } from './permissions.ts'

/**
 * What `--s3-logs` and `--kms-key` need beyond all else. A policy of its own: whoever uses neither needs none of it, and a
 * managed policy is full early. A key has no name before it is made, so what may be done with one hangs on its tag.
 */
export function copying({ names, arn }: AdminScope): readonly Statement[] {
  const tag = (kind: 'Request' | 'Resource') => ({
    StringEquals: { [`aws:${kind}Tag/cost-guard:guard`]: names.guard },
  })
  return [
    allow('CopyBucket', {
      to: of(
        's3',
        ...['CreateBucket', 'DeleteBucket', 'GetBucketTagging', 'PutBucketTagging', 'GetBucketPublicAccessBlock'],
        ...['PutBucketPublicAccessBlock', 'GetBucketOwnershipControls', 'PutBucketOwnershipControls'],
        ...['GetEncryptionConfiguration', 'PutEncryptionConfiguration', 'GetLifecycleConfiguration'],
        ...['PutLifecycleConfiguration', 'GetBucketPolicy', 'PutBucketPolicy', 'DeleteBucketPolicy'],
        'ListBucketVersions',
      ),
      on: names.arn.logBucket,
    }),
    allow('EmptyTheBucket', {
      to: of('s3', 'DeleteObject', 'DeleteObjectVersion'),
      on: `${names.arn.logBucket}/*`,
    }),
    allow('MakeKey', { to: of('kms', 'CreateKey', 'TagResource'), on: '*', when: tag('Request') }),
    allow('FindKey', { to: 'kms:ListKeys', on: '*' }),
    allow('LookAtKeys', {
      to: of('kms', 'DescribeKey', 'GetKeyPolicy', 'GetKeyRotationStatus', 'ListResourceTags'),
      on: arn('kms', 'key/*'),
    }),
    allow('OwnKey', {
      to: of(
        'kms',
        ...['EnableKey', 'EnableKeyRotation', 'PutKeyPolicy', 'TagResource', 'UntagResource'],
        ...['CreateAlias', 'UpdateAlias', 'DeleteAlias', 'ScheduleKeyDeletion', 'CancelKeyDeletion'],
      ),
      on: arn('kms', 'key/*'),
      when: tag('Resource'),
    }),
    allow('KeyAlias', { to: of('kms', 'CreateAlias', 'UpdateAlias', 'DeleteAlias'), on: arn('kms', names.keyAlias) }),
    allow('EncryptTheLogGroup', {
      to: of('logs', 'AssociateKmsKey', 'DisassociateKmsKey'),
      on: [names.arn.logGroup, `${names.arn.logGroup}:*`],
    }),
  ]
}
