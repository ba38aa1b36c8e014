/** Any error → what a person or a program is told, and the exit code. Knows oclif's error shapes; AWS's are known in aws-errors.ts. */
import { GuardError } from '../runtime/domain/base/guard-error.ts'
import { nearest } from './_suggest.ts'
import { wrap } from './_view/width.ts'

/** 0 done, 1 failed or declined, 2 wrong usage, 3 differs, 130 interrupted. */
export const EXIT = { done: 0, failed: 1, usage: 2, differs: 3, interrupted: 130 } as const

export interface Told {
  readonly code: string
  readonly message: string
  readonly suggestions: readonly string[]
  readonly exit: number
  /** What --json shows beside the error: the plan that was not applied. */
  readonly document: object
}

/** Users' mistakes that are not mistakes of typing: the command was right, the world was not. */
const FAILED_CODES = new Set([
  'declined',
  'cannot-block',
  'no-credentials',
  'expired-credentials',
  'no-guard',
  'no-page',
  'no-original',
  'plan-refused',
  'newer-version',
  'unreachable',
])

/** The shape of oclif's own errors, as far as we read it. */
interface ParseFailure extends Error {
  readonly oclif?: { readonly exit?: number }
  readonly flags?: readonly string[]
  readonly args?: readonly unknown[]
  readonly parse?: unknown
  readonly code?: string
}

export interface Told4Command {
  /** `limits set`; undefined before a command is known. */
  readonly command: string | undefined
  /** Long names of the command's flags, without dashes. */
  readonly flags: readonly string[]
  /** How this program was started: `npx cost-guard`. */
  readonly bin: string
}

export function tell(error: unknown, context: Told4Command): Told {
  if (error instanceof GuardError) {
    const usage = error.fault === 'user' && !FAILED_CODES.has(error.code)
    const exit = error.code === 'cancelled' ? EXIT.interrupted : usage ? EXIT.usage : EXIT.failed
    const { document = {} } = error as { document?: object }
    return { code: error.code, message: error.message, suggestions: error.suggestions, exit, document }
  }
  if (!(error instanceof Error)) return told('failed', String(error), [], EXIT.failed)
  if (error.name === 'ExitPromptError' || error.name === 'AbortPromptError')
    return told('cancelled', 'Cancelled', [], EXIT.interrupted)
  const failure = error as ParseFailure
  if (failure.oclif?.exit === EXIT.usage || failure.parse !== undefined) return tellParse(failure, context)
  return told(failure.code ?? 'failed', oneSentence(error.message), [], EXIT.failed)
}

function tellParse(error: ParseFailure, context: Told4Command): Told {
  const help = context.command ? `${context.bin} ${context.command} --help` : `${context.bin} --help`
  const meant = (error.flags ?? []).flatMap((flag) => {
    const typed = flag.replace(/^-+/, '').replace(/=.*$/, '')
    return nearest(typed, context.flags).map((name) => `--${name}`)
  })
  const message = error.message
    .replace(/\nSee more help with --help[\s\S]*$/, '')
    .replace(/^The following errors? occurred:\n\s*/, '')
    .replace(/^Nonexistent flag/, 'Unknown flag')
    .replace(/Missing required flag (\S+)/g, '--$1 is missing')
    .replace(/Expected (--[\w-]+)=(.*?) to be one of: /g, '$1 $2 is none of ')
    .replace(/Parsing (--[\w-]+)\s*[;\n]\s*Expected an integer/g, '$1: an integer is expected,')
    .replace(/ greater than or equal to (\d+) but received: (.*)/g, ' $1 or more, not $2')
    .replace(/All of the following must be provided when using (--[\w-]+): /g, '$1 goes only with ')
    .replace(/(--[\w-]+)=\S* cannot also be provided when using (--[\w-]+)/g, '$1 and $2 do not go together')
    .replace(/(required args?:?)\s*\n\s*/, '$1 ')
    .replace(/\n\s*/g, '; ')
  return told('usage', message, [...new Set(meant), help], EXIT.usage)
}

const told = (code: string, message: string, suggestions: readonly string[], exit: number): Told => ({
  code,
  message,
  suggestions,
  exit,
  document: {},
})

const oneSentence = (message: string): string => message.replace(/\s*\n\s*/g, ' ').trim() || 'unknown error'

/** `what happened: why`, then what to try. Ends with a line break. @param screen columns of a terminal; else no line is broken. */
export function errorText(told: Told, screen?: number): string {
  if (told.code === 'cancelled' || told.code === 'declined') return `${told.message}\n`
  const [first, ...more] = told.suggestions
  const advice =
    first === undefined
      ? ''
      : more.length === 0
        ? `Try this: ${first}\n`
        : `Try this:\n${told.suggestions.map((line) => `  ${line}\n`).join('')}`
  return `${wrapped(`Error: ${told.message}`, screen)}\n${advice}`
}

/** Sentences break at spaces; what stands under another line stays there. Advice is never broken: it is there to be pasted. */
const wrapped = (text: string, screen: number | undefined): string =>
  screen === undefined
    ? text
    : text
        .split('\n')
        .map((line) => wrap(line.trimStart(), screen, ' '.repeat(line.length - line.trimStart().length)))
        .join('\n')

export const errorJson = ({ document, code, message, suggestions }: Told): object => ({
  ...document,
  error: { code, message, suggestions },
})
