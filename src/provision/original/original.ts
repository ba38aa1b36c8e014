/** The original guard as it was found in this account and region. */
import type { OriginalSettings } from './environment.ts'
import type { OriginalRow } from './rows.ts'

export interface Original {
  readonly functionName: string
  readonly functionArn: string
  /** Undefined: the function carries no tag of CloudFormation. */
  readonly stack: string | undefined
  readonly settings: OriginalSettings
  readonly filter: OriginalFilter | undefined
  /** Where Bedrock's invocation logging of this region goes now. */
  readonly logging: { readonly logGroup: string | undefined; readonly roleArn: string | undefined } | undefined
  /** Its log group's; undefined: there is no log group. */
  readonly logGroup:
    | { readonly name: string; readonly createdAt: number; readonly retentionDays: number | undefined }
    | undefined
  readonly schedules: readonly OriginalSchedule[]
  /** EventBridge rules that may call the function; this tool does not change these. */
  readonly rules: readonly string[]
  readonly deny: OriginalDeny | undefined
  readonly emails: readonly string[]
}

export interface OriginalFilter {
  readonly logGroup: string
  readonly name: string
  /** Of the two that AWS allows. */
  readonly slotsTaken: number
}

export interface OriginalSchedule {
  readonly group: string
  readonly name: string
  readonly expression: string
  readonly enabled: boolean
}

export interface OriginalDeny {
  readonly arn: string
  readonly bearers: readonly { readonly kind: 'user' | 'role'; readonly name: string }[]
  /** Groups somebody put it on by hand: left alone. */
  readonly groups: readonly string[]
}

export interface OriginalBooks {
  readonly table: string
  readonly rows: readonly OriginalRow[]
}
