/** What stands in the way of the guard's part of the logging configuration, and what is left of it, in words. Pure. */
import type { LoggingConfig, S3Config } from '@aws-sdk/client-bedrock'
import type { Refusal } from '../engine/resource.ts'

/** Another log group is written to already. */
export function occupied(actual: LoggingConfig, how: { logGroup: string; first: boolean }): readonly Refusal[] {
  const group = actual.cloudWatchConfig?.logGroupName
  if (group === undefined || group === how.logGroup) return []
  const adopt = `let the guard read that one: --log-group ${group} --adopt log-group`
  const clear =
    'see who uses that log group; when nobody does, take it out under "Model invocation logging" in the settings of the Bedrock console (an S3 target may stay), then run this again'
  return [
    {
      why: 'occupied',
      message: `Bedrock's invocation logging in this account and region already writes to the log group ${group}, and it can write to one only`,
      suggestion: how.first ? adopt : clear,
    },
  ]
}

/** `s3://bucket/prefix` */
export const placeOf = ({ bucketName, keyPrefix }: S3Config): string =>
  `s3://${bucketName}${keyPrefix ? `/${keyPrefix}` : ''}`

/** Another bucket is written to already. */
export const copiedElsewhere = (bucket: string): Refusal => ({
  why: 'occupied',
  message: `Bedrock's invocation logging in this account and region already writes to s3://${bucket}, and it can write to one bucket only`,
  suggestion: `leave out --s3-logs: that copy stays as it is; or let the guard use that bucket: --s3-logs --log-bucket ${bucket} --adopt log-bucket`,
})

/** What goes on being written after a teardown. */
export const destinations = (config: LoggingConfig | undefined): string =>
  config?.s3Config?.bucketName ? `logging to s3://${config.s3Config.bucketName} stays` : 'nothing is logged any more'
