/** Fewest single-character edits between two words, a swap of neighbours counting as one (`statsu` is one off `status`). */
export function editDistance(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, column) => column)]
  const at = (row: number, column: number): number => rows[row]?.[column] ?? 0
  for (let row = 1; row <= a.length; row += 1) {
    const line = [row]
    rows.push(line)
    for (let column = 1; column <= b.length; column += 1) {
      const substitution = at(row - 1, column - 1) + (a[row - 1] === b[column - 1] ? 0 : 1)
      const swapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]
      line.push(
        Math.min(
          at(row - 1, column) + 1,
          at(row, column - 1) + 1,
          substitution,
          swapped ? at(row - 2, column - 2) + 1 : Number.POSITIVE_INFINITY,
        ),
      )
    }
  }
  return at(a.length, b.length)
}

/** What was probably meant: at most three, nearest first, never further away than a third of the word's length. */
export function nearest(typed: string, known: readonly string[]): readonly string[] {
  const reach = Math.max(2, Math.floor(typed.length / 3))
  return known
    .map((word) => ({ word, distance: word.startsWith(typed) && typed.length > 2 ? 0 : editDistance(typed, word) }))
    .filter(({ distance }) => distance <= reach)
    .sort((a, b) => a.distance - b.distance || a.word.localeCompare(b.word, 'en'))
    .slice(0, 3)
    .map(({ word }) => word)
}
