import { describe, expect, test } from 'vitest'
import { canonicalStatement, policiesEqual, readDocument } from '../../src/provision/engine/policy-equal.ts'
import { waitUntil } from '../../src/provision/engine/wait.ts'
import { flattenTags, stableJson } from '../../src/provision/tags.ts'
import { compareVersions } from '../../src/provision/versions.ts'

const policy = (...Statement: unknown[]) => ({ Version: '2012-10-17', Statement })

describe('two IAM documents', () => {
  test('of the same meaning are equal, however they are spelled', () => {
    const one = policy(
      { Sid: 'A', Effect: 'Allow', Action: ['s3:GetObject', 'S3:PutObject'], Resource: '*' },
      { Sid: 'B', Effect: 'Deny', Action: 'sns:Publish', Resource: ['b', 'a'] },
    )
    const other = policy(
      { Resource: ['a', 'b', 'a'], Action: ['SNS:publish'], Effect: 'Deny', Sid: 'B' },
      { Sid: 'A', Effect: 'Allow', Action: ['s3:putobject', 's3:GetObject'], Resource: ['*'] },
    )
    expect(policiesEqual(one, other)).toBe(true)
    expect(policiesEqual({ ...one, Statement: one.Statement[0] }, policy(one.Statement[0]))).toBe(true)
  })

  test('are different when a resource, an effect, a condition or the case of a resource differs', () => {
    const statement = { Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::a' }
    for (const change of [
      { Resource: 'arn:aws:s3:::A' },
      { Effect: 'Deny' },
      { Condition: { StringEquals: { 'aws:SourceAccount': '1' } } },
      { Action: 's3:*' },
    ]) {
      expect(policiesEqual(policy(statement), policy({ ...statement, ...change }))).toBe(false)
    }
    expect(policiesEqual(policy(statement), { Statement: statement })).toBe(false)
  })

  test('everybody is everybody, and texts are what conditions compare', () => {
    expect(canonicalStatement({ Principal: '*' })).toBe(canonicalStatement({ Principal: { AWS: ['*'] } }))
    expect(canonicalStatement({ Condition: { Bool: { 'aws:SecureTransport': false } } })).toBe(
      canonicalStatement({ Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
    )
  })

  test('are read as IAM answers them and as Lambda does', () => {
    const document = policy({ Effect: 'Allow', Action: 'a:b', Resource: '100 %' })
    expect(readDocument(encodeURIComponent(JSON.stringify(document)))).toEqual(document)
    expect(readDocument(JSON.stringify(document))).toEqual(document)
    expect(readDocument(undefined)).toBeUndefined()
  })
})

test('waiting tells each new reason once, none of the first two seconds, and ends with the value', async () => {
  const reasons = ['a moment', 'a moment', 'a moment', 'a moment', 'one thing', 'one thing', 'another']
  const said: string[] = []
  const value = await waitUntil(
    async () => {
      const reason = reasons.shift()
      return reason === undefined ? { done: true, value: 42 } : { done: false, for: reason }
    },
    { sleeper: { sleep: async () => {} }, deadlineMs: 60_000, say: (text) => said.push(text) },
  )
  expect(value).toBe(42)
  expect(said).toEqual(['waiting for one thing', 'waiting for another'])
})

test.each([
  ['1.10.0', '1.9.3', 1],
  ['1.0.0', '1.0.0', 0],
  ['1.0.0-beta.1', '1.0.0', -1],
  ['2.0.0', '10.0.0', -1],
])('version %s against %s is %i', (a, b, expected) => {
  expect(Math.sign(compareVersions(a, b))).toBe(expected)
})

test('tags of all four shapes become one record', () => {
  const flat = { team: 'a', empty: '' }
  expect(flattenTags([{ Key: 'team', Value: 'a' }, { Key: 'empty' }])).toEqual(flat)
  expect(flattenTags([{ key: 'team', value: 'a' }, { key: 'empty' }])).toEqual(flat)
  expect(flattenTags([{ TagKey: 'team', TagValue: 'a' }, { TagKey: 'empty' }])).toEqual(flat)
  expect(flattenTags({ team: 'a', empty: undefined })).toEqual(flat)
  expect(flattenTags(undefined)).toEqual({})
})

test('JSON with sorted keys does not depend on the order in which they were written', () => {
  expect(stableJson({ b: [{ d: 1, c: 2 }], a: undefined })).toBe('{"b":[{"c":2,"d":1}]}')
})
