/**
 * Questions on a terminal. Returns plain values; never called when flags suffice, and never without a terminal: inquirer would read
 * its answers from a pipe, and `echo y |` is not a decision.
 */
import { GuardError } from '../../runtime/domain/base/guard-error.ts'

/** Both ends must be a person's: standard input to answer, standard error to see the question (results go to stdout). */
export const canAsk = (): boolean => process.stdin.isTTY === true && process.stderr.isTTY === true

async function prompts() {
  const { default: inquirer } = await import('inquirer')
  return inquirer.createPromptModule({ output: process.stderr })
}

export async function confirm(message: string): Promise<boolean> {
  const ask = await prompts()
  const { sure } = await ask<{ sure: boolean }>([{ type: 'confirm', name: 'sure', message, default: false }])
  return sure
}

/** Undefined for an empty answer. @param check answers what is wrong with a text, or undefined. */
export async function text(question: {
  readonly message: string
  readonly default?: string | undefined
  readonly check?: ((answer: string) => string | undefined) | undefined
}): Promise<string | undefined> {
  const ask = await prompts()
  const { answer } = await ask<{ answer: string }>([
    {
      type: 'input',
      name: 'answer',
      message: question.message,
      ...(question.default === undefined ? {} : { default: question.default }),
      validate: (typed: string) => (typed.trim() === '' ? true : (question.check?.(typed.trim()) ?? true)),
    },
  ])
  return answer.trim() === '' ? undefined : answer.trim()
}

/** One of several; Enter takes the default. */
export async function choice(question: {
  readonly message: string
  readonly choices: readonly string[]
  readonly default: string
}): Promise<string> {
  const ask = await prompts()
  const { answer } = await ask<{ answer: string }>([
    {
      type: 'select',
      name: 'answer',
      message: question.message,
      choices: question.choices.map((value) => ({ name: value, value })),
      default: question.default,
    },
  ])
  return answer
}

/** Asked before somebody or something is stopped. @throws GuardError `declined`, or `needs-yes` where nobody can be asked. */
export async function mustConfirm(question: {
  readonly message: string
  /** `--yes` was given. */
  readonly yes: boolean
  readonly json: boolean
  /** The command with the flag that answers: `cost-guard init --yes`. */
  readonly answeredBy: string
  /** What --json shows beside the error: the plan that was not applied. */
  readonly document?: object
}): Promise<void> {
  if (question.yes) return
  if (question.json || !canAsk()) {
    const why = question.json ? '--json never asks' : 'there is no terminal to ask on'
    throw stopped(
      'needs-yes',
      `nothing was changed: ${why}, and --yes was not given`,
      [question.answeredBy],
      question.document,
    )
  }
  if (!(await confirm(question.message)))
    throw stopped('declined', 'cancelled - no changes made', [], question.document)
}

/** An error that carries the plan it stopped at, so that --json can show both in one document. */
export function stopped(
  code: string,
  message: string,
  suggestions: readonly string[],
  document: object = {},
): GuardError {
  return Object.assign(new GuardError({ code, fault: 'user', message, suggestions }), { document })
}
