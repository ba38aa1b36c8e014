import { type Child, el, freshId } from '../dom.ts'

/** A card with a heading that names it. */
export function section(
  heading: string,
  { kind = '', level = 2 }: { readonly kind?: string; readonly level?: 2 | 3 },
  ...children: readonly Child[]
): HTMLElement {
  const id = freshId('heading')
  return el(
    'section',
    { class: `card ${kind}`.trim(), 'aria-labelledby': id },
    el(level === 2 ? 'h2' : 'h3', { id }, heading),
    ...children,
  )
}
