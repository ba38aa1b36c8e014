/** Japanese texts of the alarms and the dashboard. Alarm texts stay below 1024 characters together. */
import type { AlarmKey, AlarmWords, CloudWatchWords, Naming, PanelKey, PanelWords } from './words.ts'

const failing =
  (name: string, why: string) =>
  ({ command }: Naming): AlarmWords => ({
    what: `cost-guard の ${name} 関数が 15 分間に 3 回以上失敗しました。`,
    why: `${why}一時的な失敗は自動的に再試行され、このアラームの対象になりません。`,
    next: `次を順に実行してください: ${command('status')} 、${command('plan')} 。ロールや関数に加えられた変更が表示されます。`,
  })

const ALARMS: Record<AlarmKey, (naming: Naming) => AlarmWords> = {
  throttled: ({ command }) => ({
    what: 'Bedrock のクォータ不足による呼び出しの拒否 (スロットリング) が続いています (5 分間に 10 件以上が、直近 6 回中 3 回以上)。',
    why: '利用者に待ち時間やエラーが発生しています。拒否された呼び出しに料金はかかりません。',
    next: `ダッシュボードの「スロットリング」で対象モデルを、次のコマンドで利用者を確認してください: ${command('status')} 。そのうえで AWS にクォータの引き上げを申請するか、負荷を分散してください。`,
  }),
  'dead-letters': ({ command, deadLetters }) => ({
    what: `再試行しても集計できなかったログが、キュー ${deadLetters} に残っています。`,
    why: '集計されるまで、実際の利用額は cost-guard の集計より多くなります。15 分ごとの再読み込みで、通常は自動的に集計されます。',
    next: `次を実行してください: ${command('status')} 。30 分後に問題が表示されなければ aws sqs purge-queue でキューを空にしてください。問題が残る場合は ingest 関数のログを確認してください。`,
  }),
  'ingest-errors': failing(
    'ingest',
    '集計できない利用はブロックできません。復旧すると、再読み込みにより自動的に集計されます。',
  ),
  'enforce-errors': failing('enforce', '失敗している間は、ブロック、解除、警告のいずれも行われません。'),
  'report-errors': failing('report', '日次レポートのメールが届きません。集計とブロックには影響しません。'),
  'no-check': ({ command, checkWithin }) => ({
    what: `上限の確認処理が ${checkWithin} 分間、一度も完了していません。`,
    why: 'この間は新たなブロックも解除も行われません。実施済みのブロックは維持され、月末に自動的に失効します。',
    next: `次を順に実行してください: ${command('status')} 、${command('plan')} 。停止したスケジュールや不足している権限が表示されます。${command('init')} で修復できます。`,
  }),
  silence: ({ command, logGroup }) => ({
    what: 'Bedrock は利用されていますが、1 時間にわたってログが 1 件も届いていません。',
    why: '全員の利用が集計もブロックもされない状態です。',
    next: `次を実行してください: ${command('plan')} 。Bedrock のログ出力先が ${logGroup} のままか、サブスクリプションフィルターがあるかを確認できます。${command('init')} で修復できます。出力済みのログは後から集計されます。`,
  }),
  'log-delivery': ({ command, logGroup }) => ({
    what: `Bedrock がログを ${logGroup} に書き込めませんでした。`,
    why: '該当する呼び出しは集計されず、後から集計することもできません。',
    next: `次を実行してください: ${command('plan')} 。Bedrock が使うロールとロググループの状態が表示されます。${command('init')} で修復できます。`,
  }),
  's3-delivery': ({ command }) => ({
    what: 'Bedrock がログを S3 バケットに書き込めませんでした。',
    why: 'S3 のログに欠落があります。集計はロググループから行うため、影響はありません。',
    next: `次を実行してください: ${command('plan')} 。バケット、バケットポリシー、キーの状態が表示されます。${command('init')} で修復できます。`,
  }),
  'not-blocked': ({ command }) => ({
    what: '上限に達した利用者をブロックできていません。',
    why: '上限を超えた利用が続いています。',
    next: `次を実行してください: ${command('status')} 。対象者と理由 (ポリシー数の上限、AWS 管理のロール、ルートユーザーなど)、対処方法が表示されます。`,
  }),
}

