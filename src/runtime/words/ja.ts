import type { NoticeWords, Words } from '../domain/telling/wording.ts'
import { jaReport } from './ja-report.ts'
import { jaUncovered } from './ja-uncovered.ts'

const notices: Words['notices'] = {
  warned: {
    subject: ({ who, percent }) => `${who} が上限の ${percent} を使用`,
    subjects: (count) => `${count} 件の上限に近づいています`,
    sentence: ({ who, percent }) =>
      `${who} が Amazon Bedrock の上限の ${percent} を使用しました。まだ誰も停止されていません。`,
  },
  blocked: {
    subject: ({ who, until }) => `${who} を停止しました（解除: ${until}）`,
    subjects: (count) => `${count} 件を停止しました`,
    sentence: ({ who, limit }) =>
      limit === ''
        ? `${who} の Amazon Bedrock 利用を管理者が停止しました。`
        : `${who} の Amazon Bedrock 利用を停止しました。上限に達したためです。`,
  },
  released: {
    subject: ({ who }) => `${who} の停止を解除しました`,
    subjects: (count) => `${count} 件の停止を解除しました`,
    sentence: ({ who }) =>
      `${who} は Amazon Bedrock を再び利用できます。AWS 側に反映されるまで 30 秒ほどかかることがあります。`,
  },
  observed: {
    subject: ({ who }) => `${who} は停止の対象です（観察モードのため停止なし）`,
    subjects: (count) => `${count} 件が停止の対象です（観察モードのため停止なし）`,
    sentence: ({ who }) => `${who} は停止の条件に達しました。ガードは観察モードのため停止せず、支出は続いています。`,
  },
  waived: {
    subject: ({ who, until }) => `${who} を一時解除しました（${until} まで）`,
    subjects: (count) => `${count} 件を一時解除しました`,
    sentence: ({ who, limit }) =>
      `管理者が ${who} を一時解除しました。期限までは${limit === '' ? 'どの上限でも' : '下記の上限では'}停止されません。`,
  },
  'waiver-ended': {
    subject: ({ who }) => `${who} の一時解除が終了しました`,
    subjects: (count) => `${count} 件の一時解除が終了しました`,
    sentence: ({ who }) => `${who} の一時解除が終了しました。再び上限が適用されます。`,
  },
  over: {
    subject: ({ who, why }) => `${who} が${why ? '上限を超過（停止対象外）' : '通知のみの上限を超過'}`,
    subjects: (count) => `上限の超過 ${count} 件（停止なし）`,
    sentence: ({ who, why }) =>
      `${who} が上限を超えました。${why ? '管理者が停止の対象から除外しているため、支出は続いています' : 'この上限は通知のみで、誰も停止されません'}。`,
  },
  'cannot-block': {
    subject: ({ who }) => `${who} を停止できません`,
    subjects: (count) => `${count} 件を停止できません`,
    sentence: ({ who }) => `${who} の Amazon Bedrock 利用を停止すべきですが、停止できません。支出は続いています。`,
  },
  reattached: {
    subject: ({ who }) => `${who} の停止が手動で外されたため、再適用しました`,
    subjects: (count) => `手動で外された停止 ${count} 件を再適用しました`,
    sentence: ({ who }) =>
      `${who} の拒否ポリシーが cost-guard 以外の手段で外されました。停止の理由が残っているため、再適用しました。`,
  },
  unpriced: {
    subject: ({ model, unit }) =>
      unit === undefined ? `${model} の価格が不明です` : `${model} はトークン課金ではありません`,
    subjects: (count) => `${count} 個のモデルの価格が不明です`,
    sentence: ({ model, count, unit }) =>
      (unit === undefined
        ? `${model} の価格が不明です（${count} リクエスト）。同じ提供元の現行最高単価で仮計算しています。`
        : `${model} の料金はトークンではなく${units[unit]}で決まりますが、ログからは数量が分かりません（${count} リクエスト）。` +
          `1 リクエストにつき ${one[unit]}として仮計算しています。`) +
      '仮計算の金額は警告の対象ですが、--unknown-price block を設定しない限り、それだけで停止することはありません。',
  },
  'caught-up': {
    subject: ({ count }) => `遅れて見つかった ${count} 件を計上しました`,
    subjects: () => '遅れて見つかった記録を計上しました',
    sentence: ({ count }) =>
      `ロググループの再読み込みで、未配信だった ${count} 件の記録が見つかり、計上しました。失われた記録はありません。`,
  },
  'bad-records': {
    subject: ({ count }) => `本日 ${count} 件のログ記録を読み取れませんでした`,
    subjects: () => '本日、読み取れないログ記録がありました',
    sentence: ({ count }) =>
      `本日の ${count} 件のログ記録を読み取れず、合計に含まれていません。プロンプトと応答を除いた形で 90 日間保管します。`,
  },
  uncovered: {
    subject: ({ percent, day, amount }) => `${day} の利用の ${percent} がログにありません: 約 ${amount}`,
    subjects: (count) => `ログにない利用が ${count} 日分あります`,
    sentence: ({ percent, day, amount }) =>
      `${day} の Amazon Bedrock 利用の ${percent}、約 ${amount} がログにありませんでした。集計にも停止の判定にも含まれていません。`,
  },
  unhealthy: {
    subject: ({ why }) => `ガードの確認が必要です: ${why}`,
    subjects: (count) => `ガードの確認が必要です: ${count} 件の問題`,
    sentence: ({ why }) => `ガード自体に問題があります: ${why}`,
  },
} satisfies Record<string, NoticeWords>

