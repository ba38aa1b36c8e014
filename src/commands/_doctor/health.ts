/** What the guard's own notes and the plan say. */
import { changesAnything, type Plan, refusalsOf } from '../../provision/engine/plan.ts'
import type { Health } from '../../runtime/ports.ts'
import { ago } from '../_view/status.ts'
import { type Finding, found } from './finding.ts'

const MINUTE = 60_000
/** Enforce runs each minute; five missed in a row are no hiccup. */
const SILENT_MINUTES = 5

/** @param now epoch milliseconds @param command words → the whole command */
export function healthFindings(
  health: Health,
  how: { readonly now: number; readonly checkMinutes: number; readonly command: (words: string) => string },
): readonly Finding[] {
  const { now, command } = how
  const silentAfter = (how.checkMinutes + SILENT_MINUTES) * MINUTE
  const last = health.lastEnforceAt
  const checks =
    last === undefined
      ? found('checks', 'fail', 'enforce has never finished a check: nobody is blocked or released', command('plan'))
      : now - last > silentAfter
        ? found('checks', 'fail', `the last check by enforce finished ${ago(now - last)}`, command('plan'))
        : found('checks', 'ok', `limits were checked ${ago(now - last)}`)
  const standing = health.closing
    ? found('standing', 'fail', 'the guard is being removed: it blocks nobody', command('init'))
    : health.hold
      ? found('standing', 'fail', 'the guard is on hold: it counts, but blocks and warns nobody', command('init'))
      : found('standing', 'ok', 'the guard is neither on hold nor being removed')
  const compared = health.comparedAt
  const iam =
    compared === undefined || now - compared > 60 * MINUTE
      ? found('iam-compared', 'warn', 'IAM was not compared with the block records within the hour', command('status'))
      : found('iam-compared', 'ok', `IAM was compared with the block records ${ago(now - compared)}`)
  const caught = health.caughtUp
  const delivery =
    caught === undefined || now - caught.at > 24 * 60 * MINUTE
      ? []
      : [
          found(
            'catch-up',
            'note',
            `${caught.count} records came only by catch-up ${ago(now - caught.at)}: CloudWatch Logs had skipped them; all are counted`,
          ),
        ]
  const problems = health.problems.map((problem) => found('last-check', 'warn', problem, command('status')))
  return [checks, standing, iam, ...delivery, ...problems]
}

/**
 * @param plan of the settings that are installed
 * @param isPage what of the plan is the page: it stops and counts nobody.
 */
export function driftFindings(
  plan: Plan,
  command: (words: string) => string,
  isPage: (id: string) => boolean,
): readonly Finding[] {
  const refusals = refusalsOf(plan)
  if (refusals.length > 0) {
    const ofPage = refusals.filter(({ id }) => isPage(id))
    const [first] = ofPage
    const more = ofPage.length < 2 ? '' : ` (and ${ofPage.length - 1} more of the page)`
    return [
      ...refusals
        .filter((step) => !ofPage.includes(step))
        .map((step) => found('resources', 'fail', step.why, step.suggestion)),
      ...(first === undefined ? [] : [found('resources', 'warn', `${first.why}${more}`, first.suggestion)]),
    ]
  }
  if (!changesAnything(plan)) {
    return [found('resources', 'ok', `all ${plan.steps.length} parts of the guard are as they should be`)]
  }
  const changed = plan.steps.filter((step) => step.do !== 'keep' && step.do !== 'retain')
  const named = changed.slice(0, 5).map((step) => `${step.kind} ${step.name}`)
  const more = changed.length > named.length ? ` and ${changed.length - named.length} more` : ''
  // A changed logging configuration, or a changed filter, brings no record: that is as good as a part that is gone.
  const missing = changed.some(
    (step) => (step.do === 'create' && !isPage(step.id)) || /^(?:bedrock-logging|log-subscription)\//.test(step.id),
  )
  return [
    found(
      'resources',
      missing ? 'fail' : 'warn',
      `${changed.length} of ${plan.steps.length} parts differ from what the guard wants: ${named.join(', ')}${more}`,
      command('doctor --fix'),
    ),
  ]
}