const PANELS: Record<PanelKey, (naming: Naming) => PanelWords> = {
  invocations: () => ({
    title: '呼び出しとエラー',
    help: 'クライアントエラー (4xx): ブロックされた利用者や誤ったリクエスト。急増した場合は、特定のプログラムの不具合が多いです。サーバーエラー (5xx): AWS 側の問題です。health.aws.amazon.com を確認してください。利用中なのに呼び出しがない場合は、リージョンの誤りか拒否ポリシーを疑ってください。',
  }),
  tokens: () => ({
    title: '種類別トークン数',
    help: 'コーディングアシスタントでは、キャッシュ読み取りが通常の入力を大きく上回るのが正常です。入力が増えてキャッシュ読み取りが減った場合、プロンプトキャッシュが効いておらず、費用が最大 10 倍になります。',
  }),
  calls: () => ({
    title: 'モデル別呼び出し数',
    help: '想定外のモデルがあれば「利用者別の費用」で利用者を確認してください。単純な作業に高額なモデルが使われている場合は、推奨モデルを周知してください。',
  }),
  output: () => ({
    title: 'モデル別出力トークン数',
    help: '出力の単価は入力の約 5 倍です。夜間も途切れず一定の場合は、エージェントの無限ループが疑われます。「利用者別の費用」を確認してください。',
  }),
  latency: () => ({
    title: '応答完了までの時間 (p99)',
    help: '長い回答ほど時間がかかります。出力トークン数と比べてください。出力が同じなのに長い場合は混雑しています。クロスリージョン推論プロファイルの利用を検討してください。',
  }),
  'first-token': () => ({
    title: '最初のトークンまでの時間 (p99)',
    help: 'ストリーミング利用時の体感速度です。キャッシュなしの長いプロンプトでは長くなります。全モデルで長い場合は AWS かネットワークを確認してください。',
  }),
  quota: () => ({
    title: '1 分あたりトークン数 (クォータ消費)',
    help: 'Service Quotas にあるモデルごとの 1 分あたりトークン数と比べてください。近づいている場合は、スロットリングが起きる前に引き上げを申請してください。',
  }),
  throttles: () => ({
    title: 'スロットリング',
    help: '短時間の発生は正常で、クライアントが自動的に再試行します。続く場合はクォータの引き上げを申請するか、クロスリージョン推論プロファイルを利用してください。',
  }),
  cost: ({ command }) => ({
    title: '利用者別の費用 (表示期間に集計した分)',
    help: `ingest 関数のログによる、定価での概算です。月ごとの正確な値: \`${command('status')}\`。突出した利用者がいる場合: \`${command('limits set NAME=AMOUNT')}\``,
  }),
  health: ({ command }) => ({
    title: 'cost-guard: 確認処理、集計件数、ブロック失敗',
    help: `確認処理は一定の線になるのが正常です。呼び出しがあるのに集計がない場合は、ログが届いていません: \`${command('plan')}\`。ブロック失敗がある場合: \`${command('status')}\` に対象者と理由が表示されます。`,
  }),
  functions: ({ command }) => ({
    title: 'cost-guard: 関数のエラーと実行時間',
    help: `一時的なエラーは自動的に再試行されます。続く場合は上のリンクからログを開き、\`${command('plan')}\` を実行してください。実行時間が 50 秒に近い場合は、AWS の応答が遅いか、集計量が急増しています。`,
  }),
  delivery: ({ deadLetters, command }) => ({
    title: 'cost-guard: 未処理のログ',
    help: `すべて 0 が正常です。デッドレター: キュー ${deadLetters} に未集計のログがあります。Bedrock の書き込み失敗: \`${command('plan')}\` でロール、ロググループ、バケットの状態を確認してください。`,
  }),
}

export const ja: CloudWatchWords = {
  alarm: (key, naming) => ALARMS[key](naming),
  panel: (key, naming) => PANELS[key](naming),
  header: ({ guard, region, command }, links) =>
    [
      `# ${guard} (${region})`,
      `利用額とブロックの状況: \`${command('status')}\`。導入時の設定との差分: \`${command('plan')}\`。時刻はブラウザーの設定、費用は定価での概算です。`,
      `[アラーム](${links.alarms}) | [呼び出しログ](${links.log}) | [ingest のログ](${links.ingest}) | [enforce のログ](${links.enforce}) | [台帳テーブル](${links.table}) | [Bedrock の設定](${links.bedrock})`,
    ].join('\n\n'),
  alarmsTitle: 'cost-guard のアラーム',
  lines: {
    calls: '呼び出し',
    clientErrors: 'クライアントエラー',
    serverErrors: 'サーバーエラー',
    input: '入力',
    output: '出力',
    cacheRead: 'キャッシュ読み取り',
    cacheWrite: 'キャッシュ書き込み',
    checks: '確認完了',
    records: '集計件数',
    notBlocked: 'ブロック失敗',
    errors: 'エラー',
    duration: 'ms',
    deadLetters: 'デッドレター',
    logFailures: 'ロググループへの書き込み失敗',
    s3Failures: 'S3 への書き込み失敗',
  },
}
