/**
 * Starts the test files that take longest before all others: where one of them comes last, the other workers wait for it. vitest
 * knows durations only of a run before this one, and a fresh clone has none.
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** Over 30 seconds each on two busy cores, longest first. */
const LONGEST = [
  ...['e2e/teardown', 'provision/cutoff-teardown', 'e2e/story', 'e2e/least-rights', 'provision/cutoff-init'],
  ...['provision/every-setting', 'e2e/beside-original', 'e2e/month-so-far', 'commands/guard', 'e2e/page'],
  ...['provision/teardown-parts', 'e2e/page-whole', 'e2e/side-by-side', 'e2e/killed', 'e2e/copy-rights', 'e2e/replay'],
  ...['provision/http-api', 'e2e/adopted-rights', 'commands/install-again', 'sandbox/demo', 'e2e/storm'],
].map((name) => join(import.meta.dirname, '..', `${name}.test.ts`))

export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const gone = LONGEST.filter((file) => !existsSync(file))
    if (gone.length > 0) throw new Error(`test/support/sequencer.ts names files that are not there: ${gone.join(', ')}`)
    const place = ({ moduleId }: TestSpecification): number => {
      const at = LONGEST.indexOf(moduleId)
      return at === -1 ? LONGEST.length : at
    }
    return (await super.sort(files)).toSorted((one, other) => place(one) - place(other))
  }
}
