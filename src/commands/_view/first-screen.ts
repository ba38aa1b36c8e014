/** What an admin reads before saying yes. Pure. */
import { type Plan, refusalsOf } from '../../provision/engine/plan.ts'
import type { Settings } from '../../provision/guard.ts'
import type { Names } from '../../provision/names.ts'
import { monthlyCostText } from './monthly-cost.ts'
import { planText } from './plan.ts'
import { wrap } from './width.ts'

export interface FirstScreen {
  readonly plan: Plan
  readonly settings: Settings
  readonly names: Names
  readonly where: {
    readonly account: string
    readonly alias: string | undefined
    readonly region: string
    readonly caller: string
  }
  /** Undefined at a first install. */
  readonly installed: { readonly version: string; readonly installedAt: string } | 'unreadable' | undefined
  /** `status` → the whole command, ready to be pasted. */
  readonly command: (words: string) => string
  readonly details: boolean
  /** What is wished in the table, beside the resources. Empty ones are not shown. */
  readonly sections: readonly WishSection[]
}

export interface WishSection {
  readonly title: string
  /** `user/tanaka a month: none → 50.00` */
  readonly lines: readonly string[]
}

export const wishText = (sections: readonly WishSection[]): string =>
  sections
    .filter(({ lines }) => lines.length > 0)
    .map(({ title, lines }) => [title, ...lines.map((line) => `  ${line}`)].join('\n'))
    .join('\n\n')

export function firstScreen(screen: FirstScreen): string {
  const { plan, where, settings, installed } = screen
  const state =
    installed === 'unreadable'
      ? 'you may not read whether it is installed'
      : installed
        ? `installed ${installed.installedAt.slice(0, 10)} by version ${installed.version}`
        : 'not installed yet'
  const head = [
    `Guard    ${settings.guard} (${state})`,
    `Account  ${where.account}${where.alias === undefined ? '' : ` (${where.alias})`}, region ${where.region}`,
    `You are  ${where.caller}`,
  ].join('\n')
  const limits = wishText(screen.sections)
  const parts =
    installed || refusalsOf(plan).length > 0
      ? [head, planText(plan, screen), limits, screen.details && installed ? monthlyCostText(settings) : '']
      : [
          head,
          planText(plan, screen),
          limits,
          abilities(screen),
          monthlyCostText(settings),
          `How to undo it: ${screen.command('teardown')}\n  It keeps the ledger and the log unless told otherwise.`,
        ]
  return parts.filter((part) => part !== '').join('\n\n')
}

function abilities({ names, settings }: FirstScreen): string {
  const can = [
    `read the log group ${settings.logGroup} and write its own table ${names.table}`,
    `attach to IAM users and roles, and detach, only its own policies ${names.policyPrefix}DATE and ${names.undatedPolicy}, which deny every Bedrock action that spends; put users into its own group ${names.blockGroup}`,
    `publish to its own topic ${names.topic}`,
    ...(settings.page === undefined
      ? []
      : [
          `read, for the self-service page, balances, limits, blocks, people and who may see what from its own table; the function that answers the internet changes nothing, in the table or anywhere else`,
        ]),
  ]
  const cannot =
    'It cannot create or edit any policy, touch its own roles or those of AWS, or call a model. Without it running, every block by a limit ends by itself with the month.'
  return ['What the guard will be able to do', ...can.map((line) => bullet(line)), wrap(cannot, 78, '  ')].join('\n')
}

const bullet = (line: string): string => wrap(line, 78, '    ').replace(/^ {4}/, '  - ')
