import type { Words } from '../domain/telling/wording.ts'

/** Where what the log did not show likely hides, in Japanese. */
export const jaUncovered: Words['uncovered'] = {
  mantle: {
    short: 'bedrock-mantle の呼び出し',
    why: 'bedrock-mantle エンドポイントの呼び出しです。AWS はこのログを出力しません。キャッシュ分も通常の入力として計算した、最大の見積もりです。',
    fix: '集計対象の利用者に bedrock-mantle:CreateInference を拒否してください。bedrock-runtime の呼び出しはログに残ります。',
  },
  'other-region': {
    short: '別リージョンの呼び出し',
    why: 'このガードがログを読んでいないリージョンでの呼び出しです。',
    fix: 'そのリージョンにもガードを導入するか、集計対象の利用者にそのリージョンを拒否してください。',
  },
  'logging-off': {
    short: 'ログ記録の停止、または出力先の変更',
    why: 'Bedrock は利用されていましたが、記録がありません。モデル呼び出しのログ記録が無効だったか、別の出力先になっていました。',
    fix: '差異の確認: {plan}',
  },
  'not-counted': {
    short: 'ログにあるが未計上の記録',
    why: 'Bedrock が出力した記録のうち、台帳に計上されていないものがあります。',
    fix: '計上する: {backfill --since DAY}',
  },
  'delivery-failed': {
    short: 'Bedrock が書き込めなかった記録',
    why: 'Bedrock がロググループに書き込めなかった記録があります。',
    fix: 'ロールとロググループの確認: {plan}',
  },
  'only-sources': {
    short: '設定外のラベルの呼び出し',
    why: '設定したラベルの付いた呼び出しだけを集計しています。',
    fix: 'すべて集計する: {init --no-only-sources}',
  },
  settling: {
    short: '到着待ちの記録',
    why: '直近 1 時間の記録は、まだ届いていない可能性があります。',
    fix: '1 時間ほど後にもう一度確認してください。',
  },
  unlogged: {
    short: 'バッチジョブ、または一時的なログ停止',
    why: '他の呼び出しは記録されている間に、記録のない呼び出しがあります。バッチジョブか、一部の時間だけログ記録が止まっていた可能性があります。',
    fix: 'バッチジョブを使わない場合は、bedrock:CreateModelInvocationJob を拒否してください。',
  },
  surplus: {
    short: '指標の遅れ',
    why: '台帳の方が CloudWatch の集計より多くなっています。指標が遅れて届いています。',
    fix: '1 時間ほど後にもう一度確認してください。',
  },
}
