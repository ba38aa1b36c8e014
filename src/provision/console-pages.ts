/** Where the AWS console shows things by their name. Pure. */
import { consoleDomain } from './cloudwatch/console.ts'
import type { Place } from './names.ts'
import { dnsSuffixOf, globalRegionOf } from './partition.ts'

export function consolePages({ region, partition, account }: Place) {
  const domain = consoleDomain(partition)
  // Of the newest partitions each has one region only.
  const iam = ['aws', 'aws-cn', 'aws-us-gov'].includes(partition) ? globalRegionOf(partition) : region
  const page = (path: string, fragment = '') =>
    `https://${region}.${domain}/${path}?region=${region}${fragment === '' ? '' : `#${fragment}`}`
  const iamPage = (fragment: string) => `https://${iam}.${domain}/iam/home?region=${iam}#/${fragment}`
  return {
    function: (name: string) => page('lambda/home', `/functions/${name}`),
    topic: (arn: string) => page('sns/v3/home', `/topic/${arn}`),
    queue: (name: string) =>
      page(
        'sqs/v3/home',
        `/queues/${encodeURIComponent(`https://sqs.${region}.${dnsSuffixOf(partition)}/${account}/${name}`)}`,
      ),
    schedules: (group: string) => page('scheduler/home', `schedule-groups/${group}`),
    key: (alias: string) => page('kms/home', `/kms/keys?aliasName=${encodeURIComponent(alias)}`),
    bucket: (name: string) => `https://${region}.${domain}/s3/buckets/${name}?region=${region}`,
    role: (name: string) => iamPage(`roles/details/${name}`),
    policy: (arn: string) => iamPage(`policies/details/${encodeURIComponent(arn)}`),
    group: (name: string) => iamPage(`groups/details/${name}`),
  }
}
