import { writeFile } from 'node:fs/promises'
import { type Month, monthOf, parseInstant } from '../runtime/domain/base/calendar.ts'
import { GuardError } from '../runtime/domain/base/guard-error.ts'
import type { Ledger } from '../runtime/ports.ts'
import type { ReportAnswer } from '../runtime/protocol.ts'
import { collect } from '../runtime/usecases/books.ts'
import type { Door } from './_compose.ts'
import { askReport, statusRoom } from './_rooms.ts'
import { chargebackCsv, chargebackJson, chargebackRows } from './_view/report-csv.ts'

/** What Excel needs to read a file as UTF-8. */
const BYTE_ORDER_MARK = '\ufeff'

async function hasBalances(ledger: Ledger, month: Month): Promise<boolean> {
  for await (const _ of ledger.balances(month)) return true
  return false
}

/**
 * The month asked for, else the running one in the guard's zone.
 * @throws GuardError `no-such-month` for one that has not begun, or that ended before anything was counted.
 */
async function monthThere(door: Door, asked: Month | undefined): Promise<Month> {
  const room = await statusRoom(door)
  const { zoning } = room.config
  const current = monthOf(door.clock.now(), zoning)
  if (asked === undefined || asked === current) return current
  const installed = parseInstant((await door.installed())?.installedAt ?? '')
  const first = installed === undefined ? current : monthOf(installed, zoning)
  const refuse = (why: string): never => {
    throw new GuardError({
      code: 'no-such-month',
      fault: 'user',
      message: `there is no report of ${asked}: ${why}; there ${first < current ? `are ${first} to ${current}` : `is ${current}`}`,
      suggestions: [door.command(`report preview --month ${first}`)],
    })
  }
  if (asked > current) return refuse('that month has not begun')
  // A ledger kept from an earlier guard knows months before this one was installed.
  if (asked < first && !(await hasBalances(room.ledger, asked))) {
    return refuse(`the guard counts since ${first}, and its ledger holds nothing of that month`)
  }
  return asked
}

/** The mail as it would be sent now; with a month that month's statement. Sends only with `send`. */
export async function showReport(
  door: Door,
  kind: 'preview' | 'send',
  asked: Month | undefined,
): Promise<ReportAnswer> {
  const month = asked === undefined ? undefined : await monthThere(door, asked)
  return askReport(door, { kind, ...(month === undefined ? {} : { month }) })
}

/** A month by principal, model and source, from the ledger itself: a handful of queries, never a scan. */
export async function chargeback(door: Door, asked: Month | undefined, file: string | undefined) {
  const month = await monthThere(door, asked)
  const { ledger, settings, clock } = await statusRoom(door)
  const rows = chargebackRows(await collect(ledger.detail(month)))
  const { currency } = settings
  return {
    csv: chargebackCsv(month, rows, currency),
    json: chargebackJson({ month, asOf: clock.now(), rows, currency, file }),
  }
}

export const withMark = (text: string, mark: boolean): string => `${mark ? BYTE_ORDER_MARK : ''}${text}`

/** @throws GuardError `cannot-write`. */
export async function writeReport(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text)
  } catch (error) {
    throw new GuardError({
      code: 'cannot-write',
      fault: 'user',
      message: `cannot write ${file}: ${error instanceof Error ? error.message : String(error)}`,
      suggestions: ['name a file in a folder that exists and that you may write to'],
      cause: error,
    })
  }
}
