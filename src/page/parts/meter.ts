import { svg } from '../dom.ts'

/**
 * How much of a limit is used (or, `plain`, how long a bar is among its like). The text beside it says the same,
 * so it is hidden from screen readers.
 */
export function meter(percent: number | null, kind: 'limit' | 'plain' = 'limit'): SVGSVGElement {
  const used = Math.min(100, Math.max(0, percent ?? 0))
  const level = kind === 'plain' ? 'plain' : used >= 100 ? 'over' : used >= 80 ? 'near' : 'fine'
  return svg(
    'svg',
    {
      class: `meter meter-${level}`,
      viewBox: '0 0 100 8',
      preserveAspectRatio: 'none',
      'aria-hidden': 'true',
      focusable: 'false',
    },
    svg('rect', { class: 'meter-room', width: 100, height: 8 }),
    svg('rect', { class: 'meter-used', width: used, height: 8 }),
  )
}
