/** What passed the door: the record that tests read for least privilege, request counts and write units. */
import type { Input } from './door/decode.ts'
import type { Context } from './iam/evaluate.ts'

/** One question to IAM, as a policy answers it. */
export interface Asked {
  readonly action: string
  /** The first of the ways in which AWS writes the thing; `resources` are all of them. */
  readonly resource: string
  readonly resources: readonly string[]
  /** Condition keys that only this call carries: `dynamodb:LeadingKeys`, `iam:PolicyARN`. */
  readonly context: Context
}

export interface Call {
  readonly id: number
  /** Sandbox time, milliseconds. */
  readonly at: number
  readonly accessKey: string | undefined
  /** ARN of the user or role session; undefined when the key is unknown. */
  readonly caller: string | undefined
  /** ARN of the role when the caller is a session. */
  readonly role: string | undefined
  readonly region: string
  readonly service: string
  readonly operation: string
  /** Decoded; keys as AWS names them. */
  readonly input: Input
  readonly status: number
  /** AWS error code. */
  readonly error: string | undefined
  /** What IAM was asked for this call; empty when nothing had to be asked. */
  readonly asked: readonly Asked[]
  readonly milliseconds: number
}

/** One run of a Lambda function. */
export interface Invocation {
  readonly id: string
  readonly at: number
  readonly function: string
  readonly by: 'invoke' | 'async' | 'logs' | 'schedule' | 'api'
  readonly attempt: number
  readonly event: unknown
  /** Parsed answer, or undefined when it failed. */
  readonly result: unknown
  readonly error: { readonly errorType: string; readonly errorMessage: string } | undefined
  readonly output: string
  readonly milliseconds: number
}
