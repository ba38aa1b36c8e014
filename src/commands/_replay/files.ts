/** Local files as a source: whatever `analyze` reads. */
import { textsOf } from '../../runtime/usecases/lines.ts'
import { Documents } from '../../runtime/usecases/log-documents.ts'
import { inputsOf } from '../_lines.ts'
import type { LogSource } from './source.ts'

export async function localFiles(paths: readonly string[], note: (text: string) => void): Promise<LogSource> {
  const inputs = await inputsOf(paths, process.stdin, note)
  const total = inputs.reduce((sum, { size = 0 }) => sum + size, 0)
  return {
    from: 'files',
    place: inputs.length === 1 ? (inputs[0]?.name ?? '') : `${inputs.length} files`,
    amount: async () => (total === 0 ? undefined : megabytes(total)),
    async *batches() {
      let before = 0
      for (const input of inputs) {
        const documents = new Documents()
        for await (const piece of input.pieces()) {
          const texts = textsOf(piece).flatMap((line) => (isOneLine(line) ? [line] : documents.take(line)))
          const done = total === 0 ? 0 : Math.min(1, (before + input.bytesRead()) / total)
          yield { texts, reached: undefined, done }
        }
        documents.reset()
        before += input.size ?? 0
      }
    },
  }
}

/** Whatever begins a record at the beginning of a line is one; else it is a line of a document printed over many. */
const isOneLine = (line: string): boolean => line.length > 2 && line.startsWith('{')

export const megabytes = (bytes: number): string =>
  bytes < 1_000_000 ? `${Math.ceil(bytes / 1000)} KB` : `${Math.round(bytes / 1_000_000).toLocaleString('en-US')} MB`
