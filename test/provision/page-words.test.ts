/** The mails that Cognito sends for the page. */
import { describe, expect, it } from 'vitest'
import { pageMails } from '../../src/provision/page-words.ts'

const ABOUT = { guard: 'cost-guard', account: '123456789012', url: 'https://spend.example.com/?a=1&b="2"/' }
/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_MessageTemplateType.html */
const BODY = /^[\p{L}\p{M}\p{S}\p{N}\p{P}\s*]*\{####\}[\p{L}\p{M}\p{S}\p{N}\p{P}\s*]*$/u
const SUBJECT = /^[\p{L}\p{M}\p{S}\p{N}\p{P}\s]{1,140}$/u

describe.each(['en', 'ja'] as const)('the mails in %s', (language) => {
  const { invitation, code } = pageMails(language, ABOUT)

  it('are what Cognito takes', () => {
    for (const { subject, html } of [invitation, code]) {
      expect(subject).toMatch(SUBJECT)
      expect(html).toMatch(BODY)
      expect(html.length).toBeLessThan(20_000)
    }
  })

  it('invite with user name, temporary password, its seven days, the address and whose mail it is', () => {
    for (const said of ['{username}', '{####}', '7', 'href="https://spend.example.com/', '123456789012', 'cost-guard'])
      expect(invitation.html).toContain(said)
  })

  it('have a code and no user name where the password was forgotten', () => {
    expect(code.html).toContain('{####}')
    expect(code.html).not.toContain('{username}')
  })

  it('hold no mark of HTML that the address brought along', () => {
    expect(invitation.html).toContain('href="https://spend.example.com/?a=1&amp;b=&quot;2&quot;/"')
  })
})

it('speaks Japanese to who reads Japanese, and English else', () => {
  const body = (language: 'en' | 'ja') => pageMails(language, ABOUT).invitation.html.replace(/<[^>]*>|\{[^}]*\}/g, '')
  expect(body('ja')).toContain('仮パスワードの有効期間は 7 日間です')
  expect(body('en')).not.toMatch(/[ぁ-んァ-ヶ一-龠]/)
})
