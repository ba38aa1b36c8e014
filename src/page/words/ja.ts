import { everybodyJa } from './everybody-ja.ts'
import { ownJa } from './own-ja.ts'
import type { PageWords } from './words.ts'

const whose = (of: string): string => {
  if (of === '*') return '個別の上限がない各利用者'
  if (of === 'account') return 'アカウント全体'
  if (of.startsWith('team/')) return `チーム ${of.slice('team/'.length)}`
  if (of.startsWith('person/')) return of.slice('person/'.length)
  return of
}

/** Japanese. */
export const ja: PageWords = {
  otherLanguage: 'English',
  product: 'Amazon Bedrock 利用額',
  skip: '本文へ移動',
  tabs: { label: '表示の切り替え', mine: '自分', everybody: '全員', teams: '自分のチーム' },
  month: '対象月',
  refresh: '更新',
  refreshed: (time) => `${time} 時点`,
  signedInAs: (name) => `${name} としてサインイン中`,
  admin: '管理者',
  logOut: 'サインアウト',
  loading: '読み込み中…',
  retry: '再試行',
  signIn: {
    title: 'Amazon Bedrock の利用額',
    text: '今月の利用額、上限までの残り、モデルごとの内訳を確認できます。管理者から招待を受けたメールアドレスでサインインしてください。',
    button: 'サインイン',
    going: 'サインイン画面へ移動しています…',
    coming: 'サインインしています…',
    refused: {
      denied:
        'サインインが取り消されたか、拒否されました。もう一度サインインし、それでも拒否される場合は管理者に問い合わせてください。',
      busy: 'サインインサービスが応答していません。1 分ほど待ってから、もう一度お試しください。',
      stale: '別のタブで始めたか、時間が経ちすぎたサインインです。もう一度サインインしてください。',
      other: 'サインインできませんでした。もう一度試しても失敗する場合は、この画面の内容を管理者に伝えてください。',
    },
    details: (code) => `サインインサービスの応答: ${code}`,
  },
  session: {
    ended: 'セッションの有効期限が切れました。表示中の内容はそのまま残りますが、更新されません。',
    again: '再度サインイン',
  },
  failures: {
    'session-ended': {
      title: 'セッションの有効期限が切れました',
      text: '続けるには、再度サインインしてください。',
    },
    'unknown-user': {
      title: '利用者として登録されていません',
      text: 'サインインはできていますが、このページの利用者として登録されていないか、登録が削除されています。管理者に問い合わせてください。',
    },
    'not-yours': {
      title: '閲覧の権限がありません',
      text: '閲覧が必要な場合は、管理者に問い合わせてください。',
    },
    'wrong-month': {
      title: '指定した月のデータがありません',
      text: 'この月に表示できるものはありません。別の月を選んでください。',
    },
    'address-not-allowed': {
      title: 'このネットワークからは利用できません',
      text: 'このページは管理者が許可したネットワークからのみ利用できます。社内ネットワークまたは VPN から接続してください。',
    },
    'not-readable': {
      title: '現在、データを読み取れません',
      text: '記録は失われておらず、集計は続いています。しばらくしてから再試行してください。',
    },
    offline: {
      title: '応答がありません',
      text: 'サーバーに接続できません。ネットワークの接続を確認してから、再試行してください。',
    },
    unexpected: {
      title: 'エラーが発生しました',
      text: '想定外の応答が返されました。再試行しても解消しない場合は、管理者に連絡してください。',
    },
  },
  stale: (time) => `表示中の内容は ${time} 時点のものです。`,
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
  observing: 'ガードは観察モードです。集計と判定は行いますが、誰も停止しません。',
  estimate: '定価による概算です（税・クレジット・個別割引の適用前）。',
  zone: (timezone) => `日付と時刻は ${timezone} のタイムゾーンです。`,
  rate: (code, rate) => `1 USD = ${rate} ${code}（ガードの設定値。市場レートではありません）。`,
  health: {
    title: 'データの更新状況',
    lastRecord: (time) => `最後に集計した呼び出し: ${time}`,
    noRecord: 'まだ呼び出しは集計されていません。',
    lag: (minutes) => `直近 ${Math.max(1, minutes)} 分ほどの呼び出しは、まだ含まれていない場合があります。`,
    lagUnknown: '直近数分の呼び出しは、まだ含まれていない場合があります。',
    problems: 'ガード自体の問題',
    whatToDo: 'cost-guard doctor を実行すると、それぞれの対処方法が表示されます。',
  },
  limits: {
    title: '上限',
    per: { month: '月ごと', week: '週ごと', day: '日ごと' },
    of: whose,
    named: (of, per) => `${of}（${per}）`,
    columns: {
      limit: '対象',
      amount: '上限',
      spent: '使用額',
      rest: '残り',
      used: '使用率',
      forecast: '予測',
      resets: 'リセット',
      action: '到達時',
    },
    shared: '他の人と共有',
    action: { block: '停止', notify: '通知のみ' },
    decides: '判定の基準',
    none: '適用される上限はありません。',
  },
  chart: {
    days: '日別の推移',
    desc: (first, last, total, most) =>
      `${first} から ${last} までの日別・モデル別の積み上げ棒グラフ。合計 ${total}、最大は ${most}。同じ数値を下の表でも確認できます。`,
    empty: 'この月の利用はまだありません。',
    asTable: '表で表示',
    day: '日付',
    total: '合計',
    others: (count) => `その他 ${count} モデル`,
    hint: '棒にポインターを合わせるかタップ、または矢印キーで、その日の内訳が表示されます。',
  },
  lines: {
    models: 'モデル別',
    sources: '呼び出し元別',
    columns: {
      model: 'モデル',
      source: '呼び出し元',
      usd: '利用額',
      share: '割合',
      requests: 'リクエスト',
      tokens: 'トークン',
      cacheHit: 'キャッシュ',
    },
    source: (label) => (label === 'none' ? 'ラベルなし' : label === 'other' ? 'その他' : label),
    none: 'まだありません。',
    assumed: '仮価格',
    tokens: {
      title: 'トークンの内訳',
      class: '種別',
      count: 'トークン数',
      share: '割合',
      input: '入力（キャッシュ外）',
      output: '出力',
      cacheRead: 'キャッシュ読み取り',
      cacheWrite5m: 'キャッシュ書き込み（5 分）',
      cacheWrite1h: 'キャッシュ書き込み（1 時間）',
      cacheWriteUnknown: 'キャッシュ書き込み（期間不明）',
      cacheHit: 'キャッシュヒット率',
      cacheHitNote: '入力のうち、料金の安いキャッシュから読み取った割合',
      noPrompt: 'まだ入力はありません',
    },
  },
  own: ownJa,
  everybody: everybodyJa,
}
