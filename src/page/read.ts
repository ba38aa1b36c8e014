/** Reads what a view is made of. */
import type { PageEverybody, PageModels, PageSpend } from '../runtime/page-protocol.ts'
import type { Answer } from './answer.ts'
import type { Api } from './api.ts'
import type { Tab } from './shell.ts'

export type Shown =
  | { readonly tab: 'mine'; readonly data: PageSpend }
  | { readonly tab: 'everybody'; readonly data: PageEverybody; readonly models: Promise<Answer<PageModels>> }

/** `models` comes later than the rest, and may fail by itself: everybody is shown without it. */
export async function read(api: Api, tab: Tab, month: string | null): Promise<Answer<Shown>> {
  if (tab === 'mine') {
    const spend = await api.spend(month)
    return spend.ok ? { ok: true, value: { tab, data: spend.value } } : spend
  }
  const models = api.models(month)
  const everybody = await api.everybody(month)
  return everybody.ok ? { ok: true, value: { tab, data: everybody.value, models } } : everybody
}

export const hasOnlyOthers = (shown: Shown): boolean =>
  shown.tab === 'mine' && shown.data.pots.length === 0 && shown.data.head.sees !== 'own'
