import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  attribute,
  callerOf,
  isProtectedRole,
  keyOf,
  matchesAny,
  othersOf,
  type Principal,
  type PrincipalKey,
  parseKey,
  roleKeyOf,
} from '../../src/runtime/domain/metering/principal.ts'
import { ACCOUNT, readCases } from './metering.ts'

const { cases } = readCases<{
  readonly cases: readonly { it: string; arn: string | null; principal: string; session?: string }[]
}>('principals.json')

const sessionRoles = ['AWSReservedSSO_*']

describe('who is charged', () => {
  it.each(cases.map((one) => [one.it, one] as const))('%s', (_it, { arn, principal, session }) => {
    const caller = callerOf(arn ?? undefined, ACCOUNT)
    expect(keyOf(attribute(caller, sessionRoles))).toBe(principal)
    expect(caller.session).toBe(session)
    expect(caller.arn).toBe(arn ?? undefined)
  })

  it('is the role when its sessions are no principals, whatever the settings say of others', () => {
    const caller = callerOf('arn:aws:sts::123456789012:assumed-role/AWSReservedSSO_Dev_0123456789abcdef/kato', ACCOUNT)
    expect(keyOf(attribute(caller, []))).toBe('role/AWSReservedSSO_Dev_0123456789abcdef')
    expect(keyOf(caller.base)).toBe('role/AWSReservedSSO_Dev_0123456789abcdef')
  })

  it('is the session of any role that is configured so', () => {
    const caller = callerOf('arn:aws:sts::123456789012:assumed-role/team-a-bedrock/sato', ACCOUNT)
    expect(keyOf(attribute(caller, ['AWSReservedSSO_*', 'team-*']))).toBe('session/team-a-bedrock/sato')
  })
})

describe('names that no IAM would give', () => {
  const keyFor = (name: string) => keyOf(callerOf(`arn:aws:iam::123456789012:user/${name}`, ACCOUNT).base)

  it('are cut at 256 bytes and end in a hash', () => {
    const key = keyFor('x'.repeat(5000))
    expect(key).toMatch(/^user\/x{239}~[0-9a-f]{16}$/)
    expect(Buffer.byteLength(key)).toBe('user/'.length + 256)
    expect(keyFor('x'.repeat(5001))).not.toBe(key)
    expect(keyFor('x'.repeat(256))).toBe(`user/${'x'.repeat(256)}`)
  })

  it('never put a separator of the ledger into a key, and stay apart', () => {
    expect(keyFor('a#b')).toMatch(/^user\/a_b~[0-9a-f]{16}$/)
    expect(keyFor('a#b')).not.toBe(keyFor('a b'))
    expect(keyFor('田中')).toMatch(/^user\/__~[0-9a-f]{16}$/)
  })

  it('cannot pose as the session that stands for all others', () => {
    const caller = callerOf('arn:aws:sts::123456789012:assumed-role/team/(others)', ACCOUNT)
    expect(keyOf(attribute(caller, ['*']))).toMatch(/^session\/team\/_others_~[0-9a-f]{16}$/)
  })
})

describe('keys', () => {
  const name = fc.stringMatching(/^[\w+=,.@~-]{1,64}$/)
  const principal: fc.Arbitrary<Principal> = fc.oneof(
    fc.record({ kind: fc.constantFrom('user' as const, 'role' as const), account: fc.constant(ACCOUNT), name }),
    fc.record({ kind: fc.constant('federated' as const), account: fc.constant(ACCOUNT), name }),
    fc.record({ kind: fc.constant('session' as const), account: fc.constant(ACCOUNT), role: name, name }),
    fc.constantFrom<Principal>(
      { kind: 'root', account: ACCOUNT },
      { kind: 'unattributed', account: ACCOUNT },
      othersOf('team', ACCOUNT),
    ),
  )

  it('give back the principal they were made of', () => {
    fc.assert(
      fc.property(principal, (one) => {
        expect(parseKey(keyOf(one), ACCOUNT)).toEqual(one)
      }),
    )
  })

  it('of any ARN can be read again', () => {
    fc.assert(
      fc.property(fc.constantFrom('user', 'assumed-role', 'federated-user'), fc.string(), fc.string(), (kind, a, b) => {
        const service = kind === 'user' ? 'iam' : 'sts'
        const caller = callerOf(`arn:aws:${service}::${ACCOUNT}:${kind}/${a}/${b}`, ACCOUNT)
        const key = keyOf(attribute(caller, ['*']))
        const read = parseKey(key, ACCOUNT)
        expect(read === undefined ? undefined : keyOf(read)).toBe(key)
      }),
    )
  })

  it.each([
    'tanaka',
    'user/',
    'user/a/b',
    'user/a b',
    'session/role',
    'session/role/',
    'session/a/b/c',
    'root',
    'root/999999999999',
    'root/123456789012/x',
    'group/a',
    'unattributed/x',
    '',
    `user/${'x'.repeat(257)}`,
  ])('that are none are refused: "%s"', (text) => {
    expect(parseKey(text, ACCOUNT)).toBeUndefined()
  })

  it('of a session name its role', () => {
    expect(roleKeyOf('session/team/sato' as PrincipalKey)).toBe('role/team')
    expect(roleKeyOf('role/team' as PrincipalKey)).toBeUndefined()
    expect(roleKeyOf('user/session' as PrincipalKey)).toBeUndefined()
  })
})

describe('patterns', () => {
  it.each([
    ['AWSReservedSSO_Dev_01', 'AWSReservedSSO_*', true],
    ['awsreservedsso_dev_01', 'AWSReservedSSO_*', false],
    ['team', 'team', true],
    ['team', 'tea', false],
    ['team', '*', true],
    ['', '*', true],
    ['a-team-b', 'a*team*b', true],
    ['ab', 'ab*b', false],
    ['abb', 'ab*b', true],
    ['x.y', 'x?y', false],
  ])('%s against %s: %s', (name, pattern, expected) => {
    expect(matchesAny(name, ['nothing', pattern])).toBe(expected)
  })

  it('need no long time for many stars', () => {
    expect(matchesAny('a'.repeat(5000), [`${'a*'.repeat(50)}b`])).toBe(false)
  })

  it('protect the roles of Identity Center and of services', () => {
    expect(['AWSReservedSSO_Admin_1', 'AWSServiceRoleForSupport', 'team'].map(isProtectedRole)).toEqual([
      true,
      true,
      false,
    ])
  })
})
