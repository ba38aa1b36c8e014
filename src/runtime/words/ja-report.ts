import type { ReportWords } from '../domain/telling/wording.ts'

/** The daily mail and the month's statement in Japanese. */
export const jaReport: ReportWords = {
  subject: ({ guard, account, total, day }) =>
    `[${guard}] Bedrock 利用額 ${day} 時点: ${total}（アカウント ${account}）`,
  statementSubject: ({ guard, account, total, month }) =>
    `[${guard}] Bedrock 月次明細 ${month}: ${total}（アカウント ${account}）`,
  title: (day) => `Amazon Bedrock 利用額 ${day}`,
  statementTitle: (month) => `Amazon Bedrock 利用額 ${month} 月次明細`,
  rate: (code, rate) => `1 USD = ${rate} ${code}（ガードの設定値。市場レートではありません）`,
  people: '個人',
  teams: 'チーム',
  teamsOverlap: '複数のチームに所属する人の利用額は各チームに計上しています。全体の合計には一度だけ含まれます。',
  users: 'ユーザー',
  roles: 'ロール',
  others: 'ルート・フェデレーション・不明',
  sources: '呼び出し元別',
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
    assumed: '仮価格 USD',
    other: 'その他',
    none: 'ラベルなし',
    total: '合計',
    unlisted: '未設定のラベル',
  },
  labels: {
    asOf: '集計時点',
    since: '計測開始',
    mode: 'モード',
    caughtUp: '遅延分',
    unreadable: '読取不可',
    ownCost: 'ガードの費用',
    coverage: '捕捉率',
  },
  change: (yesterday, before, sign) =>
    sign === 'same'
      ? `${yesterday}（前日と同じ）`
      : `${yesterday}（前日より ${before} ${sign === 'more' ? '増' : '減'}）`,
  notCounted: (began) => `未計測（計測開始: ${began}）`,
  partOfDay: (spent, began) => `${spent}（計測を開始した ${began} 以降）`,
  byTheEnd: (money) => money,
  sinceStatement: (difference, sign, total) =>
    `月次明細の送付後に ${difference} ${sign === 'less' ? '減りました' : '増えました'}（遅れて届いた記録または価格の訂正）。現在の合計は ${total} です。`,
  observing: '観察のみ（集計と判定は行いますが、誰も停止しません）',
  ofLimit: (spent, amount) => `${spent} を使用（上限 ${amount}）`,
  until: (state, time) => `${state}（${time} まで）`,
  usedOf: (amount, percent) => `${amount}（${percent} 使用）`,
  caughtUp: (count, at) => `${count} 件（${at} のログ再読み込みで検出、計上済み）`,
  unreadable: (count) => `ログ記録 ${count} 件（合計に含まれません。プロンプトと応答を除いて 90 日間保管）`,
  ownCost: (money) => `月額約 ${money}（見積もり）`,
  covered: ({ day, covered, missing, money, causes }) =>
    `${day}: CloudWatch が集計したトークンの ${covered} % を計上。残り ${missing} %（約 ${money}）はログにありませんでした。推定原因: ${causes}`,
  coveredWhole: (day) => `${day}: CloudWatch が集計したトークンをすべて計上しています`,
  nothingToCover: (day) => `${day}: CloudWatch の集計でも呼び出しはありません`,
  coverageTooEarly: () => '丸一日分の記録が揃うと表示されます',
  coverageUnknown: (day, why) => `${day}: 不明（CloudWatch を読み取れません: ${why}）`,
  csv: '同じ内容を表計算用の CSV で出力する',
  rounding:
    '金額は行ごとに丸めて表示しています。合計は丸める前の金額から計算しているため、最小単位の差が出ることがあります。',
  moreStopped: (count) => `ほか ${count} 件`,
  more: (count, usd) => `ほか ${count} 件: USD ${usd}`,
  noLimit: '-',
  noForecast: '丸一日分の記録が揃うと表示されます',
  nobodyStopped: 'なし',
  noRecords: [
    'この期間に Amazon Bedrock の呼び出しは記録されていません。',
    '利用があったはずの場合: このリージョンでの利用か、モデル呼び出しのログ記録が有効かを確認してください。',
    'ガードに必要なものが揃っているかの確認: {plan}',
  ],
  noRecordsInMonth: 'この月に Amazon Bedrock の呼び出しは記録されていません。',
  never: 'まだありません',
  unknownDelay: '未計測',
  delay: ({ log, delivery, enforce }) =>
    `呼び出し→ロググループ: ${log}\nロググループ→ガード: ${delivery}\nガード→停止: ${enforce}`,
  seconds: (count) => `${count} 秒`,
  late: '到着済みの記録による確定値です。後から届いた記録もこの月に計上されます。',
  problems: (count) => `${count} 件の問題:`,
  why: (guard) =>
    `管理者がこのアドレスをガード「${guard}」の通知先（Amazon SNS、登録時に確認済み）に登録したため、お送りしています。`,
  stop: (command) =>
    `メールを止めるには: 下の unsubscribe リンク（管理者が無効にしている場合を除く）か、管理者が宛先を指定し直す: ${command}`,
  byHand: (who) => `操作者: ${who || '管理者'}`,
}