const cannot: Words['cannot'] = {
  'protected-role': {
    why: 'このロールは AWS だけが変更できます（Identity Center またはサービスにリンクされたロール）。IAM はポリシーのアタッチを拒否します。',
    fix: 'IAM Identity Center で許可セットを変更するか、割り当てを外してください。',
  },
  'protected-principal': {
    why: '設定で「停止しない」対象に含まれているか、ガード自身のものです。',
    fix: '停止すべき場合は、保護対象の一覧から外してください。',
  },
  'attachment-quota': {
    why: '管理ポリシーの数が IAM の上限に達しています。',
    fix: '不要なポリシーを外すか、Service Quotas で上限を引き上げてください。ガードは 10 分ごとに再試行します。',
  },
  unattributed: {
    why: 'この呼び出しにはこのアカウントの ID がなく、拒否をアタッチする相手がいません。',
    fix: 'ロググループの記録を見て、誰が呼び出しているかを確認してください。',
  },
  root: {
    why: 'IAM ではアカウントのルートユーザーを拒否できません。',
    fix: 'ルートユーザーの利用をやめるか、組織のサービスコントロールポリシーで拒否してください。',
  },
  federated: {
    why: 'フェデレーテッドユーザーは自身のポリシーを持ちません。',
    fix: '認証情報を発行している IAM ユーザーを停止してください: {block user/NAME}',
  },
  'session-of-shared-role': {
    why: '他の人も使うロールの一つのセッションです。ロールを拒否すると全員が止まります。',
    fix: 'ロール全体に上限を設定するか、この人専用のユーザーまたはロールを用意してください。',
  },
  'no-such-principal': {
    why: 'IAM に存在しません。削除されたか、名前が変わっています。',
    fix: '個人やチームのメンバーであれば、そこから外してください。名前を誤って上限を設定した場合は、上限を外してください: {limits unset NAME}',
  },
  'not-allowed': {
    why: 'AWS がガードによる拒否のアタッチを認めませんでした。サービスコントロールポリシーまたはアクセス許可の境界が禁止しています。',
    fix: 'ガードの enforce ロールに停止ポリシーのアタッチを許可してください。差異の確認: {plan}',
  },
  'no-policy': {
    why: '停止が終わる月のポリシーが存在しません。',
    fix: '次のコマンドで今後 12 か月分のポリシーが作られます: {init}',
  },
}

const periods: Readonly<Record<string, string>> = { month: '月ごと', week: '週ごと', day: '日ごと' }

const units = { image: '画像の枚数', second: '動画の秒数', search: '検索の回数' } as const
const one = { image: '1 枚', second: '1 秒', search: '1 回' } as const

