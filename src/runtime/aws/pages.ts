/** More pages than any account has: a service that repeats a marker for ever must not hold the function. */
const pagesAtMost = 1000

/** Reads page after page; the answer is complete or it throws. */
export async function everyPage<Item, Mark>(
  read: (mark: Mark | undefined) => Promise<{ readonly items: readonly Item[]; readonly next: Mark | undefined }>,
): Promise<readonly Item[]> {
  const items: Item[] = []
  let mark: Mark | undefined
  for (let page = 0; page < pagesAtMost; page++) {
    const answer = await read(mark)
    items.push(...answer.items)
    if (answer.next === undefined) return items
    mark = answer.next
  }
  throw new Error(`AWS answered more than ${pagesAtMost} pages`)
}
