/** A YAML (or JSON) file as a tree of texts, lists and maps that knows its lines. Knows the package `yaml`. */
import type { Document, LineCounter, Node, Pair, YAMLMap } from 'yaml'
import { loadYaml, type Yaml } from './yaml.ts'

export interface Problem {
  /** Counted from 1. */
  readonly line: number
  readonly message: string
}

export type Tree =
  /** As written; `true` and `false` in small letters. */
  | { readonly is: 'text'; readonly line: number; readonly text: string }
  /** A key without a value, or null. */
  | { readonly is: 'nothing'; readonly line: number }
  | { readonly is: 'list'; readonly line: number; readonly items: readonly Tree[] }
  | { readonly is: 'map'; readonly line: number; readonly entries: readonly Entry[] }

export interface Entry {
  readonly key: string
  readonly line: number
  readonly value: Tree
}

/** What a person is told about an error of the parser; others are told in its own words. */
const WORDS: Readonly<Record<string, string>> = {
  DUPLICATE_KEY: 'this key stands there twice',
  TAB_AS_INDENT: 'a tab cannot indent: use spaces',
  MULTIPLE_DOCS: 'one document is expected: take the line --- away',
  BAD_ALIAS: 'a star begins an alias in YAML: write everyone, or "*" in quotes',
  RESOURCE_EXHAUSTION: 'lists stand too deep in each other',
}
/** After these the rest can still be read, so that everything that is wrong is said at once. */
const HARMLESS = new Set(['DUPLICATE_KEY'])

export async function parseTree(text: string): Promise<{ tree: Tree | undefined; problems: readonly Problem[] }> {
  const yaml = await loadYaml()
  const lines = new yaml.LineCounter()
  const document = yaml.parseDocument(text, { lineCounter: lines, prettyErrors: false, keepSourceTokens: false })
  // Of several faults in one line the one that can be told best is told.
  const faults = [...document.errors, ...document.warnings].toSorted(
    (a, b) => Number(b.code in WORDS) - Number(a.code in WORDS),
  )
  const problems: Problem[] = []
  for (const { code, message, pos } of faults) {
    const line = lines.linePos(pos[0]).line
    if (!problems.some((known) => known.line === line)) problems.push({ line, message: WORDS[code] ?? message })
  }
  const readable = faults.every(({ code }) => HARMLESS.has(code))
  if (!readable) return { tree: undefined, problems: problems.slice(0, 20) }
  const tree = treeOf(document, { yaml, lines, problems })
  return { tree, problems }
}

interface Reading {
  readonly yaml: Yaml
  readonly lines: LineCounter
  readonly problems: Problem[]
}

function treeOf(document: Document.Parsed, reading: Reading): Tree | undefined {
  return document.contents === null ? undefined : grown(document.contents, 1, reading)
}

function grown(node: Node | null | undefined, parentLine: number, reading: Reading): Tree {
  const { yaml, problems } = reading
  const line = lineOf(node, reading) ?? parentLine
  if (yaml.isAlias(node)) {
    // Aliases of aliases can stand for more than any memory holds.
    problems.push({ line, message: `aliases such as *${node.source} are not read: write the value out` })
    return { is: 'nothing', line }
  }
  if (yaml.isMap(node)) return { is: 'map', line, entries: entriesOf(node, line, reading) }
  if (yaml.isSeq(node)) {
    return { is: 'list', line, items: node.items.map((item) => grown(item as Node | null, line, reading)) }
  }
  if (!yaml.isScalar(node) || node.value === null) return { is: 'nothing', line }
  const written = typeof node.value === 'number' || typeof node.value === 'bigint' ? node.source : undefined
  return { is: 'text', line, text: written ?? String(node.value) }
}

function entriesOf(map: YAMLMap, line: number, reading: Reading): readonly Entry[] {
  return map.items.flatMap((pair: Pair): readonly Entry[] => {
    const key = pair.key as Node | null
    const at = lineOf(key, reading) ?? line
    const name = grown(key, at, reading)
    if (name.is === 'text') return [{ key: name.text, line: at, value: grown(pair.value as Node | null, at, reading) }]
    reading.problems.push({ line: at, message: 'a key must be a plain word' })
    return []
  })
}

function lineOf(node: Node | null | undefined, { lines }: Reading): number | undefined {
  const start = node?.range?.[0]
  return start === undefined ? undefined : lines.linePos(start).line
}
