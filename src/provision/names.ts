/** Every name the guard uses, derived from its own name, account and region. Pure. */
export interface Names {
  readonly guard: string
  readonly table: string
  readonly topic: string
  readonly logGroup: string
  readonly loggingRole: string
  readonly subscriptionFilter: string
  readonly deadLetters: string
  readonly scheduleGroup: string
  readonly schedulerRole: string
  readonly functions: { readonly ingest: string; readonly enforce: string; readonly report: string }
  readonly functionRoles: { readonly ingest: string; readonly enforce: string; readonly report: string }
  readonly functionLogs: { readonly ingest: string; readonly enforce: string; readonly report: string }
  readonly schedules: { readonly enforce: string; readonly catchUp: string; readonly report: string }
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
    role(name: string, path: string): string
    policy(name: string): string
    function(name: string): string
    readonly blockGroup: string
  }
}

export function namesFor(
  guard: string,
  where: { account: string; region: string; partition: string; logGroup?: string },
): Names {
  const { account, region, partition } = where
  const arn = (service: string, rest: string, inRegion = region) =>
    `arn:${partition}:${service}:${inRegion}:${account}:${rest}`
  const logGroup = where.logGroup ?? `/aws/bedrock/${guard}`
  return {
    guard,
    table: `${guard}-ledger`,
    topic: `${guard}-notices`,
    logGroup,
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
    blockGroup: `${guard}-blocked`,
    undatedPolicy: `${guard}-blocked-by-admin`,
    datedPolicy: (endDay) => `${guard}-limit-reached-until-${endDay}`,
    policyPrefix: `${guard}-limit-reached-until-`,
    arn: {
      table: arn('dynamodb', `table/${guard}-ledger`),
      topic: arn('sns', `${guard}-notices`),
      deadLetters: arn('sqs', `${guard}-ingest-dead-letters`),
      logGroup: arn('logs', `log-group:${logGroup}`),
      role: (name, path) => arn('iam', `role${path}${name}`, ''),
      policy: (name) => arn('iam', `policy/${name}`, ''),
      function: (name) => arn('lambda', `function:${name}`),
      blockGroup: arn('iam', `group/${guard}-blocked`, ''),
    },
  }
}
