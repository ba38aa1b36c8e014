/** What names and IAM tags say about people and teams: proposals, and what stays visible. */
import { describe, expect, test } from 'vitest'
import { type SuggestInput, suggestPeople } from '../../src/commands/_people/suggestions.ts'
import { teamsFromTags } from '../../src/commands/_people/tagged-teams.ts'
import { suggestionsText, taggedText } from '../../src/commands/_view/suggestions.ts'
import { type IamTags, tagValue } from '../../src/provision/iam-tags.ts'
import type { Belongings } from '../../src/runtime/domain/metering/belonging.ts'
import type { PrincipalKey } from '../../src/runtime/domain/metering/principal.ts'
import { parseUsd } from '../../src/runtime/domain/money/money.ts'

const key = (text: string) => text as PrincipalKey
const SSO = 'AWSReservedSSO_Dev_0123456789abcdef'
const OPS = 'AWSReservedSSO_Ops_fedcba9876543210'

const input = (principals: readonly string[], over: Partial<SuggestInput> = {}): SuggestInput => ({
  principals: principals.map(key),
  owners: new Map(),
  belongings: { people: [], teams: [] },
  sessionRoles: ['AWSReservedSSO_*'],
  ...over,
})
const said = (found: ReturnType<typeof suggestPeople>) =>
  found.suggestions.map(({ name, existing, members }) => [name, existing, ...members.map(({ member }) => member)])

describe('one person is suggested', () => {
  test('for a user and sessions of one name, with every permission set of Identity Center, whatever the case', () => {
    const found = suggestPeople(
      input(['user/Tanaka', `session/${SSO}/tanaka@example.com`, `session/${OPS}/tanaka@example.com`, 'user/sato']),
    )
    expect(said(found)).toEqual([['tanaka', false, 'session/AWSReservedSSO_*/tanaka@example.com', 'user/Tanaka']])
    expect(found.unclear).toEqual([])
  })

  test('for a key of Bedrock and for a role by the owner tag alone, and with the user of that name', () => {
    const owners = new Map([
      [key('user/BedrockAPIKey-x1'), 'tanaka@example.com'],
      [key('role/tool'), 'Tanaka'],
      [key('user/BedrockAPIKey-x2'), 'nobody-else'],
    ])
    const found = suggestPeople(input([...owners.keys(), 'user/tanaka'], { owners }))
    expect(said(found)).toEqual([
      ['nobody-else', false, 'user/BedrockAPIKey-x2'],
      ['tanaka', false, 'role/tool', 'user/BedrockAPIKey-x1', 'user/tanaka'],
    ])
    expect(found.suggestions[1]?.members.map(({ because }) => because)).toEqual(['owner-tag', 'owner-tag', 'name'])
  })

  test('of the name that the person has already, when one of them belongs to it', () => {
    const belongings: Belongings = { people: [{ name: 'taro', members: ['user/tanaka'] }], teams: [] }
    const found = suggestPeople(input(['user/tanaka', `session/${SSO}/tanaka@example.com`], { belongings }))
    expect(said(found)).toEqual([['taro', true, 'session/AWSReservedSSO_*/tanaka@example.com']])
  })
})

describe('nobody is suggested', () => {
  test('for one alone, for a key without a tag, for whoever belongs to somebody already', () => {
    const belongings: Belongings = {
      people: [{ name: 'sato', members: ['user/sato', 'session/AWSReservedSSO_*/sato@example.com'] }],
      teams: [],
    }
    const principals = ['user/a', 'user/BedrockAPIKey-x1', 'user/BedrockAPIKey-x2', 'user/sato']
    const found = suggestPeople(input([...principals, `session/${SSO}/sato@example.com`], { belongings }))
    expect(found).toEqual({ suggestions: [], unclear: [] })
  })

  test('for a session whose name its caller chooses, unless the guard counts the sessions of that role one by one', () => {
    const principals = ['user/tanaka', 'session/shared/tanaka']
    expect(suggestPeople(input(principals)).suggestions).toEqual([])
    const found = suggestPeople(input(principals, { sessionRoles: ['shared'] }))
    expect(said(found)).toEqual([['tanaka', false, 'session/shared/tanaka', 'user/tanaka']])
    const text = suggestionsText(found, { ...words, unknown: [], nothingApplied: true }).replaceAll('\n', ' ')
    expect(text).toContain('Look twice at session/shared/tanaka: the caller chooses the name of such a session')
  })

  test.each([
    ['addresses of two domains', ['user/tanaka@a.example', 'user/tanaka@b.example'], 'several-domains'],
    ['a name that means something else', ['user/root', `session/${SSO}/root@example.com`], 'not-a-name'],
  ] as const)('for %s: it is told as unclear', (_, principals, why) => {
    const found = suggestPeople(input(principals))
    expect(found.suggestions).toEqual([])
    expect(found.unclear.map((one) => one.why)).toEqual([why])
  })

  test('where they belong to two people already', () => {
    const people = [
      { name: 'a', members: ['user/tanaka'] },
      { name: 'b', members: ['user/tanaka@example.com'] },
    ]
    const principals = ['user/tanaka', 'user/tanaka@example.com', `session/${SSO}/tanaka@example.com`]
    expect(suggestPeople(input(principals, { belongings: { people, teams: [] } })).unclear).toMatchObject([
      { name: 'tanaka', why: 'several-people' },
    ])
  })
})

