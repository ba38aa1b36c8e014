import { describe, expect, test } from 'vitest'
import { type Context, evaluate, type Policy, type Statement, serviceMay } from '../../src/sandbox/iam/evaluate.ts'

const policy = (...statements: Partial<Statement>[]): Policy => ({
  arn: 'arn:aws:iam::123456789012:policy/p',
  name: 'p',
  document: {
    Version: '2012-10-17',
    Statement: statements.map((one) => ({
      Effect: 'Allow',
      Resource: '*',
      ...(one.NotAction ? {} : { Action: '*' }),
      ...one,
    })),
  },
})
const ask = (policies: Policy[], action: string, resource = '*', context: Context = {}) =>
  evaluate(policies, { action, resources: [resource], context }).effect
const table = 'arn:aws:dynamodb:us-east-1:123456789012:table/ledger'

describe('a decision', () => {
  test('is no without an allow, yes with one, and no again with any deny, whatever the order', () => {
    const allow = policy({ Action: 'dynamodb:*' })
    const deny = policy({ Effect: 'Deny', Action: 'dynamodb:Scan' })
    expect(ask([], 'dynamodb:Query')).toBe('no-allow')
    expect(ask([allow], 'dynamodb:Query')).toBe('allow')
    expect(ask([allow, deny], 'dynamodb:Scan')).toBe('explicit-deny')
    expect(ask([deny, allow], 'dynamodb:Scan')).toBe('explicit-deny')
  })

  test.each([
    ['dynamodb:GetItem', 'dynamodb:getitem', table, table, 'allow'],
    ['dynamodb:*Item', 'dynamodb:PutItem', table, table, 'allow'],
    ['dynamodb:*Item', 'dynamodb:Query', table, table, 'no-allow'],
    ['dynamodb:Get?tem', 'dynamodb:GetItem', table, table, 'allow'],
    ['dynamodb:GetItem', 'dynamodb:GetItem', `${table}/index/*`, table, 'no-allow'],
    ['dynamodb:GetItem', 'dynamodb:GetItem', table.toUpperCase(), table, 'no-allow'],
    // A dot is a dot, not any character.
    ['iam:GetUser', 'iam:GetUser', 'arn:aws:iam::1:user/a.b', 'arn:aws:iam::1:user/axb', 'no-allow'],
  ])('%s allows %s on %s for %s: %s', (Action, action, Resource, resource, expected) => {
    expect(ask([policy({ Action, Resource })], action, resource)).toBe(expected)
  })

  test('knows NotAction and NotResource', () => {
    const other = policy({ Effect: 'Deny', NotAction: ['iam:*', 'sts:*'], Action: undefined } as Partial<Statement>)
    expect(ask([policy({}), other], 's3:GetObject')).toBe('explicit-deny')
    expect(ask([policy({}), other], 'iam:GetUser')).toBe('allow')
    const elsewhere = policy({ NotResource: table, Resource: undefined } as Partial<Statement>)
    expect(ask([elsewhere], 'dynamodb:Query', table)).toBe('no-allow')
    expect(ask([elsewhere], 'dynamodb:Query', `${table}2`)).toBe('allow')
  })

  test('names the denying policy', () => {
    const deny = { ...policy({ Effect: 'Deny' }), name: 'stopper' }
    expect(evaluate([policy({}), deny], { action: 'x:y', resources: ['*'], context: {} })).toMatchObject({
      effect: 'explicit-deny',
      policy: { name: 'stopper' },
    })
  })
})

