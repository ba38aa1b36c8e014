import { describe, expect, test } from 'vitest'
import { sampleHead, sampleSpend, sampleStates } from '../../scripts/page-samples.ts'
import type { PageContext } from '../../src/page/context.ts'
import { formatOf } from '../../src/page/format.ts'
import { sentences, shownLimit } from '../../src/page/own/sentences.ts'
import { en } from '../../src/page/words/en.ts'
import { ja } from '../../src/page/words/ja.ts'
import type { PageLimit, PagePot } from '../../src/runtime/page-protocol.ts'

/** Every text of a language that needs no argument; path → text. Marks such as `*` are no words. */
function texts(words: object, path = ''): [string, string][] {
  return Object.entries(words).flatMap(([key, value]): [string, string][] => {
    const here = `${path}${key}`
    if (typeof value === 'string') return /\p{L}/u.test(value) || value.trim() === '' ? [[here, value]] : []
    if (typeof value === 'object' && value !== null) return texts(value, `${here}.`)
    return []
  })
}

describe('the words of the page', () => {
  test('are the same keys in both languages, none of them empty', () => {
    const [english, japanese] = [texts(en), texts(ja)]
    expect(english.map(([path]) => path).toSorted()).toEqual(japanese.map(([path]) => path).toSorted())
    expect([...english, ...japanese].filter(([, text]) => text.trim() === '')).toEqual([])
  })

  test('are Japanese in Japanese and English in English', () => {
    const isJapanese = /[\u3040-\u30ff\u4e00-\u9fff]/
    const latin = texts(ja).filter(([path, text]) => !isJapanese.test(text) && path !== 'otherLanguage')
    expect(latin).toEqual([])
    expect(texts(en).filter(([path, text]) => isJapanese.test(text) && path !== 'otherLanguage')).toEqual([])
  })
})

describe('what the viewer is told of a state', () => {
  const contextOf = (
    state: (typeof sampleStates)[number],
    language: 'en' | 'ja',
  ): [PageContext, PagePot | undefined] => {
    const wish = { state, language, sees: 'own', month: '2026-11' } as const
    const head = sampleHead(wish)
    const context: PageContext = {
      language,
      words: language === 'en' ? en : ja,
      format: formatOf({ language, timezone: head.period.timezone, currency: head.currency }),
      head,
      announce: () => undefined,
      kept: new Map(),
    }
    return [context, sampleSpend(wish).pots[0]]
  }
  const told = (state: (typeof sampleStates)[number], language: 'en' | 'ja'): readonly string[] => {
    const [context, pot] = contextOf(state, language)
    return pot === undefined ? [] : sentences(context, pot)
  }

  test('says blocked by a limit: which, until when, and what to do', () => {
    expect(told('blocked', 'en')).toEqual([
      'You cannot use Amazon Bedrock at the moment: every call is refused with AccessDeniedException.',
      'The limit that decides: $67.00 (¥10,754) per month (user/tanaka).',
      'The block ends by itself on Dec 1, 2026, 00:00.',
      'Ask your admin if you need it earlier: they can raise the limit or free you for a time.',
    ])
    expect(told('blocked', 'ja')).toEqual([
      '現在、Amazon Bedrock を利用できません。呼び出しはすべて AccessDeniedException で拒否されます。',
      '判定の基準となった上限: $67.00 (¥10,754)（user/tanaka、月ごと）',
      '2026年12月1日 00:00 に自動的に解除されます。',
      'それより前に利用が必要な場合は、管理者に上限の変更または一時的な解除を依頼してください。',
    ])
  })

  test('says blocked by hand: why, and that nothing ends it by itself', () => {
    expect(told('manual', 'en')).toContain(
      'Blocked by hand, by your admin. The reason given: key found in a public repository',
    )
    expect(told('manual', 'en')).toContain('The block stays until your admin lifts it.')
  })

  test('says of a pardon how much and until when', () => {
    expect(told('waived', 'en')).toContain('Your admin has granted $20.00 (¥3,210) more, until Nov 26, 2026, 00:00.')
    expect(told('waived', 'ja')).toContain(
      '管理者が追加で $20.00 (¥3,210) の利用を認めています（2026年11月26日 00:00 まで）。',
    )
  })

  test('has a sentence for every state in both languages', () => {
    const silent = sampleStates
      .filter((state) => state !== 'nobody')
      .flatMap((state) => (['en', 'ja'] as const).map((language) => told(state, language)))
      .filter((said) => said.length === 0 || said.some((sentence) => /undefined|null|NaN/.test(sentence)))
    expect(silent).toEqual([])
  })
})

describe('the limit that is shown large', () => {
  const limit = (id: string, usedPercent: number | null, decides = false): PageLimit => ({
    id,
    of: id,
    per: 'month',
    limitUsd: '10',
    spentUsd: null,
    restUsd: null,
    usedPercent,
    forecastUsd: null,
    resetsAt: '2026-11-30T15:00:00Z',
    action: 'block',
    decides,
  })

  test('is the one that decides, else the one that most is used of', () => {
    expect(shownLimit([limit('a', 90), limit('b', 20, true)])?.id).toBe('b')
    expect(shownLimit([limit('a', null), limit('b', 20), limit('c', 70)])?.id).toBe('c')
    expect(shownLimit([])).toBeUndefined()
  })
})
