/** Plain text in columns, for mails read in a fixed-width font. */

/** Unicode's East Asian Width W and F, as far as names and our own words use them. https://www.unicode.org/reports/tr11/ */
const wide: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f],
  [0x2e80, 0x303e],
  [0x3041, 0x4dbf],
  [0x4e00, 0xa4cf],
  [0xa960, 0xa97f],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe30, 0xfe6f],
  [0xff00, 0xff60],
  [0xffe0, 0xffe6],
  [0x1f300, 0x1f64f],
  [0x1f680, 0x1f6ff],
  [0x1f900, 0x1f9ff],
  [0x20000, 0x3fffd],
]
const mark = /^(?:\p{M}|[\u200b-\u200f\u2060]|\p{Variation_Selector})$/u

function widthOfOne(character: string): number {
  if (mark.test(character)) return 0
  const code = character.codePointAt(0) ?? 0
  return wide.some(([from, to]) => code >= from && code <= to) ? 2 : 1
}

/** How many columns a text takes: East-Asian wide characters two, combining marks none, ambiguous ones one. */
export function displayWidth(text: string): number {
  let width = 0
  for (const character of text) width += widthOfOne(character)
  return width
}

/** Cuts to at most `width` columns; what was cut ends in `…`. */
export function truncate(text: string, width: number): string {
  if (displayWidth(text) <= width) return text
  let kept = ''
  let used = 0
  for (const character of text) {
    const more = widthOfOne(character)
    if (used + more > width - 1) break
    kept += character
    used += more
  }
  return `${kept}…`
}

/** Cuts out of the middle, to at most `width` columns: the ends of names and model ids tell them apart. */
export function shorten(text: string, width: number): string {
  if (displayWidth(text) <= width) return text
  const characters = [...text]
  const end: string[] = []
  let used = 0
  for (const character of characters.toReversed()) {
    const more = widthOfOne(character)
    if (used + more > Math.floor((width - 1) / 2)) break
    end.unshift(character)
    used += more
  }
  const start = truncate(text, width - used)
  return `${start}${end.join('')}`
}

const cjk = '\u2e80-\u9fff\uac00-\ud7a3\uf900-\ufaff\uff00-\uff60'
/** Words, and East-Asian characters one by one, with what may not begin a line behind them and what may not end one before. */
const piece = new RegExp(`\\s+|[（「]*(?:[A-Z]{3} (?=[\\d<]))?(?:[^\\s${cjk}]+|[${cjk}])[、。）」：ー…]*`, 'gu')

/** Lines of at most `width` columns; a longer word stays whole. */
export function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = []
  let line = ''
  for (const [part] of text.matchAll(piece)) {
    if (line.trim() !== '' && displayWidth((line + part).trimEnd()) > width) {
      lines.push(line.trimEnd())
      line = ''
    }
    line += line === '' ? part.trimStart() : part
  }
  return line.trim() === '' && lines.length > 0 ? lines : [...lines, line.trimEnd()]
}

const spaces = (count: number): string => ' '.repeat(Math.max(0, count))
export const padEnd = (text: string, width: number): string => text + spaces(width - displayWidth(text))
export const padStart = (text: string, width: number): string => spaces(width - displayWidth(text)) + text

/** What callers chose may hold control characters and characters that turn the writing direction: never passed on. */
export const printable = (text: string): string => text.replace(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu, '?')

export interface Column {
  readonly title: string
  readonly align: 'left' | 'right'
}

/** Rows under titles, two spaces between columns and before the first, no spaces at the ends of lines. */
export function table(columns: readonly Column[], rows: readonly (readonly string[])[]): readonly string[] {
  const widths = columns.map((column, index) =>
    Math.max(displayWidth(column.title), ...rows.map((row) => displayWidth(row[index] ?? ''))),
  )
  const line = (cells: readonly string[]) =>
    columns
      .map((column, index) => (column.align === 'left' ? padEnd : padStart)(cells[index] ?? '', widths[index] ?? 0))
      .join('  ')
      .replace(/^/, '  ')
      .trimEnd()
  return [line(columns.map((column) => column.title)), ...rows.map(line)]
}

/** What mails are wide: everywhere readable without breaking a line. */
export const mailWidth = 78

/** `label  text` lines with the texts under one another; further lines of a text are indented alike, longer ones than `width` broken. */
export function facts(
  pairs: readonly (readonly [string, string])[],
  width = Number.POSITIVE_INFINITY,
): readonly string[] {
  const labels = Math.max(0, ...pairs.map(([label]) => displayWidth(label)))
  return pairs.flatMap(([label, text]) =>
    text
      .split('\n')
      .flatMap((part) => (width === Number.POSITIVE_INFINITY ? [part] : wrap(part, width - labels - 4)))
      .map((part, index) => `  ${padEnd(index === 0 ? label : '', labels)}  ${part}`.trimEnd()),
  )
}

/** Commands with what they are for: beside them where that fits, else above each. */
export function commandLines(pairs: readonly (readonly [string, string])[]): readonly string[] {
  const beside = facts(pairs.map(([line, what]) => [line, `# ${what}`] as const))
  if (beside.every((line) => displayWidth(line) <= mailWidth)) return beside
  return pairs.flatMap(([line, what]) => [`  # ${what}`, `  ${line}`])
}

/**
 * A mail subject as SNS takes it: one line, below 100 characters (counted in UTF-16 units, the strictest reading).
 * https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
 */
export function subjectLine(text: string): string {
  const line = printable(text.replace(/\s+/g, ' ').trim())
  if (line.length <= 99) return line
  let kept = ''
  for (const character of line) {
    if (kept.length + character.length > 98) break
    kept += character
  }
  return `${kept}…`
}

/** An argument as a POSIX shell takes it unchanged. */
export const shellQuoted = (text: string): string =>
  /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`
