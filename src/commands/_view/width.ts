import { displayWidth } from '../../runtime/domain/telling/layout.ts'

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
