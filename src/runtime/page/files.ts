import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Encoding, encoded } from './encoding.ts'
import { type Headers, KEPT_FOR_EVER, NOT_KEPT } from './headers.ts'

const TYPES: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml; charset=utf-8',
}

export interface StaticFile {
  readonly headers: Headers
  /** Compressed once for each encoding and kept: a file does not change while the function lives. */
  body(wanted: Encoding): Promise<[Buffer, Encoding]>
}

/** The path in the address → the file. What is not in here is not there: no path is ever put together from what was asked for. */
export type StaticFiles = ReadonlyMap<string, StaticFile>

function fileOf(path: string, keep: Headers): StaticFile {
  const type = TYPES[path.slice(path.lastIndexOf('.') + 1)]
  if (type === undefined) throw new Error(`the page has a file of a kind that it cannot serve: ${path}`)
  const contents = readFileSync(path)
  const ready = new Map<Encoding, Promise<[Buffer, Encoding]>>()
  return {
    headers: { 'content-type': type, ...keep },
    body: (wanted) => {
      const body = ready.get(wanted) ?? encoded(contents, wanted, 9)
      ready.set(wanted, body)
      return body
    },
  }
}

/** Everything below `folder`, as scripts/build-page.ts made it: `index.html` and `files/`. */
export const readStaticFiles = (folder: string): StaticFiles =>
  new Map([
    ['/', fileOf(join(folder, 'index.html'), NOT_KEPT)] as const,
    ...readdirSync(join(folder, 'files')).map(
      (name) => [`/files/${name}`, fileOf(join(folder, 'files', name), KEPT_FOR_EVER)] as const,
    ),
  ])
