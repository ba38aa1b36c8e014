/** An admin at the command line of the built CLI, and what they see. */
import { expect } from 'vitest'
import type { Call, Sandbox } from '../../src/sandbox/index.ts'
import { documentOf, type Ran, type RunOptions, run } from '../support/cli.ts'

export interface StatusRow {
  readonly principal: string
  readonly usd: string
  readonly assumedUsd: string
  readonly requests: number
  readonly state: string
  readonly decidedBy: string | null
  readonly blockedUntil: string | null
  readonly sources: Readonly<Record<string, string>>
}

export interface Status {
  readonly period: { readonly key: string; readonly timezone: string; readonly resetsAt: string }
  readonly totalUsd: string
  readonly assumedUsd: string
  readonly principals: readonly StatusRow[]
  readonly health: {
    readonly lastRecordAt: string | null
    readonly unpricedModels: readonly string[]
    readonly problems: readonly string[]
  }
}

export class Admin {
  readonly #sandbox: Sandbox
  readonly #env: Readonly<Record<string, string>> | undefined

  constructor(sandbox: Sandbox, env?: Readonly<Record<string, string>>) {
    this.#sandbox = sandbox
    this.#env = env
  }

  run(args: readonly string[], options: Omit<RunOptions, 'env'> = {}): Promise<Ran> {
    return run(args, { env: this.#env ?? this.#sandbox.env, ...options })
  }

  /** Must succeed; answers what it printed, after everything that follows is done. */
  async does(...args: readonly string[]): Promise<string> {
    const ran = await this.run(args)
    expect(`exit ${ran.code}\n${ran.code === 0 ? '' : ran.stdout + ran.stderr}`).toBe('exit 0\n')
    await this.#sandbox.idle()
    return ran.stdout
  }

  /** Must succeed and print one JSON document. */
  async reads(...args: readonly string[]): Promise<Record<string, unknown>> {
    return JSON.parse(await this.does(...args, '--json')) as Record<string, unknown>
  }

  /** Must be refused; answers exit code and error. */
  async isRefused(...args: readonly string[]): Promise<Refused> {
    const ran = await this.run([...args, '--json'])
    const { error } = documentOf(ran) as { error: Omit<Refused, 'exit'> }
    return { exit: ran.code, ...error }
  }

  async status(...args: readonly string[]): Promise<Status> {
    return (await this.reads('status', ...args)) as unknown as Status
  }

  /** One principal's row of status. */
  async row(principal: string): Promise<StatusRow> {
    const found = (await this.status()).principals.find((one) => one.principal === principal)
    if (found === undefined) throw new Error(`status does not show ${principal}`)
    return found
  }
}

export interface Refused {
  readonly exit: number | null
  readonly code: string
  readonly message: string
  readonly suggestions: readonly string[]
}

const READING = /^(?:Get|List|Describe|BatchGet|Query|Scan|Filter|Simulate)/

/** Calls that change something and succeeded, of one caller; the functions' own and the sandbox's are not the admin's. */
export const changesBy = (sandbox: Sandbox, caller: string): readonly Call[] =>
  sandbox.calls().filter((call) => call.caller === caller && call.status < 300 && !READING.test(call.operation))

export const ADMIN_ARN = 'arn:aws:iam::123456789012:user/sandbox-admin'