/** Japanese. */
export const ja: Words = {
  language: 'ja',
  estimate: '定価による概算です（税・クレジット・個別割引の適用前）',
  noEnd: '管理者が解除するまで',
  wholeAccount: 'アカウント全体',
  eachOther: '個別の上限がない各利用者',
  per: (kind) => periods[kind] ?? kind,
  perPot: (pot, per) => `${pot}（${per}）`,
  facts: {
    limit: '上限',
    spent: '使用額',
    until: '解除日時',
    pardoned: '一時解除の期限',
    grant: '追加で使える額',
    resets: 'リセット',
    policy: '拒否ポリシー',
    by: '実行者',
    reason: '理由',
    assumed: 'うち仮価格',
    account: 'アカウント',
    guard: 'ガード',
    period: '期間',
    rate: '換算レート',
    prices: '価格',
    total: '合計',
    yesterday: '昨日',
    forecast: '月末予測',
    ofWhichAssumed: 'うち仮価格',
    lastRecord: '最後の呼び出し',
    delay: '実測の遅延',
  },
  notices,
  cannot,
  uncovered: jaUncovered,
  released: {
    observed: 'ガードが観察モードになり、誰も停止しなくなりました。',
    'new-period': '新しい期間が始まりました。',
    'limit-ended': '期間を限った上限が終わりました。',
    'limit-changed': '上限が引き上げられたか外された、または合計が訂正されました。',
    moved: 'この個人またはチームのメンバーが変更されました。',
    waived: '管理者が一時的に解除しました。',
    excluded: '管理者が停止の対象から除外しました。',
    'block-ended': '手動の停止が終わったか、その対象から外れました。',
  },
  alarms: {
    'unread-books': () => '台帳または上限をすべて読み取れません。読み取れるまで停止も解除も行いません',
    'unread-records': () => '停止の記録をすべて読み取れません。読み取れるまで停止も解除も行いません',
    'unread-health': () => 'ガードの稼働記録を読み取れません。読み取れるまで停止も解除も行いません',
    'ledger-empty': () => '台帳の残高がすべて消えています。読み取り不良とみなし、解除は行いません',
    'unread-iam': () => 'IAM をすべて読み取れません。手動で外された拒否に気付けません',
    'not-blocked': (who) => `${who} を停止できませんでした。毎分再試行します`,
    'not-released': (who) => `${who} の停止を解除できませんでした。毎分再試行します`,
    'not-noted': (who) => `${who} を停止できないことを記録できませんでした`,
  },
  pardonOver: '管理者による一時解除は、期限が来たか、追加額を使い切ったため終了しました。',
  others: 'ほかの対象:',
  andMore: (count) => `  ほか ${count} 件`,
  blockedSees: '本人には AccessDeniedException が表示され、AWS のメッセージに上記の拒否ポリシー名が示されます。',
  freeByItself: 'その時刻に自動的に解除されます。',
  untilLifted: '管理者が解除するまで停止が続きます。',
  assumedOnly: '仮価格の金額だけでは誰も停止されません。モデルの価格を設定すると確定します。',
  whatToDo: 'できること:',
  todo: {
    raise: '上限を変更する（すぐに有効）',
    grant: '指定額だけ追加で使えるようにする',
    unblock: '期間の終わりまで解除する',
    lift: '停止を解除する',
    enforce: '実際に停止するように切り替える',
    exclude: '集計は続け、停止の対象から外す',
    status: '支出と停止の状況を見る',
    limits: '上限を設定する',
    'set-price': 'モデルの価格を設定する（過去分も訂正）',
    coverage: 'ログになかった利用を 1 時間ごとに見る',
    'check-installation': 'ガードに必要な構成との差異を見る',
    preview: 'このメールを端末に表示する',
    'change-mails': 'メールの宛先を変える（指定したアドレスで置き換え）',
  },
  states: {
    ok: '正常',
    warned: '警告',
    over: '超過',
    blocked: '停止中',
    paused: '一時停止',
    waived: '一時解除',
    excluded: '除外',
    observed: '観察のみ',
    unlimited: '上限なし',
    'cannot-block': '停止不可',
  },
  report: jaReport,
}
