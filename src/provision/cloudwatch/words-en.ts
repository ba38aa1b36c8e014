/** English texts of the alarms and the dashboard. Alarm texts stay below 1024 characters together. */
import type { AlarmKey, AlarmWords, CloudWatchWords, Naming, PanelKey, PanelWords } from './words.ts'

const failing =
  (name: string, why: string) =>
  ({ command }: Naming): AlarmWords => ({
    what: `The function ${name} of the guard failed three times or more within 15 minutes.`,
    why: `${why} Single failures are tried again and raise no alarm.`,
    next: `Run: ${command('status')} - then: ${command('plan')} - it shows what somebody changed in the guard's roles and functions.`,
  })

const ALARMS: Record<AlarmKey, (naming: Naming) => AlarmWords> = {
  throttled: ({ command }) => ({
    what: 'Bedrock keeps turning calls away for lack of quota: ten or more in five minutes, in at least three of the last six.',
    why: 'People wait or see errors. No money is lost: refused calls cost nothing.',
    next: `See which model in panel "Throttles" of the dashboard, who is calling with: ${command('status')} - then ask AWS for a higher quota or spread the load.`,
  }),
  'dead-letters': ({ command, deadLetters }) => ({
    what: `Log records could not be counted after all retries and wait in the queue ${deadLetters}.`,
    why: 'Until they are counted, somebody has spent more than the guard knows. Catch-up reads the log group again every 15 minutes and usually counts them.',
    next: `Run: ${command('status')} - if it shows no problem after 30 minutes, empty the queue with: aws sqs purge-queue; else look into the log of the ingest function.`,
  }),
  'ingest-errors': failing(
    'ingest',
    'What is not counted cannot be blocked; catch-up counts it once ingest works again.',
  ),
  'enforce-errors': failing('enforce', 'While it fails, nobody is blocked, released or warned.'),
  'report-errors': failing('report', 'The daily mail is missing; nothing else is.'),
  'no-check': ({ command, checkWithin }) => ({
    what: `No check of the limits has been finished for ${checkWithin} minutes.`,
    why: 'Nobody is blocked or released while this lasts; blocks that stand stay, and end with their month.',
    next: `Run: ${command('status')} - then: ${command('plan')} - a schedule switched off or a right taken away shows there; ${command('init')} mends it.`,
  }),
  silence: ({ command, logGroup }) => ({
    what: 'Bedrock has been used for an hour, and not one record of it has reached the guard.',
    why: 'Everybody is spending without being counted or blocked.',
    next: `Run: ${command('plan')} - it tells whether model invocation logging still writes to ${logGroup} and its subscription is in place; ${command('init')} mends it. What was logged is counted afterwards.`,
  }),
  'log-delivery': ({ command, logGroup }) => ({
    what: `Bedrock could not write invocation records to ${logGroup}.`,
    why: 'These calls are not counted, and nobody can count them later.',
    next: `Run: ${command('plan')} - it compares the role and the log group that Bedrock writes with; ${command('init')} mends them.`,
  }),
  's3-delivery': ({ command }) => ({
    what: 'Bedrock could not write invocation records to the S3 bucket.',
    why: 'The copy has a gap. Counting goes on: it reads the log group.',
    next: `Run: ${command('plan')} - it compares bucket, bucket policy and key; ${command('init')} mends them.`,
  }),
  'not-blocked': ({ command }) => ({
    what: 'Somebody is over the limit and could not be blocked.',
    why: 'Spending goes on although the limit says stop.',
    next: `Run: ${command('status')} - it names who and why (a full attachment quota, a role of AWS, root) and what helps.`,
  }),
}

const PANELS: Record<PanelKey, (naming: Naming) => PanelWords> = {
  invocations: () => ({
    title: 'Calls and errors',
    help: 'Errors of clients (4xx): blocked people and wrong requests; many at once are often one broken program. Errors of servers (5xx): AWS; see health.aws.amazon.com. No calls at all while people work: the wrong region, or a deny.',
  }),
  tokens: () => ({
    title: 'Tokens by class',
    help: 'Cache reads should be far above plain input where coding assistants are used. Input rises and cache reads fall: a client lost its prompt cache, and pays up to ten times as much.',
  }),
  calls: () => ({
    title: 'Calls by model',
    help: 'A model nobody decided on: find who calls it under "Cost by principal". A dear model for simple work: tell the team which one to choose.',
  }),
  output: () => ({
    title: 'Output tokens by model',
    help: 'Output costs about five times input. A straight line without pauses, at night too, is an agent in a loop: see "Cost by principal".',
  }),
  latency: () => ({
    title: 'Time to the last token (p99)',
    help: 'Long answers take long: compare with output tokens. High with the same output: the region or the model is busy; a cross-region profile helps.',
  }),
  'first-token': () => ({
    title: 'Time to the first token (p99)',
    help: 'What people feel when streaming. High for large prompts without cache. High for all models: AWS, or the network.',
  }),
  quota: () => ({
    title: 'Tokens per minute against the quota',
    help: 'Compare with the tokens-per-minute quota of the model in Service Quotas. Near it: ask for more before calls are throttled.',
  }),
  throttles: () => ({
    title: 'Throttles',
    help: 'Short peaks are normal, clients try again. Lasting ones: ask for a higher quota, or use a cross-region profile.',
  }),
  cost: ({ command }) => ({
    title: 'Cost by principal (as counted in the time shown)',
    help: `Estimates at list price, from the log of the ingest function. Exact and by month: \`${command('status')}\`. Somebody far above: \`${command('limits set NAME=AMOUNT')}\`.`,
  }),
  health: ({ command }) => ({
    title: 'The guard: checks, records, failures to block',
    help: `Checks should be a steady line. Calls but no records: the log does not reach the guard, see \`${command('plan')}\`. Any failure to block: \`${command('status')}\` names who and why.`,
  }),
  functions: ({ command }) => ({
    title: 'The guard: errors and duration of its functions',
    help: `Single errors are tried again. Lasting ones: open the log above, then \`${command('plan')}\`. Duration near 50 seconds: AWS answers slowly, or there is far more to count.`,
  }),
  delivery: ({ deadLetters, command }) => ({
    title: 'The guard: records on their way',
    help: `All of these should be zero. Dead letters: records wait in ${deadLetters}. Failed deliveries of Bedrock: \`${command('plan')}\` compares role, log group and bucket.`,
  }),
}

export const en: CloudWatchWords = {
  alarm: (key, naming) => ALARMS[key](naming),
  panel: (key, naming) => PANELS[key](naming),
  header: ({ guard, region, command }, links) =>
    [
      `# ${guard} in ${region}`,
      `Who has spent what, and is blocked: \`${command('status')}\`. What differs from what was installed: \`${command('plan')}\`. Times are of your browser, costs are estimates at list price.`,
      `[Alarms](${links.alarms}) | [Invocation log](${links.log}) | [Log of ingest](${links.ingest}) | [Log of enforce](${links.enforce}) | [Ledger table](${links.table}) | [Bedrock settings](${links.bedrock})`,
    ].join('\n\n'),
  alarmsTitle: 'Alarms of the guard',
  lines: {
    calls: 'calls',
    clientErrors: 'client errors',
    serverErrors: 'server errors',
    input: 'input',
    output: 'output',
    cacheRead: 'cache read',
    cacheWrite: 'cache write',
    checks: 'checks finished',
    records: 'records counted',
    notBlocked: 'not blocked',
    errors: 'errors',
    duration: 'ms',
    deadLetters: 'dead letters',
    logFailures: 'failed deliveries to the log group',
    s3Failures: 'failed deliveries to S3',
  },
}
