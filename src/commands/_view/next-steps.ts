/** What to do after init, as commands in the form in which it was itself started. */
import type { Settings } from '../../provision/guard.ts'

export function nextSteps(after: {
  readonly bin: string
  readonly guard: string
  readonly settings: Settings
  readonly limits: number
  readonly hold: boolean
}): string {
  const guard = after.guard === 'cost-guard' ? '' : ` --guard ${after.guard}`
  const { emails } = after.settings
  const steps: readonly (readonly [string, string])[] = [
    ...(after.hold ? ([[`${after.bin} init${guard}`, 'let it enforce: until then it only counts']] as const) : []),
    ...(after.limits === 0
      ? ([[`${after.bin} limits set everyone=20${guard}`, 'a limit for each user']] as const)
      : []),
    [`${after.bin} status${guard}`, 'who spent what; the first calls show within minutes'],
    [`${after.bin} report preview${guard}`, `the mail that is sent at ${after.settings.reportTime}`],
    [`${after.bin} teardown${guard}`, 'takes everything away again'],
  ]
  const width = Math.max(...steps.map(([command]) => command.length))
  const mail =
    emails.length === 0
      ? [`Nobody is written to yet: ${after.bin} init${guard} --email you@example.com`]
      : [`AWS has written to ${emails.join(', ')}:`, 'click the link in that mail, or nothing reaches you.']
  return [
    '',
    'What to do next',
    ...mail.map((line) => `  ${line}`),
    ...steps.map(([command, what]) => `  ${command.padEnd(width)}  ${what}`),
  ].join('\n')
}
