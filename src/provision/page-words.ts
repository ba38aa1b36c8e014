/**
 * The two mails that Cognito sends for the page: the invitation and the code for a forgotten password. Pure.
 *
 * Cognito sends them as HTML and puts the user name and the temporary password, or the code, in place of `{username}` and `{####}`
 * (https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pool-settings-message-customizations.html). The API reference
 * says that templates are for SES alone; CDK sends templates of its own with every pool that Cognito itself mails for, and they are used
 * (https://docs.aws.amazon.com/cdk/api/v2/docs/aws-cdk-lib.aws_cognito-readme.html#sign-up).
 */
import { TEMPORARY_PASSWORD_DAYS } from './page-users/standing.ts'

export interface PageMail {
  /** At most 140 characters. */
  readonly subject: string
  /** HTML, at most 20,000 characters, with Cognito's placeholders. */
  readonly html: string
}

export interface AboutPage {
  readonly guard: string
  readonly account: string
  /** Where the page is, with its last slash. */
  readonly url: string
}

export interface PageMails {
  /** To who was added: what this is, where, and how to get in. */
  readonly invitation: PageMail
  /** To who has forgotten the password. */
  readonly code: PageMail
}

export const pageMails = (language: 'en' | 'ja', about: AboutPage): PageMails =>
  language === 'ja' ? inJapanese(about) : inEnglish(about)

function inEnglish(about: AboutPage): PageMails {
  return {
    invitation: {
      subject: `Your spending on Amazon Bedrock (account ${about.account}): invitation`,
      html: paragraphs(
        ['Hello,'],
        [
          'an administrator has invited you to the page that shows what your use of Amazon Bedrock costs:',
          'this month, your limit, and what is left of it.',
        ],
        [link(about.url)],
        ['User name: {username}', 'Temporary password: {####}'],
        [
          `The temporary password is good for ${TEMPORARY_PASSWORD_DAYS} days; at the first sign-in you choose your own.`,
          'If it has run out, ask your administrator for a new invitation.',
        ],
        [footEnglish(about)],
        ['If you did not expect this mail, ignore it: without the password above nobody gets in.'],
      ),
    },
    code: {
      subject: `Your spending on Amazon Bedrock (account ${about.account}): code for a new password`,
      html: paragraphs(
        ['Hello,'],
        ['your code for choosing a new password is:'],
        ['{####}'],
        [`It is good for one hour. The page: ${link(about.url)}`],
        ['If you did not ask for it, ignore this mail: your password stays as it is.'],
        [footEnglish(about)],
      ),
    },
  }
}

const footEnglish = ({ guard, account }: AboutPage): string =>
  `Sent by the spending guard ${html(guard)} of AWS account ${html(account)}. Nobody reads replies to this address.`

function inJapanese(about: AboutPage): PageMails {
  return {
    invitation: {
      subject: `Amazon Bedrock 利用額ページへのご招待（アカウント ${about.account}）`,
      html: paragraphs(
        ['こんにちは。'],
        [
          '管理者が、Amazon Bedrock の利用額を確認できるページにあなたを招待しました。',
          '今月の利用額、上限、残りの金額をいつでもご覧いただけます。',
        ],
        [link(about.url)],
        ['ユーザー名: {username}', '仮パスワード: {####}'],
        [
          `仮パスワードの有効期間は ${TEMPORARY_PASSWORD_DAYS} 日間です。初回のサインイン時に、ご自身のパスワードを設定してください。`,
          '有効期間が過ぎた場合は、管理者に招待の再送を依頼してください。',
        ],
        [footJapanese(about)],
        [
          'このメールにお心当たりがない場合は、破棄してください。上記のパスワードがなければ、誰もサインインできません。',
        ],
      ),
    },
    code: {
      subject: `Amazon Bedrock 利用額ページ: パスワード再設定用コード（アカウント ${about.account}）`,
      html: paragraphs(
        ['こんにちは。'],
        ['パスワード再設定用の確認コードをお送りします。'],
        ['{####}'],
        [`コードの有効期間は 1 時間です。ページはこちら: ${link(about.url)}`],
        ['お心当たりがない場合は、このメールを破棄してください。パスワードは変更されません。'],
        [footJapanese(about)],
      ),
    },
  }
}

const footJapanese = ({ guard, account }: AboutPage): string =>
  `このメールは、AWS アカウント ${html(account)} の利用額ガード「${html(guard)}」から送信されています。返信いただいてもお答えできません。`

const html = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')

const link = (url: string): string => `<a href="${html(url)}">${html(url)}</a>`

/** Each paragraph is lines; a reader of plain text sees them in the same order. */
const paragraphs = (...all: readonly (readonly string[])[]): string =>
  all.map((lines) => `<p>${lines.join('<br>\n')}</p>`).join('\n')
