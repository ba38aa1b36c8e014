/** Takes everything out of a bucket: every version and every delete marker, a thousand at a time. */
import { DeleteObjectsCommand, ListObjectVersionsCommand, type S3Client } from '@aws-sdk/client-s3'
import { GuardError } from '../../runtime/domain/base/guard-error.ts'

/** Between two looks at whether to stop; about half a minute of deleting. */
const PAGES_AT_ONCE = 50

/**
 * Goes on where an earlier run stopped: what is gone is not listed again.
 * @returns whether the bucket is empty; false after `PAGES_AT_ONCE` pages, with more to come.
 * @throws GuardError where S3 does not let single objects go.
 */
export async function emptyBucket(
  s3: S3Client,
  where: { readonly Bucket: string; readonly ExpectedBucketOwner: string },
  say: (what: string) => void,
): Promise<boolean> {
  let removed = 0
  for (let page = 0; page < PAGES_AT_ONCE; page += 1) {
    // Always from the start: the page before is gone.
    const { Versions = [], DeleteMarkers = [] } = await s3.send(new ListObjectVersionsCommand(where))
    const Objects = [...Versions, ...DeleteMarkers].flatMap(({ Key, VersionId }) =>
      Key === undefined ? [] : [{ Key, VersionId }],
    )
    if (Objects.length === 0) return true
    const { Errors = [] } = await s3.send(new DeleteObjectsCommand({ ...where, Delete: { Objects, Quiet: true } }))
    const [first] = Errors
    if (first !== undefined) {
      throw new GuardError({
        code: 'object-stays',
        fault: 'aws',
        retry: 'no',
        message: `${Errors.length} objects of the bucket ${where.Bucket} could not be deleted, ${first.Key} among them: ${first.Message ?? first.Code}`,
        suggestions: [
          'see whether the bucket holds its objects for a time (Object Lock), then run the same command again',
        ],
      })
    }
    removed += Objects.length
    say(`${removed} objects removed so far`)
  }
  return false
}
