/** What rebuild found, and what it did. Pure. */
import { type Month, monthPeriod, type Zoning } from '../../runtime/domain/base/calendar.ts'
import { pico, sum, toCents } from '../../runtime/domain/money/money.ts'
import type { Rebuilt, RebuiltPrincipal } from '../../runtime/usecases/rebuild.ts'
import type { DifferenceKind } from '../../runtime/usecases/rebuild-room.ts'
import { columns } from './columns.ts'
import { inZone } from './limits.ts'
import { counted, signed } from './replay.ts'
import { ESTIMATE } from './width.ts'

const SHORT: Readonly<Record<DifferenceKind, string>> = {
  missing: 'missing',
  priced: 'price',
  placed: 'owner',
  drifted: 'counters',
  unlogged: 'not in logs',
  conflict: 'conflict',
  unpriced: 'no price',
}

interface RebuiltView {
  readonly month: string
  /** In which the month begins. */
  readonly zoning: Zoning
  readonly read: { readonly records: number; readonly malformed: number }
  readonly done: boolean
}

export function rebuiltText(found: Rebuilt, view: RebuiltView): string {
  const read = `${counted(view.read.records, 'record')} read`
  const { zone } = monthPeriod(view.month as Month, view.zoning)
  const notes = notesOf(found, view)
  if (found.differing === 0) {
    const undone = found.undone > 0
    return [
      ...(undone ? [] : [`Nothing differs in ${view.month} (${zone}): the books say what the logs say (${read}).`]),
      ...notes,
    ].join('\n')
  }
  const rows = found.principals.filter(({ kinds }) => Object.keys(kinds).length > 0)
  const cells = ({ principal, before, after, kinds }: RebuiltPrincipal) => [
    ...[principal, toCents(before), toCents(after), signed(pico(after - before))],
    (Object.keys(SHORT) as DifferenceKind[])
      .flatMap((kind) => (kinds[kind] === undefined ? [] : [`${kinds[kind]} ${SHORT[kind]}`]))
      .join(', '),
  ]
  const total = (of: 'before' | 'after') => sum(found.principals.map((row) => row[of]))
  const table = columns(
    [
      { head: 'PRINCIPAL' },
      { head: 'BEFORE', align: 'right' },
      { head: 'AFTER', align: 'right' },
      { head: 'CHANGE', align: 'right' },
      { head: 'WHAT' },
    ],
    [
      ...rows.map(cells),
      ['all', toCents(total('before')), toCents(total('after')), signed(pico(total('after') - total('before'))), ''],
    ],
  )
  const { missing, priced, placed, drifted } = found.kinds
  const did = [
    ...(missing > 0 ? [`${counted(missing, 'request')} ${view.done ? 'recorded' : 'not in the journal'}`] : []),
    ...(priced > 0 ? [`${counted(priced, 'price')} ${view.done ? 'corrected' : 'other than the book’s'}`] : []),
    ...(placed > 0
      ? [`${counted(placed, 'entry', 'entries')} ${view.done ? 'moved' : 'of another owner or label'}`]
      : []),
    ...(drifted > 0
      ? [`counters of ${counted(drifted, 'principal')} ${view.done ? 'mended' : 'that differ from the journal'}`]
      : []),
  ]
  return [table, '', `${view.month} (${zone}), ${read}: ${did.join(', ')}. In USD.`, ESTIMATE, ...notes].join('\n')
}

function notesOf(found: Rebuilt, view: RebuiltView): readonly string[] {
  const { unlogged, conflict, unpriced } = found.kinds
  return [
    ...(unlogged > 0
      ? [`${counted(unlogged, 'entry', 'entries')} that no log read here holds: they stay as they are.`]
      : []),
    ...(conflict > 0
      ? [`${counted(conflict, 'request id')} with another content in the logs than in the journal: left as booked.`]
      : []),
    ...(unpriced > 0 ? [`${counted(unpriced, 'request')} of models without a price: left as booked.`] : []),
    ...(view.read.malformed > 0 ? [`${counted(view.read.malformed, 'record')} could not be read.`] : []),
    ...(found.undone > 0
      ? [`${counted(found.undone, 'difference')} could not be set right while the guard counts: run it again.`]
      : []),
    ...found.twins.map(
      ({ requestId, principal, charges }) =>
        `Charged ${charges.length} times: request ${requestId} of ${principal}, at ${charges.map(({ at }) => inZone(at, view.zoning)).join(' and ')}.`,
    ),
  ]
}
