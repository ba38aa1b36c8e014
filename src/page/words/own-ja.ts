import type { OwnWords } from './own-words.ts'

/** The viewer's own view in Japanese. */
export const ownJa: OwnWords = {
  title: '自分の利用額',
  guard: 'ガード',
  account: 'アカウント',
  figures: {
    label: '主な数値',
    spent: '利用額',
    limit: '上限',
    rest: '残り',
    over: '上限の超過額',
    forecast: '月末予測',
    requests: 'リクエスト',
    noLimit: 'なし',
    noForecast: '丸一日分の記録が揃うと表示されます',
    shared: '他の人と共有',
    assumed: (money) => `うち ${money} は仮価格です（モデルの価格が未確定のため）`,
    ofLimit: (percent, limit) => `${limit} のうち ${percent} を使用`,
    per: { month: '今月', week: '今週', day: '今日' },
  },
  pots: {
    title: '集計の対象',
    note: '管理者が、複数のユーザー・ロール・セッションをあなたのものとして登録しています。上限はそれぞれに適用されます。',
    members: (names) => `合算の対象: ${names}`,
  },
  state: {
    title: '状態',
    means: {
      ok: 'Amazon Bedrock を利用できます。どの上限にも達していません。',
      warned: 'Amazon Bedrock を利用できますが、上限に近づいています。',
      over: '上限を超えていますが、現在は停止されていません。',
      blocked: '現在、Amazon Bedrock を利用できません。呼び出しはすべて AccessDeniedException で拒否されます。',
      paused: '停止は一時的に見合わされており、Amazon Bedrock を利用できます。',
      waived: 'Amazon Bedrock を利用できます。上限に達していますが、管理者が一時的に解除しています。',
      excluded: 'Amazon Bedrock を利用できます。利用額は集計されますが、管理者の設定により停止の対象外です。',
      observed: '上限に達しましたが、停止されていません（観察モード、または終了した月のため）。',
      unlimited: 'Amazon Bedrock を利用できます。上限は設定されていません。',
      'cannot-block':
        '上限に達しましたが、技術的な理由で停止できないため、支出が続いています。ご自身で利用を控えてください。',
    },
    limit: ({ of, per, amount }) => `判定の基準となった上限: ${amount}（${of}、${per}）`,
    manual: (note) => (note === null ? '管理者が手動で停止しました。' : `管理者が手動で停止しました。理由: ${note}`),
    waiver: (until, grant) =>
      `${grant === null ? '管理者が一時的に解除しています' : `管理者が追加で ${grant} の利用を認めています`}${until === null ? '。' : `（${until} まで）。`}`,
    freeAt: (time) => `${time} に自動的に解除されます。`,
    freeNever: '管理者が解除するまで停止が続きます。',
    blockedByHandHow: '解除の条件については、管理者に問い合わせてください。',
    blockedHow: 'それより前に利用が必要な場合は、管理者に上限の変更または一時的な解除を依頼してください。',
    resetsAt: (time) => `今月の集計は ${time} に終わり、翌月分は 0 から始まります。`,
  },
  nobody: {
    title: '集計の対象がまだ登録されていません',
    text: 'サインインはできていますが、どの IAM ユーザー・ロール・セッションがあなたのものかが登録されていません。次の名前を添えて、管理者に問い合わせてください。',
    ask: (name) => name,
    admin:
      'あなたのものとして登録された IAM ユーザー・ロール・セッションはありません。登録するには cost-guard dashboard users add を --principals 付きで実行してください。ほかの利用者の利用額は「全員」で確認できます。',
  },
  empty: {
    title: '利用はありません',
    text: '今月の呼び出しはまだ集計されていません。呼び出しから数分で、ここに表示されます。',
    past: 'この月の呼び出しは集計されていません。',
  },
  past: {
    title: '過去の月',
    month: '月',
    spent: '利用額',
    requests: 'リクエスト',
    none: '過去の月の記録はまだありません。',
    desc: '月ごとの利用額の棒グラフ。同じ数値を横の表で確認できます。',
  },
}
