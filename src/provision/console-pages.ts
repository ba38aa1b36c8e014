/** Where the AWS console shows things by their name. Pure. */
import { consoleDomain } from './cloudwatch/console.ts'
import type { Place } from './names.ts'

/** https://docs.aws.amazon.com/general/latest/gr/aws-service-information.html and each partition's own sign-in pages (2026-09) */
const ELSEWHERE: Readonly<Record<string, { readonly iam: string; readonly sqs: string }>> = {
  aws: { iam: 'us-east-1', sqs: 'amazonaws.com' },
  'aws-cn': { iam: 'cn-north-1', sqs: 'amazonaws.com.cn' },
  'aws-us-gov': { iam: 'us-gov-west-1', sqs: 'amazonaws.com' },
}

export function consolePages({ region, partition, account }: Place) {
  const domain = consoleDomain(partition)
  const { iam, sqs } = ELSEWHERE[partition] ?? { iam: region, sqs: 'amazonaws.com' }
  const page = (path: string, fragment = '') =>
    `https://${region}.${domain}/${path}?region=${region}${fragment === '' ? '' : `#${fragment}`}`
  const iamPage = (fragment: string) => `https://${iam}.${domain}/iam/home?region=${iam}#/${fragment}`
  return {
    function: (name: string) => page('lambda/home', `/functions/${name}`),
    topic: (arn: string) => page('sns/v3/home', `/topic/${arn}`),
    queue: (name: string) =>
      page('sqs/v3/home', `/queues/${encodeURIComponent(`https://sqs.${region}.${sqs}/${account}/${name}`)}`),
    schedules: (group: string) => page('scheduler/home', `schedule-groups/${group}`),
    key: (alias: string) => page('kms/home', `/kms/keys?aliasName=${encodeURIComponent(alias)}`),
    bucket: (name: string) => `https://${region}.${domain}/s3/buckets/${name}?region=${region}`,
    role: (name: string) => iamPage(`roles/details/${name}`),
    policy: (arn: string) => iamPage(`policies/details/${encodeURIComponent(arn)}`),
    group: (name: string) => iamPage(`groups/details/${name}`),
  }
}
