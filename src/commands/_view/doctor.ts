/** doctor in lines. Pure. */
import type { Finding, FindingState } from '../_doctor/finding.ts'
import { wrap } from './width.ts'

const MARK: Readonly<Record<FindingState, string>> = {
  ok: 'ok  ',
  note: 'note',
  warn: 'WARN',
  fail: 'FAIL',
  unknown: '??  ',
}
/** What needs a hand comes last, where the eye is when the command ends. */
const ORDER: readonly FindingState[] = ['ok', 'note', 'unknown', 'warn', 'fail']

export function doctorText(
  findings: readonly Finding[],
  how: { readonly guard: string; readonly protects: boolean; readonly screen: number },
): string {
  const sorted = ORDER.flatMap((state) => findings.filter((one) => one.state === state))
  const lines = sorted.flatMap((one) => [
    block(MARK[one.state], `${one.what}.`, how.screen),
    ...(one.fix === null ? [] : [fixText(one.fix, how.screen)]),
  ])
  const count = (state: FindingState) => findings.filter((one) => one.state === state).length
  const parts = [
    `${count('ok')} ok`,
    ...(['warn', 'fail', 'unknown'] as const)
      .filter((state) => count(state) > 0)
      .map((state) => `${count(state)} ${state}`),
  ]
  const verdict = how.protects
    ? `The guard ${how.guard} protects`
    : `The guard ${how.guard} does NOT protect as it should`
  return [...lines, '', `${verdict} (${parts.join(', ')}).`].join('\n')
}

/** What is to be pasted stays whole; a sentence breaks. */
const fixText = (fix: string, screen: number): string =>
  / --|[/=]/.test(fix) ? `      Try this: ${fix}` : wrap(`Try this: ${fix}`, screen, '      ')

function block(mark: string, text: string, screen: number): string {
  const [first = '', ...rest] = wrap(text, screen - 6).split('\n')
  return [`${mark}  ${first}`, ...rest.map((line) => `      ${line}`)].join('\n')
}
