/** Which parts of a policy the recorded calls really needed: every allowed action on every resource and key, ticked off. */
import type { PolicyDocument, Statement } from '../../src/provision/permissions.ts'
import type { Asked } from '../../src/sandbox/calls.ts'
import { evaluate } from '../../src/sandbox/iam/evaluate.ts'
import { matches } from '../../src/sandbox/iam/pattern.ts'

const listOf = (value: string | readonly string[] | undefined): readonly string[] =>
  value === undefined ? [] : [value].flat()

const LEADING_KEYS = 'dynamodb:LeadingKeys'
const keysOf = ({ Condition }: Statement): readonly (string | undefined)[] => {
  const keys = Object.values(Condition ?? {}).flatMap((one) => listOf(one[LEADING_KEYS]))
  return keys.length === 0 ? [undefined] : keys
}
const words = (...parts: readonly (string | undefined)[]): string =>
  parts.filter((part) => part !== undefined).join(' ')

/** `Blocks dynamodb:PutItem BLOCKS`, one for every action and every key (or thing) that a policy allows. */
export const grantsOf = (document: PolicyDocument): readonly string[] =>
  allowing(document).flatMap((statement) => [
    ...listOf(statement.Action).flatMap((action) => keysOf(statement).map((key) => words(statement.Sid, action, key))),
    ...listOf(statement.Resource).map((resource) => words(statement.Sid, 'on', resource)),
  ])

/** The grants that none of these questions needed. */
export function unusedIn(document: PolicyDocument, asked: readonly Asked[]): readonly string[] {
  const used = new Set<string>()
  for (const question of asked) {
    for (const statement of allowing(document)) {
      const one = { Version: '2012-10-17' as const, Statement: [statement] }
      const { action, resources, context } = question
      const answer = evaluate([{ arn: undefined, name: 'one', document: one }], { action, resources, context })
      if (answer.effect !== 'allow') continue
      for (const resource of listOf(statement.Resource)) {
        if (resources.some((thing) => matches(resource, thing))) used.add(words(statement.Sid, 'on', resource))
      }
      const touched = listOf(context[LEADING_KEYS])
      for (const key of keysOf(statement)) {
        if (key !== undefined && !touched.some((each) => matches(key, each))) continue
        for (const named of listOf(statement.Action)) {
          if (matches(named.toLowerCase(), action.toLowerCase())) used.add(words(statement.Sid, named, key))
        }
      }
    }
  }
  return grantsOf(document).filter((grant) => !used.has(grant))
}

const allowing = ({ Statement }: PolicyDocument) => Statement.filter(({ Effect }) => Effect === 'Allow')
