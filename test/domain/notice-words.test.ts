/** Every kind of mail in both languages, as an admin reads it; read the snapshots before accepting them. */
import { describe, expect, it } from 'vitest'
import type { Waiver } from '../../src/runtime/domain/judging/limit.ts'
import { parseUsd, zero } from '../../src/runtime/domain/money/money.ts'
import type { NoticeGroup, NoticeItem } from '../../src/runtime/domain/telling/notice.ts'
import { renderNotice } from '../../src/runtime/domain/telling/notice-text.ts'
import { en } from '../../src/runtime/words/en.ts'
import { ja } from '../../src/runtime/words/ja.ts'
import { at } from '../contract/world.ts'
import { key } from './judging.ts'
import { context, november } from './report-sample.ts'

const tanaka = key('user/tanaka')
const admin = 'arn:aws:iam::123456789012:user/admin'
const waiver: Waiver = {
  id: 'user/tanaka#2026-11-20T00:00:00Z',
  principal: tanaka,
  limit: undefined,
  until: at('2026-11-27T15:00:00Z'),
  grant: parseUsd('20'),
  spentAtGrant: zero,
  by: admin,
  at: at('2026-11-20T00:00:00Z'),
  reason: 'release week',
}
const limit: NoticeItem = {
  key: 'k',
  principal: tanaka,
  limit: 'user/tanaka@month',
  spent: parseUsd('52.1'),
  amount: parseUsd('50'),
  percent: 104,
  until: november.end,
}
const manual: NoticeItem = {
  key: 'k',
  principal: tanaka,
  limit: 'manual',
  until: 'no-end',
  by: admin,
  why: 'key leaked',
}
const mails: readonly (readonly [string, NoticeGroup['kind'], NoticeItem])[] = [
  ['warned', 'warned', { ...limit, spent: parseUsd('41'), percent: 82, threshold: 80 }],
  ['over, notify', 'over', limit],
  ['over, excluded', 'over', { ...limit, why: 'excluded' }],
  ['blocked by hand', 'blocked', { ...manual, policy: 'cost-guard-blocked-by-admin' }],
  ['blocked, pardon over', 'blocked', { ...limit, waiver, policy: 'cost-guard-limit-reached-until-2026-12-01' }],
  ['observed', 'observed', limit],
  ['observed, by hand', 'observed', { ...manual, why: '' }],
  ['released, pardoned', 'released', { ...limit, why: 'waived', waiver }],
  ['released, observe', 'released', { ...limit, why: 'observed' }],
  ['pardon given', 'waived', { key: 'k', principal: tanaka, waiver, by: admin, why: 'release week' }],
  ['pardon over', 'waiver-ended', { key: 'k', principal: tanaka, waiver, by: admin }],
  [
    'cannot be blocked',
    'cannot-block',
    { ...limit, principal: key('session/AWSReservedSSO_Dev_1/sato'), why: 'protected-role' },
  ],
  [
    'taken off by hand',
    'reattached',
    { key: 'k', principal: tanaka, policy: 'cost-guard-limit-reached-until-2026-12-01' },
  ],
  ['unpriced', 'unpriced', { key: 'k', model: 'anthropic.claude-next-9', count: 2, assumed: parseUsd('0.5') }],
  [
    'not metered by tokens',
    'unpriced',
    { key: 'k', model: 'amazon.nova-canvas-v1:0', count: 2, assumed: parseUsd('0.12') },
  ],
  ['found late', 'caught-up', { key: 'k', count: 12 }],
  ['unreadable', 'bad-records', { key: 'k', count: 1 }],
  ['unhealthy', 'unhealthy', { key: 'k', why: 'not-blocked user/tanaka' }],
]

describe.each([en, ja])('the mails in $language', (words) => {
  it('read as reviewed', async () => {
    const text = mails.map(([name, kind, item]) => {
      const mail = renderNotice(kind, [item], { ...context, guard: 'research' }, words)
      return `===== ${name} =====\n${mail.subject}\n\n${mail.text.split('\n-- \n')[0]}`
    })
    await expect(text.join('\n\n')).toMatchFileSnapshot(`__snapshots__/notices.${words.language}.txt`)
  })

  it.each(mails)('%s: every command names guard and region, the subject fits SNS', (_, kind, item) => {
    const long = { ...item, ...(item.principal ? { principal: key(`role/${'n'.repeat(64)}`) } : {}) }
    const { subject, text } = renderNotice(kind, [long], { ...context, guard: 'research' }, words)
    for (const line of text.split('\n').filter((one) => /^ +cost-guard /.test(one)))
      expect(line).toContain('--guard research --region ap-northeast-1')
    expect(subject.length).toBeLessThan(100)
    expect(subject).not.toMatch(/\p{Cc}/u)
    expect(text).not.toMatch(/[{}]|undefined/)
  })
})
