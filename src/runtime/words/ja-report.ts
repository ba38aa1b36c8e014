import type { ReportWords } from '../domain/wording.ts'

/** The daily mail and the month's statement in Japanese. */
export const jaReport: ReportWords = {
  subject: ({ guard, account, total, day }) =>
    `[${guard}] Bedrock 利用額 ${day} 時点: ${total}（アカウント ${account}）`,
  statementSubject: ({ guard, account, total, month }) =>
    `[${guard}] Bedrock 月次明細 ${month}: ${total}（アカウント ${account}）`,
  title: (day) => `Amazon Bedrock 利用額 ${day}`,
  statementTitle: (month) => `Amazon Bedrock 利用額 ${month} 月次明細`,
  rate: (code, rate) => `1 USD = ${rate} ${code}（ガードの設定値。市場レートではありません）`,
  users: 'ユーザー',
  roles: 'ロール',
  others: 'ルート・フェデレーション・不明',
  stopped: '停止中・一時解除中',
  models: '金額の大きいモデル',
  unpriced: '価格が不明なモデル',
  health: 'ガードの状態',
  next: '次にできること',
  columns: {
    name: '名前',
    limit: '上限',
    used: '使用率',
    state: '状態',
    model: 'モデル',
    requests: 'リクエスト',
    until: '解除日時',
    assumed: '仮価格 USD',
    other: 'その他',
    none: 'ラベルなし',
  },
  change: (yesterday, before, sign) =>
    sign === 'same'
      ? `${yesterday}（前日と同じ）`
      : `${yesterday}（前日より ${before} ${sign === 'more' ? '増' : '減'}）`,
  more: (count, usd) => `ほか ${count} 件: USD ${usd}`,
  noLimit: '-',
  noForecast: '最初の丸一日が過ぎてから',
  nobodyStopped: 'なし',
  noRecords: [
    'この期間に Amazon Bedrock の呼び出しは記録されていません。',
    '利用があったはずの場合: このリージョンでの利用か、モデル呼び出しのログ記録が有効かを確認してください。',
    'ガードに必要なものが揃っているかの確認: {plan}',
  ],
  noRecordsInMonth: 'この月に Amazon Bedrock の呼び出しは記録されていません。',
  never: 'まだありません',
  unknownDelay: '未計測',
  delay: ({ log, delivery, enforce }) => `呼び出し→ログ ${log}、ログ→ガード ${delivery}、ガード→停止 ${enforce}`,
  seconds: (count) => `${count} 秒`,
  late: '到着済みの記録による確定値です。後から届いた記録もこの月に計上されます。',
  problems: (count) => `${count} 件の問題:`,
  why: (guard) =>
    `管理者がこのアドレスをガード「${guard}」の通知先（Amazon SNS、登録時に確認済み）に登録したため、お送りしています。`,
  stop: (command) =>
    `メールを止めるには: 下の unsubscribe リンク（管理者が無効にしている場合を除く）か、管理者が宛先を指定し直す: ${command}`,
  byHand: '管理者',
}
