import { type Context, list } from './evaluate.ts'
import { contextValue, matches, substitute } from './pattern.ts'

type Test = (actual: string, wanted: string) => boolean

const arnLike: Test = (actual, wanted) => {
  const left = actual.split(':')
  const right = wanted.split(':')
  if (right.length < 6 || left.length < 6) return matches(wanted, actual)
  const tail = (parts: string[]) => parts.slice(5).join(':')
  return right.slice(0, 5).every((part, at) => matches(part, left[at] ?? '')) && matches(tail(right), tail(left))
}
const time = (text: string): number => (/^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text))

const tests: Readonly<Record<string, Test>> = {
  StringEquals: (actual, wanted) => actual === wanted,
  StringEqualsIgnoreCase: (actual, wanted) => actual.toLowerCase() === wanted.toLowerCase(),
  StringLike: (actual, wanted) => matches(wanted, actual),
  ArnEquals: arnLike,
  ArnLike: arnLike,
  Bool: (actual, wanted) => actual.toLowerCase() === wanted.toLowerCase(),
  NumericEquals: (actual, wanted) => Number(actual) === Number(wanted),
  NumericLessThan: (actual, wanted) => Number(actual) < Number(wanted),
  NumericLessThanEquals: (actual, wanted) => Number(actual) <= Number(wanted),
  NumericGreaterThan: (actual, wanted) => Number(actual) > Number(wanted),
  NumericGreaterThanEquals: (actual, wanted) => Number(actual) >= Number(wanted),
  DateEquals: (actual, wanted) => time(actual) === time(wanted),
  DateLessThan: (actual, wanted) => time(actual) < time(wanted),
  DateLessThanEquals: (actual, wanted) => time(actual) <= time(wanted),
  DateGreaterThan: (actual, wanted) => time(actual) > time(wanted),
  DateGreaterThanEquals: (actual, wanted) => time(actual) >= time(wanted),
}

const negated: Readonly<Record<string, string>> = {
  StringNotEquals: 'StringEquals',
  StringNotEqualsIgnoreCase: 'StringEqualsIgnoreCase',
  StringNotLike: 'StringLike',
  ArnNotEquals: 'ArnEquals',
  ArnNotLike: 'ArnLike',
  NumericNotEquals: 'NumericEquals',
  DateNotEquals: 'DateEquals',
}

/** One operator on one key. Unknown operators throw: guessing would make the sandbox lie. */
export function conditionHolds(
  operator: string,
  key: string,
  values: string | number | boolean | readonly string[],
  context: Context,
): boolean {
  const parts = /^(?:(ForAllValues|ForAnyValue):)?([A-Za-z]+?)(IfExists)?$/.exec(operator)
  const [, qualifier, name = operator, ifExists] = parts ?? []
  const wanted = list<string | number | boolean>(values).map((one) => substitute(String(one), context))
  const actual = contextValue(context, key)
  if (name === 'Null') return wanted.includes(String(actual === undefined))
  const isNot = negated[name] !== undefined
  const test = tests[negated[name] ?? name]
  if (!test) throw new Error(`the sandbox does not know the condition operator ${operator}`)
  if (actual === undefined) return ifExists !== undefined || isNot || qualifier === 'ForAllValues'
  const holds = (one: string) => wanted.some((pattern) => test(one, pattern)) !== isNot
  const actuals = list(actual)
  return qualifier === 'ForAllValues' ? actuals.every(holds) : actuals.some(holds)
}
