import { isAbsent, isStillUsed } from '../runtime/aws/aws-errors.ts'
import { GuardError } from '../runtime/domain/base/guard-error.ts'

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

/**
 * Deletes what was bared a moment ago. IAM's parts agree after seconds: until then it refuses with DeleteConflict, and
 * the engine tries again. `what` completes "waiting for IAM to see that … is bare".
 */
export async function deleteOnceBare(call: Promise<unknown>, what: string): Promise<void> {
  try {
    await unlessAbsent(call)
  } catch (error) {
    if (!isStillUsed(error)) throw error
    throw new GuardError({
      code: 'still-used',
      fault: 'aws',
      retry: 'after-propagation',
      message: `IAM to see that ${what} is bare`,
      cause: error,
    })
  }
}
