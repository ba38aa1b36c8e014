/** Every name the guard uses, derived from its own name, account and region. Pure. */
export interface Names {
  readonly guard: string
  readonly table: string
  readonly topic: string
  readonly logGroup: string
  readonly logBucket: string
  /** With its `alias/`. */
  readonly keyAlias: string
  readonly dashboard: string
  /** Every alarm's name begins so. */
  readonly alarmPrefix: string
  readonly loggingRole: string
  readonly subscriptionFilter: string
  readonly deadLetters: string
  readonly scheduleGroup: string
  readonly schedulerRole: string
  readonly functions: { readonly ingest: string; readonly enforce: string; readonly report: string }
  readonly functionRoles: { readonly ingest: string; readonly enforce: string; readonly report: string }
  readonly functionLogs: { readonly ingest: string; readonly enforce: string; readonly report: string }
  readonly schedules: { readonly enforce: string; readonly catchUp: string; readonly report: string }
  /** Of the self-service page. */
  readonly page: {
    readonly function: string
    readonly role: string
    readonly functionLogs: string
    readonly api: string
    readonly accessLogs: string
    readonly userPool: string
    readonly client: string
    /** First part of the sign-in domain. */
    readonly domain: string
  }
  readonly blockGroup: string
  readonly undatedPolicy: string
  /** `endDay` is the first day that is free again, in the guard's zone: `…-limit-reached-until-2026-12-01`. */
  datedPolicy(endDay: string): string
  readonly policyPrefix: string
  readonly arn: {
    readonly table: string
    readonly topic: string
    readonly deadLetters: string
    readonly logGroup: string
    readonly logBucket: string
    role(name: string, path: string): string
    policy(name: string): string
    function(name: string): string
    readonly blockGroup: string
  }
}

export interface Place {
  readonly account: string
  readonly region: string
  readonly partition: string
}

/** What the admin named otherwise, or what was there before the guard: a part of the settings. */
export interface ChosenNames {
  readonly logGroup: string
  readonly table: string
  readonly topic: string
  readonly s3: { readonly bucket: string | undefined } | undefined
  readonly page: { readonly prefix: string | undefined } | undefined
}

/** The names of a guard whose settings are known. */
export const namesOf = (
  settings: ChosenNames & { readonly guard: string },
  { account, region, partition }: Place,
): Names => {
  const { guard, logGroup, table, topic, s3, page } = settings
  return namesFor(guard, { account, region, partition, logGroup, table, topic, s3, page })
}

export function namesFor(guard: string, where: Place & Partial<ChosenNames>): Names {
  const { account, region, partition } = where
  const arn = (service: string, rest: string, inRegion = region) =>
    `arn:${partition}:${service}:${inRegion}:${account}:${rest}`
  const logGroup = where.logGroup ?? `/aws/bedrock/${guard}`
  const table = where.table ?? `${guard}-ledger`
  const topic = where.topic ?? `${guard}-notices`
  const logBucket = where.s3?.bucket ?? defaultLogBucket(guard, where)
  return {
    guard,
    table,
    topic,
    logGroup,
    logBucket,
    keyAlias: `alias/${guard}`,
    // Dashboards have no region: two guards of one name in two regions must not draw over each other.
    dashboard: `${guard}-${region}`,
    alarmPrefix: `${guard}-`,
    loggingRole: `${guard}-bedrock-logging`,
    subscriptionFilter: `${guard}-ingest`,
    deadLetters: `${guard}-ingest-dead-letters`,
    scheduleGroup: guard,
    schedulerRole: `${guard}-scheduler`,
    functions: { ingest: `${guard}-ingest`, enforce: `${guard}-enforce`, report: `${guard}-report` },
    functionRoles: { ingest: `${guard}-ingest`, enforce: `${guard}-enforce`, report: `${guard}-report` },
    functionLogs: {
      ingest: `/aws/lambda/${guard}-ingest`,
      enforce: `/aws/lambda/${guard}-enforce`,
      report: `/aws/lambda/${guard}-report`,
    },
    schedules: { enforce: `${guard}-enforce`, catchUp: `${guard}-catch-up`, report: `${guard}-report` },
    page: {
      function: `${guard}-dashboard`,
      role: `${guard}-dashboard`,
      functionLogs: `/aws/lambda/${guard}-dashboard`,
      api: `${guard}-dashboard`,
      // Under this prefix CloudWatch Logs keeps one resource policy for all, and not one line of it per log group.
      accessLogs: `/aws/vendedlogs/${guard}-dashboard`,
      userPool: `${guard}-dashboard`,
      client: `${guard}-dashboard`,
      domain: where.page?.prefix ?? defaultDomain(guard, account),
    },
    blockGroup: `${guard}-blocked`,
    undatedPolicy: `${guard}-blocked-by-admin`,
    datedPolicy: (endDay) => `${guard}-limit-reached-until-${endDay}`,
    policyPrefix: `${guard}-limit-reached-until-`,
    arn: {
      table: arn('dynamodb', `table/${table}`),
      topic: arn('sns', topic),
      deadLetters: arn('sqs', `${guard}-ingest-dead-letters`),
      logGroup: arn('logs', `log-group:${logGroup}`),
      logBucket: `arn:${partition}:s3:::${logBucket}`,
      role: (name, path) => arn('iam', `role${path}${name}`, ''),
      policy: (name) => arn('iam', `policy/${name}`, ''),
      function: (name) => arn('lambda', `function:${name}`),
      blockGroup: arn('iam', `group/${guard}-blocked`, ''),
    },
  }
}

/** At most 63 characters with the longest guard name, as S3 demands; unlike the others it must be unique in the world. */
export const defaultLogBucket = (guard: string, where: { account: string; region: string }): string =>
  `${guard}-log-${where.account}-${where.region}`

/**
 * Cognito refuses these three words: https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-assign-domain-prefix.html
 */
const defaultDomain = (guard: string, account: string): string =>
  `${guard.replaceAll(/aws|amazon|cognito/g, 'x')}-${account}`

/** What must be said of this guard beyond its account and region, as `iam-policy` takes it: ` --guard research --table calls`. */
export function namesInFlags(names: Names): string {
  const usual = namesFor(names.guard, { account: '', region: '', partition: '' })
  const said = (flag: string, is: string, otherwise: string) => (is === otherwise ? '' : ` --${flag} ${is}`)
  return [
    said('guard', names.guard, 'cost-guard'),
    said('log-group', names.logGroup, usual.logGroup),
    said('table', names.table, usual.table),
    said('topic', names.topic, usual.topic),
  ].join('')
}
