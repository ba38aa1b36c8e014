import type { PageEverybody, PageModels } from '../../runtime/page-protocol.ts'
import type { Answer } from '../answer.ts'
import type { PageContext } from '../context.ts'
import { el } from '../dom.ts'

/** Everybody whom the viewer may see. What went to which model is read apart and comes later. */
export function everybodyView(
  context: PageContext,
  data: PageEverybody,
  models: Promise<Answer<PageModels>>,
): HTMLElement {
  void models
  return el('section', { class: 'view' }, el('p', {}, context.format.both(data.totals.usd)))
}
