/** analyze: reads inputs through the aggregator of usecases/analyze.ts and shows what it found. */

import { type Check, labels, roleNamePatterns } from '../provision/settings-checks.ts'
import { isTimeZone } from '../runtime/domain/base/calendar.ts'
import { GuardError } from '../runtime/domain/base/guard-error.ts'
import { makeBook, noKeptPrices } from '../runtime/domain/money/price-book.ts'
import { Analysis, type AnalysisResult, type ChargeLine, type GroupBy } from '../runtime/usecases/analyze.ts'
import { inputsOf } from './_lines.ts'
import { type Progress, progressOn } from './_reading/progress.ts'
import { readRecords } from './_reading/read-records.ts'
import { analysisText, chargeText } from './_view/analysis.ts'
import { screenOf } from './_view/width.ts'
import { checkAccount } from './_where.ts'

export interface AnalyzeOptions {
  readonly by: string
  readonly charges: boolean
  readonly timeZone: string
  readonly account?: string | undefined
  readonly assumedCacheTtl: string
  /** Besides those of Identity Center. */
  readonly sessionRoles: readonly string[]
  /** Undefined: the guard's own default. */
  readonly labels: readonly string[] | undefined
  readonly json: boolean
  readonly bin: string
  readonly note: (text: string) => void
}

/** So many characters of finished lines wait before they are written. */
const WRITE_AT = 64 * 1024

export async function analyzeInputs(
  paths: readonly string[],
  options: AnalyzeOptions,
): Promise<{ result: AnalysisResult; text: string; problems: number }> {
  checkOptions(options)
  const sessionRoles = checked('session-role', roleNamePatterns, options.sessionRoles)
  const sources = checked('source', labels, options.labels ?? ['claude-code', 'claude-desktop'])
  if (paths.length === 0 && process.stdin.isTTY) throw nothingToRead(options.bin)
  let problems = 0
  let progress: Progress | undefined
  const problem = (text: string): void => {
    problems += 1
    progress?.end()
    options.note(text)
  }
  const inputs = await inputsOf(paths.length === 0 ? ['-'] : paths, process.stdin, problem)
  const analysis = new Analysis({
    book: makeBook({
      kept: noKeptPrices,
      profiles: new Map(),
      assumedCacheTtl: options.assumedCacheTtl === '1h' ? '1h' : '5m',
    }),
    zoning: [{ from: '0000-00', zone: options.timeZone }],
    sessionRoles: ['AWSReservedSSO_*', ...sessionRoles],
    labels: sources,
    account: options.account,
  })
  const out = options.charges ? chargeWriter(options.json) : undefined
  // With --charges the lines themselves show how far it is.
  progress = options.charges ? undefined : progressOn(process.stderr, inputs)
  await readRecords(inputs, analysis, {
    progress,
    each: out?.add,
    pause: out === undefined ? undefined : () => out.flush(WRITE_AT),
  })
  await out?.flush(0)
  if (options.charges) options.note(countsLine(analysis.result()))
  const text =
    options.charges || options.json
      ? ''
      : analysisText(analysis, {
          by: options.by as GroupBy,
          screen: screenOf(process.stdout),
          timeZone: options.timeZone,
        })
  return { result: analysis.result(), text, problems }
}

export const countsLine = (result: AnalysisResult): string =>
  [
    `${result.requests} counted`,
    `${result.failed} failed`,
    `${result.duplicates} duplicates`,
    `${result.malformed} malformed`,
    `${result.ignored} ignored`,
  ].join(', ')

/** Lines go out in pieces, and no faster than the reader takes them; a reader that has left (`| head`) ends the command. */
function chargeWriter(json: boolean) {
  let waiting: string[] = []
  let size = 0
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0)
  })
  return {
    add: (charge: ChargeLine): void => {
      const line = json ? JSON.stringify(charge) : chargeText(charge)
      waiting.push(line)
      size += line.length
    },
    flush: async (above: number): Promise<void> => {
      if (size <= above) return
      const text = `${waiting.join('\n')}\n`
      waiting = []
      size = 0
      if (!process.stdout.write(text)) await new Promise((done) => process.stdout.once('drain', done))
    },
  }
}

function checkOptions(options: AnalyzeOptions): void {
  if (!isTimeZone(options.timeZone)) {
    throw new GuardError({
      code: 'bad-time-zone',
      fault: 'user',
      message: `"${options.timeZone}" is not a time zone: a name such as Asia/Tokyo is expected`,
      suggestions: ['--timezone Asia/Tokyo', '--timezone UTC'],
    })
  }
  if (options.account !== undefined) checkAccount(options.account)
}

/** Refused in the words of the setting of this name. */
function checked(flag: string, check: Check<readonly string[]>, given: readonly string[]): readonly string[] {
  const read = check([...given])
  if ('ok' in read) return read.ok
  throw new GuardError({
    code: 'bad-setting',
    fault: 'user',
    message: `--${flag}: ${read.bad}`,
    suggestions: ['cost-guard analyze --help says what is expected'],
  })
}

const nothingToRead = (bin: string): GuardError =>
  new GuardError({
    code: 'no-input',
    fault: 'user',
    message: 'there is nothing to read: no path was given, and standard input is this terminal',
    suggestions: [`${bin} analyze records.jsonl`, `${bin} analyze --help`],
  })