describe('a condition', () => {
  const holds = (Condition: NonNullable<Statement['Condition']>, context: Context) =>
    ask([policy({ Condition })], 'x:y', '*', context) === 'allow'
  const keys = 'dynamodb:LeadingKeys'

  test.each<[string, NonNullable<Statement['Condition']>, Context, boolean]>([
    ['equal text', { StringEquals: { 'aws:username': 'a' } }, { 'aws:username': 'a' }, true],
    ['equal but for case', { StringEquals: { 'aws:username': 'a' } }, { 'aws:username': 'A' }, false],
    ['case ignored', { StringEqualsIgnoreCase: { 'aws:userid': 'AROA:Bob' } }, { 'aws:userid': 'aroa:bob' }, true],
    ['key in another case', { StringEquals: { 'AWS:UserName': 'a' } }, { 'aws:username': 'a' }, true],
    ['one of several', { StringEquals: { k: ['a', 'b'] } }, { k: 'b' }, true],
    ['not equal', { StringNotEquals: { k: 'a' } }, { k: 'b' }, true],
    ['not equal to any', { StringNotEquals: { k: ['a', 'b'] } }, { k: 'b' }, false],
    ['not equal, key absent', { StringNotEquals: { k: 'a' } }, {}, true],
    ['equal, key absent', { StringEquals: { k: 'a' } }, {}, false],
    ['equal if it exists, absent', { StringEqualsIfExists: { k: 'a' } }, {}, true],
    ['equal if it exists, other', { StringEqualsIfExists: { k: 'a' } }, { k: 'b' }, false],
    ['null', { Null: { k: 'true' } }, {}, true],
    [
      'arn like',
      { ArnLike: { 'iam:PolicyARN': 'arn:aws:iam::1:policy/g-until-*' } },
      { 'iam:PolicyARN': 'arn:aws:iam::1:policy/g-until-2026' },
      true,
    ],
    [
      'arn equals, other policy',
      { ArnEquals: { 'iam:PolicyARN': 'arn:aws:iam::1:policy/g' } },
      { 'iam:PolicyARN': 'arn:aws:iam::1:policy/AdministratorAccess' },
      false,
    ],
    [
      'before the date',
      { DateLessThan: { 'aws:CurrentTime': '2026-12-01T00:00:00Z' } },
      { 'aws:CurrentTime': '2026-11-30T23:59:59.999Z' },
      true,
    ],
    [
      'at the date',
      { DateLessThan: { 'aws:CurrentTime': '2026-12-01T00:00:00Z' } },
      { 'aws:CurrentTime': '2026-12-01T00:00:00.000Z' },
      false,
    ],
    [
      'a date with an offset',
      { DateLessThan: { 'aws:CurrentTime': '2026-12-01T00:00:00+09:00' } },
      { 'aws:CurrentTime': '2026-11-30T15:00:00Z' },
      false,
    ],
    ['all keys match', { 'ForAllValues:StringLike': { [keys]: ['J#*', 'M#*'] } }, { [keys]: ['J#a', 'M#b'] }, true],
    [
      'one key does not',
      { 'ForAllValues:StringLike': { [keys]: ['J#*', 'M#*'] } },
      { [keys]: ['J#a', 'WISHES'] },
      false,
    ],
    ['for all values of none', { 'ForAllValues:StringLike': { [keys]: ['J#*'] } }, {}, true],
    ['any value', { 'ForAnyValue:StringEquals': { k: ['a'] } }, { k: ['b', 'a'] }, true],
    ['number', { NumericLessThan: { n: 10 } }, { n: '9' }, true],
    ['bool', { Bool: { 'aws:SecureTransport': false } }, { 'aws:SecureTransport': 'true' }, false],
    ['two operators, both must hold', { StringEquals: { k: 'a' }, StringLike: { l: 'b*' } }, { k: 'a', l: 'c' }, false],
  ])('%s', (_, condition, context, expected) => {
    expect(holds(condition, context)).toBe(expected)
  })

  test('with an operator the sandbox does not know is an error, not a guess', () => {
    expect(() => holds({ BinaryEquals: { k: 'a' } }, { k: 'a' })).toThrow(/BinaryEquals/)
  })

  test('may use policy variables, and a variable without a value matches nothing', () => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: that is how IAM writes its variables
    const own = policy({ Resource: 'arn:aws:iam::1:user/${aws:username}' })
    expect(ask([own], 'iam:GetUser', 'arn:aws:iam::1:user/tanaka', { 'aws:username': 'tanaka' })).toBe('allow')
    expect(ask([own], 'iam:GetUser', 'arn:aws:iam::1:user/sato', { 'aws:username': 'tanaka' })).toBe('no-allow')
    expect(ask([own], 'iam:GetUser', 'arn:aws:iam::1:user/', {})).toBe('no-allow')
  })
})

describe('a trust policy', () => {
  const trust = (more: Partial<Statement> = {}) => ({
    Statement: {
      Effect: 'Allow',
      Action: 'sts:AssumeRole',
      Principal: { Service: ['lambda.amazonaws.com'] },
      ...more,
    } as Statement,
  })
  const may = (document: ReturnType<typeof trust>, service = 'lambda.amazonaws.com') =>
    serviceMay(document, service, 'sts:AssumeRole', { 'aws:SourceAccount': '1' })

  test('lets in the service it names, under its conditions', () => {
    expect(may(trust())).toBe(true)
    expect(may(trust(), 'ec2.amazonaws.com')).toBe(false)
    expect(may(trust({ Condition: { StringEquals: { 'aws:SourceAccount': '1' } } }))).toBe(true)
    expect(may(trust({ Condition: { StringEquals: { 'aws:SourceAccount': '2' } } }))).toBe(false)
    expect(may(trust({ Effect: 'Deny' }))).toBe(false)
  })
})
