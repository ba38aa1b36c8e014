/**
 * S3's actions, which are not always called like the operation, on the bucket or on each object.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html
 */
import type { Passing, World } from '../world.ts'
import type { Need } from './actions.ts'

const CALLED: Readonly<Record<string, string>> = {
  HeadBucket: 'ListBucket',
  ListObjectsV2: 'ListBucket',
  ListObjectVersions: 'ListBucketVersions',
  ListBuckets: 'ListAllMyBuckets',
  HeadObject: 'GetObject',
  DeleteBucketTagging: 'PutBucketTagging',
  GetPublicAccessBlock: 'GetBucketPublicAccessBlock',
  PutPublicAccessBlock: 'PutBucketPublicAccessBlock',
  DeletePublicAccessBlock: 'PutBucketPublicAccessBlock',
  DeleteBucketOwnershipControls: 'PutBucketOwnershipControls',
  GetBucketEncryption: 'GetEncryptionConfiguration',
  PutBucketEncryption: 'PutEncryptionConfiguration',
  DeleteBucketEncryption: 'PutEncryptionConfiguration',
  GetBucketLifecycleConfiguration: 'GetLifecycleConfiguration',
  PutBucketLifecycleConfiguration: 'PutLifecycleConfiguration',
  DeleteBucketLifecycleConfiguration: 'PutLifecycleConfiguration',
}

export function s3Needs(world: World, call: Passing): readonly Need[] {
  const { operation, input, request } = call
  const bucket = `arn:${world.partition}:s3:::${String(input['Bucket'] ?? '')}`
  if (operation === 'ListBuckets') return [{ action: 's3:ListAllMyBuckets', resources: ['*'] }]
  if (operation === 'DeleteObjects') {
    const objects = [...request.body.toString('utf8').matchAll(/<Object>(.*?)<\/Object>/gs)].map(([, one = '']) => one)
    return objects.map((one) => ({
      action: one.includes('<VersionId>') ? 's3:DeleteObjectVersion' : 's3:DeleteObject',
      resources: [`${bucket}/${/<Key>(.*?)<\/Key>/s.exec(one)?.[1] ?? ''}`],
    }))
  }
  const key = input['Key']
  const resources = [typeof key === 'string' ? `${bucket}/${key}` : bucket]
  return [{ action: `s3:${CALLED[operation] ?? operation}`, resources }]
}
