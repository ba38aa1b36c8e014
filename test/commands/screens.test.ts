/** What people read, without a process: pure views over plain data. */
import { describe, expect, test } from 'vitest'
import { effectText } from '../../src/commands/_view/effect.ts'
import { limitName } from '../../src/commands/_view/limit-name.ts'
import { planText } from '../../src/commands/_view/plan.ts'
import { statusText } from '../../src/commands/_view/status.ts'
import { type Difference, type Plan, type Step, whyRefused } from '../../src/provision/engine/plan.ts'
import type { PrincipalKey } from '../../src/runtime/domain/metering/principal.ts'
import type { StatusPrincipal, StatusView } from '../../src/runtime/domain/telling/status-view.ts'

const words = {
  currency: undefined,
  screen: 80,
  now: Date.parse('2026-11-20T12:00:00Z'),
  command: (line: string) => `cost-guard ${line} --guard research`,
  installedAt: '2026-11-01T00:00:00Z',
  unreached: [],
  hasLimits: false,
  cannotBlock: new Map<string, string>(),
}

const accountLimit = (spentUsd: string, usedPercent: number) => ({
  ...{
    id: 'account@month',
    of: 'account',
    sharedBy: null,
    per: 'month',
    limitUsd: '50',
    spentUsd,
    usedPercent,
    forecastUsd: null,
  },
  ...{ resetsAt: '2026-12-01T00:00:00Z', action: 'block' as const, decides: false },
})
const everyone = (spentUsd: string, usedPercent: number) => ({
  ...accountLimit(spentUsd, usedPercent),
  ...{ id: '*@month', of: '*', limitUsd: '20' },
})
const person = (over: Partial<StatusPrincipal>): StatusPrincipal => ({
  ...{ principal: 'user/tanaka', usd: '1', assumedUsd: '0', requests: 1, state: 'ok', decidedBy: null },
  ...{ person: null, teams: [], blockedUntil: null, sources: {}, limits: [] },
  ...over,
})
/** As it reads, wherever the screen breaks it. */
const told = (seen: StatusView, how: Parameters<typeof statusText>[1] = words): string =>
  statusText(seen, how).replaceAll('\n', ' ')
const view = (principals: readonly StatusPrincipal[], over: Partial<StatusView> = {}): StatusView => ({
  guard: 'research',
  mode: 'enforce',
  period: { kind: 'month', key: '2026-11', timezone: 'UTC', resetsAt: '2026-12-01T00:00:00Z' },
  ...{ totalUsd: '10', assumedUsd: '0', principals },
  health: {
    lastRecordAt: null,
    lag: { logSeconds: null, deliverySeconds: null, enforceSeconds: null },
    unpricedModels: [],
    uncountedRequests: 0,
    problems: [],
  },
  ...over,
})

