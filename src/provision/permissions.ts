/** IAM documents as data: the same object is printed for the admin, checked in tests and given to AWS. */
import type { Inputs } from './engine/resource.ts'

export type Conditions = Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>

export interface Statement {
  readonly Sid?: string
  readonly Effect: 'Allow' | 'Deny'
  readonly Principal?: { readonly Service: string }
  readonly Action: string | readonly string[]
  readonly Resource?: string | readonly string[]
  readonly Condition?: Conditions
}

export interface PolicyDocument {
  readonly Version: '2012-10-17'
  readonly Statement: readonly Statement[]
}

/** What the rights depend on: where the guard lives and what the admin wished. */
export type RightsScope = Pick<Inputs, 'names' | 'settings' | 'account' | 'region' | 'partition'>

export const document = (...statements: readonly Statement[]): PolicyDocument => ({
  Version: '2012-10-17',
  Statement: statements,
})

interface Grant {
  readonly to: string | readonly string[]
  readonly on: string | readonly string[]
  readonly when?: Conditions
}

const statement = (effect: 'Allow' | 'Deny', sid: string, grant: Grant): Statement => ({
  Sid: sid,
  Effect: effect,
  Action: grant.to,
  Resource: grant.on,
  ...(grant.when === undefined ? {} : { Condition: grant.when }),
})

export const allow = (sid: string, grant: Grant): Statement => statement('Allow', sid, grant)
export const deny = (sid: string, grant: Grant): Statement => statement('Deny', sid, grant)

/**
 * Lets one AWS service take the role, only on behalf of this account and, where the service says for what it asks, of
 * the named source: https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html.
 */
export const trust = (service: string, from: { account: string; sourceArn?: string }): PolicyDocument =>
  document({
    Sid: 'OnlyForThisGuard',
    Effect: 'Allow',
    Principal: { Service: service },
    Action: 'sts:AssumeRole',
    Condition: {
      StringEquals: { 'aws:SourceAccount': from.account },
      ...(from.sourceArn === undefined ? {} : { ArnLike: { 'aws:SourceArn': from.sourceArn } }),
    },
  })

/**
 * Both forms of a log group's ARN: IAM compares some actions with `…:NAME` and some with `…:NAME:*`
 * (https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatchlogs.html).
 */
export const logGroupArns = (where: { partition: string; region: string; account: string }, name: string) => {
  const arn = `arn:${where.partition}:logs:${where.region}:${where.account}:log-group:${name}`
  return [arn, `${arn}:*`] as const
}
