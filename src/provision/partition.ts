/**
 * What differs between AWS's partitions (aws, aws-cn, aws-us-gov): the one place that knows their words. Pure.
 * https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/partitions.html
 */

export type Service = 'apigateway' | 'bedrock' | 'cloudwatch' | 'events' | 'lambda' | 'logs' | 'scheduler' | 'sns'

interface Where {
  readonly partition: string
  readonly region: string
}

/**
 * How a service names itself in policies: the same words in every partition, but for CloudWatch Logs in China, which keeps its
 * regional name there. https://github.com/aws/aws-cdk/blob/main/packages/@aws-cdk/region-info/README.md
 */
export const servicePrincipal = (service: Service, { partition, region }: Where): string =>
  service === 'logs' && partition === 'aws-cn'
    ? regionalName(service, { partition, region })
    : `${service}.amazonaws.com`

/** As KMS knows the services of one region: `logs.us-east-1.amazonaws.com`. */
export const regionalName = (service: 'logs' | 's3', { partition, region }: Where): string =>
  `${service}.${region}.amazonaws.com${partition === 'aws-cn' ? '.cn' : ''}`

/** Where people look at AWS in a browser. */
export const consoleUrl = ({ partition, region }: Where): string => {
  const domains: Readonly<Record<string, string>> = {
    'aws-cn': 'console.amazonaws.cn',
    'aws-us-gov': 'console.amazonaws-us-gov.com',
  }
  return `https://${region}.${domains[partition] ?? 'console.aws.amazon.com'}`
}

/** Where the tag index keeps what has no region, as things of IAM. https://docs.aws.amazon.com/resourcegroupstagging/latest/APIReference/API_GetResources.html */
export const globalRegionOf = (partition: string): string =>
  partition === 'aws-cn' ? 'cn-north-1' : partition === 'aws-us-gov' ? 'us-gov-west-1' : 'us-east-1'

/**
 * What Cognito puts between a prefix and the region where people sign in; undefined: it offers no user pools there (China), or this
 * version does not know its addresses. In GovCloud there are only hosts with FIPS:
 * https://docs.aws.amazon.com/govcloud-us/latest/UserGuide/govcloud-cog.html
 */
export const signInHostOf = (partition: string): 'auth' | 'auth-fips' | undefined =>
  (({ aws: 'auth', 'aws-us-gov': 'auth-fips' }) as const)[partition]

/** What the hosts of its services end in. */
export const dnsSuffixOf = (partition: string): string =>
  partition === 'aws-cn' ? 'amazonaws.com.cn' : 'amazonaws.com'
