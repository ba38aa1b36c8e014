import { isAbsent } from '../runtime/aws/aws-errors.ts'

/** The answer, or undefined where AWS says that there is no such thing; every other error is thrown. */
export async function unlessAbsent<Answer>(call: Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await call
  } catch (error) {
    if (isAbsent(error)) return undefined
    throw error
  }
}

/** All pages of an SDK paginator, read before anything of them is changed: removing while paging skips entries. */
export async function allPages<Page, Item>(
  pages: AsyncIterable<Page>,
  items: (page: Page) => readonly Item[] | undefined,
): Promise<readonly Item[]> {
  const all: Item[] = []
  for await (const page of pages) all.push(...(items(page) ?? []))
  return all
}
