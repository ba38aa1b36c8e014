/** The rights to make, change and remove the copy in S3 and the key it is encrypted with. */
import { need, type Right, type Rights, remembering, tags } from './step-right.ts'

export const logBucket: Rights = (about) => {
  const { change, differs, name, scope } = about
  const arn = `arn:${scope.partition}:s3:::${name}`
  if (change === 'remove') {
    return [
      ...need('s3', arn, ['ListBucketVersions', 'DeleteBucket']),
      ...need('s3', `${arn}/*`, ['DeleteObject', 'DeleteObjectVersion']),
      ...remembering(about),
    ]
  }
  const made = change === 'create'
  return [
    ...need('s3', arn, [
      made && 'CreateBucket',
      (made || differs('tag')) && 'PutBucketTagging',
      (made || differs('publicAccess')) && 'PutBucketPublicAccessBlock',
      (made || differs('ownership')) && 'PutBucketOwnershipControls',
      (made || differs('encryption', 'bucketKey')) && 'PutEncryptionConfiguration',
      (made || differs('expireDays', 'abortUploadsDays', 'otherLifecycleRules')) && 'PutLifecycleConfiguration',
      (made || differs('policy')) && 'PutBucketPolicy',
    ]),
    ...remembering(about),
  ]
}

/** Nothing of it but its policy is ever changed. */
export const adoptedBucket: Rights = ({ differs, name, scope }) =>
  need('s3', `arn:${scope.partition}:s3:::${name}`, [differs('policy') && 'PutBucketPolicy'])

/** The key's id is AWS's choice; what the guard may do with it hangs on its tag. */
export const logKey: Rights = (about) => {
  const { change, differs, scope } = about
  const { account, partition, region } = scope
  const any = `arn:${partition}:kms:${region}:${account}:key/*`
  const tagged = (right: Right): Right => ({
    ...right,
    when: { 'aws:ResourceTag/cost-guard:guard': scope.names.guard },
  })
  const asked = (right: Right): Right => ({ ...right, when: { 'aws:RequestTag/cost-guard:guard': scope.names.guard } })
  const changed = {
    create: ['EnableKeyRotation'],
    update: [
      differs('state') && 'EnableKey',
      differs('state') && 'CancelKeyDeletion',
      differs('policy') && 'PutKeyPolicy',
      differs('rotation') && 'EnableKeyRotation',
      ...tags(about, 'TagResource', 'UntagResource'),
    ],
    remove: ['ScheduleKeyDeletion'],
  }[change]
  return [
    ...(change === 'create' ? need('kms', '*', ['CreateKey', 'TagResource']).map(asked) : []),
    ...need('kms', any, changed).map(tagged),
    ...remembering(about),
  ]
}

export const keyAlias: Rights = ({ change, name, scope }) => {
  const { account, partition, region } = scope
  const action = { create: 'CreateAlias', update: 'UpdateAlias', remove: 'DeleteAlias' }[change]
  return need('kms', `arn:${partition}:kms:${region}:${account}:${name}`, [action])
}