describe('status', () => {
  test('names the limit that blocks in words, not by its id', () => {
    const text = told(
      view([
        person({ state: 'blocked', decidedBy: '*@month', blockedUntil: '2026-12-01T00:00:00Z' }),
        person({ principal: 'user/sato', state: 'blocked', decidedBy: 'user/sato@month' }),
        person({ principal: 'user/suzuki', state: 'blocked', decidedBy: 'manual' }),
      ]),
      words,
    )
    expect(text).toContain('user/tanaka is blocked by the monthly limit for everyone until 2026-12-01 00:00 +00:00.')
    expect(text).toContain('user/sato is blocked by its own monthly limit until the limit is raised.')
    expect(text).toContain('user/suzuki is blocked by hand until somebody unblocks.')
    expect(text).not.toContain('@month')
  })

  test('says once what holds for many, and how many they are', () => {
    const many = Array.from({ length: 500 }, (_, index) =>
      person({ principal: `user/dev-${index}`, state: 'blocked', decidedBy: '*@month', blockedUntil: null }),
    )
    const text = statusText(view(many), words)
    expect(text.replaceAll('\n', ' ')).toContain(
      'user/dev-3, user/dev-4 and 495 more are blocked by the monthly limit for everyone until the limit is raised.',
    )
    expect(text.split('\n').length).toBeLessThan(520)
    const observed = many.map((one) => ({ ...one, state: 'observed' as const }))
    expect(told(view(observed, { mode: 'observe' }))).not.toContain('--by model')
  })

  test('says why somebody cannot be blocked', () => {
    const cannotBlock = new Map([['user/tanaka', 'attachment-quota']])
    const stuck = person({ state: 'cannot-block', decidedBy: '*@month' })
    expect(told(view([stuck]), { ...words, cannotBlock })).toContain(
      'user/tanaka should be blocked by the monthly limit for everyone, but cannot be: its quota of attached policies is used up; take one off or ask AWS for more.',
    )
  })

  test('marks assumed money, and says why somebody over a limit by it alone is not blocked', () => {
    const suzuki = person({ usd: '67.8', assumedUsd: '67.8', state: 'warned', limits: [everyone('67.8', 339)] })
    const text = statusText(view([suzuki], { totalUsd: '67.8', assumedUsd: '67.8' }), words)
    expect(text).toMatch(/^user\/tanaka +67\.80\* /m)
    expect(text).toContain('Total 67.80 dollars, of it 67.80 at assumed prices (*).')
    expect(text).toContain('user/tanaka: over by assumed prices alone, which warn and block nobody.')
  })

  test('says that an account limit blocks everybody only while it does', () => {
    const line = (state: 'ok' | 'blocked') =>
      statusText(
        view([
          person({
            state,
            decidedBy: state === 'blocked' ? 'account@month' : null,
            limits: [accountLimit('60', 120)],
          }),
        ]),
        words,
      )
    expect(line('ok')).toContain('Account: 60.00 of 50.00 a month (120%), blocks everybody once it is reached.')
    expect(line('blocked')).toContain('Account: 60.00 of 50.00 a month (120%), blocks everybody now.')
  })

  test('says of teams that they overlap, and by how much', () => {
    const row = (key: string, usd: string) => ({ key, usd, assumedUsd: '0', requests: 1, sharePercent: 60 })
    const rows = [row('team/growth', '6'), row('team/night', '6')]
    const text = (overlapUsd: string) => told(view([person({})], { groups: { by: 'team', overlapUsd, rows } }))
    expect(text('2')).toContain(
      'Who is in several teams counts in each of them, and once in the total: the rows are 2.00 dollars more.',
    )
    expect(text('0')).not.toContain('several teams')
  })

  test('marks a limit that others share: what is used of it is not what stands beside it', () => {
    const team = { ...everyone('30', 75), of: 'team/growth', id: 'team/growth@month', limitUsd: '40' }
    const share = { ...everyone('15', 75), sharedBy: 'person/tanaka' }
    const text = told(view([person({ limits: [team] }), person({ principal: 'user/key', limits: [share] })]))
    expect(text).toMatch(/user\/tanaka +1\.00 +40\.00\+ +#{6}-- 75%/)
    expect(text).toContain('+ is the limit of team/growth, person/tanaka: used by all members together.')
    expect(told(view([person({ limits: [everyone('1', 5)] })]))).not.toMatch(/20\.00\+|[+] is the limit/)
  })

  test('names five models without a price at most, within the screen', () => {
    const unpricedModels = Array.from({ length: 40 }, (_, index) => `someone.invented-this-model-${index}`)
    const health = { ...view([]).health, unpricedModels }
    const lines = statusText(view([person({})], { health }), words).split('\n')
    expect(lines.join(' ')).toContain('someone.invented-this-model-4 and 35 more (--by model shows them).')
    expect(lines.filter((line) => line.length > 80)).toEqual([])
  })

  test('says since when it counts in the time of the guard', () => {
    const tokyo = { ...view([]).period, timezone: 'Asia/Tokyo' }
    expect(statusText(view([], { totalUsd: '0', period: tokyo }), words)).toContain(
      'The guard counts since 2026-11-01 09:00 +09:00.',
    )
  })

  test('advises commands for this very guard', () => {
    expect(statusText(view([], { totalUsd: '0' }), words)).toContain(
      'Try this: cost-guard limits set everyone=20 --guard research',
    )
    expect(statusText(view([], { totalUsd: '0' }), { ...words, hasLimits: true })).not.toContain('limits set')
  })

  test('of a month that is over says only that nothing was counted in it', () => {
    const october = { ...view([]).period, key: '2026-10', resetsAt: '2026-11-01T00:00:00Z' }
    expect(statusText(view([], { totalUsd: '0', period: october }), words)).toContain('Nothing was counted in 2026-10.')
    expect(statusText(view([], { totalUsd: '0', period: october }), words)).not.toContain('Try this')
  })

  test('keeps every sentence within the screen', () => {
    const blocked = person({ state: 'blocked', decidedBy: '*@month', blockedUntil: '2026-12-01T00:00:00Z' })
    const health = { ...view([]).health, problems: ['a long problem '.repeat(12).trim()] }
    const lines = statusText(view([blocked], { health }), words).split('\n')
    expect(lines.filter((line) => line.length > 80)).toEqual([])
  })
})

test('a limit is named from the point of view of whom it is told about', () => {
  expect([limitName('*@month'), limitName('account@day'), limitName('user/a@week', 'user/a')]).toEqual([
    'the monthly limit for everyone',
    'the daily limit of the account',
    'its own weekly limit',
  ])
  expect([limitName('role/a@b@month'), limitName('manual')]).toEqual(['the monthly limit of role/a@b', 'manual'])
})

describe('a plan', () => {
  const difference = (field: string, is: string, want: string): Difference => ({ field, is, want, how: 'in-place' })
  const update = (name: string, differences: readonly Difference[]): Step => ({
    ...{ do: 'update', id: `policy/${name}`, kind: 'IAM policy', name, why: 'the deny of a block', because: 'wish' },
    differences,
  })
  const plan = (steps: readonly Step[]): Plan => ({ purpose: 'install', guard: 'cost-guard', steps })
  const state = (from: string) => difference('tag/cost-guard:state', from, 'new')

  test('shows one change of many things once, and leaves out our own note of it', () => {
    const cost = difference('tag/Cost', '(none)', 'CC1')
    const text = planText(plan([update('a', [cost, state('1')]), update('b', [cost, state('2')])]), { details: false })
    expect(text).toBe(
      ['What changes', '  ~ 2 IAM policies: a, b', '      tag/Cost: (none) -> CC1', '', '2 to change.'].join('\n'),
    )
  })

  test('shows the note where nothing else differs', () => {
    expect(planText(plan([update('a', [state('1')])]), { details: false })).toContain('tag/cost-guard:state: 1 -> new')
  })

  test('says one obstacle of many things once', () => {
    const refuse = (name: string): Step => ({
      ...{ do: 'refuse', id: `role/${name}`, kind: 'IAM role', name, why: 'the guard is installed in us-east-1' },
      ...{ reason: 'occupied', suggestion: 'choose another name', differences: [] },
    })
    expect(planText(plan([refuse('a'), refuse('b')]), { details: false })).toBe(
      [
        'Nothing can be done before this is settled:',
        '  ! the guard is installed in us-east-1',
        '      Try this: choose another name',
      ].join('\n'),
    )
    expect(whyRefused(plan([refuse('a'), refuse('b')]))).toBe('the guard is installed in us-east-1')
  })

  test('gives one advice once, below all that it settles', () => {
    const lacking = (right: string): Step => ({
      ...{ do: 'refuse', id: right, kind: 'right', name: right, why: `you lack the right ${right}` },
      ...{ reason: 'no-right', suggestion: 'attach the policy', differences: [] },
    })
    expect(planText(plan([lacking('iam:GetRole'), lacking('sqs:GetQueueUrl')]), { details: false })).toBe(
      [
        'Nothing can be done before these are settled:',
        '  ! you lack the right iam:GetRole',
        '  ! you lack the right sqs:GetQueueUrl',
        '      Try this: attach the policy',
      ].join('\n'),
    )
  })

  test('shows each by itself with --details', () => {
    const cost = difference('tag/Cost', '(none)', 'CC1')
    const text = planText(plan([update('a', [cost]), update('b', [cost])]), { details: true })
    expect(text.match(/tag\/Cost/g)).toHaveLength(2)
  })
})

describe('what a check did', () => {
  const check = {
    ran: 'now' as const,
    blocked: [],
    released: [],
    warned: [],
    cannotBlock: [],
    wouldBlock: [],
    problems: ['on hold: the guard counts, but warns and blocks nobody', 'IAM was not compared'],
  }

  test('says once why many cannot be blocked, and how many they are', () => {
    const cannotBlock = Array.from({ length: 300 }, (_, index) => ({
      principal: `user/dev-${index}` as PrincipalKey,
      why: 'attachment-quota',
    }))
    const text = effectText({ ...check, cannotBlock, problems: [] })
    expect(text.split('\n')).toHaveLength(1)
    expect(text).toContain('user/dev-11 and 288 more (its quota of attached policies is used up')
  })

  test('names every problem, but not the hold that init itself keeps until its end', () => {
    expect(effectText(check)).toContain('Problem: on hold')
    expect(effectText(check, 'init')).toBe('Problem: IAM was not compared')
  })
})
