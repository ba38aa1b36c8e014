/** What is loaded of this SDK package when it is first needed; see clients.ts. */
export { GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3'
