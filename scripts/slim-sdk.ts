/**
 * Lets esbuild drop the operations of an SDK client that nobody calls. The SDK's schema files write the keys of an
 * operation as `{ [_ht]: [...] }` with `const _ht = "http"` above: a computed key may have side effects, so esbuild keeps
 * every operation of the service and all its shapes. With the literal in its place it keeps those in use.
 */
import { readFile } from 'node:fs/promises'
import type { Plugin } from 'esbuild'

const SCHEMAS = /[\\/]@aws-sdk[\\/]client-[a-z0-9-]+[\\/]dist-es[\\/]schemas[\\/]schemas_\d+\.js$/

/** Every computed key that is a string constant of the same file, as that string. */
export function withLiteralKeys(source: string): string {
  const constants = new Map(
    [...source.matchAll(/^const (_\w+) = ("(?:[^"\\]|\\.)*");$/gm)].map(([, name, text]) => [name, text]),
  )
  return source.replace(/\[(_\w+)\]:/g, (key, name: string) => {
    const text = constants.get(name)
    return text === undefined ? key : `${text}:`
  })
}

export const slimSdk: Plugin = {
  name: 'slim-sdk',
  setup(build) {
    build.onLoad({ filter: SCHEMAS }, async ({ path }) => ({
      contents: withLiteralKeys(await readFile(path, 'utf8')),
      loader: 'js',
    }))
  },
}
