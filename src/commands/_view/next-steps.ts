/** What to do after init, as commands in the form in which it was itself started. */
import { alarmsUrl, dashboardUrl } from '../../provision/cloudwatch/console.ts'
import type { Settings } from '../../provision/guard.ts'
import type { Door } from '../_compose.ts'

export function nextSteps(after: {
  readonly door: Pick<Door, 'command' | 'names' | 'region' | 'partition' | 'sandbox'>
  readonly settings: Settings
  /** How many limits there are now. */
  readonly limits: number
  readonly hold: boolean
  /** Of the self-service page; undefined: there is none. */
  readonly page: { readonly url: string; readonly users: number } | undefined
}): string {
  const { door, settings } = after
  const { command } = door
  const { emails } = settings
  const steps: readonly (readonly [string, string])[] = [
    ...(after.hold ? ([[command('init'), 'let it enforce: until then it only counts']] as const) : []),
    ...(after.limits === 0 ? ([[command('limits set everyone=20'), 'a limit for each user']] as const) : []),
    [command('status'), 'who spent what; the first calls show within minutes'],
    [command('report preview'), `the mail that is sent at ${settings.reportTime}`],
    [command('teardown'), 'takes everything away again'],
  ]
  const width = Math.max(...steps.map(([command]) => command.length))
  const mail =
    emails.length === 0
      ? [`Nobody is written to yet: ${command('init --email you@example.com')}`]
      : [
          `AWS has written to ${emails.join(', ')}:`,
          'click the link in that mail within two days, or nothing reaches you.',
          'For a mailing list, where any reader could unsubscribe all, give the link to:',
          `  ${command("mail confirm 'LINK'")}`,
        ]
  return [
    '',
    'What to do next',
    ...mail.map((line) => `  ${line}`),
    ...steps.map(([command, what]) => `  ${command.padEnd(width)}  ${what}`),
    ...pageLines(after.page, command).map((line) => `  ${line}`),
    ...pages(settings, door).map((line) => `  ${line}`),
  ].join('\n')
}

const pageLines = (
  page: { readonly url: string; readonly users: number } | undefined,
  command: (words: string) => string,
): readonly string[] =>
  page === undefined
    ? []
    : [
        `The page where people see their own spend: ${page.url}`,
        ...(page.users === 0
          ? ['Nobody can open it yet:', `  ${command('dashboard users add NAME --email you@example.com')}`]
          : []),
      ]

/** In AWS's console; a sandbox has none. */
function pages(
  settings: Settings,
  { names, sandbox, ...place }: Pick<Door, 'names' | 'region' | 'partition' | 'sandbox'>,
) {
  if (sandbox) return []
  const its = names(settings)
  return [
    ...(settings.cloudwatchDashboard ? [`Dashboard: ${dashboardUrl(its, place)}`] : []),
    ...(settings.alarms ? [`Alarms: ${alarmsUrl(its, place)}`] : []),
  ]
}
