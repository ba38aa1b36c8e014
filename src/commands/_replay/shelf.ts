/** Usage put aside by days in files of a temporary folder: without prompts, and gone when the command ends. */
import { createReadStream } from 'node:fs'
import { appendFile, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Day } from '../../runtime/domain/base/calendar.ts'
import type { Usage } from '../../runtime/domain/metering/usage.ts'
import { textsOf, wholeLines } from '../../runtime/usecases/lines.ts'
import type { Shelf } from '../../runtime/usecases/rebuild-room.ts'

export class FileShelf implements Shelf {
  readonly #folder: string
  readonly #days = new Set<Day>()

  private constructor(folder: string) {
    this.#folder = folder
  }

  static async open(): Promise<FileShelf> {
    return new FileShelf(await mkdtemp(join(tmpdir(), 'cost-guard-rebuild-')))
  }

  async put(day: Day, usages: readonly Usage[]): Promise<void> {
    this.#days.add(day)
    await appendFile(this.#file(day), usages.map((usage) => `${JSON.stringify(usage)}\n`).join(''), { mode: 0o600 })
  }

  async *of(day: Day): AsyncGenerator<readonly Usage[]> {
    if (!this.#days.has(day)) return
    for await (const lines of wholeLines(createReadStream(this.#file(day)))) {
      yield textsOf(lines).map((line) => JSON.parse(line) as Usage)
    }
  }

  async remove(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true })
  }

  readonly #file = (day: Day): string => join(this.#folder, `${day}.jsonl`)
}