const words = { tag: 'owner', all: false, screen: 80, command: (line: string) => `cost-guard ${line}` }

test('who matches nobody stays on the screen, with what it spent and how to place it', () => {
  const unknown = [{ principal: key('user/BedrockAPIKey-x9'), spend: parseUsd('12.5') }]
  const text = suggestionsText({ suggestions: [], unclear: [] }, { ...words, unknown, nothingApplied: true })
  expect(text).toContain('neither name nor tag tells (12.50 this month):\n  user/BedrockAPIKey-x9')
  expect(text).toContain('cost-guard people add NAME user/BedrockAPIKey-x9')
})

describe('teams from tags', () => {
  const tagged = (all: Readonly<Record<string, string | 'gone' | undefined>>) =>
    new Map(
      Object.entries(all).map(([one, value]): [PrincipalKey, IamTags] => [
        key(one),
        value === 'gone' ? 'gone' : new Map(value === undefined ? [] : [['Team', value]]),
      ]),
    )
  const from = (name: string, source: 'list' | 'tags', ...members: string[]) => ({ name, members, from: source })
  const of = (all: Parameters<typeof tagged>[0], ...teams: Belongings['teams']) =>
    teamsFromTags(tagged(all), { people: [], teams }, 'team')

  test('are made of whoever carries the tag, whatever the case of key and value', () => {
    expect(of({ 'user/a': 'Growth', 'role/b': 'growth', 'user/c': undefined, 'user/d': '営業部' }).changes).toEqual([
      { kind: 'team', name: 'growth', before: undefined, after: ['role/b', 'user/a'], from: 'tags' },
      { kind: 'team', name: '営業部', before: undefined, after: ['user/d'], from: 'tags' },
    ])
    expect(tagValue(new Map([['TEAM', ' growth ']]), 'team')).toBe('growth')
  })

  test('follow the tags: who joined, who left, and a team that nobody names any more', () => {
    const teams = [from('growth', 'tags', 'user/a', 'user/b'), from('old', 'tags', 'user/c')]
    expect(of({ 'user/a': 'growth', 'user/b': undefined, 'user/c': 'growth' }, ...teams).changes).toEqual([
      { kind: 'team', name: 'growth', before: ['user/a', 'user/b'], after: ['user/a', 'user/c'], from: 'tags' },
      { kind: 'team', name: 'old', before: ['user/c'], after: undefined, from: 'tags' },
    ])
  })

  test('keep whoever is gone from IAM: what it spent counts on', () => {
    const teams = [from('growth', 'tags', 'user/gone', 'user/a')]
    expect(of({ 'user/gone': 'gone', 'user/a': undefined, 'user/b': 'growth' }, ...teams).changes[0]?.after).toEqual([
      ...['user/b', 'user/gone'],
    ])
  })

  test('never touch a typed team: the conflict is named, and none is where the tags say the same', () => {
    const found = of({ 'user/a': 'growth', 'user/b': 'growth' }, from('growth', 'list', 'user/a'))
    expect(found).toMatchObject({ changes: [], conflicts: [{ team: 'growth', tagged: ['user/b'] }] })
    expect(taggedText(found, { ...words, looked: 2 }).join('\n')).toContain('team/growth was typed and stays as it is')
    expect(of({ 'user/a': 'growth' }, from('growth', 'list', 'user/a', 'user/z')).conflicts).toEqual([])
  })

  test('cannot be called what no team can be called: said, and left out', () => {
    const found = of({ 'user/a': 'sales/emea', 'user/b': 'growth' })
    expect(found.changes.map(({ name }) => name)).toEqual(['growth'])
    expect(found.refused).toMatchObject([{ value: 'sales/emea', principals: ['user/a'] }])
  })

  test('are none without a tag', () => {
    const found = of({})
    expect(found).toEqual({ changes: [], conflicts: [], refused: [] })
    expect(taggedText(found, { ...words, looked: 0 })).toContain(
      'It names no team; --all asks for every user and role.',
    )
  })
})
