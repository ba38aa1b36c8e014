/** A file of the user's, as text: what cannot be read, or means nothing, is said in words, and no log or disk image is read to its end. */
import { readFile, stat } from 'node:fs/promises'
import { GuardError } from '../../runtime/domain/base/guard-error.ts'
import type { Problem } from './tree.ts'

/** More bytes than any configuration or list of limits needs. */
const MOST_BYTES = 1_000_000

const WHY: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  ENOTDIR: 'there is no such file',
  EISDIR: 'it is a directory',
  EACCES: 'you may not read it',
}

/** UTF-8 without its byte order mark. @param advice where such a file comes from. @throws GuardError `no-file`, `bad-config`. */
export async function readTextFile(path: string, advice: string): Promise<string> {
  const bytes = await bytesOf(path).catch((error: NodeJS.ErrnoException) => {
    throw new GuardError({
      code: 'no-file',
      fault: 'user',
      message: `${path} cannot be read: ${WHY[error.code ?? ''] ?? error.message}`,
      suggestions: [advice],
      cause: error,
    })
  })
  if (bytes === undefined) throw badConfig(path, [{ line: 1, message: 'it is too large for a configuration' }])
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    throw badConfig(path, [{ line: 1, message: 'it is not UTF-8 text' }])
  }
}

/** Undefined: too large. A pipe has no size, and is read. */
async function bytesOf(path: string): Promise<Buffer | undefined> {
  if ((await stat(path)).size > MOST_BYTES) return undefined
  const bytes = await readFile(path)
  return bytes.length > MOST_BYTES ? undefined : bytes
}

/** Every mistake of a file, each with its line. */
export function badConfig(path: string, problems: readonly Problem[]): GuardError {
  const sorted = problems.toSorted((a, b) => a.line - b.line)
  const [only, ...more] = sorted
  const message =
    more.length === 0
      ? `${path}, line ${only?.line}: ${only?.message}`
      : `${path} has ${sorted.length} mistakes:${sorted.map(({ line, message }) => `\n  line ${line}: ${message}`).join('')}`
  const suggestions = ['cost-guard config schema prints what the file may hold; init --help says what each value takes']
  const error = new GuardError({ code: 'bad-config', fault: 'user', message, suggestions })
  return Object.assign(error, { document: { problems: sorted } })
}
