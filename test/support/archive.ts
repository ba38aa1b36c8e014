/** A bucket of somebody else's that Bedrock may write to: where many accounts keep a copy of their log already. */
import { CreateBucketCommand, PutBucketPolicyCommand, S3Client } from '@aws-sdk/client-s3'
import type { Sandbox } from '../../src/sandbox/index.ts'

export async function makeArchive({ endpoint, region, admin }: Sandbox, Bucket: string): Promise<void> {
  const s3 = new S3Client({ endpoint, region, credentials: admin, forcePathStyle: true })
  await s3.send(new CreateBucketCommand({ Bucket }))
  const Principal = { Service: 'bedrock.amazonaws.com' }
  const Statement = [{ Effect: 'Allow', Principal, Action: 's3:PutObject', Resource: `arn:aws:s3:::${Bucket}/*` }]
  await s3.send(new PutBucketPolicyCommand({ Bucket, Policy: JSON.stringify({ Version: '2012-10-17', Statement }) }))
}
