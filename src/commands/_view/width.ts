import { displayWidth } from '../../runtime/domain/telling/layout.ts'

/** What every total of the screens is, and is not. */
export const ESTIMATE = 'Estimate at list price, before tax, credits and private discounts.'

/** Columns of the screen; a terminal that has not said how many (0), and what is no terminal, counts as 80. */
export const screenOf = ({ columns }: { readonly columns?: number | undefined }): number => columns || 80

/** Breaks at spaces so that no line is wider than `width`; a longer word stands alone on its line. */
export function wrap(text: string, width: number, indent = ''): string {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`
    if (line !== '' && displayWidth(indent) + displayWidth(longer) > width) {
      lines.push(indent + line)
      line = word
    } else {
      line = longer
    }
  }
  lines.push(indent + line)
  return lines.join('\n')
}

/** Lines that are too wide for the screen go on below, indented by two more; what fits, tables among it, stays as it is. */
export const folded = (text: string, screen: number): string =>
  text
    .split('\n')
    .map((line) => {
      if (displayWidth(line) <= screen) return line
      const indent = line.slice(0, line.length - line.trimStart().length)
      const [first = '', ...rest] = wrap(line.trimStart(), screen - 2, indent).split('\n')
      return [first, ...rest.map((more) => `  ${more}`)].join('\n')
    })
    .join('\n')
